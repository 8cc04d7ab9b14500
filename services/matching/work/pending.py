"""What a worker still has to look at, in the order in which it became known; each thing once."""

import asyncio
from collections import defaultdict
from itertools import islice

from services.matching.store import Kind


class Pending:
    """Ids by kind; a change that comes while its entity is being handled is handled again."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        """Set whenever something is added."""
        self.backlog: dict[str, None] = {}
        """Needs to be computed again although nothing about them changed."""
        self._ids: dict[str, dict[str, None]] = defaultdict(dict)
        self._aside: set[tuple[str, str]] = set()

    def add(self, kind: Kind, entity: str) -> None:
        """Note a change."""
        self._aside.discard((kind, entity))
        self._ids[kind][entity] = None
        self.wake.set()

    def add_marked(self, kind: Kind, entity: str) -> bool:
        """Note what is marked in the database, unless it was set aside; return whether it was noted."""
        if (kind, entity) in self._aside:
            return False
        self._ids[kind][entity] = None
        return True

    def set_aside(self, kind: Kind, entity: str) -> None:
        """Do not look at this again before it changes or the next takeover."""
        self._aside.add((kind, entity))

    def has(self, *kinds: Kind) -> bool:
        """Tell whether there is something of one of these kinds to look at."""
        return any(self._ids[kind] for kind in kinds)

    def take(self, kind: Kind, most: int) -> list[str]:
        """Take the ids that have been here longest."""
        return _first(self._ids[kind], most)

    def take_backlog(self, most: int) -> list[str]:
        """Take some of the backlog."""
        return _first(self.backlog, most)

    def came(self, kind: Kind, entity: str) -> bool:
        """Take one id; return whether it was here."""
        was_here = entity in self._ids[kind]
        self._ids[kind].pop(entity, None)
        return was_here


def _first(ids: dict[str, None], most: int) -> list[str]:
    taken = list(islice(ids, most))
    for entity in taken:
        del ids[entity]
    return taken
