"""What matching answers: results, needs of an offer, and one pair as its two sides may see it."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.matching.domain import Side, What
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot
from shared.events.base import Day, Id
from shared.events.matching import Advice, Criterion, DismissReason, FundingHint, Match, NearMiss, Said
from shared.events.members import Place
from shared.explaining import ABOUT_THE_COMPANY
from shared.inputs import Input

_NEED: Final = "019a0000-0000-7000-8000-000000000001"
_OFFER: Final = "019a0000-0000-7000-8000-000000000065"
_MATCH: Final[dict[str, Any]] = {
    "offer": _OFFER,
    "pair": "5bb07f1d-9d8b-5a33-a0a2-1f2f3a4b5c6d",
    "course_date": "019a0000-0000-7000-8000-0000000001f5",
    "starts_on": "2027-03-01",
    "probability": 0.91,
    "fit": 0.91,
    "announced": True,
    "criteria": [
        {"code": "content", "verdict": "fits", "params": {}, "weight": 0.0},
        {"code": "place", "verdict": "fits", "params": {"how": "distance", "km": 12.4, "radius_km": 50}, "weight": 0.0},
        {"code": "seats", "verdict": "unknown", "params": {"wanted": 3}, "weight": 0.0},
    ],
    "found_at": "2026-11-22T09:00:00.000000Z",
}


class NeedMatches(BaseModel):
    """The result of a need; `waiting` until it was computed for the first time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"need": _NEED, "status": "current", "need_version": 1, "model": "e5-ff0fdf7e", "matches": [_MATCH]}
            ]
        }
    )

    need: Id
    status: Literal["waiting", "current", "closed"]
    need_version: int | None = None
    """Which version of the need it answers."""
    model: str | None = None
    matches: tuple[Match, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    """The best by content of those that a limit excludes, at most 5."""
    advice: tuple[Advice, ...] = ()
    """What the company could change, that which adds most first."""


class OfferMatch(BaseModel):
    """A need that an offer answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"need": _NEED, "match": _MATCH}]})

    need: Id
    match: Match


class NeedInShort(BaseModel):
    """What both sides see of a need; of an anonymous one a provider sees text alone."""

    id: Id
    status: str
    title: str
    description: str
    visibility: str
    persons_min: int | None = None
    persons_max: int | None = None
    earliest_start: Day | None = None
    latest_start: Day | None = None
    place: Place | None = None


class OfferInShort(BaseModel):
    """What both sides see of an offer."""

    id: Id
    status: str
    kind: str
    title: str
    description: str
    provider_name: str | None
    price_eur: float | None
    hours: float | None
    link: str | None
    starts_on: Day | None = None
    ends_on: Day | None = None
    place: Place | None = None


class PairAnswer(BaseModel):
    """A need and an offer, whether and why they fit, and what was said about it."""

    pair: Id
    side: Side | None
    """Which side the caller is on; None for operators."""
    need: NeedInShort
    offer: OfferInShort
    match: Match | None
    """None when the pair is not, or no longer, among the need's matches."""
    criteria: tuple[Criterion, ...]
    """Those of the match; without one what the limits say now."""
    response: ResponseSnapshot | None
    """Its version is the ETag; None when nobody has said anything yet."""
    funding: tuple[FundingHint, ...] = ()
    """What might help to pay, for the company; a provider is told nothing of it."""


class ResponseInput(Input):
    """What one side says about a pair."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"what": "interested"},
                {"what": "booked", "persons": 3},
                {"what": "dismissed", "reason": "too_far"},
            ]
        }
    )

    what: What
    reason: DismissReason | None = None
    persons: Annotated[int, Field(ge=1, le=10_000)] | None = None


def need_in_short(need: NeedSnapshot, *, hidden: bool) -> NeedInShort:
    """Return a need; `hidden` leaves out what would help to find out which company it is."""
    told = NeedInShort(
        id=need.id, status=need.status, title=need.title, description=need.description, visibility=need.visibility
    )
    if hidden:
        return told
    return told.model_copy(
        update={
            "persons_min": need.persons_min,
            "persons_max": need.persons_max,
            "earliest_start": need.earliest_start,
            "latest_start": need.latest_start,
            "place": need.place,
        }
    )


def offer_in_short(offer: OfferSnapshot, course_date: str | None) -> OfferInShort:
    """Return an offer with that one of its dates that serves the need."""
    date = next((date for date in offer.dates if date.id == course_date), None)
    return OfferInShort(
        id=offer.id,
        status=offer.status,
        kind=offer.kind,
        title=offer.title,
        description=offer.description,
        provider_name=offer.provider_name,
        price_eur=offer.price_eur,
        hours=offer.hours,
        link=offer.link,
        starts_on=date.starts_on if date else None,
        ends_on=date.ends_on if date else None,
        place=date.place if date else None,
    )


def without_company(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Return criteria without the parameters that come from the need."""
    return tuple(
        one.model_copy(update={"params": {k: v for k, v in one.params.items() if k not in ABOUT_THE_COMPANY}})
        for one in criteria
    )


def without_member(said: Said | None, side: Side, caller: Side | None) -> Said | None:
    """Return what a side said, to the other side without who said it."""
    if said is None or caller is None or caller == side:
        return said
    return said.model_copy(update={"by": _SOMEBODY})


_SOMEBODY: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for a member whom the reader may not know."""
