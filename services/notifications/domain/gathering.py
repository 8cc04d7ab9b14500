"""Which mail takes which items: gathered for a moment, in stored times, so that a crash changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.notifications.domain.telling import Item

QUIET: Final = timedelta(milliseconds=200)
"""A recipient's items are gathered until none has come for this long …"""
LONGEST: Final = timedelta(milliseconds=600)
"""… and at most this long after the first."""
MOST_ITEMS: Final = 50
"""In one mail; the rest goes with the next."""
RIDES_ALONG_FOR: Final = timedelta(hours=24)
"""How long an item from a mail with an unknown outcome waits for another mail to take it."""


@dataclass(frozen=True)
class Waiting:
    """One recipient's due items in sum."""

    recipient: str
    first: datetime
    last: datetime


def ready_at(waiting: Waiting) -> datetime:
    """Return when the recipient's mail is to be built."""
    return min(waiting.last + QUIET, waiting.first + LONGEST)


def in_order(items: Sequence[Item]) -> list[Item]:
    """Return the items that the next mail takes, longest waiting first."""
    return sorted(items, key=lambda item: (item.due_at or item.found_at, item.id))[:MOST_ITEMS]


def slot_of(items: Sequence[Item]) -> str:
    """Return the name under which a mail with these items is unique for its recipient: first item and its telling."""
    first = in_order(items)[0]
    return f"{first.id}:{first.telling + 1}"
