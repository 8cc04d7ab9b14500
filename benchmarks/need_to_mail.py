"""Posts needs one by one to the idle stack, each followed until both mails about it are in the SMTP server's hands.

The clock starts before the HTTP request and stops at the time at which the mail server had the whole mail, of which
mails to one recipient wait for more news for 0.2 s on purpose (at most 0.6 s).
"""

import asyncio
import os
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx

from deploy.cli import local
from deploy.cli.calls import Calls
from deploy.demo.loading import Entering
from deploy.demo.sample import sample
from deploy.local.service import local_client
from deploy.local.stack import LocalStack

NEEDS: Final = 50
WARM_UP: Final = 5
SIDES: Final = 2
COPIED: Final = ("title", "description", "organisation", "contact", "networks", "visibility")
PATIENCE: Final = 30.0
"""Seconds after which a mail counts as lost, and the run as failed."""


async def measure() -> None:
    """Run the benchmark and print a table."""
    with TemporaryDirectory(prefix="bedarfswerk-bench-") as folder:
        async with (
            LocalStack(Path(folder)) as stack,
            Calls(local.deployment(Path(folder))) as calls,
            local_client(stack.url("mail")) as catcher,
        ):
            entering = Entering(calls, sample(date.today()), run="bench")  # noqa: DTZ011 - any day will do
            await entering.enter_people()
            await entering.enter_offers()
            run = Run(calls, catcher)
            await run.choose(await entering.enter_needs())
            for number in range(WARM_UP):
                await run.seconds(f"warm-up {number}")
            taken = [await run.seconds(f"Gruppe {number}") for number in range(NEEDS)]
    print(f"{NEEDS} needs, one after another, {len(entering.offers)} offers; {platform.machine()}, {_processors()}")
    print(f"{'from HTTP to SMTP':<24}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}")
    shares = [_at(taken, share) for share in (0.50, 0.95, 0.99, 1.0)]
    print(f"{'seconds':<24}" + "".join(f"{value:8.3f}" for value in shares))


class Run:
    """One need after another, each until the mails about it have come."""

    def __init__(self, calls: Calls, catcher: httpx.AsyncClient) -> None:
        self._calls = calls
        self._catcher = catcher
        self._fields: dict[str, Any] = {}
        self._newest: str | None = None

    async def choose(self, needs: Sequence[Mapping[str, Any]]) -> None:
        """Take the need with the surest match as the one to repeat, when all of them have been told."""
        while not await self._new():  # noqa: ASYNC110 - the catcher has no event to wait for
            await asyncio.sleep(0.1)
        await self.until_quiet(5)
        sure = [(await self._surest(need["id"]), number) for number, need in enumerate(needs)]
        self._fields = {name: needs[max(sure)[1]][name] for name in COPIED}

    async def _surest(self, need: str) -> float:
        result = await self._calls.get("matching", f"/needs/{need}/matches")
        return max((match["probability"] for match in result["matches"] if match["announced"]), default=0.0)

    async def seconds(self, title: str) -> float:
        """Post a need and return how long it took until the last of both mails was with the server."""
        started = datetime.now(UTC)
        fields = {**self._fields, "description": f"{self._fields['description']} {title}"}
        made = await self._calls.create("surveys", "/needs", fields, key=f"bench-{title}")
        deadline = time.monotonic() + PATIENCE
        telling: list[datetime] = []
        while len(telling) < SIDES:
            if time.monotonic() > deadline:
                raise SystemExit(f"no mail within {PATIENCE:.0f} s")
            await asyncio.sleep(0.02)
            mails = [(await self._catcher.get(f"/api/messages/{mail['id']}")).json() for mail in await self._new()]
            telling += [datetime.fromisoformat(mail["received_at"]) for mail in mails if made["id"] in mail["text"]]
        await self.until_quiet()
        return (max(telling) - started).total_seconds()

    async def until_quiet(self, seconds: float = 1) -> None:
        """Wait until no mail has come for so long."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < seconds:
            await asyncio.sleep(0.1)
            if await self._new():
                quiet_since = time.monotonic()

    async def _new(self) -> list[Any]:
        params = {} if self._newest is None else {"after": self._newest}
        mails: list[Any] = (await self._catcher.get("/api/messages", params=params)).json()
        if mails:
            self._newest = mails[-1]["id"]
        return mails


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _processors() -> str:
    return f"{len(os.sched_getaffinity(0))} processors"
