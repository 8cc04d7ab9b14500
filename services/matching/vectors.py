"""The vector of each text, computed once: kept by the hash of embedder, side and text."""

import asyncio
from collections.abc import Mapping

from services.matching.scoring.embedder import Embedder, Named, Vector, key_of
from services.matching.scoring.reading import told_again
from services.matching.scoring.text import Side, saying_of
from services.matching.store import Store
from shared.events import NeedSnapshot, OfferSnapshot


class Vectors:
    """Looks vectors up, and has them computed where there are none yet."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    def key(self, entity: NeedSnapshot | OfferSnapshot) -> str:
        """Return the name under which the vector of an entity's text is kept."""
        return key_by(self._embedder, entity)

    async def of(self, entity: NeedSnapshot | OfferSnapshot) -> Vector:
        """Return the vector of an entity's text; tens of milliseconds when the text is new, in a thread."""
        side, text = _said(entity)
        key = key_of(self._embedder, side, text)
        kept = await self._store.vectors([key])
        if key in kept:
            return kept[key]
        vector = await asyncio.to_thread(self._embedder.embed, side, text)
        await self._store.keep_vector(key, vector)
        return vector

    async def kept(self, keys: Mapping[str, str]) -> dict[str, Vector]:
        """Return the vectors that are there already, by entity, given the key of each."""
        found = await self._store.vectors(list(keys.values()))
        return {entity: found[key] for entity, key in keys.items() if key in found}


def key_by(embedder: Named, entity: NeedSnapshot | OfferSnapshot) -> str:
    """Return the name under which an embedder's vector of an entity's text is kept."""
    return key_of(embedder, *_said(entity))


def _said(entity: NeedSnapshot | OfferSnapshot) -> tuple[Side, str]:
    saying = saying_of(entity)
    return saying.side, told_again(saying)
