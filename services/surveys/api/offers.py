"""HTTP for offers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Request, Response

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
    found,
    made_before,
    page_of,
    replaced,
)
from services.surveys.domain import day_of, offers
from services.surveys.inputs import OfferInput
from services.surveys.store import Store
from shared.callers import OPERATOR, requires
from shared.clock import now
from shared.events.base import Id
from shared.web import Page, tagged


def routes(store: Store) -> APIRouter:
    """Return the routes of offers."""
    router = APIRouter(prefix="/offers", tags=["offers"], dependencies=[Depends(requires(OPERATOR))])

    @router.post("", status_code=201, responses=CREATING, summary="Publish an offer with its course dates")
    async def create(
        said: Annotated[OfferInput, Body(examples=[examples.OFFER])],
        once: Repeatable,
        request: Request,
        response: Response,
    ) -> OfferAnswer:
        offer = await made_before(store.offers, once, response)
        if offer is None:
            offer = await added(store.offers, offers.started(said.new(now()), day_of(now())), once, response)
        tagged(response, offer)
        return offer_answer(offer, request)

    @router.get("", responses=LISTING, summary="List offers, oldest first")
    async def find(
        request: Request,
        wanted: Wanted,
        status: Literal["preparing", "published", "permanent", "ended", "blocked", "withdrawn"] | None = None,
        network: OfNetwork = None,
        provider: Annotated[Id | None, Query(description="Only those of this provider")] = None,
    ) -> Page[OfferAnswer]:
        having = {"status": status, "networks": network, "provider": provider}
        some, following = await page_of(store.offers, having, wanted)
        return Page(items=[offer_answer(offer, request) for offer in some], next=following)

    @router.get("/{offer}", responses=READING, summary="Read an offer")
    async def read(offer: Entity, request: Request, response: Response) -> OfferAnswer:
        one = await found(store.offers, offer)
        tagged(response, one)
        return offer_answer(one, request)

    @router.put("/{offer}", responses=CHANGING, summary="Say an offer anew, as a whole")
    async def change(
        offer: Entity,
        said: Annotated[OfferInput, Body(examples=[examples.OFFER])],
        version: Version,
        request: Request,
        response: Response,
    ) -> OfferAnswer:
        old = await found(store.offers, offer, version)
        new = await replaced(store.offers, old, offers.changed(old, said.instead_of(old), day_of(now())))
        tagged(response, new)
        return offer_answer(new, request)

    @router.post("/{offer}/withdrawal", responses=CHANGING, summary="Withdraw an offer; it stays readable")
    async def withdraw(offer: Entity, version: Version, request: Request, response: Response) -> OfferAnswer:
        old = await found(store.offers, offer)
        new = offers.withdrawn(old)
        if new != old:
            new = await store.offers.replace(new, expected=version)
        tagged(response, new)
        return offer_answer(new, request)

    @router.delete("/{offer}", status_code=204, responses=CHANGING, summary="Erase an offer for ever")
    async def erase(offer: Entity, version: Version) -> None:
        await store.offers.erase(offer, expected=version)

    return router
