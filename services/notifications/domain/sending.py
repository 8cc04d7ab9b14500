"""Mails on their way: their states, what a server's answer means for them, and when it is tried again.

building → pending → claimed → handed_over → sent
                        ↓           ↓
              pending, cancelled, failed        unknown (parked: nobody can say whether it arrived)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

State = Literal["building", "pending", "claimed", "handed_over", "sent", "cancelled", "failed", "unknown"]
MailKind = Literal["matches", "challenge", "still_needed"]
Stage = Literal["connect", "sender", "recipient", "data"]
Verdict = Literal["later", "refused", "no_such_address", "unreached", "pause"]

PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
JITTER: Final = 0.2
GIVEN_UP_AFTER: Final = timedelta(hours=48)
NAMES_WAITED_FOR: Final = timedelta(seconds=30)
"""How long a mail waits for the names of a network or an organisation that have not come yet; then it goes without."""
GIVES_ITEMS_UP: Final = frozenset({"refused", "given_up", "unusable_address", "not_rendered", "mail_mode_off"})
"""Reasons for which a mail's items are not told later either; for all others they wait until they are due again."""
_NOT_LET_IN: Final = frozenset({530, 534, 535, 538})
_PERMANENT: Final = 500


@dataclass(frozen=True)
class Mail:
    """A queued mail: ids alone; address, consent and text are looked up at the hand-over."""

    id: str
    recipient: str
    slot: str
    state: State
    items: tuple[str, ...]
    made_at: datetime
    attempts: int = 0
    reason: str | None = None
    """A code: why it ended as it did, or why it waits."""
    answer: str | None = None
    """The server's last refusal, such as `recipient 550 5.1.1`; never its words, which may name people."""
    next_try_at: datetime | None = None
    handed_over_at: datetime | None = None
    finished_at: datetime | None = None
    claim: str | None = None
    """A token of whoever has it now."""
    kind: MailKind = "matches"
    about: str | None = None
    """The challenge or the need that it is about; a mail about matches has items instead."""
    expires_at: datetime | None = None
    """When it makes no sense any more; None: see GIVEN_UP_AFTER."""
    seen_by: str | None = None
    """The operator who has taken note that it failed, or that nobody can say whether it arrived."""
    seen_at: datetime | None = None


def judged(stage: Stage, code: int, text: str) -> Verdict:
    """Return what an SMTP refusal means: for this mail (`later`, `refused`), its address, or for all mails.

    `unreached`: the server cannot be talked to just now. `pause`: it does not let us in, or not as the sender we are.
    """
    if code in _NOT_LET_IN:
        return "pause"
    if code < _PERMANENT:
        return "unreached" if stage == "connect" else "later"
    if stage in {"connect", "sender"}:
        return "pause"
    if stage == "recipient" and text.lstrip().startswith("5.1."):
        return "no_such_address"
    return "refused"


def is_too_old(mail: Mail, moment: datetime) -> bool:
    """Return whether nobody wants to read this mail any more."""
    return is_expired(mail, moment) or moment - mail.made_at > GIVEN_UP_AFTER


def is_expired(mail: Mail, moment: datetime) -> bool:
    """Return whether what the mail asks for can no longer be done."""
    return mail.expires_at is not None and mail.expires_at <= moment


def next_try(mail: Mail, moment: datetime, jitter: float) -> datetime | None:
    """Return when a mail is tried again after its attempts so far; None when it is given up.

    `jitter` lies in 0…1 and spreads mails that failed together.
    """
    pause = PAUSES[min(max(mail.attempts, 1), len(PAUSES)) - 1]
    again = moment + pause * (1 + JITTER * jitter)
    return None if is_too_old(mail, again) else again
