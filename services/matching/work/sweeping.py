"""The sweep: from time to time everything is compared and computed again. There should be nothing to repair."""

import logging
import time
from typing import TYPE_CHECKING, Final

from prometheus_client import Counter

from services.matching.domain.limits import AVAILABLE
from services.matching.store import Kept
from shared.working import waited

if TYPE_CHECKING:
    from services.matching.work.term import Matcher

_log = logging.getLogger(__name__)
_PATIENCE: Final = 10.0
"""Seconds within which a marker comes by on the change stream."""

_repairs: Final = Counter("matching_repairs", "What the sweep had to put right; should stay 0", ["what"])


class Sweep:
    """Compares a worker's memory and results with what is stored."""

    def __init__(self, matcher: "Matcher", *, every: float) -> None:
        """`every` is in seconds."""
        self._matcher = matcher
        self._every = every
        self._last = time.monotonic()

    async def when_due(self) -> bool:
        """Sweep if the last time was long enough ago; return whether that was so."""
        if time.monotonic() - self._last < self._every:
            return False
        await self.run()
        self._last = time.monotonic()
        return True

    async def run(self) -> int:
        """Sweep once; return how much was repaired."""
        repaired = await self._compare_offers() + await self._compute_again()
        forgotten = await self._forget_vectors()
        _log.info("swept", extra={"repaired": repaired, "forgotten": forgotten})
        return repaired

    async def _compare_offers(self) -> int:
        """Compare memory with what was stored at a moment that the change stream has passed since."""
        matcher = self._matcher
        before = matcher.catalogue.offer_versions().keys()
        stored = await matcher.store.offer_states()
        await self._catch_up()
        known = matcher.catalogue.offer_versions()
        wrong = [
            offer
            for offer, (version, status) in stored.items()
            if (known.get(offer, -1) < version if status in AVAILABLE else known.get(offer, version + 1) <= version)
        ]
        wrong += [offer for offer in before if offer in known and offer not in stored]
        for offer in wrong:
            self._alarm("index", offer)
            matcher.catalogue.drop_offer(offer)
            matcher.pending.add("offers", offer)
        await self._drain()
        return len(wrong)

    async def _compute_again(self) -> int:
        repaired = 0
        for need in await self._matcher.store.need_ids():
            await self._drain()
            if await self._matcher.compute(need) is Kept.NEW and not await self._changed_meanwhile():
                self._alarm("result", need)
                repaired += 1
        return repaired

    async def _changed_meanwhile(self) -> bool:
        """Tell whether something had changed that the worker had not looked at yet."""
        seen = await self._saw(await self._matcher.store.mark())
        return not seen or self._matcher.pending.has("needs", "offers", "responses")

    async def _catch_up(self) -> None:
        await self._saw(await self._matcher.store.mark())
        await self._drain()

    async def _saw(self, marker: str) -> bool:
        pending, deadline = self._matcher.pending, time.monotonic() + _PATIENCE
        while not pending.came("markers", marker):
            if time.monotonic() > deadline:
                return False
            pending.wake.clear()
            await waited(pending.wake, 0.1)
        return True

    async def _drain(self) -> None:
        while self._matcher.pending.has("needs", "offers", "responses"):
            await self._matcher.do_pending()

    async def _forget_vectors(self) -> int:
        matcher = self._matcher
        used = {matcher.vectors.key(need) async for need in matcher.store.needs.each({"status": "open"})}
        async for offer in matcher.store.offers.each({"status": {"$in": sorted(AVAILABLE)}}):
            used.add(matcher.vectors.key(offer))
        return await matcher.store.forget_unused_vectors(used)

    def _alarm(self, what: str, entity: str) -> None:
        _repairs.labels(what).inc()
        _log.error("repaired", extra={"what": what, "id": entity})
