"""What a mail is about, before it is worded: made at the hand-over from the copies as they are then."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.telling import ItemKind
from shared.events import (
    ChallengeSnapshot,
    MemberSnapshot,
    NeedSnapshot,
    NetworkSnapshot,
    OfferSnapshot,
    OrganisationSnapshot,
)
from shared.events.matching import Match


@dataclass(frozen=True)
class Entry:
    """One match, for one side."""

    kind: ItemKind
    need: NeedSnapshot
    offer: OfferSnapshot
    match: Match
    company: str | None
    """The company's name; None when it is not known, or anonymous."""
    provider: str | None


@dataclass(frozen=True)
class Letter:
    """One mail to one member about matches."""

    mail: str
    to: MemberSnapshot
    entries: tuple[Entry, ...]
    written_at: datetime


@dataclass(frozen=True)
class Proof:
    """One mail that asks a mailbox to prove something; the names are None where they are not known."""

    mail: str
    to: MemberSnapshot
    challenge: ChallengeSnapshot
    network: NetworkSnapshot | None
    organisation: OrganisationSnapshot | None
    written_at: datetime


@dataclass(frozen=True)
class Question:
    """One mail that asks a need's contact whether it is still needed."""

    mail: str
    to: MemberSnapshot
    need: NeedSnapshot
    written_at: datetime


AnyLetter = Letter | Proof | Question
