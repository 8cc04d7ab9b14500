"""What the routes of all three kinds ask in the same words: the page, the version, the key of a creation."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, Query, Request, Response

from shared.callers import CallerKeys, SignedIn
from shared.clock import now
from shared.events.base import Day, Id, Snapshot
from shared.publishing import Once, Owned
from shared.rules import Forbidden, Missing, NotSignedIn
from shared.web import PROBLEM_RESPONSES, Page, if_match, once_of, tagged

S = TypeVar("S", bound=Snapshot)

After = Annotated[Id | None, Query(description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
Expected = Annotated[int, Depends(if_match)]
_OF_LINKS: Final = frozenset({"match", "need", "unsubscribe"})
_HOME: Final = ZoneInfo("Europe/Berlin")


async def not_by_link(request: Request) -> None:
    """Refuse the token of a mailed link: it is for what the link says, and opens no account; a FastAPI dependency."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    keys: CallerKeys = request.app.state.caller_keys
    try:
        rights = keys.caller(token.strip()).rights if kind.lower() == "bearer" else frozenset()
    except NotSignedIn:
        return  # the route itself says so, if it needs a token
    if any(right.partition(":")[0] in _OF_LINKS for right in rights):
        raise Forbidden


async def _creation(
    request: Request,
    caller: SignedIn,
    _: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="Repeating a request with the same key creates nothing twice"),
    ] = None,
) -> Once | None:
    return await once_of(request, caller.subject)


Creation = Annotated[Once | None, Depends(_creation)]
"""What tells a repeated creation from a new one; None when the caller does not care."""


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes these refusals."""
    return {status: PROBLEM_RESPONSES[status] for status in statuses}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return refusals(401, 403, *statuses, 413, 422, 503)


CREATING: Final = _problems(409)
READING: Final = _problems(404)
LISTING: Final = _problems()
CHANGING: Final = _problems(404, 409, 412, 428)


def files(*media: str) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes an answer that is a file of one of these kinds."""
    return {200: {"content": {kind: {} for kind in media}, "description": "The file"}}


async def created(owned: Owned[S], once: Once | None, made: Callable[[], Awaitable[S]], response: Response) -> S:
    """Store what `made` returns, or give back what the same request created before, as it stands now."""
    earlier = await owned.made_with(once) if once else None
    snapshot = earlier or await owned.add(await made(), once=once)
    tagged(response, snapshot)
    return snapshot


async def found(owned: Owned[S], entity: str, response: Response | None = None) -> S:
    """Return an entity or raise Missing."""
    snapshot = await owned.get(entity)
    if snapshot is None:
        raise Missing
    if response is not None:
        tagged(response, snapshot)
    return snapshot


def today() -> Day:
    """Return the present day in Europe/Berlin."""
    return now().astimezone(_HOME).date()


def page(items: Sequence[S], limit: int) -> Page[S]:
    """Return a page; a full one may have a next."""
    return Page(items=list(items), next=items[-1].id if len(items) == limit else None)
