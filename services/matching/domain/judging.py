"""A need and an offer judged as a whole: which course date counts, what excludes, how far soft criteria lower `fit`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a day, as the contracts call it
from math import prod
from typing import Final

from services.matching.domain import limits
from shared.events.matching import Criterion, CriterionCode
from shared.events.surveys import CourseDate, Delivery, NeedSnapshot, OfferSnapshot

LOWERS: Final[dict[CriterionCode, tuple[float, float]]] = {
    "time_model": (0.30, 0.05),
    "cefr": (0.30, 0.05),
    "level": (0.25, 0.05),
    "latest_end": (0.25, 0.05),
    "group_minimum": (0.15, 0.0),
    "entry": (0.30, 0.0),
}
"""The share of `fit` that a soft criterion takes away when it does not fit, and when it is unknown."""

ABOUT_DATE: Final[frozenset[CriterionCode]] = frozenset(
    {"place", "dates", "delivery", "seats", "time_model", "latest_end", "group_minimum"}
)
"""What is judged of a course date; the rest is judged of the offer."""

_IN_HOUSE: Final = CourseDate(id="00000000-0000-0000-0000-000000000000", entry="on_request", delivery=Delivery.IN_HOUSE)
"""What "in-house possible" adds to the dates of an offer, for companies that ask for it."""

_Option = tuple[CourseDate | None, tuple[Criterion, ...]]


@dataclass(frozen=True)
class Judgement:
    """What the limits and soft criteria say about one pair, by the course date that serves the need best."""

    date: CourseDate | None
    """None for an offer without dates, and for a course that comes in-house by agreement."""
    criteria: tuple[Criterion, ...]
    """A criterion's weight is the share of `fit` that its verdict took away; 0 for all that decide."""
    misses: int
    """How many deciding criteria say `not`."""
    factor: float
    """What probability is multiplied by to give `fit`: the product of (1 - weight)."""

    @property
    def fits(self) -> bool:
        """Whether no deciding criterion says `not`."""
        return self.misses == 0


def judge(need: NeedSnapshot, offer: OfferSnapshot) -> Judgement:
    """Judge a pair by one single course date: the earliest that meets all deciding limits, else the nearest miss.

    Cancelled dates count as if they were not there. Pure; content plays no part.
    """
    date, about_date = min(_options(need, offer), key=lambda option: (_misses(need, option[1]), _earliness(option[0])))
    about_offer = _weighed(
        need,
        limits.price(need, offer),
        limits.azav(need, offer),
        limits.cefr(need, offer),
        limits.level(need, offer),
        limits.entry(offer),
        limits.lifecycle(offer),
        limits.visibility(need, offer),
    )
    criteria = (*about_date, *about_offer)
    return Judgement(
        date=None if date is _IN_HOUSE else date,
        criteria=criteria,
        misses=_misses(need, criteria),
        factor=prod(1.0 - criterion.weight for criterion in criteria),
    )


def _options(need: NeedSnapshot, offer: OfferSnapshot) -> list[_Option]:
    """Return every date that can serve, with what is to be said about it; at least one, which may be None."""
    dates: list[CourseDate | None] = [date for date in offer.dates if not date.cancelled]
    if offer.in_house_possible and Delivery.IN_HOUSE in need.delivery:
        dates.append(_IN_HOUSE)
    return [(date, _about_date(need, offer, date)) for date in dates or [None]]


def _about_date(need: NeedSnapshot, offer: OfferSnapshot, date: CourseDate | None) -> tuple[Criterion, ...]:
    return _weighed(
        need,
        limits.place(need, date),
        limits.dates(need, offer, date),
        limits.delivery(need, date),
        limits.seats(need, offer, date),
        limits.time_model(need, date),
        limits.latest_end(need, date),
        limits.group_minimum(need, date),
    )


def _weighed(need: NeedSnapshot, *criteria: Criterion | None) -> tuple[Criterion, ...]:
    """Give each soft criterion the weight that its verdict earns; what the company marked as a must decides instead."""
    return tuple(_with_weight(need, criterion) for criterion in criteria if criterion is not None)


def _with_weight(need: NeedSnapshot, criterion: Criterion) -> Criterion:
    if criterion.verdict == "fits" or _decides(need, criterion):
        return criterion
    when_not, when_unknown = LOWERS[criterion.code]
    return criterion.model_copy(update={"weight": when_not if criterion.verdict == "not" else when_unknown})


def _decides(need: NeedSnapshot, criterion: Criterion) -> bool:
    return criterion.code not in LOWERS or criterion.code in need.musts


def _misses(need: NeedSnapshot, criteria: Iterable[Criterion]) -> int:
    return sum(criterion.verdict == "not" and _decides(need, criterion) for criterion in criteria)


def _earliness(date: CourseDate | None) -> tuple[Day, bool, str]:
    """Sort by start, then id; dates without a start come last, a course by agreement in-house behind them."""
    if date is None:
        return Day.max, True, ""
    return date.starts_on or Day.max, date is _IN_HOUSE, date.id
