"""What people may say about a match, and what follows from it."""

from datetime import datetime
from typing import Final, Literal

from shared.events.matching import DismissReason, ResponseSnapshot, Said
from shared.rules import RuleBroken

Side = Literal["company", "provider"]
What = Literal["seen", "interested", "contacted", "booked", "dismissed"]

OF_INTEREST: Final = frozenset({"interested", "contacted", "booked"})
"""Answers that keep a pair listed, also when it no longer fits."""


def said_by(
    member: str, what: What, *, at: datetime, reason: DismissReason | None = None, persons: int | None = None
) -> Said:
    """Return what one side said; a reason goes with dismissing alone, a number of persons with booking alone."""
    if reason is not None and what != "dismissed":
        raise RuleBroken("reason_without_dismissal", field="reason")
    if persons is not None and what != "booked":
        raise RuleBroken("persons_without_booking", field="persons")
    return Said(what=what, by=member, at=at, reason=reason, persons=persons)


def takes_interest(response: ResponseSnapshot) -> bool:
    """Tell whether one of the sides answered with interest, last of all."""
    return any(said is not None and said.what in OF_INTEREST for said in (response.company, response.provider))
