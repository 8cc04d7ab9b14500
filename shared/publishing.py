"""A service's own entities: each document is its own outbox, changed and marked `unpublished` in one write.

A document is `{_id, version, schema, record, unpublished?, once?, private?, history?}`; `record` is the snapshot
exactly as published. Kinds that are `Internal` are kept in the same way, and never marked.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter

from shared.clock import now
from shared.events.base import Erased, Snapshot, reader
from shared.marks import fresh_mark
from shared.mongo import GENERATION_SIZE, Collection, Database, Document, generation, is_taken
from shared.rules import Conflict, Missing, RuleBroken, Stale

S = TypeVar("S", bound=Snapshot)
SCHEMA: Final = 1
MOST_CHANGES: Final = 50
"""So many are remembered of each entity."""
NOT_ERASED: Final = {"record.status": {"$ne": "erased"}}


@dataclass(frozen=True)
class Once:
    """What makes a repeated creation the same one: the caller, the caller's key, and the content it stood for."""

    caller: str
    key: str
    content: bytes

    def hashes(self) -> dict[str, str]:
        """Return what is kept: neither key nor content can be read back from it."""
        key = hashlib.sha256(f"{len(self.caller)}:{self.caller}{self.key}".encode()).hexdigest()
        return {"key": key, "content": hashlib.sha256(self.content).hexdigest()}


@dataclass(frozen=True)
class Change:
    """One change of an entity: which version it made, when, by whom, and what the fields that changed were before."""

    version: int
    at: datetime
    by: str | None
    was: Mapping[str, Any]


