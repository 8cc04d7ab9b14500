"""Leases on a real MongoDB: one holder at a time, taken over by patience, every taking a new epoch."""

import asyncio
import time

from shared.leases import Lease
from shared.mongo import Database
from tests.integration.shared.flow import running
from tests.waiting import eventually


async def test_one_of_many_holds_it(database: Database) -> None:
    leases = [Lease(database, "relay", f"process {n}") for n in range(8)]

    held = await asyncio.gather(*(lease.try_once() for lease in leases))

    assert held.count(True) == 1


async def test_a_silent_holder_is_replaced_with_a_higher_epoch_and_learns_of_it(database: Database) -> None:
    silent, next_one = Lease(database, "relay", "a", patience=0.3), Lease(database, "relay", "b", patience=0.3)
    assert await silent.try_once()
    started = time.monotonic()

    await eventually(next_one.try_once)

    assert time.monotonic() - started >= 0.3
    assert next_one.epoch == silent.epoch + 1
    assert not silent.held
    assert not await silent.try_once()


async def test_a_beating_holder_keeps_it(database: Database) -> None:
    holder, other = Lease(database, "relay", "a", patience=0.3), Lease(database, "relay", "b", patience=0.3)
    for _ in range(40):
        assert await holder.try_once()
        assert not await other.try_once()

    assert holder.epoch == 1


async def test_a_released_lease_is_taken_at_once(database: Database) -> None:
    first, second = Lease(database, "relay", "a", patience=60), Lease(database, "relay", "b", patience=60)
    await first.try_once()
    await first.release()

    assert await second.try_once()
    assert second.epoch == 2


async def test_work_moves_to_the_standby_when_its_process_ends_and_never_runs_twice(database: Database) -> None:
    at_work: set[str] = set()
    most = 0

    async def work(name: str) -> None:
        nonlocal most
        at_work.add(name)
        most = max(most, len(at_work))
        try:
            await asyncio.Event().wait()
        finally:
            at_work.discard(name)

    async with running(Lease(database, "relay", "b", patience=0.6).hold_and(lambda: work("b"))):
        await eventually(lambda: at_work == {"b"})
        async with running(Lease(database, "relay", "a", patience=0.6).hold_and(lambda: work("a"))):
            pass
        assert at_work == {"b"}
        standby = Lease(database, "relay", "c", patience=0.6)
        waiting = asyncio.ensure_future(standby.hold_and(lambda: work("c")))

    await eventually(lambda: at_work == {"c"})
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert most == 1


async def test_work_that_fails_is_begun_again_under_the_same_lease(database: Database) -> None:
    tries = 0
    succeeded = asyncio.Event()

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ValueError
        succeeded.set()
        await asyncio.Event().wait()

    lease = Lease(database, "relay", "a", patience=0.3)
    async with running(lease.hold_and(work)):
        await asyncio.wait_for(succeeded.wait(), 10)

        assert lease.epoch == 1
