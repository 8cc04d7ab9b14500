"""Messages that will never work, kept in the consumer's own database for 30 days, so that the next can be handled."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias

from aiokafka import ConsumerRecord
from pymongo import UpdateOne

from shared.clock import now
from shared.events.base import MAX_MESSAGE_BYTES
from shared.mongo import Collection, Database, Document

Record: TypeAlias = ConsumerRecord[bytes | None, bytes | None]
KEPT: Final = timedelta(days=30)


class DeadLetters:
    """One service's messages set aside, unique by topic, partition, offset and hash of the bytes."""

    def __init__(self, database: Database) -> None:
        self._letters: Collection = database["dead_letters"]

    async def prepare(self) -> None:
        """Create the index by which letters disappear after 30 days."""
        await self._letters.create_index("at", name="kept", expireAfterSeconds=int(KEPT.total_seconds()))

    async def keep(self, set_aside: Sequence[tuple[Record, str]], *, personal: bool) -> None:
        """Keep messages with the reason each was set aside for; of personal topics only where they were."""
        writes = [_letter(record, why, personal=personal) for record, why in set_aside]
        if writes:
            await self._letters.bulk_write(writes, ordered=False)

    async def newest(self, limit: int = 100) -> list[Document]:
        """Return letters without their bytes, newest first."""
        return [d async for d in self._letters.find({}, {"value": 0}).sort("at", -1).limit(limit)]

    async def get(self, letter: str) -> Document | None:
        """Return one letter with its bytes, where they were kept; a unique beginning of its id suffices."""
        found = [d async for d in self._letters.find({"_id": {"$gte": letter, "$lt": letter + "g"}}).limit(2)]
        return found[0] if len(found) == 1 else None

    async def discard(self, letter: str) -> bool:
        """Forget a letter; return whether it was there."""
        return (await self._letters.delete_one({"_id": letter})).deleted_count == 1

    async def count(self) -> int:
        """Return how many there are."""
        return await self._letters.count_documents({})


def _letter(record: Record, why: str, *, personal: bool) -> UpdateOne:
    value = record.value if record.value is not None else b""
    digest = hashlib.sha256(value).hexdigest()
    place = f"{record.topic}/{record.partition}/{record.offset}/{digest}"
    letter: dict[str, Any] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "hash": digest,
        "size": len(value),
        "why": why,
        "at": now(),
    }
    if not personal:
        letter |= {
            "key": base64.b64encode((record.key or b"")[:1000]).decode(),
            "value": value[:MAX_MESSAGE_BYTES],
            "tombstone": record.value is None,
        }
    return UpdateOne({"_id": hashlib.sha256(place.encode()).hexdigest()[:24]}, {"$setOnInsert": letter}, upsert=True)
