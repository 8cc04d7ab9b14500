"""The loops in which workers do what follows from what is stored: woken by a change stream, with polling as the net."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final, TypeVar

from shared.mongo import Database

T = TypeVar("T")
_log = logging.getLogger(__name__)
_LONGEST_PAUSE: Final = 30.0


async def keep_doing(
    name: str,
    step: Callable[[], Awaitable[bool]],
    wake: asyncio.Event,
    *,
    pause: float = 1.0,
) -> None:
    """Run `step` as long as it returns True, then wait for `wake` or `pause` seconds; survive whatever it raises.

    After an error the pause doubles, up to 30 s. Ends only when cancelled.
    """
    waiting = pause
    while True:
        wake.clear()
        try:
            while await step():
                waiting = pause
            waiting = pause
        except Exception as error:  # noqa: BLE001 - whatever it is, the step is tried again
            _log.exception("step failed", extra={"step": name, "error_type": type(error).__name__})
            await asyncio.sleep(min(waiting, _LONGEST_PAUSE))
            waiting *= 2
            continue
        await waited(wake, pause)


async def waited(wake: asyncio.Event, seconds: float) -> bool:
    """Wait for `wake`, at most so many seconds; return whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return False
    return True


async def within(seconds: float, work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
    """Return what `work` returns, or raise TimeoutError after so many seconds, even if it refuses to be cancelled.

    `asyncio.wait_for` waits for what it cancelled; a Kafka client that is closing may never come back from that.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        task.add_done_callback(_forgotten)
        raise TimeoutError
    return task.result()


def _forgotten(task: "asyncio.Future[Any]") -> None:
    if not task.cancelled():
        task.exception()


class Wakes:
    """Events that are set whenever a document of certain collections changes, seen on the database's change stream.

    `lost` counts how often the stream broke: who keeps an image of the data must then load it again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._events: dict[str, list[asyncio.Event]] = defaultdict(list)
        self.lost = 0

    def event(self, *collections: str) -> asyncio.Event:
        """Return an event that every change in one of these collections sets."""
        event = asyncio.Event()
        for name in collections:
            self._events[name].append(event)
        return event

    async def run(self) -> None:
        """Follow the stream; when it breaks wake everybody, since changes may have been missed, and open it again."""
        while True:
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001 - polling goes on meanwhile
                _log.warning("change stream lost", extra={"error_type": type(error).__name__})
            self.lost += 1
            self._set(self._events)
            await asyncio.sleep(0.5)

    async def _follow(self) -> None:
        of_interest: list[dict[str, object]] = [
            {"$match": {"ns.coll": {"$in": sorted(self._events)}, "operationType": {"$ne": "delete"}}},
            {"$project": {"ns": 1}},
        ]
        async with self._database.watch(of_interest, max_await_time_ms=1000) as stream:
            self._set(self._events)
            async for change in stream:
                self._set([change["ns"]["coll"]])

    def _set(self, names: Iterable[str]) -> None:
        for name in names:
            for event in self._events.get(name, ()):
                event.set()
