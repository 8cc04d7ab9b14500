"""A process that we start, watch and end, and that does not outlive us."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.problems import LocalProblem

_TIED = Path(__file__).with_name("tied.py")
_PROJECT = Path(__file__).parents[2]
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "OMP_NUM_THREADS")
_LOG_LIMIT_BYTES = 10_000_000


class Child:
    """At most one running process at a time, with its output in a log file.

    Start it from a thread that lives as long as the process shall: the kernel ends the child with the thread.
    """

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def alive(self) -> bool:
        """Whether the process runs now."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The number of the running process."""
        return self._process.pid if self._process is not None and self.alive else None

    async def start(self, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        """Start `command` with `env` and little else of our own environment; returns before it is ready."""
        if self.alive:
            raise LocalProblem(f"{self.name} runs already")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(self.log.suffix + ".1"))
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", _TIED, str(os.getpid()), *command),
                env={**kept, "PYTHONPATH": str(_PROJECT), "PYTHONUNBUFFERED": "1", **(env or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C in a terminal reaches us alone; we end the children in order
            )

    async def until_ready(self, answers: Callable[[], Awaitable[bool]], patience: float) -> None:
        """Return when `answers` says yes and the process still lives; raises when it ends or takes too long.

        Answering is not enough: a stranger may listen on the port of a child that could not. A process that takes too
        long goes on running; whoever hears of it decides.
        """
        deadline = asyncio.get_running_loop().time() + patience
        while not (await answers() and self.alive):
            if not self.alive:
                raise LocalProblem(f"{self.name} {self.ended} while starting: {self._last_words()}")
            if asyncio.get_running_loop().time() > deadline:
                raise LocalProblem(f"{self.name} is not ready after {patience:.0f} s: {self._last_words()}")
            await asyncio.sleep(0.03)

    @property
    def code(self) -> int | None:
        """How the last process ended: its exit code, or minus the number of the signal."""
        return None if self._process is None else self._process.returncode

    @property
    def ended(self) -> str:
        """How the last process ended, in words."""
        if self.code is not None and self.code < 0:
            return f"was ended by {signal.Signals(-self.code).name}"
        return f"ended with code {self.code}"

    async def exited(self) -> int:
        """Wait until the process has ended and return its code."""
        if self._process is None:
            raise LocalProblem(f"{self.name} was never started")
        return await self._process.wait()

    async def stop(self, patience: float = 3.0) -> None:
        """Ask the process to end (SIGTERM) and end it after `patience` seconds; nothing when it does not run."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End the process at once (SIGKILL) and wait until it is gone."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self.alive:
            try:
                self._process.send_signal(number)
            except ProcessLookupError:  # it ended meanwhile
                return

    def _last_words(self) -> str:
        if not self.log.exists():
            return "no output"
        lines = self.log.read_bytes()[-4000:].decode(errors="replace").split("\n")
        told = " / ".join(line.strip() for line in lines if line.strip())
        return f"{told[-500:] or 'no output'} (all of it: {self.log})"
