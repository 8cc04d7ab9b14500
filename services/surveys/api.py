"""HTTP for needs, offers and imports; until sign-in exists it answers operators alone."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response

from services.surveys import examples
from services.surveys.answers import (
    ImportAnswer,
    NeedAnswer,
    OfferAnswer,
    import_answer,
    need_answer,
    offer_answer,
)
from services.surveys.domain import day_of, needs, offers
from services.surveys.importing import Import
from services.surveys.inputs import NeedInput, OfferInput
from services.surveys.store import Store
from shared.callers import OPERATOR, Operator, requires
from shared.clock import now
from shared.events.base import Id, Snapshot
from shared.failpoints import pass_point
from shared.publishing import Once, Owned
from shared.rules import Missing, Stale
from shared.web import PROBLEM_RESPONSES, Page, if_match, once_of, tagged

S = TypeVar("S", bound=Snapshot)

IMPORT_LIMITS: Final = {"/api/v1/imports/": 32 * 1024 * 1024}
"""Bytes that a file may have, by path."""

Responses = dict[int | str, dict[str, Any]]
_READING: Final[Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 422, 503)}
_LISTING: Final[Responses] = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 422, 503)}
_CREATING: Final[Responses] = {
    200: {"description": "The same Idempotency-Key and content came before; this is what was made then"},
    **{status: PROBLEM_RESPONSES[status] for status in (401, 403, 409, 413, 422, 503)},
}
_CHANGING: Final[Responses] = {
    status: PROBLEM_RESPONSES[status] for status in (401, 403, 404, 409, 412, 413, 422, 428, 503)
}

Entity = Annotated[Id, Path(description="The id, a UUID in lower case")]
Version = Annotated[int, Depends(if_match)]


@dataclass(frozen=True)
class _Wanted:
    """Which page of a list is asked for."""

    after: Annotated[Id | None, Query(description="`next` of the page before")] = None
    limit: Annotated[int, Query(ge=1, le=200, description="The most items of a page")] = 50


Wanted = Annotated[_Wanted, Depends()]
OfNetwork = Annotated[Id | None, Query(description="Only those of this network")]


async def _repeatable(
    request: Request,
    caller: Operator,
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


def routes(store: Store) -> APIRouter:
    """Return all routes of the service, below /api/v1."""
    router = APIRouter(dependencies=[Depends(requires(OPERATOR))])
    for part in (_need_routes(store), _offer_routes(store), _import_routes(store)):
        router.include_router(part)
    return router


def _need_routes(store: Store) -> APIRouter:
    router = APIRouter(prefix="/needs", tags=["needs"])

    @router.post("", status_code=201, responses=_CREATING, summary="Tell a need")
    async def create(
        said: Annotated[NeedInput, Body(examples=[examples.NEED])],
        once: Repeatable,
        request: Request,
        response: Response,
    ) -> NeedAnswer:
        need = await _made_before(store.needs, once, response)
        if need is None:
            need = await _added(store.needs, needs.started(said.new(now()), day_of(now())), once, response)
        tagged(response, need)
        return need_answer(need, request)

    @router.get("", responses=_LISTING, summary="List needs, oldest first")
    async def find(
        request: Request,
        wanted: Wanted,
        status: Literal["draft", "open", "covered", "withdrawn", "expired"] | None = None,
        network: OfNetwork = None,
        organisation: Annotated[Id | None, Query(description="Only those of this company")] = None,
    ) -> Page[NeedAnswer]:
        having = {"status": status, "networks": network, "organisation": organisation}
        found, following = await _page(store.needs, having, wanted)
        return Page(items=[need_answer(need, request) for need in found], next=following)

    @router.get("/{need}", responses=_READING, summary="Read a need")
    async def read(need: Entity, request: Request, response: Response) -> NeedAnswer:
        found = await _found(store.needs, need)
        tagged(response, found)
        return need_answer(found, request)

    @router.put("/{need}", responses=_CHANGING, summary="Say a need anew, as a whole")
    async def change(
        need: Entity,
        said: Annotated[NeedInput, Body(examples=[examples.NEED])],
        version: Version,
        request: Request,
        response: Response,
    ) -> NeedAnswer:
        old = await _found(store.needs, need, version)
        new = await _replaced(store.needs, old, needs.changed(old, said.instead_of(old), day_of(now())))
        tagged(response, new)
        return need_answer(new, request)

    @router.post("/{need}/withdrawal", responses=_CHANGING, summary="Withdraw a need; it stays readable")
    async def withdraw(need: Entity, version: Version, request: Request, response: Response) -> NeedAnswer:
        old = await _found(store.needs, need)
        new = needs.withdrawn(old)
        if new != old:
            new = await store.needs.replace(new, expected=version)
        tagged(response, new)
        return need_answer(new, request)

    @router.delete("/{need}", status_code=204, responses=_CHANGING, summary="Erase a need for ever")
    async def erase(need: Entity, version: Version) -> None:
        await store.needs.erase(need, expected=version)

    return router


def _offer_routes(store: Store) -> APIRouter:
    router = APIRouter(prefix="/offers", tags=["offers"])

    @router.post("", status_code=201, responses=_CREATING, summary="Publish an offer with its course dates")
    async def create(
        said: Annotated[OfferInput, Body(examples=[examples.OFFER])],
        once: Repeatable,
        request: Request,
        response: Response,
    ) -> OfferAnswer:
        offer = await _made_before(store.offers, once, response)
        if offer is None:
            offer = await _added(store.offers, offers.started(said.new(now()), day_of(now())), once, response)
        tagged(response, offer)
        return offer_answer(offer, request)

    @router.get("", responses=_LISTING, summary="List offers, oldest first")
    async def find(
        request: Request,
        wanted: Wanted,
        status: Literal["preparing", "published", "permanent", "ended", "blocked", "withdrawn"] | None = None,
        network: OfNetwork = None,
        provider: Annotated[Id | None, Query(description="Only those of this provider")] = None,
    ) -> Page[OfferAnswer]:
        having = {"status": status, "networks": network, "provider": provider}
        found, following = await _page(store.offers, having, wanted)
        return Page(items=[offer_answer(offer, request) for offer in found], next=following)

    @router.get("/{offer}", responses=_READING, summary="Read an offer")
    async def read(offer: Entity, request: Request, response: Response) -> OfferAnswer:
        found = await _found(store.offers, offer)
        tagged(response, found)
        return offer_answer(found, request)

    @router.put("/{offer}", responses=_CHANGING, summary="Say an offer anew, as a whole")
    async def change(
        offer: Entity,
        said: Annotated[OfferInput, Body(examples=[examples.OFFER])],
        version: Version,
        request: Request,
        response: Response,
    ) -> OfferAnswer:
        old = await _found(store.offers, offer, version)
        new = await _replaced(store.offers, old, offers.changed(old, said.instead_of(old), day_of(now())))
        tagged(response, new)
        return offer_answer(new, request)

    @router.post("/{offer}/withdrawal", responses=_CHANGING, summary="Withdraw an offer; it stays readable")
    async def withdraw(offer: Entity, version: Version, request: Request, response: Response) -> OfferAnswer:
        old = await _found(store.offers, offer)
        new = offers.withdrawn(old)
        if new != old:
            new = await store.offers.replace(new, expected=version)
        tagged(response, new)
        return offer_answer(new, request)

    @router.delete("/{offer}", status_code=204, responses=_CHANGING, summary="Erase an offer for ever")
    async def erase(offer: Entity, version: Version) -> None:
        await store.offers.erase(offer, expected=version)

    return router


def _import_routes(store: Store) -> APIRouter:
    router = APIRouter(prefix="/imports", tags=["imports"])
    file = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": examples.BA_FILE}},
    }
    statuses: Responses = {status: PROBLEM_RESPONSES[status] for status in (401, 403, 413, 422, 503)}

    @router.post(
        "/ba",
        responses=statuses,
        openapi_extra={"requestBody": file},
        summary="Import offers as the Bundesagentur's course search answers them; nobody is mailed because of it",
    )
    async def import_ba(request: Request, network: OfNetwork = None) -> ImportAnswer:
        taken = Import(store, networks=(network,) if network else (), at=now())
        return import_answer(await taken.run(await request.body()), request)

    return router


async def _made_before(owned: Owned[S], once: Once | None, response: Response) -> S | None:
    """Return what the same request made before, before its rules are judged by a later day."""
    earlier = await owned.made_with(once) if once else None
    if earlier is not None:
        response.status_code = 200
    return earlier


async def _added(owned: Owned[S], new: S, once: Once | None, response: Response) -> S:
    stored = await owned.add(new, once=once)
    await pass_point("surveys.stored")
    if stored.id != new.id:
        response.status_code = 200
    return stored


async def _found(owned: Owned[S], entity: str, version: int | None = None) -> S:
    found = await owned.get(entity)
    if found is None:
        raise Missing
    if version is not None and found.version != version:
        raise Stale(field="If-Match")
    return found


async def _replaced(owned: Owned[S], old: S, new: S) -> S:
    """Store a change; one that changes nothing takes no version."""
    return old if new == old else await owned.replace(new, expected=old.version)


async def _page(owned: Owned[S], having: dict[str, str | None], wanted: _Wanted) -> tuple[list[S], str | None]:
    query = {field: value for field, value in having.items() if value is not None}
    found = await owned.find(query, after=wanted.after, limit=wanted.limit + 1)
    page = found[: wanted.limit]
    return page, page[-1].id if len(found) > len(page) else None
