"""What the routes of several kinds have in common: parameters, documented answers, and the steps of a change."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Header, Path, Query, Request, Response

from shared.callers import SignedIn
from shared.events.base import Id, Snapshot
from shared.failpoints import pass_point
from shared.publishing import Once, Owned
from shared.rules import Missing, Stale
from shared.web import PROBLEM_RESPONSES, if_match, once_of

S = TypeVar("S", bound=Snapshot)

Responses = dict[int | str, dict[str, Any]]


def answers(*statuses: int) -> Responses:
    """Return the documentation of these problems, for a route's `responses`."""
    return {status: PROBLEM_RESPONSES[status] for status in statuses}


READING: Final = answers(401, 403, 404, 422, 503)
LISTING: Final = answers(401, 403, 422, 503)
CREATING: Final[Responses] = {
    200: {"description": "The same Idempotency-Key and content came before; this is what was made then"},
    **answers(401, 403, 409, 413, 422, 503),
}
CHANGING: Final = answers(401, 403, 404, 409, 412, 413, 422, 428, 503)

Entity = Annotated[Id, Path(description="The id, a UUID in lower case")]
Version = Annotated[int, Depends(if_match)]


@dataclass(frozen=True)
class WantedPage:
    """Which page of a list is asked for."""

    after: Annotated[Id | None, Query(description="`next` of the page before")] = None
    limit: Annotated[int, Query(ge=1, le=200, description="The most items of a page")] = 50
    newest_first: Annotated[bool, Query(description="Otherwise the oldest come first")] = False


Wanted = Annotated[WantedPage, Depends()]
OfNetwork = Annotated[Id | None, Query(description="Only those of this network")]


async def _repeatable(
    request: Request,
    caller: SignedIn,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="1 to 200 visible characters of your choice; the same again creates nothing",
        ),
    ] = None,
) -> Once | None:
    return None if key is None else await once_of(request, caller.subject)


Repeatable = Annotated[Once | None, Depends(_repeatable)]


async def made_before(owned: Owned[S], once: Once | None, response: Response) -> S | None:
    """Return what the same request made before, before its rules are judged by a later day."""
    earlier = await owned.made_with(once) if once else None
    if earlier is not None:
        response.status_code = 200
    return earlier


async def added(owned: Owned[S], new: S, once: Once | None, response: Response) -> S:
    """Store a new entity; what the same request made before is answered with 200."""
    stored = await owned.add(new, once=once)
    await pass_point("surveys.stored")
    if stored.id != new.id:
        response.status_code = 200
    return stored


async def found(owned: Owned[S], entity: str, version: int | None = None) -> S:
    """Return an entity; Missing when there is none, Stale when it is not the version that the caller read."""
    one = await owned.get(entity)
    if one is None:
        raise Missing
    if version is not None and one.version != version:
        raise Stale(field="If-Match")
    return one


async def replaced(owned: Owned[S], old: S, new: S, by: str | None = None) -> S:
    """Store a change and remember who made it; one that changes nothing takes no version."""
    return old if new == old else await owned.replace(new, expected=old.version, was=old, by=by)
