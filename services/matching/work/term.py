"""A worker's term: from taking the lease to losing it, one loop for everything that touches results.

The change stream is opened before anything is loaded, so nothing falls between; what it tells is handled whether marked
`due` or not, so that a predecessor that still clears marks hides nothing. Marks are the net for what came before.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Final

from services.matching.catalogue import Catalogue
from services.matching.domain.limits import AVAILABLE
from services.matching.scoring.embedder import Embedder
from services.matching.scoring.model import Model
from services.matching.store import AT_ONCE, Kept, Kind, Store
from services.matching.vectors import Vectors
from services.matching.work.pending import Pending
from services.matching.work.results import Results
from services.matching.work.sweeping import Sweep
from shared.copies import Due
from shared.events import OfferSnapshot
from shared.events.base import Erased
from shared.failpoints import pass_point
from shared.leases import Lease
from shared.working import waited

_log = logging.getLogger(__name__)

CHUNK: Final = 20
"""So many entities are taken up at once; a new need waits no longer than one of them takes."""
POLL: Final = 1.0
SWEEP_EVERY: Final = 600.0


async def match_while_held(
    store: Store, embedder: Embedder, model: Model, lease: Lease, *, sweep_every: float = SWEEP_EVERY
) -> None:
    """Serve one term; ends with an error when the stream is lost or another worker has taken over."""
    matcher = Matcher(store, embedder, model, epoch=lease.epoch, held=lambda: lease.held, sweep_every=sweep_every)
    await matcher.serve()


class StreamLost(RuntimeError):  # noqa: N818 - it names what happened
    """Changes may have been missed: everything must be loaded again."""


class Matcher:
    """One term of one worker."""

    def __init__(  # noqa: PLR0913 - what a term depends on
        self,
        store: Store,
        embedder: Embedder,
        model: Model,
        *,
        epoch: int,
        held: Callable[[], bool] = lambda: True,
        sweep_every: float = SWEEP_EVERY,
    ) -> None:
        if embedder.name != model.embedder:
            raise ValueError(f"model {model.version} was learnt with {model.embedder}, not with {embedder.name}")
        self.store = store
        self.vectors = Vectors(store, embedder)
        self.catalogue = Catalogue(model)
        self.pending = Pending()
        self.results = Results(store, self.vectors, self.catalogue, epoch)
        self.sweep = Sweep(self, every=sweep_every)
        self._held = held

    async def serve(self) -> None:
        """Take over, then follow every change until the term ends."""
        async with self.store.changes() as changes:
            following = asyncio.create_task(self._follow(changes))
            try:
                await self.take_over()
                while not following.done():
                    self.pending.wake.clear()
                    if not await self.step():
                        await waited(self.pending.wake, POLL)
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
        raise StreamLost

    async def _follow(self, changes: AsyncIterator[tuple[Kind, str]]) -> None:
        try:
            async for kind, entity in changes:
                self.pending.add(kind, entity)
        finally:
            self.pending.wake.set()

    async def take_over(self) -> None:
        """Load what is known, and have every need computed again under this term's numbers."""
        self.results.activation = await self.store.activate(self.catalogue.model.version)
        async for offers in _chunks(self.store.offers.each({"status": {"$in": sorted(AVAILABLE)}})):
            kept = await self.vectors.kept({offer.id: self.vectors.key(offer) for offer in offers})
            for offer in offers:
                if offer.id in kept:
                    self.catalogue.put_offer(offer, kept[offer.id])
                else:
                    self.pending.add("offers", offer.id)
        async for needs in _chunks(self.store.needs.each({"status": "open"})):
            kept = await self.vectors.kept({need.id: self.vectors.key(need) for need in needs})
            for need, vector in kept.items():
                self.catalogue.put_need(need, vector)
        self.pending.backlog.update(dict.fromkeys(await self.store.need_ids()))
        _log.info("matching taken over", extra={"epoch": self.results.epoch, "needs": len(self.pending.backlog)})

    async def step(self) -> bool:
        """Do what is most urgent; return whether there may be more to do.

        The backlog comes after changed offers, so that no result is computed from half a catalogue.
        """
        if not self._held():
            return False
        return (
            await self.do_pending()
            or await self._find_marked()
            or await self._do_backlog()
            or await self.sweep.when_due()
        )

    async def do_pending(self) -> bool:
        """Handle some of what has changed; return whether there was anything."""
        return await self._do_needs() or await self._do_offers() or await self._do_responses()

    async def _do_needs(self) -> bool:
        return await self._compute(self.pending.take("needs", CHUNK))

    async def _compute(self, needs: Iterable[str]) -> bool:
        did = False
        for need in needs:
            did = True
            await self._safely("needs", need, self.compute)
        return did

    async def compute(self, need: str) -> Kept:
        """Bring the result of one need up to date, and clear the need's mark when that is done."""
        due = await self.store.as_due(self.store.needs, need)
        if due is None:
            return Kept.UNCHANGED
        kept = await self.results.compute(due)
        if kept is Kept.REFUSED:
            self.pending.add("needs", need)
        elif due.token and kept is not Kept.OUTDATED:
            await pass_point("matching.kept")
            await self.store.needs.done(due)
        return kept

    async def _do_offers(self) -> bool:
        """Take changed offers in, then compute the needs that they may concern: store, then search, on both sides."""
        ids = self.pending.take("offers", CHUNK)
        taken: list[Due[OfferSnapshot]] = []
        concerned: dict[str, None] = {}

        async def take_in(offer: str) -> None:
            due = await self.store.as_due(self.store.offers, offer)
            if due is not None:
                concerned.update(dict.fromkeys(await self._take_in(due)))
                taken.append(due)

        for offer in ids:
            await self._do_needs()  # an embedding takes longer than a need can wait for twenty of them
            await self._safely("offers", offer, take_in)
        for need in concerned:
            await self._do_needs()
            await self._compute([need])
        for due in taken:
            if due.token:
                await self.store.offers.done(due)
        return bool(ids)

    async def _take_in(self, due: Due[OfferSnapshot]) -> list[str]:
        """Bring one offer up to date in memory; return the needs whose results it may change."""
        offer, near = due.snapshot, self.catalogue.needs_near_before(due.id)
        held = await self.store.needs_holding(due.id)
        if isinstance(offer, Erased):
            self.catalogue.drop_offer(due.id)
            await self.store.erase_responses({"offer": due.id})
        elif offer.status in AVAILABLE:
            vector = await self.vectors.of(offer)
            self.catalogue.put_offer(offer, vector)
            near += self.catalogue.needs_near(vector)
        else:
            self.catalogue.drop_offer(due.id)
        return sorted({*near, *held})

    async def _do_responses(self) -> bool:
        pairs = self.pending.take("responses", AT_ONCE)
        await self._compute(sorted(await self.store.needs_answered(pairs)) if pairs else ())
        return bool(pairs)

    async def _find_marked(self) -> bool:
        """Note what is marked; the change stream told most of it long ago."""
        marked: list[tuple[Kind, str]] = [("needs", need) for need in await self.store.due_ids(self.store.needs)]
        marked += [("offers", offer) for offer in await self.store.due_ids(self.store.offers)]
        noted = [self.pending.add_marked(kind, entity) for kind, entity in marked]
        return any(noted)

    async def _do_backlog(self) -> bool:
        return await self._compute(self.pending.take_backlog(CHUNK))

    async def _safely(self, kind: Kind, entity: str, work: Callable[[str], Awaitable[Any]]) -> None:
        """Do one entity's work; what fails for its own sake is set aside until it changes, and stops no others."""
        try:
            await work(entity)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            self.pending.set_aside(kind, entity)
            _log.exception("set aside", extra={"kind": kind, "id": entity, "error_type": type(error).__name__})


async def _chunks(entities: AsyncIterator[Any]) -> AsyncIterator[list[Any]]:
    chunk: list[Any] = []
    async for entity in entities:
        chunk.append(entity)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
