"""Copies of other services' entities: the newest version of each as it was received, marked `due` in the same write.

A document is `{_id, version, record, due?}`; `record` holds unknown fields too, for a reader upgraded later. The
version is compared inside the database, so order, duplicates and replays make no difference.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.events.base import Erased, Snapshot, read_message, reader
from shared.marks import fresh_mark
from shared.mongo import Collection, Database, Document

S = TypeVar("S", bound=Snapshot)
_DUPLICATE: Final = 11000
_ALIVE: Final = {"record.status": {"$ne": "erased"}}


@dataclass(frozen=True)
class Due(Generic[S]):
    """A document whose consequences are still to be drawn."""

    id: str
    version: int
    token: str
    snapshot: S | Erased


@dataclass(frozen=True)
class Received:
    """One snapshot as it came: its key facts, and the record with every field."""

    id: str
    version: int
    record: Document


class Copies(Generic[S]):
    """A service's copies of one kind of entity that another service publishes."""

    def __init__(self, database: Database, kind: type[S], name: str, *, due: bool = True, whole: bool = True) -> None:
        """`due` says whether something follows from a change, so that storing marks the document.

        `whole=False` keeps the fields of `kind` alone: what this service need not know about people is not here.
        """
        self.kind = kind
        self.name = name
        self.collection: Collection = database[name]
        self._marks = due
        self._whole = whole
        self._reader: TypeAdapter[S | Erased] = reader(kind)

    async def prepare(self) -> None:
        """Create the index that finds due documents; repeating it changes nothing."""
        await self.collection.create_index(
            "due.token", name="due", partialFilterExpression={"due.token": {"$exists": True}}
        )

    async def apply(self, received: Iterable[Received]) -> None:
        """Store what is newer than what is here, in one bulk write; the rest changes nothing."""
        newest: dict[str, Received] = {}
        for one in received:
            if one.id not in newest or newest[one.id].version < one.version:
                newest[one.id] = one
        if not newest:
            return
        writes = [self._write(one) for one in newest.values()]
        try:
            await self.collection.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if {e["code"] for e in (error.details or {}).get("writeErrors", [])} != {_DUPLICATE}:
                raise
            # Two processes inserted the same key at once; now that it is there, the comparison decides.
            await self.collection.bulk_write(writes, ordered=False)

    async def unreadable(self, keys: Iterable[bytes]) -> None:
        """Keep what is here: a message that cannot be read says nothing about its entity."""

    async def replay(self, key: bytes, value: bytes) -> str:
        """Store a message that was set aside, now that it may be readable; return the entity's id."""
        snapshot, whole = read_message(self._reader, key, value)
        await self.apply([Received(snapshot.id, snapshot.version, whole)])
        return snapshot.id

    def _write(self, one: Received) -> UpdateOne:
        record = one.record if self._whole else self._reader.validate_python(one.record).model_dump(mode="json")
        document: Document = {"_id": one.id, "version": one.version, "record": record}
        if self._marks:
            document["due"] = fresh_mark()
        older = {"$lt": [{"$ifNull": ["$version", -1]}, one.version]}
        newer = {"$cond": [older, {"$literal": document}, "$$ROOT"]}
        return UpdateOne({"_id": one.id}, [{"$replaceWith": newer}], upsert=True)

    async def get(self, entity: str) -> S | None:
        """Return an entity; None when it has not come yet or was erased."""
        return (await self.get_many([entity])).get(entity)

    async def get_many(self, entities: Iterable[str]) -> dict[str, S]:
        """Return those of the entities that are here and not erased, by id."""
        return {one.id: one async for one in self.each({"id": {"$in": list(entities)}})}

    async def find(self, query: Mapping[str, Any], *, limit: int = 0) -> list[S]:
        """Return the entities whose records match, by id; 0 means all."""
        return [one async for one in self.each(query, limit=limit)]

    async def each(self, query: Mapping[str, Any], *, limit: int = 0) -> AsyncIterator[S]:
        """Go through the entities whose records match, by id, without holding all of them."""
        wanted = {("_id" if field == "id" else f"record.{field}"): value for field, value in query.items()}
        async for document in self.collection.find({**_ALIVE, **wanted}).sort("_id", 1).limit(limit):
            read = self._reader.validate_python(document["record"])
            if not isinstance(read, Erased):
                yield read

    async def due(self, limit: int = 100) -> list[Due[S]]:
        """Return documents whose consequences are still to be drawn."""
        cursor = self.collection.find({"due.token": {"$exists": True}}).limit(limit)
        return [
            Due(d["_id"], d["version"], d["due"]["token"], self._reader.validate_python(d["record"]))
            async for d in cursor
        ]

    async def done(self, due: Due[S]) -> bool:
        """Clear the mark, unless the document was marked again since it was read; return whether it was cleared."""
        as_read = {"_id": due.id, "version": due.version, "due.token": due.token}
        return (await self.collection.update_one(as_read, {"$unset": {"due": ""}})).modified_count == 1

    async def mark_due(self, query: Mapping[str, Any]) -> int:
        """Mark the entities whose records match, so that the worker looks at them again; return how many."""
        wanted = {("_id" if field == "id" else f"record.{field}"): value for field, value in query.items()}
        done = await self.collection.update_many(wanted, {"$set": {"due": fresh_mark(again=True)}})
        return done.modified_count
