"""What the company could change: for each limit the smallest change that lets in all that it alone keeps out.

Each offer is judged again with one limit lifted, by the very rules that exclude it; so advice cannot promise what
judging would not keep.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Day  # noqa: N812 - a day, as the contracts call it
from typing import Final, TypeVar

from services.matching.domain.judging import ABOUT_DATE, Judgement, judge
from shared.events.matching import Advice, AdviceCode, CriterionCode
from shared.events.surveys import Delivery, NeedSnapshot, OfferSnapshot

RADII: Final = (25, 50, 100, 150, 200)
"""Kilometres that people can choose; beyond them comes anywhere."""
_ANYWHERE: Final = 10_000

V = TypeVar("V")
Params = dict[str, str | int | float]
_Ask = Callable[[NeedSnapshot, Sequence[OfferSnapshot]], list[Advice]]


def advice(need: NeedSnapshot, excluded: Sequence[tuple[OfferSnapshot, Judgement]]) -> tuple[Advice, ...]:
    """Return what the company could change, one for each limit, that which adds most first; ties in the order below.

    `excluded` are the offers whose content reaches `announce` and that do not fit, or those of them that are looked
    at, as judged. Pure; the order of `excluded` plays no part.
    """
    found = []
    for codes, ask in _ASKED:
        offers = [offer for offer, judgement in excluded if _may_help(need, offer, judgement, codes)]
        found += ask(need, offers) if offers else []
    return tuple(sorted(found, key=lambda each: -each.adds))  # stable


def _may_help(need: NeedSnapshot, offer: OfferSnapshot, judgement: Judgement, codes: frozenset[CriterionCode]) -> bool:
    """Tell whether changing a limit can let the offer in; it saves judging again, and never tells no where it can."""
    if "delivery" in codes and offer.in_house_possible and Delivery.IN_HOUSE not in need.delivery:
        return True
    if judgement.misses > 1:
        return False
    missed = next(each.code for each in judgement.criteria if each.verdict == "not" and each.weight == 0)
    # Where one limit of a date is missed, another date may miss another one.
    return missed in codes or (missed in ABOUT_DATE and len(offer.dates) > 1 and not codes.isdisjoint(ABOUT_DATE))


def _fits(need: NeedSnapshot, offer: OfferSnapshot, **changes: object) -> bool:
    return judge(need.model_copy(update=changes), offer).fits


def _needed(offers: Iterable[OfferSnapshot], what: Callable[[OfferSnapshot], V | None]) -> list[V]:
    """Return what each offer that the change can let in asks for."""
    return [value for offer in offers if (value := what(offer)) is not None]


def _one(code: AdviceCode, adds: int, params: Mapping[str, str | float | None]) -> list[Advice]:
    told: Params = {name: value for name, value in params.items() if value is not None}
    return [Advice(code=code, params=told, adds=adds)] if adds else []


def _radius(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    """Look for the next radius people can choose, or anywhere."""
    radius = need.radius_km
    if radius is None:
        return []
    steps = [step for step in RADII if step > radius]

    def needed(offer: OfferSnapshot) -> int | None:
        if not _fits(need, offer, radius_km=None):
            return None
        return next((step for step in steps if _fits(need, offer, radius_km=step)), _ANYWHERE)

    found = _needed(offers, needed)
    to = max(found, default=0)
    return _one("radius", len(found), {"from": radius, "to": None if to == _ANYWHERE else to})


def _latest_start(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    latest = need.latest_start
    if latest is None:
        return []

    def needed(offer: OfferSnapshot) -> Day | None:
        judgement = judge(need.model_copy(update={"latest_start": None}), offer)
        # Of the dates that serve, judging tells the earliest.
        return judgement.date.starts_on if judgement.fits and judgement.date else None

    found = _needed(offers, needed)
    return _one("latest_start", len(found), {"from": str(latest), "to": str(max(found, default=latest))})


def _earliest_start(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    earliest = need.earliest_start
    if earliest is None:
        return []

    def needed(offer: OfferSnapshot) -> Day | None:
        if not _fits(need, offer, earliest_start=None):
            return None
        days = {offer.ends_on if offer.kind == "initiative" else None, *(date.starts_on for date in offer.dates)}
        before = sorted((day for day in days if day is not None and day < earliest), reverse=True)
        return next((day for day in before if _fits(need, offer, earliest_start=day)), None)

    found = _needed(offers, needed)
    return _one("earliest_start", len(found), {"from": str(earliest), "to": str(min(found, default=earliest))})


def _delivery(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    """Look for the one more form of teaching that lets in most."""
    if not need.delivery:
        return []
    adds = {
        form: sum(_fits(need, offer, delivery=need.delivery | {form}) for offer in offers if _is_taught(offer, form))
        for form in Delivery
        if form not in need.delivery
    }
    best = max(adds, key=lambda form: adds[form], default=None)
    return _one("delivery", adds[best], {"to": best.value}) if best else []


def _is_taught(offer: OfferSnapshot, form: Delivery) -> bool:
    return form is Delivery.IN_HOUSE or any(date.delivery is form for date in offer.dates)


def _price(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    most = need.max_price_eur
    if most is None:
        return []
    found = _needed(offers, lambda offer: offer.price_eur if _fits(need, offer, max_price_eur=None) else None)
    return _one("price", len(found), {"from": most, "to": max(found, default=most)})


def _persons(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    persons = need.persons_min
    if persons is None:
        return []

    def needed(offer: OfferSnapshot) -> int | None:
        if not _fits(need, offer, persons_min=1):
            return None
        rooms = {date.participants_max if date.places_left is None else date.places_left for date in offer.dates}
        fewer = sorted((room for room in rooms if room is not None and 1 <= room < persons), reverse=True)
        return next((room for room in fewer if _fits(need, offer, persons_min=room)), None)

    found = _needed(offers, needed)
    return _one("persons", len(found), {"from": persons, "to": min(found, default=persons)})


def _azav(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    if not need.azav_wanted:
        return []
    return _one("azav", sum(_fits(need, offer, azav_wanted=False) for offer in offers), {})


def _musts(need: NeedSnapshot, offers: Sequence[OfferSnapshot]) -> list[Advice]:
    return [
        each
        for must in _LIFTABLE
        if must in need.musts
        for each in _one(must, sum(_fits(need, offer, musts=need.musts - {must}) for offer in offers), {})
    ]


_LIFTABLE: Final[tuple[AdviceCode, ...]] = ("time_model", "latest_end", "level", "cefr", "group_minimum")
"""Soft criteria that can say `not`; `entry` is at most unknown."""

_ASKED: Final[tuple[tuple[frozenset[CriterionCode], _Ask], ...]] = (
    (frozenset({"place"}), _radius),
    (frozenset({"dates"}), _latest_start),
    (frozenset({"delivery"}), _delivery),
    (frozenset({"time_model", "latest_end", "level", "cefr", "group_minimum"}), _musts),
    (frozenset({"price"}), _price),
    (frozenset({"seats"}), _persons),
    (frozenset({"dates"}), _earliest_start),
    (frozenset({"azav"}), _azav),
)
"""What each looks at; in the order of how easily a company changes it."""
