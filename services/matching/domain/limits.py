"""One pure function for each criterion of `domain.md`: a need and an offer, or one of its dates, in; a verdict out.

`unknown` says that the offer does not tell; it never excludes. None instead of a criterion says that the need does not
ask. A course date of None stands for an offer without dates.
"""

from datetime import date as Day  # noqa: N812 - a day, as the contracts call it; `date` here is a course date
from math import ceil
from typing import Final

from shared.events.matching import Criterion, CriterionCode, Verdict
from shared.events.members import Place
from shared.events.surveys import CourseDate, Delivery, NeedSnapshot, OfferSnapshot
from shared.places import distance_km

WITHOUT_DISTANCE: Final = frozenset({Delivery.ONLINE, Delivery.SELF_PACED, Delivery.DISTANCE})
"""Taught wherever the learner sits; hybrid has days on site, and so a distance."""

AVAILABLE: Final = frozenset({"published", "permanent", "preparing"})
"""Lifecycles that may match; `preparing` is shown as planned and never announced."""


def criterion(code: CriterionCode, verdict: Verdict, **params: str | float | Day | tuple[str, ...] | None) -> Criterion:
    """Return a criterion with those parameters that are known, days as ISO texts."""
    told = {name: _plain(value) for name, value in params.items() if value is not None}
    return Criterion(code=code, verdict=verdict, params=told)


def lifecycle(offer: OfferSnapshot) -> Criterion:
    """Fits as long as the offer is neither ended nor taken back."""
    return criterion("lifecycle", _holds(offer.status in AVAILABLE), status=offer.status)


def visibility(need: NeedSnapshot, offer: OfferSnapshot) -> Criterion:
    """Fits when need and offer share a network, or the offer is for everybody."""
    return criterion("visibility", _holds(not offer.networks or not {*need.networks}.isdisjoint(offer.networks)))


def price(need: NeedSnapshot, offer: OfferSnapshot) -> Criterion | None:
    """Fits up to the need's budget a person, included; an initiative has no price."""
    if offer.kind == "initiative":
        return None
    asked, most = offer.price_eur, need.max_price_eur
    fits = asked is None or most is None or asked <= most
    return criterion("price", _told(asked is not None, fits), price_eur=asked, max_price_eur=most)


def azav(need: NeedSnapshot, offer: OfferSnapshot) -> Criterion | None:
    """Fails only when the approval is wanted and known to be missing."""
    return criterion("azav", _told(offer.azav is not None, bool(offer.azav))) if need.azav_wanted else None


def delivery(need: NeedSnapshot, date: CourseDate | None) -> Criterion:
    """Fits when the date is taught in one of the accepted ways; a need that names none accepts all."""
    how = date.delivery if date else None
    fits = not need.delivery or how in need.delivery
    return criterion("delivery", _told(how is not None, fits), delivery=how)


def place(need: NeedSnapshot, date: CourseDate | None) -> Criterion:
    """Fits up to the need's radius, included; online has no distance, in-house comes, no radius means anywhere."""
    if date is None:
        return criterion("place", "unknown", radius_km=need.radius_km)
    if date.delivery in WITHOUT_DISTANCE:
        return criterion("place", "fits", how="online")
    if date.delivery is Delivery.IN_HOUSE:
        return criterion("place", "fits", how="in_house")
    return within_radius(distance_km(need.place, date.place), need.radius_km, date.place)


def within_radius(km: float | None, radius_km: int | None, where: Place) -> Criterion:
    """Judge a distance; the one that is told is rounded to 100 m, never over to the other side of the radius."""
    if radius_km is None:
        about = None if km is None else round(km, 1)
        return criterion("place", "fits", km=about, town=where.town, how="anywhere")
    if km is None:
        return criterion("place", "unknown", radius_km=radius_km, town=where.town, how="distance")
    fits = km <= radius_km
    about = round(km, 1) if fits else ceil(km * 10) / 10
    return criterion("place", _holds(fits), km=about, radius_km=radius_km, town=where.town, how="distance")


