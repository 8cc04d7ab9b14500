"""HTTP for duplicates: what says nearly the same, shown before anything is saved, and two needs made one."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.surveys import examples
from services.surveys.answers import NeedAnswer, OfferAnswer, need_answer, offer_answer
from services.surveys.api.asked import CHANGING, Entity, Version, answers
from services.surveys.api.viewing import Member, need_seen, to_change
from services.surveys.domain import needs
from services.surveys.domain.seeing import View, need_for, offer_for
from services.surveys.domain.similar import Alike, Text, most_alike
from services.surveys.domain.writing import whose_need, whose_offer
from services.surveys.inputs import MergeInput, NeedInput, OfferInput
from services.surveys.store import Store
from services.surveys.store.seen import needs_in_sight, offers_in_sight
from shared.events.base import Id
from shared.rules import Missing
from shared.web import tagged

COMPARED: Final = 1000
"""So many of the newest are compared."""
_ASKING: Final = answers(401, 403, 413, 422, 503)

Likeness = Annotated[float, Field(ge=0, le=1)]
But = Annotated[Id | None, Query(alias="except", description="The one that is being changed, to be left out")]


class SimilarNeed(BaseModel):
    """A need that says nearly the same; 1 is the same text."""

    likeness: Likeness
    need: NeedAnswer


class SimilarNeeds(BaseModel):
    """At most ten, the likest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SIMILAR_NEEDS]})

    items: list[SimilarNeed]


class SimilarOffer(BaseModel):
    """An offer that says nearly the same; 1 is the same text."""

    likeness: Likeness
    offer: OfferAnswer


class SimilarOffers(BaseModel):
    """At most ten, the likest first."""

    items: list[SimilarOffer]


def routes(store: Store) -> APIRouter:
    """Return the routes of duplicates."""
    router = APIRouter()
    _similar_needs(router, store)
    _similar_offers(router, store)
    _merging(router, store)
    return router


def _similar_needs(router: APIRouter, store: Store) -> None:
    @router.post("/needs/similar", responses=_ASKING, tags=["needs"], summary="Needs that say nearly the same")
    async def similar_needs(
        said: Annotated[NeedInput, Body(examples=[examples.NEED])], viewer: Member, request: Request, but: But = None
    ) -> SimilarNeeds:
        whose = whose_need(viewer, said.whose)
        near = _near(whose, "organisation", {"status": {"$in": ["draft", "open"]}})
        query = {"$and": [needs_in_sight(viewer), near]}
        stored = await store.needs.find(query, limit=COMPARED, newest_first=True)
        views = [view for need in stored if need.id != but and (view := need_for(viewer, need))]
        found = await _alike(said, [view for view in views if _is_near(view, whose, "organisation")])
        return SimilarNeeds(
            items=[SimilarNeed(likeness=one.likeness, need=need_answer(one.thing, request)) for one in found]
        )


def _similar_offers(router: APIRouter, store: Store) -> None:
    @router.post("/offers/similar", responses=_ASKING, tags=["offers"], summary="Offers that say nearly the same")
    async def similar_offers(
        said: Annotated[OfferInput, Body(examples=[examples.OFFER])], viewer: Member, request: Request, but: But = None
    ) -> SimilarOffers:
        whose = whose_offer(viewer, said.whose)
        near = _near(whose, "provider", {"status": {"$ne": "withdrawn"}})
        query = {"$and": [offers_in_sight(viewer), near]}
        stored = await store.offers.find(query, limit=COMPARED, newest_first=True)
        views = [view for offer in stored if offer.id != but and (view := offer_for(viewer, offer))]
        found = await _alike(said, [view for view in views if _is_near(view, whose, "provider")])
        return SimilarOffers(
            items=[SimilarOffer(likeness=one.likeness, offer=offer_answer(one.thing, request)) for one in found]
        )


def _merging(router: APIRouter, store: Store) -> None:
    @router.post(
        "/needs/{need}/merge",
        responses=CHANGING,
        tags=["needs"],
        summary="Withdraw a need because another one of the company says the same; its history names that one",
    )
    async def merge_needs(  # noqa: PLR0913 - what the caller sends, and what FastAPI adds
        *,
        need: Entity,
        said: Annotated[MergeInput, Body(examples=[{"into": examples.NEED_ANSWER["id"]}])],
        viewer: Member,
        version: Version,
        request: Request,
        response: Response,
    ) -> NeedAnswer:
        old, view = await need_seen(store, viewer, need)
        to_change(view, version)
        other, other_view = await need_seen(store, viewer, said.into)
        to_change(other_view)
        new = needs.merged(old, other)
        # The pointer first: without the withdrawal it says nothing, and the request can be repeated.
        await store.note_merged(need, said.into)
        if new != old:
            new = await store.needs.replace(new, expected=version, was=old, by=viewer.member)
        merged = need_for(viewer, new)
        if merged is None:
            raise Missing
        tagged(response, new)
        return need_answer(merged, request)


def _near(whose: dict[str, Any], field: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return a filter for what belongs to the same organisation, or to one of the networks."""
    same = [{field: whose[field]}] if whose[field] is not None else []
    return {**more, "$or": [*same, {"networks": {"$in": list(whose["networks"])}}]}


def _is_near(view: View[Any], whose: dict[str, Any], field: str) -> bool:
    """Return whether what is shown is near; what is hidden must not be found by it."""
    own = whose[field] is not None and getattr(view.shown, field) == whose[field]
    return own or not set(whose["networks"]).isdisjoint(view.shown.networks)


async def _alike(said: NeedInput | OfferInput, views: list[View[Any]]) -> list[Alike[View[Any]]]:
    texts = [(view, Text(view.shown.title, view.shown.description)) for view in views]
    return await asyncio.to_thread(most_alike, Text(said.title, said.description), texts)
