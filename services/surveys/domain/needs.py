"""What makes a need sound, which way its status goes, and when it expires."""

from datetime import date
from typing import Final

from shared.events.surveys import NeedSnapshot
from shared.rules import Conflict, RuleBroken

STEPS: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"open"}),
    "open": frozenset({"covered", "withdrawn", "expired"}),
}
"""From each status to those that may follow; whatever is missing here is closed for good."""

FIRST: Final = frozenset({"draft", "open"})


def started(need: NeedSnapshot, today: date) -> NeedSnapshot:
    """Return a new need if it is sound; a need begins as a draft or open."""
    if need.status not in FIRST:
        raise RuleBroken("need_step", field="status", status="new", wanted=need.status)
    return _sound(need, today)


def changed(old: NeedSnapshot, new: NeedSnapshot, today: date) -> NeedSnapshot:
    """Return the need as somebody wants it now; a closed need stays as it is."""
    if old.status not in STEPS:
        raise Conflict("need_closed", field="status", status=old.status)
    if new.status not in STEPS[old.status] | {old.status}:
        raise RuleBroken("need_step", field="status", status=old.status, wanted=new.status)
    return _sound(new, today)


def withdrawn(need: NeedSnapshot) -> NeedSnapshot:
    """Return the need withdrawn; withdrawing twice is the same as once, a draft is erased instead."""
    if need.status == "withdrawn":
        return need
    if "withdrawn" not in STEPS.get(need.status, ()):
        raise Conflict("need_step", field="status", status=need.status, wanted="withdrawn")
    return need.model_copy(update={"status": "withdrawn"})


def is_expired(need: NeedSnapshot, today: date) -> bool:
    """Tell whether an open need's latest start is past; on the day itself a course may still begin."""
    return need.status == "open" and need.latest_start is not None and need.latest_start < today


def expired(need: NeedSnapshot) -> NeedSnapshot:
    """Return the need as one whose time is over."""
    return need.model_copy(update={"status": "expired"})


def _sound(need: NeedSnapshot, today: date) -> NeedSnapshot:
    if need.persons_min is not None and need.persons_max is not None and need.persons_max < need.persons_min:
        raise RuleBroken("persons_max_below_min", field="persons_max", least=need.persons_min, most=need.persons_max)
    earliest, latest, end = need.earliest_start, need.latest_start, need.latest_end
    if earliest is not None and latest is not None and latest < earliest:
        raise RuleBroken("latest_before_earliest", field="latest_start", earliest=str(earliest), latest=str(latest))
    if earliest is not None and end is not None and end < earliest:
        raise RuleBroken("end_before_start", field="latest_end", start=str(earliest), end=str(end))
    if need.radius_km is not None and need.place.postal_code is None and need.place.town is None:
        raise RuleBroken("radius_without_place", field="place")
    if is_expired(need, today):
        raise RuleBroken("day_is_past", field="latest_start", day=str(latest))
    return need
