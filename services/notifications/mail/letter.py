"""What a mail says, before it is worded: made at the hand-over from the copies as they are then."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.telling import ItemKind
from shared.events import MemberSnapshot, NeedSnapshot, OfferSnapshot
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
    """One mail to one member."""

    mail: str
    to: MemberSnapshot
    entries: tuple[Entry, ...]
    written_at: datetime
