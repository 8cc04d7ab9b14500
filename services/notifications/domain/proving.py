"""Mails that ask a mailbox to prove something, and mails that ask whether a need is still open: when there is one.

Both are queued at once, not gathered, and unique by what they ask; the slot carries that into the database.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notifications.domain.sending import MailKind
from shared.events import ChallengeSnapshot, MemberSnapshot, NeedSnapshot
from shared.events.base import Day

FIRST: Final = 1
"""Who waits for a link sits in front of a screen: such mails go before all others."""


@dataclass(frozen=True)
class Order:
    """A mail to be queued: to whom, about which entity, and until when it makes sense."""

    recipient: str
    slot: str
    kind: MailKind
    about: str
    expires_at: datetime | None = None
    priority: int = 0


def proof(challenge: ChallengeSnapshot, member: MemberSnapshot | None, moment: datetime) -> Order | None:
    """Return the mail that a challenge needs; None for nobody's, a blocked member's, and one that is over.

    No consent is needed and no address has to be confirmed: the mail is what somebody has just asked for.
    """
    if member is None or member.id != challenge.member or member.status == "blocked":
        return None
    if challenge.status != "open" or challenge.expires_at <= moment:
        return None
    return Order(
        recipient=member.id,
        slot=f"challenge:{challenge.id}",
        kind="challenge",
        about=challenge.id,
        expires_at=challenge.expires_at,
        priority=FIRST,
    )


def question(need: NeedSnapshot, since: datetime | None, first_day: Day) -> Order | None:
    """Return the mail that asks a need's contact whether it is still needed; None where nobody has to be asked.

    `since` is when the contact began to want mails, None for not at all; `first_day` that of the watermark.
    """
    if need.status != "open" or need.asked_on is None or need.contact is None:
        return None
    if since is None or need.asked_on < first_day:
        return None
    slot = f"still_needed:{need.id}:{need.asked_on.isoformat()}"
    return Order(recipient=need.contact, slot=slot, kind="still_needed", about=need.id)
