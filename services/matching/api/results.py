"""The matches of a need and of an offer, each for those whose business they are."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from services.matching.answers import (
    MatchShown,
    NearMissShown,
    NeedMatches,
    OfferMatch,
    need_in_short,
    offer_in_short,
    said_shown,
    without_company,
)
from services.matching.api.viewing import READING, Entity, Limit, Looking
from services.matching.domain.seeing import (
    Seat,
    Viewer,
    coordinates_need,
    coordinates_offer,
    is_own_need,
    is_own_offer,
    seat_at,
    sight_of,
)
from services.matching.store import Store
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot, ResultSnapshot
from shared.events.base import Erased, Id
from shared.rules import Missing
from shared.web import Page, tagged

_MOST_RESPONSES: Final = 1000


def routes(store: Store) -> APIRouter:
    """Return the routes for results."""
    router = APIRouter(tags=["matches"])

    @router.get(
        "/needs/{need}/matches",
        responses=READING,
        summary="The matches of a need, best first, with reasons",
        description="For the company, coordinators of the need's networks and operators. A draft has none.",
    )
    async def of_need(need: Entity, viewer: Looking, response: Response) -> NeedMatches:
        asked = await store.needs.get(need)
        if asked is None or not (is_own_need(asked, viewer) or coordinates_need(asked, viewer)):
            raise Missing
        stored = await store.result(need)
        if stored is None:
            return NeedMatches(need=need, status="waiting")
        if isinstance(stored.result, Erased):
            raise Missing
        tagged(response, stored.result)
        return await _of_need(store, viewer, asked, stored.result)

    @router.get(
        "/offers/{offer}/matches",
        responses=READING,
        summary="The needs that an offer answers, oldest first",
        description="For the provider, coordinators of the offer's networks and operators; needs that the caller may "
        "not see are left out, anonymous ones are told in part.",
    )
    async def of_offer(
        offer: Entity,
        viewer: Looking,
        after: Annotated[Id | None, Query(description="`next` of the page before")] = None,
        limit: Limit = 50,
    ) -> Page[OfferMatch]:
        taught = await store.offers.get(offer)
        if taught is None or not (is_own_offer(taught, viewer) or coordinates_offer(taught, viewer)):
            raise Missing
        items: list[OfferMatch] = []
        while len(items) <= limit:
            results = await store.results.find({"matches.offer": offer}, after=after, limit=limit + 1)
            items += await _of_offer(store, viewer, taught, results)
            if len(results) <= limit:
                break
            after = results[-1].id
        return Page(items=items[:limit], next=items[limit - 1].need if len(items) > limit else None)

    return router


async def _of_need(store: Store, viewer: Viewer, need: NeedSnapshot, result: ResultSnapshot) -> NeedMatches:
    told = {one.offer for one in result.matches} | {one.offer for one in result.near_misses}
    offers = await store.offers.get_many(told)
    said = {one.offer: one for one in await store.responses.find({"need": need.id}, limit=_MOST_RESPONSES)}
    seats = {
        one.offer: seat_at(need, offers[one.offer], one.pair, viewer, said=one.offer in said)
        for one in result.matches
        if one.offer in offers
    }
    return NeedMatches(
        need=need.id,
        status=result.status,
        need_version=result.need_version,
        model=result.model,
        matches=tuple(
            MatchShown(
                **dict(one),
                about=offer_in_short(offers[one.offer], one.course_date),
                side=seat.side,
                said=_said(seat, said.get(one.offer)),
            )
            for one in result.matches
            if (seat := seats.get(one.offer))
        ),
        near_misses=tuple(
            NearMissShown(**dict(one), about=offer_in_short(offers[one.offer], one.course_date))
            for one in result.near_misses
            if one.offer in offers
        ),
        advice=result.advice,
    )


async def _of_offer(
    store: Store, viewer: Viewer, offer: OfferSnapshot, results: list[ResultSnapshot]
) -> list[OfferMatch]:
    needs = await store.needs.get_many(result.id for result in results)
    responses = await store.responses.find(
        {"offer": offer.id, "need": {"$in": sorted(needs)}}, limit=max(1, len(results))
    )
    said = {one.need: one for one in responses}
    items = []
    for result in results:
        need = needs.get(result.id)
        sight = sight_of(need, viewer) if need else None
        if need is None or sight is None:
            continue
        match = next(match for match in result.matches if match.offer == offer.id)
        seat = seat_at(need, offer, match.pair, viewer, said=need.id in said)
        if seat is None:
            continue
        items.append(
            OfferMatch(
                need=need.id,
                about=need_in_short(need, sight),
                match=match.model_copy(update={"criteria": without_company(match.criteria)})
                if sight == "hidden"
                else match,
                side=seat.side,
                said=_said(seat, said.get(need.id)),
            )
        )
    return items


def _said(seat: Seat, said: ResponseSnapshot | None) -> ResponseSnapshot | None:
    return said and said_shown(said, seat)
