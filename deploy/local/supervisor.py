"""Keeps parts running: what dies is reported and started again, after pauses that grow while it keeps dying."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final, Protocol

from deploy.local.child import Child
from deploy.local.problems import LocalProblem

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0
"""What lived as long is not counted among those that keep dying."""


class Part(Protocol):
    """A process of the stack."""

    name: str
    child: Child

    async def start(self) -> None:
        """Start, and return when it answers; LocalProblem when it does not."""

    async def stop(self, patience: float = ...) -> None:
        """End in order, by force after `patience` seconds."""

    async def kill(self) -> None:
        """End at once."""


class Supervisor:
    """Watches the parts that were started through it."""

    def __init__(self, report: Callable[[str], None], *, first_pause: float = FIRST_PAUSE) -> None:
        self._report = report
        self._first_pause = first_pause
        self._watchers: dict[str, asyncio.Task[None]] = {}

    async def start(self, part: Part) -> None:
        """Start a part and keep it running."""
        await self.forget(part)
        await part.start()
        self._watchers[part.name] = asyncio.create_task(self._keep_running(part), name=f"watch {part.name}")

    async def stop(self, parts: Iterable[Part], patience: float) -> None:
        """End parts together, each after `patience` seconds at the latest; they stay down."""
        ending = list(parts)
        await asyncio.gather(*map(self.forget, ending))
        await asyncio.gather(*(part.stop(patience) for part in ending))

    async def kill(self, part: Part) -> None:
        """End a part as a crash would; it stays down until it is started again."""
        await self.forget(part)
        await part.kill()

    async def forget(self, part: Part) -> None:
        """Watch a part no longer, so that its end is nobody's concern."""
        watcher = self._watchers.pop(part.name, None)
        if watcher is not None:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    async def _keep_running(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        pause = self._first_pause
        while True:
            since = loop.time()
            await part.child.exited()
            if loop.time() - since > STEADY_SECONDS:
                pause = self._first_pause
            self._report(f"{part.name} {part.child.ended}; it is started again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                await part.start()
            except LocalProblem as problem:
                self._report(str(problem))
                await part.kill()
            else:
                self._report(f"{part.name} is up again")
