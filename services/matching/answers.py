"""What matching answers: results, needs of an offer, and one pair as its two sides may see it."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.matching.domain import Side
from services.matching.domain.seeing import Seat, Sight, band_of
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot
from shared.events.base import Day, Id
from shared.events.matching import Advice, Criterion, FundingHint, Match, NearMiss, Said
from shared.events.members import Place
from shared.explaining import ABOUT_THE_COMPANY
from shared.places import area_of

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


_NEED_IN_SHORT: Final[dict[str, Any]] = {
    "id": _NEED,
    "status": "open",
    "title": "WIG-Schweißen für unsere Schlosser",
    "description": "",
    "visibility": "anonymous",
    "district": "041",
    "persons_band": "3-5",
}
_OFFER_IN_SHORT: Final[dict[str, Any]] = {
    "id": _OFFER,
    "status": "published",
    "kind": "course",
    "title": "WIG-Schweißen Grundkurs",
    "description": "",
    "provider_name": "Bildungswerk Muster gGmbH",
    "price_eur": 1250,
    "hours": 80,
    "link": None,
    "starts_on": "2027-03-01",
}


class NeedInShort(BaseModel):
    """A need as the reader may see it; of an anonymous one no more than text, topics, district and roughly how many."""

    id: Id
    status: str
    title: str
    description: str
    visibility: str
    organisation: Id | None = None
    """None also where the company does not want to be named."""
    topics: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    district: str | None = None
    """Postal area, the first three digits of the postcode."""
    persons_band: str | None = Field(None, examples=["1-2", "3-5", "6-10", "11+"])
    persons_min: int | None = None
    persons_max: int | None = None
    earliest_start: Day | None = None
    latest_start: Day | None = None
    delivery: tuple[str, ...] = ()
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


class MatchShown(Match):
    """A match with its offer."""

    about: OfferInShort
    side: Side | None = None
    """Which side the caller is on; None for operators and coordinators, who stand between both."""
    said: ResponseSnapshot | None = None
    """What was said about it; None when nobody has said anything."""


class NearMissShown(NearMiss):
    """An offer that a limit excludes."""

    about: OfferInShort


class NeedMatches(BaseModel):
    """The result of a need; `waiting` until it was computed for the first time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "need": _NEED,
                    "status": "current",
                    "need_version": 1,
                    "model": "e5-ff0fdf7e",
                    "matches": [{**_MATCH, "about": _OFFER_IN_SHORT}],
                }
            ]
        }
    )

    need: Id
    status: Literal["waiting", "current", "closed"]
    need_version: int | None = None
    """Which version of the need it answers."""
    model: str | None = None
    matches: tuple[MatchShown, ...] = ()
    near_misses: tuple[NearMissShown, ...] = ()
    """The best by content of those that a limit excludes, at most 5."""
    advice: tuple[Advice, ...] = ()
    """What the company could change, that which adds most first."""


class OfferMatch(BaseModel):
    """A need that an offer answers."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"need": _NEED, "about": _NEED_IN_SHORT, "match": _MATCH}]}
    )

    need: Id
    about: NeedInShort
    match: Match
    side: Side | None = None
    """Which side the caller is on, as in the matches of a need."""
    said: ResponseSnapshot | None = None


class PreviewMatch(BaseModel):
    """An offer that would answer the need."""

    offer: Id
    about: OfferInShort
    course_date: Id | None
    starts_on: Day | None
    probability: float
    """That the offer's content answers the need."""
    fit: float
    """Probability times soft factors: what the list is ordered by."""
    criteria: tuple[Criterion, ...]


class Preview(BaseModel):
    """What a need would find if it were entered now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "e5-ff0fdf7e",
                    "matches": [
                        {
                            "offer": _OFFER,
                            "about": _OFFER_IN_SHORT,
                            **{name: _MATCH[name] for name in ("course_date", "starts_on", "probability", "fit")},
                            "criteria": _MATCH["criteria"],
                        }
                    ],
                }
            ]
        }
    )

    model: str
    matches: tuple[PreviewMatch, ...] = ()
    """Best first, at most 10."""
    near_misses: tuple[NearMissShown, ...] = ()
    advice: tuple[Advice, ...] = ()


class PairAnswer(BaseModel):
    """A need and an offer, whether and why they fit, and what was said about it."""

    pair: Id
    side: Side | None
    """Which side the caller is on; None for operators and coordinators, who stand between both."""
    speaks_for: tuple[Side, ...]
    """For which sides the caller may answer."""
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


def need_in_short(need: NeedSnapshot, sight: Sight) -> NeedInShort:
    """Return a need as far as it is seen."""
    told = NeedInShort(
        id=need.id,
        status=need.status,
        title=need.title,
        description=need.description,
        visibility=need.visibility,
        topics=need.topics,
        skills=need.skills,
        district=area_of(need.place),
        persons_band=band_of(need.persons_min or need.persons_max),
        earliest_start=need.earliest_start,
        latest_start=need.latest_start,
        delivery=tuple(sorted(need.delivery)),
    )
    if sight == "hidden":
        return told
    return told.model_copy(
        update={
            "organisation": None if sight == "unnamed" else need.organisation,
            "persons_min": need.persons_min,
            "persons_max": need.persons_max,
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


def said_shown(said: ResponseSnapshot, seat: Seat) -> ResponseSnapshot:
    """Return what was said about a pair, by whom only where that is known anyway."""
    return said.model_copy(
        update={
            "company": _without_member(said.company, "company", seat),
            "provider": _without_member(said.provider, "provider", seat),
        }
    )


def _without_member(said: Said | None, side: Side, seat: Seat) -> Said | None:
    if said is None or seat.knows_members or side in seat.speaks_for:
        return said
    return said.model_copy(update={"by": _SOMEBODY})


_SOMEBODY: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for a member whom the reader may not know."""