class Owned(Generic[S]):
    """One collection of entities that this service alone writes and publishes."""

    def __init__(
        self,
        database: Database,
        kind: type[S],
        name: str,
        *,
        unique: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Take in `unique`, by the field an error shall point to, the record's fields that are unique together."""
        self.kind = kind
        self.name = name
        self.collection: Collection = database[name]
        self._database = database
        self._unique = dict(unique or {})
        self._reader: TypeAdapter[S | Erased] = reader(kind)

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        marked = {"unpublished.token": {"$exists": True}}
        await self.collection.create_index(
            [("unpublished.again", 1)], name="unpublished", partialFilterExpression=marked
        )
        await self.collection.create_index(
            "once.key", name="once", unique=True, partialFilterExpression={"once.key": {"$exists": True}}
        )
        for name, fields in self._unique.items():
            await self.collection.create_index(
                [(f"record.{field}", 1) for field in fields],
                name=f"unique_{name}",
                unique=True,
                partialFilterExpression={f"record.{field}": {"$type": "string"} for field in fields},
            )

    async def first_version(self) -> int:
        """Return the version of a new document: what an earlier life of this database published is always older."""
        return await generation(self._database, now()) * GENERATION_SIZE + 1

    async def add(self, snapshot: S, *, once: Once | None = None, private: Document | None = None) -> S:
        """Store a new entity and mark it for publishing; its version and time are set here.

        `private` is kept beside the record and never published.

        With the same `once` as before the entity made then is returned, as it stands now; the same key with other
        content raises RuleBroken("idempotency_key_reused"), a unique value that is taken Conflict("taken").
        """
        made = snapshot.model_copy(update={"version": await self.first_version(), "changed_at": now()})
        document = self.document(made)
        if once:
            document["once"] = once.hashes()
        if private:
            document["private"] = private
        try:
            await self.collection.insert_one(document)
        except Exception as error:
            if not is_taken(error):
                raise
            earlier = once and await self.made_with(once)
            if earlier:
                return earlier
            raise self._conflict(error) from error
        return made

    def _conflict(self, error: Exception) -> Conflict:
        name = next((name for name in self._unique if f"unique_{name}" in str(error)), None)
        return Conflict("taken", field=name)

    async def get(self, entity: str) -> S | None:
        """Return the entity as it stands now, None when it is absent or erased."""
        found = await self.collection.find_one({"_id": entity, **NOT_ERASED})
        return self._alive(found) if found else None

    async def made_with(self, once: Once) -> S | None:
        """Return what an earlier request with this caller and key made; None when there was none."""
        hashes = once.hashes()
        found = await self.collection.find_one({"once.key": hashes["key"]})
        if found is None:
            return None
        if found["once"].get("content") != hashes["content"]:
            raise RuleBroken("idempotency_key_reused", field="Idempotency-Key")
        return self._alive(found)

    async def replace(self, new: S, *, expected: int, was: S | None = None, by: str | None = None) -> S:
        """Put `new` in place of version `expected`; raise Stale when another version is there, Missing when none is.

        With `was`, the entity as it is now, the change is remembered, with the member who made it.
        """
        made = new.model_copy(update={"version": expected + 1, "changed_at": now()})
        try:
            await self._put(made, expected, {"$push": _remembered(was, made, by)} if was else {})
        except Exception as error:
            if is_taken(error):
                raise self._conflict(error) from error
            raise
        return made

    async def erase(self, entity: str, *, expected: int) -> Erased:
        """Forget everything about an entity but that it was, for ever; the key it was made with stays used up."""
        erased = Erased(id=entity, version=expected + 1, changed_at=now())
        await self._put(erased, expected, {"$unset": {"once.content": "", "private": "", "history": ""}})
        return erased

    async def private(self, entity: str) -> Document:
        """Return what is kept beside the record; empty when there is nothing."""
        found = await self.collection.find_one({"_id": entity, **NOT_ERASED}, {"private": 1})
        return dict(found.get("private", {})) if found else {}

    async def history(self, entity: str) -> list[Change]:
        """Return the latest changes, newest first."""
        found = await self.collection.find_one({"_id": entity, **NOT_ERASED}, {"history": 1})
        return [Change(**change) for change in reversed(found.get("history", []) if found else [])]

    async def _put(self, new: S | Erased, expected: int, more: Document) -> None:
        document = self.document(new)
        del document["_id"]
        change: Document = {"$set": document, **more}
        done = await self.collection.update_one({"_id": new.id, "version": expected, **NOT_ERASED}, change)
        if done.matched_count == 0:
            if await self.get(new.id) is None:
                raise Missing
            raise Stale(field="If-Match")

    async def find(
        self,
        query: Mapping[str, Any],
        *,
        after: str | None = None,
        limit: int = 50,
        newest_first: bool = False,
    ) -> list[S]:
        """Return entities whose records match, by id (age); `after` is the last id of the page before."""
        beyond: Document = {} if after is None else {"_id": {"$lt" if newest_first else "$gt": after}}
        cursor = (
            self.collection.find({"$and": [_matching(query), beyond]})
            .sort("_id", -1 if newest_first else 1)
            .limit(limit)
        )
        return [self._alive(document) async for document in cursor]

    async def count(self, query: Mapping[str, Any]) -> int:
        """Return how many entities match."""
        return await self.collection.count_documents(_matching(query))

    async def republish(self) -> int:
        """Mark every document again, erased ones too, so that a new consumer or an emptied broker is filled."""
        return await self.mark_again({})

    async def mark_again(self, query: Mapping[str, Any]) -> int:
        """Mark the documents that match `query`, with a new token also where a mark is set: it may be being cleared."""
        token: Document = {"$literal": fresh_mark()["token"]}
        mark = {"token": token, "again": {"$ifNull": ["$unpublished.again", True]}}
        done = await self.collection.update_many(query, [{"$set": {"unpublished": mark}}])
        return done.modified_count

    async def lift(self, generation: int) -> None:
        """Put every version into a newer generation and publish again: topics hold the versions of an earlier life."""
        floor = generation * GENERATION_SIZE
        lifted = {"$add": [floor, {"$mod": ["$version", GENERATION_SIZE]}]}
        change = {"$set": {"version": lifted, "record.version": lifted, "unpublished": {"$literal": fresh_mark()}}}
        await self.collection.update_many({"version": {"$lt": floor}}, [change])

    def document(self, snapshot: S | Erased) -> Document:
        """Return a whole document with its mark, as it is stored."""
        return {
            "_id": snapshot.id,
            "version": snapshot.version,
            "schema": SCHEMA,
            "record": snapshot.model_dump(mode="json"),
            **({"unpublished": fresh_mark()} if self.kind.topic else {}),
        }

    def _alive(self, document: Document) -> S:
        read = self._reader.validate_python(document["record"])
        if isinstance(read, Erased):
            raise Missing
        return read


def _matching(query: Mapping[str, Any]) -> Document:
    """Return the filter for documents that are not erased and whose records match."""
    return {"$and": [NOT_ERASED, _in_record(query)]}


def _in_record(query: Mapping[str, Any]) -> Document:
    """Return the filter in terms of documents; `$or` and `$and` hold filters of the same kind."""
    found: Document = {}
    for field, value in query.items():
        if field in {"$or", "$and"}:
            found[field] = [_in_record(part) for part in value]
        else:
            found["_id" if field == "id" else f"record.{field}"] = value
    return found


def _remembered(was: Snapshot, new: Snapshot, by: str | None) -> Document:
    before, after = was.model_dump(mode="json"), new.model_dump(mode="json")
    changed = {name: value for name, value in before.items() if value != after.get(name)}
    told = {name: value for name, value in changed.items() if name not in {"version", "changed_at"}}
    return {
        "history": {
            "$each": [{"version": new.version, "at": new.changed_at, "by": by, "was": told}],
            "$slice": -MOST_CHANGES,
        }
    }


async def republish(owned: Sequence[Owned[Any]]) -> dict[str, int]:
    """Mark all documents of these collections again; return how many of each topic."""
    return {one.kind.topic: await one.republish() for one in owned}