def dates(need: NeedSnapshot, offer: OfferSnapshot, date: CourseDate | None) -> Criterion:
    """Fits when the start lies between the earliest and latest wanted, both days included, or can be agreed."""
    starts_on, entry = (date.starts_on, date.entry) if date else (None, None)
    earliest, latest = need.earliest_start, need.latest_start
    verdict = _told(
        starts_on is not None,
        starts_on is not None and (earliest or Day.min) <= starts_on <= (latest or Day.max),
    )
    if entry in {"rolling", "on_request"}:
        verdict = "fits"
    if _is_over_before(earliest, offer):
        verdict = "not"
    return criterion("dates", verdict, starts_on=starts_on, entry=entry, earliest=earliest, latest=latest)


def _is_over_before(earliest: Day | None, offer: OfferSnapshot) -> bool:
    """Tell whether an initiative's funding ends before the company wants to begin."""
    if offer.kind != "initiative" or earliest is None or offer.ends_on is None:
        return False
    return offer.ends_on < earliest


def seats(need: NeedSnapshot, offer: OfferSnapshot, date: CourseDate | None) -> Criterion | None:
    """Fits when the fewest people (one when not said) find room: in the places left, else in the whole course."""
    if offer.kind == "initiative":
        return None
    left, most = (0 if date.full else date.places_left, date.participants_max) if date else (None, None)
    room = most if left is None else left
    fits = room is not None and (need.persons_min or 1) <= room
    return criterion("seats", _told(room is not None, fits), left=left, max=most, wanted=need.persons_min)


def time_model(need: NeedSnapshot, date: CourseDate | None) -> Criterion | None:
    """Fits when the date is taught at one of the wanted times."""
    if not need.time_models:
        return None
    models = date.time_models if date else frozenset()
    fits = not need.time_models.isdisjoint(models)
    return criterion("time_model", _told(bool(models), fits), models=tuple(sorted(models)) or None)


def latest_end(need: NeedSnapshot, date: CourseDate | None) -> Criterion | None:
    """Fits when the date is over by the need's latest end, that day included."""
    if need.latest_end is None:
        return None
    ends_on = date.ends_on if date else None
    fits = ends_on is not None and ends_on <= need.latest_end
    return criterion("latest_end", _told(ends_on is not None, fits), ends_on=ends_on, latest_end=need.latest_end)


def group_minimum(need: NeedSnapshot, date: CourseDate | None) -> Criterion | None:
    """Fits when the company's own people are enough for the course to run; others may still join where they are not."""
    persons = need.persons_max or need.persons_min
    if persons is None:
        return None
    minimum = date.participants_min if date else None
    fits = minimum is not None and minimum <= persons
    return criterion("group_minimum", _told(minimum is not None, fits), minimum=minimum, persons=persons)


def cefr(need: NeedSnapshot, offer: OfferSnapshot) -> Criterion | None:
    """Fits when the people have at least the German that the course asks for."""
    if need.cefr is None:
        return None
    fits = offer.cefr is not None and offer.cefr <= need.cefr  # A1 to C2 sort as texts
    return criterion("cefr", _told(offer.cefr is not None, fits), asked=offer.cefr, has=need.cefr)


def level(need: NeedSnapshot, offer: OfferSnapshot) -> Criterion | None:
    """Fits when the course goes as far as wanted, neither more nor less."""
    if need.level is None:
        return None
    verdict = _told(offer.level is not None, offer.level is need.level)
    return criterion("level", verdict, offered=offer.level, wanted=need.level)


def entry(offer: OfferSnapshot) -> Criterion | None:
    """Be honest that entry requirements are prose: whether people meet them is for people to say."""
    return criterion("entry", "unknown") if offer.entry_requirements.strip() else None


def _holds(fits: bool) -> Verdict:
    return "fits" if fits else "not"


def _told(known: bool, fits: bool) -> Verdict:
    return _holds(fits) if known else "unknown"


def _plain(value: str | float | Day | tuple[str, ...]) -> str | int | float | tuple[str, ...]:
    if isinstance(value, Day):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)  # the word of an enumeration, not its member
    return value if isinstance(value, int | float) else tuple(str(one) for one in value)
