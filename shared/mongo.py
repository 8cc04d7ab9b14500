"""MongoDB: opening a service's database, telling "not now" from "never", and the generation its versions start at."""

from datetime import UTC, datetime
from typing import Any, Final

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import errors
from pymongo.read_concern import ReadConcern

from shared.settings import ServiceSettings

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]

_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
GENERATION_SIZE: Final = 2**32
_NOT_NOW_CODES: Final = frozenset({6, 7, 50, 89, 91, 112, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Host unreachable, time-outs, shutdown, step-down, write conflict: the same request may succeed later."""


def open_database(settings: ServiceSettings) -> Database:
    """Return the service's database; nothing is connected before the first request."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        settings.mongo_url.get_secret_value(),
        w="majority",
        journal=True,
        retryWrites=True,
        tz_aware=True,
        serverSelectionTimeoutMS=2000,
        connectTimeoutMS=2000,
        socketTimeoutMS=30_000,
        appname=settings.mongo_database,
    )
    return client[settings.mongo_database]


def majority(collection: Collection) -> Collection:
    """Return the collection as a majority of the replica set knows it: what is read cannot be rolled back."""
    return collection.with_options(read_concern=ReadConcern("majority"))


def is_not_now(error: BaseException) -> bool:
    """Tell whether the same request may succeed later: connection, not-primary and time-out errors alone."""
    if isinstance(error, errors.ConnectionFailure | errors.ExecutionTimeout):
        return True
    return isinstance(error, errors.OperationFailure) and error.code in _NOT_NOW_CODES


def is_taken(error: BaseException) -> bool:
    """Tell whether a document with the same unique value was there before."""
    return isinstance(error, errors.DuplicateKeyError)


async def generation(database: Database, moment: datetime) -> int:
    """Return the database's generation: hours since 2026-01-01 when it was created, set by the first to ask."""
    meta = database["meta"]
    found = await meta.find_one({"_id": "generation"})
    if found is None:
        hours = max(1, int((moment - _EPOCH).total_seconds() // 3600))
        first = {"$setOnInsert": {"value": hours}}
        found = await meta.find_one_and_update({"_id": "generation"}, first, upsert=True, return_document=True)
    return int(found["value"])


async def raise_generation(database: Database, seen: int) -> int:
    """Put the generation above one that was `seen` in the service's own topics; return the one now in force."""
    await database["meta"].update_one({"_id": "generation"}, {"$max": {"value": seen + 1}}, upsert=True)
    found = await database["meta"].find_one({"_id": "generation"})
    return int(found["value"]) if found else seen + 1
