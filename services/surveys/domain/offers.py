"""What makes an offer sound, which way its lifecycle goes, and what becomes of it when its days are over."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from shared.events.surveys import CourseDate, OfferSnapshot
from shared.rules import Conflict, RuleBroken

ENDS_SOON: Final = timedelta(days=90)
"""So long before an initiative's funding ends it is marked."""
LIVING: Final = frozenset({"preparing", "published", "permanent"})
"""Where the passing of days matters; `ended`, `blocked` and `withdrawn` offers are left as they are."""


def started(offer: OfferSnapshot, today: date) -> OfferSnapshot:
    """Return a new offer as it stands today, if it is sound; none begins withdrawn."""
    if offer.status == "withdrawn":
        raise RuleBroken("offer_step", field="status", status="new", wanted=offer.status)
    return as_of(_sound(offer), today)


def changed(old: OfferSnapshot, new: OfferSnapshot, today: date) -> OfferSnapshot:
    """Return the offer as somebody wants it now; every step is open but the one back from withdrawn."""
    if old.status == "withdrawn":
        raise Conflict("offer_withdrawn", field="status")
    if new.status == "withdrawn":
        raise RuleBroken("offer_step", field="status", status=old.status, wanted=new.status)
    return as_of(_sound(new), today)


def withdrawn(offer: OfferSnapshot) -> OfferSnapshot:
    """Return the offer withdrawn; withdrawing twice is the same as once."""
    return offer if offer.status == "withdrawn" else offer.model_copy(update={"status": "withdrawn"})


def is_past(course: CourseDate, today: date) -> bool:
    """Tell whether nobody can join any more: a fixed course began before today, any other one ended before today."""
    if course.entry == "fixed" and course.starts_on is not None:
        return course.starts_on < today
    return course.ends_on is not None and course.ends_on < today


def as_of(offer: OfferSnapshot, today: date) -> OfferSnapshot:
    """Return the offer as it stands today: without past dates, or ended, with its dates kept, when all are past.

    Whoever matches offers needs no clock because of this. A permanent offer outlives its dates. Repeating it on the
    same day changes nothing.
    """
    if offer.status not in LIVING:
        return offer
    if offer.kind == "initiative" and offer.ends_on is not None and offer.ends_on < today:
        return offer.model_copy(update={"status": "ended"})
    left = tuple(course for course in offer.dates if not is_past(course, today))
    if len(left) == len(offer.dates):
        return offer
    if not left and offer.status != "permanent":
        return offer.model_copy(update={"status": "ended"})
    return offer.model_copy(update={"dates": left})


def funding_mark(offer: OfferSnapshot, today: date) -> str | None:
    """Return the code of what is to be said about the end of an initiative's funding; None for nothing yet."""
    if offer.kind != "initiative" or offer.ends_on is None:
        return None
    if offer.ends_on < today:
        return "funding_ended"
    return "funding_ends" if offer.ends_on - today <= ENDS_SOON else None


def in_order(dates: Iterable[CourseDate]) -> tuple[CourseDate, ...]:
    """Return course dates by start, those without one last; ties by id, so that equal offers are equal."""
    return tuple(sorted(dates, key=lambda course: (course.starts_on or date.max, course.id)))


def _sound(offer: OfferSnapshot) -> OfferSnapshot:
    seen: set[str] = set()
    for number, course in enumerate(offer.dates):
        _check_date(course, f"dates.{number}")
        if course.id in seen:
            raise RuleBroken("date_twice", field=f"dates.{number}.id")
        seen.add(course.id)
    if offer.kind == "initiative" and offer.price_eur is not None:
        raise RuleBroken("initiative_without_price", field="price_eur")
    if offer.kind == "course" and offer.ends_on is not None:
        raise RuleBroken("course_ends_by_dates", field="ends_on")
    return offer


def _check_date(course: CourseDate, field: str) -> None:
    start, end = course.starts_on, course.ends_on
    if start is not None and end is not None and end < start:
        raise RuleBroken("end_before_start", field=f"{field}.ends_on", start=str(start), end=str(end))
    least, most = course.participants_min, course.participants_max
    if least is not None and most is not None and most < least:
        raise RuleBroken("persons_max_below_min", field=f"{field}.participants_max", least=least, most=most)
