"""Leases: one of several processes does a thing, a standby beside it; writes are fenced by the lease's epoch.

Clocks are never compared. A lease is taken over when its beat has not moved for `patience` seconds of the taker's own
monotonic clock; every taking raises the epoch.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from shared.mongo import Collection, Database, Document, is_taken

_log = logging.getLogger(__name__)


class Lease:
    """One named lease in a service's database, as one process sees it."""

    def __init__(self, database: Database, name: str, owner: str, *, patience: float = 3.0) -> None:
        self.name = name
        self.owner = owner
        self.epoch = 0
        """Grows by one with every taking; 0 until first held."""
        self._leases: Collection = database["leases"]
        self._patience = patience
        self._seen: tuple[int, int] | None = None
        self._seen_at = 0.0
        self._beaten_at = float("-inf")

    @property
    def held(self) -> bool:
        """Whether this process may act: its last beat is younger than half of what others wait for."""
        return self.epoch > 0 and time.monotonic() - self._beaten_at < self._patience / 2

    async def try_once(self) -> bool:
        """Beat if held, take over if the holder is silent; return whether held now."""
        started = time.monotonic()
        if self.epoch and await self._beat():
            self._beaten_at = started
            return True
        self.epoch = 0
        lease = await self._leases.find_one({"_id": self.name})
        if lease is None:
            return await self._found(started)
        state = (int(lease["epoch"]), int(lease["beat"]))
        if state != self._seen:
            self._seen, self._seen_at = state, started
        silent = started - self._seen_at >= self._patience
        if lease["owner"] is None or silent:
            return await self._take(lease, started)
        return False

    async def release(self) -> None:
        """Give the lease back, so that a standby need not wait."""
        if self.epoch:
            await self._leases.update_one(
                {"_id": self.name, "owner": self.owner, "epoch": self.epoch}, {"$set": {"owner": None}}
            )
        self.epoch = 0

    async def _beat(self) -> bool:
        mine = {"_id": self.name, "owner": self.owner, "epoch": self.epoch}
        return (await self._leases.update_one(mine, {"$inc": {"beat": 1}})).matched_count == 1

    async def _found(self, started: float) -> bool:
        try:
            await self._leases.insert_one({"_id": self.name, "owner": self.owner, "epoch": 1, "beat": 0})
        except Exception as error:
            if is_taken(error):
                return False
            raise
        self.epoch, self._beaten_at = 1, started
        return True

    async def _take(self, lease: Document, started: float) -> bool:
        as_seen = {"_id": self.name, "epoch": lease["epoch"], "beat": lease["beat"], "owner": lease["owner"]}
        taken = await self._leases.update_one(as_seen, {"$set": {"owner": self.owner}, "$inc": {"epoch": 1, "beat": 1}})
        if taken.matched_count == 0:
            return False
        self.epoch, self._beaten_at = int(lease["epoch"]) + 1, started
        _log.info("lease taken", extra={"lease": self.name, "epoch": self.epoch})
        return True

    async def hold_and(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for the lease, run `work` while it is held, start over when it is lost; ends only when cancelled."""
        try:
            while True:
                if not await self._tried():
                    await asyncio.sleep(self._patience / 6)
                    continue
                await self._while_held(work)
        finally:
            await self._given_back()

    async def _tried(self) -> bool:
        try:
            return await self.try_once()
        except Exception as error:  # noqa: BLE001 - the database may be away; the lease then counts as lost in time
            _log.warning("lease not reached", extra={"lease": self.name, "error_type": type(error).__name__})
            return self.held

    async def _while_held(self, work: Callable[[], Awaitable[None]]) -> None:
        working = asyncio.ensure_future(work())
        try:
            while not working.done():
                await asyncio.wait([working], timeout=self._patience / 6)
                if not await self._tried() and not self.held:
                    _log.warning("lease lost", extra={"lease": self.name})
                    return
            if (error := working.exception()) is not None:
                _log.error("leased work failed", exc_info=error, extra={"lease": self.name})
                await asyncio.sleep(self._patience / 6)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _given_back(self) -> None:
        try:
            await asyncio.shield(asyncio.wait_for(self.release(), 1.0))
        except Exception as error:  # noqa: BLE001 - a standby takes over by patience
            _log.warning("lease not released", extra={"lease": self.name, "error_type": type(error).__name__})
