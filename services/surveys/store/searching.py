"""Keeps in memory what is searched: each search first takes in what changed since the one before.

What is found is read from the database again before it is shown, so memory decides nobody's rights for long.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Generic, TypeVar

import Stemmer
from pydantic import TypeAdapter

from services.surveys.domain.searching import Card, Index, Vocabulary
from services.surveys.domain.searching.index import Texts, texts_of
from shared.clock import now
from shared.events.base import Snapshot
from shared.publishing import Owned

S = TypeVar("S", bound=Snapshot)

OVERLAP: Final = timedelta(minutes=2)
"""So far apart may the clocks be of those who write, and a change may take to be stored."""
AT_ONCE: Final = 500
CHANGED: Final = "record.changed_at"


@cache
def _stemmer() -> Any:
    return Stemmer.Stemmer("german")


def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


class Searching(Generic[S]):
    """One collection, searchable."""

    def __init__(self, owned: Owned[S], shown: tuple[str, ...], cards_of: Callable[[S], Iterator[Card]]) -> None:
        """Take in the statuses of what may be found."""
        self._owned = owned
        self._shown = shown
        self._cards_of = cards_of
        self._lock = asyncio.Lock()
        self._read: TypeAdapter[S] = TypeAdapter(owned.kind)
        self._versions: dict[str, int] = {}
        self._cards: dict[str, tuple[Card, ...]] = {}
        self._texts: dict[tuple[str, Any], Texts] = {}
        self._vocabulary = Vocabulary(_stem)
        self._index = Index((), self._vocabulary, {})
        self._looked: datetime | None = None

    async def prepare(self) -> None:
        """Create the index by which changes are found; repeating it changes nothing."""
        await self._owned.collection.create_index([(CHANGED, 1), ("version", 1)], name="changed_since")

    async def index(self) -> Index:
        """Return the index of everything that is stored now."""
        async with self._lock:
            looked = now()
            changed = await self._changed()
            ids = list(changed)
            for at in range(0, len(ids), AT_ONCE):
                await self._take_in(ids[at : at + AT_ONCE])
            if changed:
                self._index = await asyncio.to_thread(self._built)
            self._versions |= changed  # not before: whatever broke on the way is then read again
            self._looked = looked
            return self._index

    async def _changed(self) -> dict[str, int]:
        """Return the versions of what is not as it was when last looked at."""
        query: dict[str, Any] = {CHANGED: {"$gte": _before(self._looked)}} if self._looked else {}
        found = self._owned.collection.find(query, {"version": 1})
        versions = {document["_id"]: document["version"] async for document in found}
        return {one: version for one, version in versions.items() if self._versions.get(one) != version}

    async def _take_in(self, ids: list[str]) -> None:
        query = {"_id": {"$in": ids}, "record.status": {"$in": list(self._shown)}}
        documents = [document async for document in self._owned.collection.find(query, {"record": 1})]
        await asyncio.to_thread(self._keep, ids, [document["record"] for document in documents])

    def _keep(self, ids: list[str], records: list[Any]) -> None:
        for one in ids:
            for card in self._cards.pop(one, ()):
                del self._texts[card.id, card.face]
        for record in records:
            snapshot = self._read.validate_python(record)
            cards = tuple(self._cards_of(snapshot))
            if cards:
                self._cards[snapshot.id] = cards
            for card in cards:
                self._texts[card.id, card.face] = texts_of(card, self._vocabulary)

    def _built(self) -> Index:
        cards = [card for some in self._cards.values() for card in some]
        return Index(cards, self._vocabulary, self._texts)


def _before(moment: datetime) -> str:
    """Return a moment somewhat earlier, as records have it."""
    return (moment - OVERLAP).isoformat().replace("+00:00", "Z")
