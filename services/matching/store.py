"""This service's collections: copies of needs and offers, vectors of texts, results and responses."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Literal, TypeVar
from uuid import uuid4

import numpy as np
from pymongo.write_concern import WriteConcern

from services.matching.domain import takes_interest
from services.matching.domain.fencing import Fence, bucket_of
from services.matching.domain.pools import PoolJoin
from services.matching.scoring.embedder import Vector
from shared.clock import now
from shared.copies import Copies, Due
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot, ResultSnapshot
from shared.events.base import Erased, Snapshot, reader
from shared.events.matching import Match
from shared.limits import Limits
from shared.mongo import Collection, Database, Document, is_taken
from shared.publishing import Owned
from shared.rules import Conflict, Missing, Stale

S = TypeVar("S", bound=Snapshot)
Kind = Literal["needs", "offers", "responses", "markers"]

AT_ONCE: Final = 500
FORGET_AFTER: Final = timedelta(hours=1)
"""A vector that no text uses is kept so long: its text may be on the way."""


_CHANGES: Final[Sequence[Mapping[str, Any]]] = [
    {
        "$match": {
            "ns.coll": {"$in": ["needs", "offers", "responses", "markers"]},
            "$or": [
                {"operationType": {"$in": ["insert", "replace"]}},
                {"updateDescription.updatedFields.version": {"$exists": True}},
            ],
        }
    },
    {"$project": {"ns": 1, "documentKey": 1}},
]
"""New documents and new versions; setting and clearing of marks alone is no change."""


class Kept(Enum):
    """What became of a result."""

    NEW = "new"
    """It is stored with a new version, and will be published."""
    UNCHANGED = "unchanged"
    """It was there already; only the writer's numbers were stamped on it."""
    REFUSED = "refused"
    """A higher number was there, or somebody else wrote meanwhile."""
    OUTDATED = "outdated"
    """It was computed from a newer need than the copy here, which must still be on its way."""


@dataclass(frozen=True)
class Stored:
    """A result as it was found, to be replaced only if it still is so."""

    version: int
    fence: Fence
    result: ResultSnapshot | Erased

    @property
    def matches(self) -> tuple[Match, ...]:
        """What it holds; nothing for an erased need."""
        return () if isinstance(self.result, Erased) else self.result.matches


