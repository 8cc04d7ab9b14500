"""What makes a need sound, which way its status goes, when its contact is asked about it, and when it expires."""

from datetime import date, timedelta
from typing import Any, Final, Literal

from services.surveys.domain.days import day_of
from shared.events.surveys import NeedSnapshot
from shared.rules import Conflict, RuleBroken

STEPS: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"open"}),
    "open": frozenset({"covered", "withdrawn", "expired"}),
}
"""From each status to those that may follow; whatever is missing here is closed, but for the answer "still needed"."""

FIRST: Final = frozenset({"draft", "open"})
STAYS_OPEN: Final = timedelta(days=180)
"""So long a need without a latest start is open after it was opened, changed or confirmed."""
ASKED_BEFORE: Final = timedelta(days=14)
"""So long before it expires its contact is asked whether it is still needed."""

PEOPLE: Final = ("contact", "entered_by")
GIVING: Final = ("given_by", "recorded_by")
"""Fields, of a need and of its consent, that name members."""

StillNeeded = Literal["needed", "covered", "withdrawn"]


def started(need: NeedSnapshot, today: date) -> NeedSnapshot:
    """Return a new need if it is sound; a need begins as a draft or open."""
    if need.status not in FIRST:
        raise RuleBroken("need_step", field="status", status="new", wanted=need.status)
    return _from_now_on(_sound(need, today), today)


def changed(old: NeedSnapshot, new: NeedSnapshot, today: date) -> NeedSnapshot:
    """Return the need as somebody wants it now; a closed need stays as it is.

    Whoever says anything anew says that it is still needed.
    """
    if old.status not in STEPS:
        raise Conflict("need_closed", field="status", status=old.status)
    if new.status not in STEPS[old.status] | {old.status}:
        raise RuleBroken("need_step", field="status", status=old.status, wanted=new.status)
    sound = _sound(new, today)
    return sound if sound == old else _from_now_on(sound, today)


def withdrawn(need: NeedSnapshot) -> NeedSnapshot:
    """Return the need withdrawn; withdrawing twice is the same as once, a draft is erased instead."""
    if need.status == "withdrawn":
        return need
    if "withdrawn" not in STEPS.get(need.status, ()):
        raise Conflict("need_step", field="status", status=need.status, wanted="withdrawn")
    return need.model_copy(update={"status": "withdrawn", "asked_on": None})


def merged(need: NeedSnapshot, into: NeedSnapshot) -> NeedSnapshot:
    """Return the need withdrawn because another one, which stays, says the same."""
    if into.id == need.id:
        raise RuleBroken("merge_into_itself", field="into")
    if into.status not in STEPS:
        raise Conflict("need_closed", field="into", status=into.status)
    if None not in {need.organisation, into.organisation} and need.organisation != into.organisation:
        raise Conflict("merge_elsewhere", field="into")
    return withdrawn(need)


def still_needed(
    need: NeedSnapshot, answer: StillNeeded, today: date, latest_start: date | None = None
) -> NeedSnapshot:
    """Return the need after its people have said whether it is still needed; an expired one opens again if it is.

    `latest_start` replaces the one that was said; without it, one that is past is dropped.
    """
    if need.status == answer:
        return need
    if need.status not in {"open", "expired"}:
        raise Conflict("need_closed", field="status", status=need.status)
    if answer != "needed":
        return need.model_copy(update={"status": answer, "asked_on": None})
    new = need.model_copy(
        update={
            "status": "open",
            "latest_start": latest_start or _not_past(need.latest_start, today),
            "latest_end": _not_past(need.latest_end, today),
        }
    )
    return _from_now_on(_sound(new, today), today)


def is_expired(need: NeedSnapshot, today: date) -> bool:
    """Tell whether an open need's last day is past; on a latest start itself a course may still begin."""
    last_days = (day for day in (need.latest_start, need.expires_on) if day is not None)
    return need.status == "open" and any(day < today for day in last_days)


def expired(need: NeedSnapshot) -> NeedSnapshot:
    """Return the need as one whose time is over."""
    return need.model_copy(update={"status": "expired", "asked_on": None})


def as_of(need: NeedSnapshot, today: date) -> NeedSnapshot:
    """Return the need as it stands today: expired, or with its contact being asked; what has no last day gets one.

    Repeating it on the same day changes nothing.
    """
    if need.status != "open":
        return need
    if need.expires_on is None:
        need = _from_now_on(need, today)
    if is_expired(need, today):
        return expired(need)
    return need.model_copy(update={"asked_on": today}) if _is_to_ask(need, today) else need


def without_member(need: NeedSnapshot, member: str) -> NeedSnapshot:
    """Return the need without any mention of somebody who was erased."""
    gone: dict[str, Any] = {field: None for field in PEOPLE if getattr(need, field) == member}
    consent = need.consent
    if consent is not None:
        of_consent: dict[str, Any] = {field: None for field in GIVING if getattr(consent, field) == member}
        gone["consent"] = consent.model_copy(update=of_consent)
    if gone.get("contact", member) is None:
        gone["asked_on"] = None
    return need.model_copy(update=gone)


def _is_to_ask(need: NeedSnapshot, today: date) -> bool:
    """Nobody is asked about what was said, changed or confirmed when so few days were left already."""
    if need.expires_on is None or need.contact is None or need.asked_on is not None:
        return False
    ask_from = need.expires_on - ASKED_BEFORE
    return day_of(need.changed_at) < ask_from <= today


def _from_now_on(need: NeedSnapshot, today: date) -> NeedSnapshot:
    last = (need.latest_start or today + STAYS_OPEN) if need.status == "open" else None
    return need.model_copy(update={"expires_on": last, "asked_on": None})


def _not_past(day: date | None, today: date) -> date | None:
    return day if day is None or day >= today else None


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
    if need.status == "open" and latest is not None and latest < today:
        raise RuleBroken("day_is_past", field="latest_start", day=str(latest))
    _check_decision_and_consent(need, today)
    return need


def _check_decision_and_consent(need: NeedSnapshot, today: date) -> None:
    if need.decide_by is not None and need.latest_start is not None and need.decide_by > need.latest_start:
        raise RuleBroken(
            "decide_after_start", field="decide_by", day=str(need.decide_by), latest=str(need.latest_start)
        )
    if need.consent is not None and need.consent.given_on > today:
        raise RuleBroken("consent_in_future", field="consent.given_on")
