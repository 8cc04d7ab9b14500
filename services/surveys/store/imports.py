"""Files that are brought, their jobs, and the rows that were refused."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from pymongo.errors import BulkWriteError

from services.surveys.domain.import_jobs import AT_WORK, OPEN, ImportJob
from shared.clock import now
from shared.events.base import Snapshot
from shared.mongo import Collection, Database, Document
from shared.publishing import Once, Owned

S = TypeVar("S", bound=Snapshot)
CHUNK: Final = 1024 * 1024
DUPLICATE: Final = 11000


class Imports:
    """Jobs, the chunks of their files, and refused rows."""

    def __init__(self, database: Database) -> None:
        self.jobs: Owned[ImportJob] = Owned(database, ImportJob, "imports")
        self.chunks: Collection = database["import_chunks"]
        self.rows: Collection = database["import_rows"]

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await self.jobs.prepare()
        await self.jobs.collection.create_index([("record.owner", 1), ("_id", 1)], name="by_owner")
        await self.jobs.collection.create_index([("record.status", 1), ("_id", 1)], name="by_status")
        await self.chunks.create_index([("job", 1), ("number", 1)], name="by_job", unique=True)
        await self.rows.create_index([("job", 1), ("row", 1)], name="by_job")

    async def keep_file(self, job: str, content: bytes) -> None:
        """Keep the file of a job; repeating it changes nothing."""
        for number, start in enumerate(range(0, len(content), CHUNK)):
            chunk = {"job": job, "number": number, "bytes": content[start : start + CHUNK]}
            await self.chunks.replace_one({"job": job, "number": number}, chunk, upsert=True)

    async def file(self, job: str) -> AsyncIterator[bytes]:
        """Give the file in pieces; nothing when it is gone."""
        async for chunk in self.chunks.find({"job": job}).sort("number", 1):
            yield bytes(chunk["bytes"])

    async def drop_file(self, job: str) -> None:
        """Forget the file: what was to be taken from it has been taken."""
        await self.chunks.delete_many({"job": job})

    async def next_job(self) -> ImportJob | None:
        """Return the oldest job that is to be worked on."""
        found = await self.jobs.find({"status": {"$in": sorted(AT_WORK)}}, limit=1)
        return found[0] if found else None

    async def refuse(self, job: str, refused: Iterable[Document]) -> None:
        """Remember rows that were refused; each is `{row, number, title, faults, cells}`."""
        for one in refused:
            key = {"job": job, "row": one["row"]}
            await self.rows.replace_one(key, {**one, **key}, upsert=True)

    async def refused(self, job: str, after: int = 0, limit: int = 100) -> list[Document]:
        """Return rows that were refused, in the file's order; `after` is the last row of the page before."""
        cursor = self.rows.find({"job": job, "row": {"$gt": after}}, {"_id": 0}).sort("row", 1).limit(limit)
        return [row async for row in cursor]

    async def forget_refused(self, job: str) -> None:
        """Forget the rows of a first pass."""
        await self.rows.delete_many({"job": job})

    async def erase(self, job: ImportJob) -> None:
        """Forget a job with its file and its rows."""
        await self.drop_file(job.id)
        await self.forget_refused(job.id)
        await self.jobs.erase(job.id, expected=job.version)

    async def ended_before(self, moment: datetime) -> list[ImportJob]:
        """Return some jobs that were brought before a moment, started or not."""
        text = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return await self.jobs.find({"brought_at": {"$lt": text}, "status": {"$nin": sorted(AT_WORK)}})

    async def open_jobs(self, owner: str | None) -> int:
        """Return how many files of somebody wait for their end."""
        return await self.jobs.count({"owner": owner, "status": {"$in": sorted(OPEN)}})


async def add_many(owned: Owned[S], new: Sequence[tuple[S, Once]]) -> tuple[dict[int, S], list[int]]:
    """Store many new entities at once; return those now stored by their place, and the places that were refused.

    What the same `once` made before counts as stored; a unique value that is taken refuses.
    """
    if not new:
        return {}, []
    version, at = await owned.first_version(), now()
    made = [one.model_copy(update={"version": version, "changed_at": at}) for one, _ in new]
    documents: list[Document] = [
        {**owned.document(one), "once": once.hashes()} for one, (_, once) in zip(made, new, strict=True)
    ]
    faults: list[dict[str, Any]] = []
    try:
        await owned.collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        faults = list((error.details or {}).get("writeErrors", []))
        if any(fault["code"] != DUPLICATE for fault in faults):
            raise
    failed = {int(fault["index"]) for fault in faults}
    stored = {place: one for place, one in enumerate(made) if place not in failed}
    refused = []
    for place in sorted(failed):
        earlier = await owned.made_with(new[place][1])
        if earlier is None:
            refused.append(place)
        else:
            stored[place] = earlier
    return stored, refused


async def made_before(owned: Owned[S], onces: Sequence[Once]) -> set[str]:
    """Return the keys of those that made something before."""
    by_hash = {once.hashes()["key"]: once.key for once in onces}
    cursor = owned.collection.find({"once.key": {"$in": list(by_hash)}}, {"once.key": 1})
    return {by_hash[found["once"]["key"]] async for found in cursor}
