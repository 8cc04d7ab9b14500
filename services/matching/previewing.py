"""What a need would find that is not stored: judged by whichever process is asked, beside the worker, not through it.

A process that is asked for the first time loads the embedders and the vectors that the worker has stored, and follows
the offers from then on; so `ROLE=api` needs no worker's memory, and one that is never asked holds nothing. Embedding
and judging run in threads, one preview at a time. An offer whose vector the worker has not stored yet is left out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from services.matching.catalogue import Catalogue
from services.matching.domain import Findings, findings
from services.matching.domain.limits import AVAILABLE
from services.matching.scoring.embedder import Embedder, Vector
from services.matching.scoring.model import Model
from services.matching.scoring.reading import embedded
from services.matching.scoring.text import saying_of, text_of_need
from services.matching.store import AT_ONCE, Store
from services.matching.vectors import Vectors
from shared.clock import now
from shared.events import NeedSnapshot, OfferSnapshot
from shared.rules import RuleBroken
from shared.working import within

PATIENCE: Final = 20.0
"""Seconds that the first who asks waits for loading; then it goes on without anybody waiting."""


@dataclass
class _Shelf:
    """The offers as one process knows them, and which of them have changed since."""

    embedder: Embedder
    vectors: Vectors
    catalogue: Catalogue
    changed: set[str]


class Previews:
    """Answers what needs would find; `running` must be entered before, and closes what was opened."""

    def __init__(self, store: Store, model: Model, load_embedder: Callable[[], Embedder]) -> None:
        self._store = store
        self._model = model
        self._load_embedder = load_embedder
        self._following: asyncio.Task[None] | None = None
        self._shelf: asyncio.Future[_Shelf] | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def model(self) -> str:
        """The version of the model that judges."""
        return self._model.version

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let go at the end of what the first preview has opened."""
        try:
            yield
        finally:
            if self._following is not None:
                self._following.cancel()
                await asyncio.gather(self._following, return_exceptions=True)

    async def of(self, need: NeedSnapshot) -> Findings:
        """Return what an open need would find now; RuleBroken("unavailable") while the offers are being loaded."""
        shelf = await self._loaded()
        async with self._one_at_a_time:
            await self._catch_up(shelf)
            return await asyncio.to_thread(_found, need, shelf)

    async def _loaded(self) -> _Shelf:
        if self._shelf is None or self._following is None or self._following.done():
            self._shelf = asyncio.get_running_loop().create_future()
            self._following = asyncio.create_task(self._load_and_follow(self._shelf), name="previews")
        try:
            return await within(PATIENCE, asyncio.shield(self._shelf))
        except TimeoutError:
            raise RuleBroken("unavailable") from None

    async def _load_and_follow(self, loaded: asyncio.Future[_Shelf]) -> None:
        """Load all offers, then note what changes until the stream is lost; who asks next loads anew."""
        try:
            async with self._store.changes() as changes:
                shelf = await self._load()
                loaded.set_result(shelf)
                async for kind, entity in changes:
                    if kind == "offers":
                        shelf.changed.add(entity)
        finally:
            if not loaded.done():
                loaded.set_exception(RuleBroken("unavailable"))
                loaded.exception()  # nobody may be waiting any more

    async def _load(self) -> _Shelf:
        embedder = await asyncio.to_thread(self._load_embedder)
        shelf = _Shelf(embedder, Vectors(self._store, embedder), Catalogue(self._model), set())
        offers: list[OfferSnapshot] = []
        async for offer in self._store.offers.each({"status": {"$in": sorted(AVAILABLE)}}):
            offers.append(offer)
            if len(offers) == AT_ONCE:
                await self._put(shelf, offers)
                offers = []
        await self._put(shelf, offers)
        return shelf

    async def _catch_up(self, shelf: _Shelf) -> None:
        """Take in what has changed since the last preview."""
        changed, shelf.changed = shelf.changed, set()
        try:
            offers = await self._store.offers.get_many(changed)
            await self._put(shelf, list(offers.values()))
        except BaseException:
            shelf.changed |= changed
            raise
        for gone in changed - offers.keys():
            shelf.catalogue.drop_offer(gone)

    async def _put(self, shelf: _Shelf, offers: list[OfferSnapshot]) -> None:
        keys = await asyncio.to_thread(lambda: {offer.id: shelf.vectors.key(offer) for offer in offers})
        kept = await shelf.vectors.kept(keys)
        await asyncio.to_thread(_put_all, shelf, offers, kept)


def _put_all(shelf: _Shelf, offers: list[OfferSnapshot], kept: dict[str, Vector]) -> None:
    for offer in offers:
        if offer.status not in AVAILABLE:
            shelf.catalogue.drop_offer(offer.id)
        elif offer.id in kept:
            shelf.catalogue.put_offer(offer, kept[offer.id])
        else:
            shelf.changed.add(offer.id)  # its vector is on the way: the next preview looks again


def _found(need: NeedSnapshot, shelf: _Shelf) -> Findings:
    saying = saying_of(need)
    reading = shelf.catalogue.model.reading(saying, embedded(saying, shelf.embedder))
    nothing: dict[str, Any] = {"of_interest": (), "found": {}}
    return findings(
        need,
        text_of_need(need),
        shelf.catalogue.candidates(reading),
        shelf.catalogue.model.thresholds,
        now=now(),
        **nothing,
    )
