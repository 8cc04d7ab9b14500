"""Works through the files that wait: in batches, with what was done kept after each, so that a crash costs nothing."""

import asyncio
import logging
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import IO, Any, Final

from services.surveys.domain import day_of
from services.surveys.domain.import_jobs import KEPT_FOR, Counts, Fault, ImportJob
from services.surveys.importing.judging import Judged, judged
from services.surveys.importing.reading import records_of
from services.surveys.importing.taking import take
from services.surveys.store import Store
from shared.clock import now
from shared.failpoints import pass_point
from shared.rules import Missing, RuleBroken, Stale
from shared.working import keep_doing

_log = logging.getLogger(__name__)
BATCH: Final = 500
PAUSE: Final = 2.0
"""Seconds; a change in the database wakes the worker sooner."""
MOST_CELL: Final = 40_000


class _Stopped(Exception):  # noqa: N818 - it names what happened
    """Somebody cancelled or deleted the job."""


async def import_for_ever(store: Store, wake: asyncio.Event, *, pause: float = PAUSE) -> None:
    """Work on jobs as they come, for ever; run it under a lease."""

    async def step() -> bool:
        await forget_old(store)
        return await work_on_next(store)

    await keep_doing("import", step, wake, pause=pause)


async def forget_old(store: Store) -> None:
    """Forget jobs, with their files and rows, a month after they were brought."""
    for job in await store.imports.ended_before(now() - KEPT_FOR):
        await store.imports.erase(job)


async def work_on_next(store: Store) -> bool:
    """Work on the oldest waiting job to its end; return whether there was one."""
    job = await store.imports.next_job()
    if job is None:
        return False
    try:
        with tempfile.TemporaryFile(prefix="bedarfswerk-") as file:
            async for piece in store.imports.file(job.id):
                await asyncio.to_thread(file.write, piece)
            await _Run(store, job).through(file)
    except _Stopped:
        _log.info("import stopped", extra={"job": job.id})
    return True


class _Run:
    """One job on its way through a file."""

    def __init__(self, store: Store, job: ImportJob) -> None:
        self._store = store
        self._job = job

    async def through(self, file: IO[bytes]) -> None:
        """Take all records in, or fail with the reason; what was done before a crash is not done twice."""
        try:
            if self._job.status == "waiting":
                await self._to(status="checking" if self._job.mode == "all" else "running")
            if self._job.status == "checking":
                await self._pass(file, writing=False)
                if self._job.counts.refused:
                    await self._end("failed", Fault(code="import_rows_refused", params=_count(self._job)))
                    return
                await self._to(status="running", records_done=0, counts=Counts())
            await self._pass(file, writing=True)
            await self._end("done", None)
        except RuleBroken as broken:
            if isinstance(broken, Stale | Missing):
                raise
            await self._end("failed", Fault(code=broken.code, params=broken.params))

    async def _pass(self, file: IO[bytes], *, writing: bool) -> None:
        with ExitStack() as stack:
            records = await asyncio.to_thread(stack.enter_context, records_of(file, self._job))  # type: ignore[arg-type]
            seen: set[str] = set()
            await asyncio.to_thread(_skip, records, self._job.records_done, seen)
            again = self._job.records_done > 0 or writing
            while batch := await asyncio.to_thread(self._batch, records, seen):
                await self._take(batch, writing=writing, again=again)
                again = False
        await self._to(records_total=self._job.records_done)

    def _batch(self, records: Iterator[Any], seen: set[str]) -> list[Judged]:
        at = now()
        return [_twice(judged(record, self._job, day_of(at), at), seen) for record in islice(records, BATCH)]

    async def _take(self, batch: Sequence[Judged], *, writing: bool, again: bool) -> None:
        good = [one for one in batch if not one.faults]
        refused = [one for one in batch if one.faults]
        outcomes: Counter[str] = Counter()
        if writing:
            taken = await take(self._store, self._job, good, again=again)
            outcomes.update(taken.outcomes)
            refused += taken.refused
        else:
            outcomes["created"] = len(good)
        outcomes["refused"] += len(refused)
        await self._store.imports.refuse(self._job.id, map(_document, refused))
        await pass_point("surveys.import.batch")
        await self._to(records_done=self._job.records_done + len(batch), counts=self._job.counts.more(**outcomes))

    async def _to(self, **changes: Any) -> None:
        """Keep a change of the job; stop when somebody else has changed it meanwhile."""
        try:
            self._job = await self._store.imports.jobs.replace(
                self._job.model_copy(update=changes), expected=self._job.version
            )
        except (Stale, Missing):
            raise _Stopped from None

    async def _end(self, status: str, problem: Fault | None) -> None:
        await self._to(status=status, problem=problem, ended_at=now())
        await self._store.imports.drop_file(self._job.id)
        await self._store.look_again_at(self._job.owner)


def _count(job: ImportJob) -> dict[str, str | int | float]:
    return {"count": job.counts.refused}


def _skip(records: Iterator[Any], count: int, seen: set[str]) -> None:
    for record in islice(records, count):
        if record.number:
            seen.add(record.number)


def _twice(one: Judged, seen: set[str]) -> Judged:
    """Refuse an offer whose number came before in the same file, apart from it."""
    number = one.record.number
    if number is None or one.record.action != "put":
        return one
    if number in seen:
        return Judged(one.record, None, (Fault(code="number_twice", params={"number": number[:200]}),))
    seen.add(number)
    return one


def _document(one: Judged) -> dict[str, Any]:
    return {
        "row": one.record.row,
        "number": one.record.number,
        "title": one.record.title,
        "faults": [fault.model_dump() for fault in one.faults],
        "cells": [[cell[:MOST_CELL] for cell in row] for row in _bounded(one.record.cells)],
    }


def _bounded(rows: Iterable[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    return islice(rows, 500)
