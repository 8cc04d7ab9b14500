"""What makes an offer sound, which way its lifecycle goes, and what becomes of it when its days are over."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from shared.events.surveys import CourseDate, Delivery, OfferSnapshot
from shared.rules import Conflict, RuleBroken

ENDS_SOON: Final = timedelta(days=90)
"""So long before an initiative's funding ends it is marked."""
IN_HOUSE_SEMINAR: Final = "inhouseFirmenseminar"
FORMS: Final[dict[int, Delivery]] = {
    **dict.fromkeys(range(101, 106), Delivery.ON_SITE),
    **dict.fromkeys(range(201, 207), Delivery.ONLINE),
    204: Delivery.SELF_PACED,  # Selbstlernmodul
    **dict.fromkeys(range(301, 305), Delivery.HYBRID),
    **dict.fromkeys(range(401, 404), Delivery.DISTANCE),
}
"""The Bundesagentur's teaching forms: presence, digital, combined, distance course."""
PEOPLE: Final = ("contact", "entered_by")
"""Fields that name members."""
LIVING: Final = frozenset({"preparing", "published", "permanent"})
"""Where the passing of days matters; `ended`, `blocked` and `withdrawn` offers are left as they are."""


def delivery_of(form_code: str | None) -> Delivery | None:
    """Return how a course in one of the Bundesagentur's teaching forms is taught; None for codes we do not know."""
    if form_code == IN_HOUSE_SEMINAR:
        return Delivery.IN_HOUSE
    return FORMS.get(int(form_code)) if form_code and form_code.isascii() and form_code.isdigit() else None


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


def without_member(offer: OfferSnapshot, member: str) -> OfferSnapshot:
    """Return the offer without any mention of somebody who was erased."""
    gone: dict[str, Any] = {field: None for field in PEOPLE if getattr(offer, field) == member}
    return offer.model_copy(update=gone)


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


def marks(offer: OfferSnapshot, today: date) -> Iterator[tuple[str, str, date]]:
    """Yield what is to be said about the end of a funding or an approval: field, code and day."""
    if offer.kind == "initiative" and offer.ends_on is not None and offer.ends_on - today <= ENDS_SOON:
        yield "ends_on", "funding_ended" if offer.ends_on < today else "funding_ends", offer.ends_on
    if offer.azav and offer.azav_until is not None and offer.azav_until < today:
        yield "azav_until", "azav_ended", offer.azav_until


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
    lands = [number.land for number in offer.land_numbers]
    for number, land in enumerate(lands):
        if land in lands[:number]:
            raise RuleBroken("land_twice", field=f"land_numbers.{number}.land")
    if offer.kind == "course":
        _check_course(offer)
    else:
        _check_initiative(offer)
    return offer.model_copy(update={"dates": tuple(_with_delivery(course) for course in offer.dates)})


def _with_delivery(course: CourseDate) -> CourseDate:
    known = course.delivery or delivery_of(course.form_code)
    return course if known is course.delivery else course.model_copy(update={"delivery": known})


def _check_course(offer: OfferSnapshot) -> None:
    if offer.ends_on is not None:
        raise RuleBroken("course_ends_by_dates", field="ends_on")
    for field in ("initiative", "starts_on"):
        if getattr(offer, field) is not None:
            raise RuleBroken("only_initiatives", field=field)


def _check_initiative(offer: OfferSnapshot) -> None:
    if offer.price_eur is not None:
        raise RuleBroken("initiative_without_price", field="price_eur")
    for number, course in enumerate(offer.dates):
        for field in ("participants_min", "participants_max", "places_left"):
            if getattr(course, field) is not None:
                raise RuleBroken("initiative_without_seats", field=f"dates.{number}.{field}")
    if offer.starts_on is not None and offer.ends_on is not None and offer.ends_on < offer.starts_on:
        raise RuleBroken("end_before_start", field="ends_on", start=str(offer.starts_on), end=str(offer.ends_on))


def _check_date(course: CourseDate, field: str) -> None:
    start, end = course.starts_on, course.ends_on
    if start is not None and end is not None and end < start:
        raise RuleBroken("end_before_start", field=f"{field}.ends_on", start=str(start), end=str(end))
    least, most = course.participants_min, course.participants_max
    if least is not None and most is not None and most < least:
        raise RuleBroken("persons_max_below_min", field=f"{field}.participants_max", least=least, most=most)
    if course.starts_at is not None and course.ends_at is not None and course.ends_at <= course.starts_at:
        raise RuleBroken("times_reversed", field=f"{field}.ends_at", start=course.starts_at, end=course.ends_at)
    if course.register_by is not None and end is not None and course.register_by > end:
        raise RuleBroken("register_after_end", field=f"{field}.register_by", day=str(course.register_by), end=str(end))
