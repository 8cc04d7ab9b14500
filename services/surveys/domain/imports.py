"""What an imported offer does to the one that is stored under the same number of the same source."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from services.surveys.domain import needs
from services.surveys.domain.offers import as_of, in_order
from shared.events.surveys import CourseDate, NeedSnapshot, OfferSnapshot
from shared.rules import Conflict, Param

MOST_DATES: Final = 500
"""As many as the contract lets one offer have; the earliest stay."""

KEPT: Final = ("id", "version", "changed_at", "provider", "contact", "entered_by")
"""What a source does not know and people here may have added: an import leaves it alone."""

Outcome = Literal["created", "unchanged", "updated", "ended", "refused"]


@dataclass(frozen=True)
class Remark:
    """What there is to say about one field of a record: why it was refused, or what was left out."""

    field: str
    """Path in the file, such as `_embedded.termine.2.beginn`."""
    code: str
    params: dict[str, Param]


def taken_in(stored: OfferSnapshot | None, incoming: OfferSnapshot, today: date, *, whole: bool) -> OfferSnapshot:
    """Return the offer as it is after an import; equal to `stored` if nothing is new.

    `whole` says that `incoming` has all dates of the offer; otherwise dates known from elsewhere stay. An offer that
    was blocked here stays blocked, one that was withdrawn here refuses the import, and a network that imports an offer
    joins those that have it (an offer without networks is everybody's and stays so).
    """
    if stored is None:
        return as_of(incoming.model_copy(update={"dates": _within_limit(incoming.dates)}), today)
    if stored.status == "withdrawn":
        raise Conflict("offer_withdrawn", field="status")
    new = incoming.model_copy(
        update={
            **{name: getattr(stored, name) for name in KEPT},
            "status": "blocked" if stored.status == "blocked" else incoming.status,
            "networks": _networks(stored, incoming),
            "dates": _dates(stored, incoming, whole=whole),
            "in_house_possible": incoming.in_house_possible or stored.in_house_possible,
        }
    )
    return as_of(new, today)


def outcome(stored: OfferSnapshot | None, new: OfferSnapshot, *, past: bool) -> Outcome:
    """Return what an import did with one date of an offer; `past` says that the date is over."""
    if stored == new:
        return "unchanged"
    if past:
        return "ended"
    return "created" if stored is None else "updated"


def _within_limit(dates: tuple[CourseDate, ...]) -> tuple[CourseDate, ...]:
    return in_order(dates)[:MOST_DATES]


def _dates(stored: OfferSnapshot, incoming: OfferSnapshot, *, whole: bool) -> tuple[CourseDate, ...]:
    brought = {course.id for course in incoming.dates}
    known = () if whole else tuple(course for course in stored.dates if course.id not in brought)
    return _within_limit((*known, *incoming.dates))


def _networks(stored: OfferSnapshot, incoming: OfferSnapshot) -> tuple[str, ...]:
    if not stored.networks:
        return ()
    return tuple(dict.fromkeys((*stored.networks, *incoming.networks)))


def need_taken_in(incoming: NeedSnapshot, status: str, today: date) -> NeedSnapshot:
    """Return a new need as an import brings it; one whose time is over comes in as expired, for the record.

    Raises RuleBroken where it is not sound in itself, judged by a day on which it was still to come.
    """
    then = min(today, incoming.latest_start or today)
    begun = needs.started(incoming.model_copy(update={"status": "draft" if status == "draft" else "open"}), then)
    if status in {"covered", "withdrawn", "expired"}:
        return begun.model_copy(update={"status": status})
    return needs.expired(begun) if needs.is_expired(begun, today) else begun