class Store:
    """Everything that matching keeps."""

    def __init__(self, database: Database) -> None:
        self.needs = Copies(database, NeedSnapshot, "needs")
        self.offers = Copies(database, OfferSnapshot, "offers")
        self.results = Owned(database, ResultSnapshot, "results")
        self.responses = Owned(database, ResponseSnapshot, "responses")
        self.joins = Owned(database, PoolJoin, "pool_joins")
        self.limits = Limits(database)
        self._database = database
        # Vectors can be computed again, so a need does not wait until they are safe.
        self._embeddings: Collection = database["embeddings"].with_options(write_concern=WriteConcern(w=1, j=False))
        self._markers: Collection = database["markers"]
        self._meta: Collection = database["meta"]
        self._result_reader = reader(ResultSnapshot)

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await self.needs.prepare()
        await self.offers.prepare()
        await self.limits.prepare()
        await self.joins.prepare()
        await self.results.collection.create_index([("record.matches.offer", 1), ("_id", 1)], name="by_offer")
        for side in ("need", "offer"):
            await self.responses.collection.create_index(f"record.{side}", name=f"by_{side}")

    # --- copies --------------------------------------------------------------------------------------------------

    async def as_due(self, copies: Copies[S], entity: str) -> Due[S] | None:
        """Return a copy as it stands now, erased or not, with its mark; the token is empty where there is none."""
        found = await copies.collection.find_one({"_id": entity})
        if found is None:
            return None
        read = reader(copies.kind).validate_python(found["record"])
        return Due(found["_id"], found["version"], found.get("due", {}).get("token", ""), read)

    async def due_ids(self, copies: Copies[S], limit: int = AT_ONCE) -> list[str]:
        """Return ids of copies that are marked."""
        found = copies.collection.find({"due.token": {"$exists": True}}, {"_id": 1}).limit(limit)
        return [document["_id"] async for document in found]

    async def need_ids(self) -> list[str]:
        """Return the ids of all needs that ever came, erased ones included."""
        return [document["_id"] async for document in self.needs.collection.find({}, {"_id": 1})]

    async def offer_states(self) -> dict[str, tuple[int, str]]:
        """Return version and status of every offer that ever came, by id."""
        found = self.offers.collection.find({}, {"version": 1, "record.status": 1})
        return {document["_id"]: (document["version"], document["record"]["status"]) async for document in found}

    # --- vectors -------------------------------------------------------------------------------------------------

    async def vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors that are kept under these keys."""
        found = self._embeddings.find({"_id": {"$in": list(keys)}})
        return {d["_id"]: np.frombuffer(d["vector"], dtype="<f4").astype(np.float32) async for d in found}

    async def keep_vector(self, key: str, vector: Vector) -> None:
        """Keep a vector; equal keys have equal vectors."""
        document = {"vector": vector.astype("<f4").tobytes(), "made_at": now()}
        await self._embeddings.update_one({"_id": key}, {"$setOnInsert": document}, upsert=True)

    async def forget_unused_vectors(self, used: set[str]) -> int:
        """Forget what no text uses any more; return how many."""
        old = self._embeddings.find({"made_at": {"$lt": now() - FORGET_AFTER}}, {"_id": 1})
        unused = [document["_id"] async for document in old if document["_id"] not in used]
        for start in range(0, len(unused), AT_ONCE):
            await self._embeddings.delete_many({"_id": {"$in": unused[start : start + AT_ONCE]}})
        return len(unused)

    # --- results -------------------------------------------------------------------------------------------------

    async def result(self, need: str) -> Stored | None:
        """Return the result of a need with the numbers of its writer; None when there was none yet."""
        found = await self.results.collection.find_one({"_id": need})
        if found is None:
            return None
        fence = Fence(found.get("epoch", 0), found.get("activation", 0), found.get("need_version", 0))
        return Stored(found["version"], fence, self._result_reader.validate_python(found["record"]))

    async def keep_result(self, before: Stored | None, result: ResultSnapshot | Erased, fence: Fence) -> Kept:
        """Put a result in place of the one that was read, if nobody with a higher number wrote, and nobody meanwhile.

        The same content takes no new version and is not published again; the writer's numbers are stamped all the same.
        """
        numbers = {"bucket": bucket_of(result.id), **asdict(fence)}
        if before is None:
            return await self._first_result(result, numbers)
        as_read = {
            "_id": result.id,
            "version": before.version,
            **{name: {"$lte": n} for name, n in asdict(fence).items()},
        }
        if _says_the_same(before.result, result):
            change: Document = numbers
        else:
            new = result.model_copy(update={"version": before.version + 1, "changed_at": now()})
            change = {**self.results.document(new), **numbers}
        done = await self.results.collection.update_one(as_read, {"$set": change})
        if done.matched_count == 0:
            return Kept.REFUSED
        return Kept.UNCHANGED if change is numbers else Kept.NEW

    async def _first_result(self, result: ResultSnapshot | Erased, numbers: Document) -> Kept:
        new = result.model_copy(update={"version": await self.results.first_version(), "changed_at": now()})
        try:
            await self.results.collection.insert_one({**self.results.document(new), **numbers})
        except Exception as error:
            if is_taken(error):
                return Kept.REFUSED
            raise
        return Kept.NEW

    async def without_announced(self, needs: Iterable[str]) -> dict[str, ResultSnapshot]:
        """Return the results of those of the needs of which nobody is told a match, by need."""
        wanted = sorted(needs)
        query = {"id": {"$in": wanted}, "status": "current", "matches.announced": {"$ne": True}}
        return {one.id: one for one in await self.results.find(query, limit=max(1, len(wanted)))}

    async def found_for(self, needs: Iterable[str]) -> dict[str, list[tuple[datetime, bool]]]:
        """Return by need when each of its matches was found, and whether people are told."""
        wanted = {"found_at": "$$one.found_at", "announced": "$$one.announced"}
        only = {"matches": {"$map": {"input": {"$ifNull": ["$record.matches", []]}, "as": "one", "in": wanted}}}
        cursor = self.results.collection.find({"_id": {"$in": sorted(needs)}}, only)
        return {
            document["_id"]: [
                (datetime.fromisoformat(one["found_at"]), one["announced"]) for one in document["matches"]
            ]
            async for document in cursor
        }

    async def needs_holding(self, offer: str) -> set[str]:
        """Return the needs whose results hold this offer, or of which somebody answered to it."""
        held = await self.results.collection.distinct("_id", {"record.matches.offer": offer})
        answered = await self.responses.collection.distinct("record.need", {"record.offer": offer})
        return {*held, *answered}

    # --- responses -----------------------------------------------------------------------------------------------

    async def offers_of_interest(self, need: str) -> frozenset[str]:
        """Return the offers to which a side answered with interest, as matches of this need."""
        found = await self.responses.find({"need": need}, limit=10_000)
        return frozenset(response.offer for response in found if takes_interest(response))

    async def needs_answered(self, pairs: Iterable[str]) -> set[str]:
        """Return the needs of pairs to which somebody responded."""
        found = self.responses.collection.find({"_id": {"$in": list(pairs)}, "record.need": {"$exists": True}})
        return {document["record"]["need"] async for document in found}

    async def erase_responses(self, query: Mapping[str, str]) -> None:
        """Erase what was said about pairs of an erased need or offer."""
        while found := await self.responses.find(query, limit=AT_ONCE):
            for response in found:
                with suppress(Stale, Missing):  # somebody answers at this moment: then it is found again
                    await self.responses.erase(response.id, expected=response.version)

    # --- pools ---------------------------------------------------------------------------------------------------

    async def join_pool(self, need: str) -> None:
        """Remember that the company behind a need would share a course; repeating it changes nothing."""
        with suppress(Conflict):
            await self.joins.add(PoolJoin(id=need, version=1, changed_at=now()))

    async def leave_pool(self, need: str) -> None:
        """Forget it again, without a trace."""
        await self.joins.collection.delete_one({"_id": need})

    async def joined(self, needs: Iterable[str]) -> set[str]:
        """Return those of the needs whose companies would share a course."""
        found = self.joins.collection.find({"_id": {"$in": sorted(needs)}}, {"_id": 1})
        return {document["_id"] async for document in found}

    # --- who is in charge, and what changes ----------------------------------------------------------------------

    async def activate(self, model: str) -> int:
        """Put a model in force; return its number, one more than that of the model before."""
        await self._meta.update_one(
            {"_id": "model"}, {"$setOnInsert": {"version": model, "activation": 1}}, upsert=True
        )
        other = {"_id": "model", "version": {"$ne": model}}
        await self._meta.update_one(other, {"$set": {"version": model}, "$inc": {"activation": 1}})
        found = await self._meta.find_one({"_id": "model"})
        return int(found["activation"]) if found else 1

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[tuple[Kind, str]]]:
        """Open the change stream, then give what changes from now on: a collection's name and a document's id."""
        stream = self._database.watch(_CHANGES, max_await_time_ms=200)
        asking = asyncio.ensure_future(stream.try_next())  # opens it: until then nothing is watched

        async def each() -> AsyncIterator[tuple[Kind, str]]:
            nonlocal asking
            while stream.alive:  # type: ignore[truthy-function] # a property; the stubs say a method
                change = await asyncio.shield(asking)
                asking = asyncio.ensure_future(stream.try_next())
                if change is not None:
                    yield change["ns"]["coll"], change["documentKey"]["_id"]

        try:
            await asyncio.shield(asking)
            yield each()
        finally:
            # The driver asks in a thread that cannot be interrupted; closing under it would open the stream again.
            await asyncio.wait([asking], timeout=2.0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await stream.close()

    async def mark(self) -> str:
        """Write something that the change stream will tell, and return its id: all earlier changes come before it."""
        marker = uuid4().hex
        await self._markers.insert_one({"_id": marker, "at": now()})
        await self._markers.delete_one({"_id": marker})
        return marker


def found_at(before: Stored | None) -> dict[str, datetime]:
    """Return by offer when each pair of a result became a match."""
    return {match.offer: match.found_at for match in before.matches} if before else {}


def _says_the_same(before: ResultSnapshot | Erased, new: ResultSnapshot | Erased) -> bool:
    """Compare what readers act on: a new model that changes no match, or a stamp, is not worth a version."""
    if isinstance(before, Erased) or isinstance(new, Erased):
        return isinstance(before, Erased) and isinstance(new, Erased)
    return _told(before) == _told(new)


def _told(result: ResultSnapshot) -> tuple[object, ...]:
    return result.status, result.need_version, result.matches, result.near_misses, result.advice
