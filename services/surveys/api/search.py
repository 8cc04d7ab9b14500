"""HTTP for search: words, place, days and facets over what the caller may see; offers need no token."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.surveys.answers import NeedAnswer, OfferAnswer, need_answer, offer_answer
from services.surveys.api.asked import LISTING, OfNetwork
from services.surveys.api.viewing import AnyViewer, Member
from services.surveys.domain import day_of
from services.surveys.domain.searching import Asked, Card, Found, Index, Sort, need_face, offer_face
from services.surveys.domain.searching.cards import Face
from services.surveys.domain.seeing import View, need_for, offer_for
from services.surveys.domain.viewers import Viewer
from services.surveys.store import Store
from shared.clock import now
from shared.events.base import Snapshot
from shared.events.members import Place
from shared.events.surveys import Delivery, Level, TimeModel
from shared.places import place_of
from shared.publishing import Owned
from shared.rules import RuleBroken
from shared.towns import town_named

A = TypeVar("A")
S = TypeVar("S", bound=Snapshot)

MOST_VALUES: Final = 30
"""Of a facet with many values the most frequent ones are answered."""
Bands = Literal["free", "to_250", "to_500", "to_1000", "to_2500", "over_2500"]
Month = Annotated[str, Query(pattern=r"^\d{4}-\d{2}$")]


class FacetCount(BaseModel):
    """A value of a facet, and how much is found with it."""

    value: str
    count: int | None
    """Null where fewer than three companies stand behind it."""


class Hit(BaseModel, Generic[A]):
    """One thing that was found."""

    found: A
    distance_km: float | None = None
    """Of the nearest date that fits; null without a place, and for what has no distance."""


class Results(BaseModel, Generic[A]):
    """A page of what was found, how much it is in all, and how it is spread."""

    items: list[Hit[A]]
    total: int
    next: str | None = None
    """Given as `after` to read on; null at the end."""
    facets: dict[str, list[FacetCount]]
    """By facet (delivery, time_model, area, month, topic, level, kind, azav, price_band): counted as if nothing were
    chosen of that facet itself."""
    place: Place | None = None
    """The place that was understood."""


@dataclass(frozen=True)
class WantedSearch:
    """What the query of a request searches for."""

    words: Annotated[str, Query(max_length=200, description="All of them must be found; endings do not matter")] = ""
    place: Annotated[str, Query(max_length=100, description="A postcode, or the name of a larger town")] = ""
    radius_km: Annotated[
        int | None, Query(ge=1, le=1000, description="Around the place; 50 if only a place is named")
    ] = None
    starts_from: Annotated[date | None, Query(description="First day on which it may start")] = None
    starts_to: Annotated[date | None, Query(description="Last day on which it may start")] = None
    price_to: Annotated[float | None, Query(ge=0, le=1_000_000, description="In euros, a person")] = None
    network: OfNetwork = None
    delivery: Annotated[tuple[Delivery, ...], Query(description="One of these")] = ()
    time_model: Annotated[tuple[TimeModel, ...], Query(description="One of these")] = ()
    area: Annotated[tuple[str, ...], Query(max_length=50, description="First three digits of a postcode")] = ()
    month: Annotated[tuple[str, ...], Query(max_length=50, description="Of the start, as 2027-03")] = ()
    topic: Annotated[tuple[str, ...], Query(max_length=50, description="Codes of GET /topics")] = ()
    level: Annotated[tuple[Level, ...], Query(description="One of these")] = ()
    kind: Annotated[tuple[Literal["course", "initiative"], ...], Query(description="Offers: one of these")] = ()
    azav: Annotated[tuple[Literal["yes", "no"], ...], Query(description="Approved, or wanted")] = ()
    price_band: Annotated[tuple[Bands, ...], Query(description="One of these")] = ()
    unsaid: Annotated[bool, Query(description="Find also that of which it is not known")] = False
    sort: Annotated[Sort | None, Query(description="relevance with words, else start")] = None
    after: Annotated[str | None, Query(max_length=200, description="`next` of the page before")] = None
    limit: Annotated[int, Query(ge=1, le=100, description="The most items of a page")] = 20

    def asked(self) -> Asked:
        """Return what is asked for; RuleBroken for a place that nobody knows."""
        near = place_meant(self.place)
        facets = {name: getattr(self, name) for name in _CHOSEN}
        return Asked(
            words=self.words,
            near=near,
            radius_km=(self.radius_km or USUAL_RADIUS) if near else None,
            since=self.starts_from,
            until=self.starts_to,
            price_to=self.price_to,
            network=self.network,
            facets={name: frozenset(map(str, chosen)) for name, chosen in facets.items()},
            unsaid=self.unsaid,
            sort=self.sort or ("relevance" if self.words.strip() else "start"),
        )


_CHOSEN: Final = ("delivery", "time_model", "area", "month", "topic", "level", "kind", "azav", "price_band")
USUAL_RADIUS: Final = 50
Search = Annotated[WantedSearch, Depends()]


def place_meant(text: str) -> Place | None:
    """Return the place that somebody typed; None for nothing, RuleBroken for one that nobody knows."""
    text = text.strip()
    if not text:
        return None
    town = None if text.isdigit() else town_named(text)
    place = place_of(town.postal_code if town else text, town.name if town else None)
    if place.lat is None:
        raise RuleBroken("place_not_known", field="place")
    return place


def routes(store: Store) -> APIRouter:
    """Return the routes of search."""
    router = APIRouter(prefix="/search", tags=["search"])

    @router.get("/offers", responses=LISTING, summary="Search the offers that the caller may see; no token is needed")
    async def offers(request: Request, viewer: AnyViewer, wanted: Search) -> Results[OfferAnswer]:
        asked = wanted.asked()
        index = await store.searched_offers.index()
        found = await asyncio.to_thread(_found, index, asked, viewer, offer_face, few_hidden=False)
        return await _results(
            found,
            wanted,
            asked,
            _reader(store.offers, lambda offer: offer_for(viewer, offer)),
            lambda view: offer_answer(view, request),
        )

    @router.get(
        "/needs", responses=LISTING, summary="Search the open needs that the caller may see, as far as they may"
    )
    async def needs(request: Request, viewer: Member, wanted: Search) -> Results[NeedAnswer]:
        asked = wanted.asked()
        index = await store.searched_needs.index()
        found = await asyncio.to_thread(_found, index, asked, viewer, need_face, few_hidden=True)
        return await _results(
            found,
            wanted,
            asked,
            _reader(store.needs, lambda need: need_for(viewer, need)),
            lambda view: need_answer(view, request),
        )

    return router


def _found(
    index: Index, asked: Asked, viewer: Viewer, face: Callable[[Viewer, Card], Face | None], *, few_hidden: bool
) -> Found:
    networks = None if viewer.operator else viewer.networks()
    seen = index.seen(lambda card: face(viewer, card))
    return index.search(asked, seen, day_of(now()), own_networks=networks, few_hidden=few_hidden)


Reader = Callable[[tuple[str, ...]], Awaitable[dict[str, View[S]]]]


def _reader(owned: Owned[S], look: Callable[[S], View[S] | None]) -> Reader[S]:
    async def read(ids: tuple[str, ...]) -> dict[str, View[S]]:
        there = await owned.find({"id": {"$in": list(ids)}}, limit=len(ids)) if ids else []
        return {one.id: view for one in there if (view := look(one)) is not None}

    return read


async def _results(
    found: Found, wanted: WantedSearch, asked: Asked, read: Reader[S], answer: Callable[[View[S]], A]
) -> Results[A]:
    begin = found.after(*_cursor_read(wanted.after)) if wanted.after else 0
    end = begin + wanted.limit
    views = await read(found.ids[begin:end])
    hits: list[Hit[A]] = [
        Hit(found=answer(views[one]), distance_km=None if distance is None else round(distance, 1))
        for one, distance in zip(found.ids[begin:end], found.distances[begin:end], strict=True)
        if one in views
    ]
    following = _cursor(found.keys[end - 1], found.ids[end - 1]) if end < len(found.ids) else None
    return Results(items=hits, total=len(found.ids), next=following, facets=_counts(found), place=asked.near)


def _counts(found: Found) -> dict[str, list[FacetCount]]:
    return {
        name: [
            FacetCount(value=value, count=count)
            for value, count in sorted(counts.items(), key=lambda pair: (-(pair[1] or 0), pair[0]))[:MOST_VALUES]
        ]
        for name, counts in found.facets.items()
    }


def _cursor(key: float, thing: str) -> str:
    return urlsafe_b64encode(json.dumps([repr(key), thing]).encode()).decode().rstrip("=")


def _cursor_read(text: str) -> tuple[float, str]:
    try:
        read: Any = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key, thing = float(read[0]), str(read[1])
    except (ValueError, TypeError, LookupError):
        raise RuleBroken("cursor_not_valid", field="after") from None
    return key, thing
