"""HTTP for offers: published, read by everybody they are offered to, changed, withdrawn, erased."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Request, Response

from services.surveys import examples
from services.surveys.answers import OfferAnswer, offer_answer
from services.surveys.api.asked import (
    CHANGING,
    CREATING,
    LISTING,
    READING,
    Entity,
    OfNetwork,
    Repeatable,
    Version,
    Wanted,
    added,
    made_before,
    replaced,
)
from services.surveys.api.viewing import AnyViewer, Member, check_contact, offer_seen, page_seen, to_change
from services.surveys.domain import day_of, offers
from services.surveys.domain.seeing import View, offer_for
from services.surveys.domain.viewers import Viewer
from services.surveys.domain.writing import whose_offer
from services.surveys.inputs import OfferInput
from services.surveys.store import Store
from services.surveys.store.seen import offers_in_sight
from shared.clock import now
from shared.events.base import Id
from shared.events.surveys import OfferSnapshot
from shared.rules import Forbidden, Missing
from shared.web import Page, tagged

Said = Annotated[OfferInput, Body(examples=[examples.OFFER, examples.INITIATIVE])]


def routes(store: Store) -> APIRouter:
    """Return the routes of offers."""
    router = APIRouter()
    router.include_router(_telling_and_reading(store))
    router.include_router(_changing(store))
    return router


def _telling_and_reading(store: Store) -> APIRouter:
    router = APIRouter(prefix="/offers", tags=["offers"])

    @router.post("", status_code=201, responses=CREATING, summary="Publish an offer with its course dates")
    async def create(said: Said, viewer: Member, once: Repeatable, request: Request, response: Response) -> OfferAnswer:
        offer = await made_before(store.offers, once, response)
        if offer is None:
            whose = whose_offer(viewer, said.whose)
            await check_contact(store, viewer, whose["contact"], whose["provider"])
            new = offers.started(said.new(now(), by=viewer.member, **whose), day_of(now()))
            offer = await added(store.offers, new, once, response)
            await store.look_again_at(viewer.member, offer.contact)
        return _answer(viewer, offer, request, response)

    @router.get("", responses=LISTING, summary="List the offers that the caller may see; no token is needed")
    async def find(  # noqa: PLR0913 - each filter is a parameter
        *,
        request: Request,
        viewer: AnyViewer,
        wanted: Wanted,
        status: Literal["preparing", "published", "permanent", "ended", "blocked", "withdrawn"] | None = None,
        network: OfNetwork = None,
        provider: Annotated[Id | None, Query(description="Only those of this provider")] = None,
        kind: Annotated[Literal["course", "initiative"] | None, Query(description="Only this kind")] = None,
        topic: Annotated[str | None, Query(description="Only those with this topic", max_length=50)] = None,
        mine: Annotated[bool, Query(description="Only those that the caller may change as their own")] = False,
    ) -> Page[OfferAnswer]:
        having = {"status": status, "networks": network, "provider": provider, "kind": kind, "topics": topic}

        def holds(view: View[OfferSnapshot]) -> bool:
            return not mine or view.side == "own"

        some, following = await page_seen(
            store.offers,
            offers_in_sight(viewer),
            lambda offer: offer_for(viewer, offer),
            having=having,
            wanted=wanted,
            holds=holds,
        )
        return Page(items=[offer_answer(view, request) for view in some], next=following)

    @router.get("/{offer}", responses=READING, summary="Read an offer; no token is needed if it is everybody's")
    async def read(offer: Entity, viewer: AnyViewer, request: Request, response: Response) -> OfferAnswer:
        _, view = await offer_seen(store, viewer, offer)
        tagged(response, view.shown)
        return offer_answer(view, request)

    return router


def _changing(store: Store) -> APIRouter:
    router = APIRouter(prefix="/offers", tags=["offers"])

    @router.put("/{offer}", responses=CHANGING, summary="Say an offer anew, as a whole")
    async def change(  # noqa: PLR0913 - what the caller sends, and what FastAPI adds
        *, offer: Entity, said: Said, viewer: Member, version: Version, request: Request, response: Response
    ) -> OfferAnswer:
        old, view = await offer_seen(store, viewer, offer)
        to_change(view, version)
        whose = whose_offer(viewer, said.whose, view)
        if whose["contact"] != view.shown.contact:
            await check_contact(store, viewer, whose["contact"], whose["provider"])
        new = offers.changed(old, said.instead_of(old, **whose), day_of(now()))
        if offer_for(viewer, new) is None:
            raise Forbidden("not_your_network", field="networks")
        stored = await replaced(store.offers, old, new, viewer.member)
        await store.look_again_at(viewer.member, stored.contact)
        return _answer(viewer, stored, request, response)

    @router.post("/{offer}/withdrawal", responses=CHANGING, summary="Withdraw an offer; its own side can still read it")
    async def withdraw(
        offer: Entity, viewer: Member, version: Version, request: Request, response: Response
    ) -> OfferAnswer:
        old, view = await offer_seen(store, viewer, offer)
        to_change(view)
        new = offers.withdrawn(old)
        if new != old:
            new = await store.offers.replace(new, expected=version, was=old, by=viewer.member)
        return _answer(viewer, new, request, response)

    @router.delete("/{offer}", status_code=204, responses=CHANGING, summary="Erase an offer for ever")
    async def erase(offer: Entity, viewer: Member, version: Version) -> None:
        _, view = await offer_seen(store, viewer, offer)
        to_change(view)
        await store.offers.erase(offer, expected=version)

    return router


def _answer(viewer: Viewer, offer: OfferSnapshot, request: Request, response: Response) -> OfferAnswer:
    view = offer_for(viewer, offer)
    if view is None:
        raise Missing
    tagged(response, offer)
    return offer_answer(view, request)
