"""Messages that will never work, kept in the consumer's own database for 30 days, so that the next can be handled."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

from aiokafka import ConsumerRecord
from pymongo import UpdateOne

from shared.clock import now
from shared.events.base import MAX_MESSAGE_BYTES, UnusableMessage
from shared.mongo import Collection, Database, Document
from shared.rules import Conflict

Record: TypeAlias = ConsumerRecord[bytes | None, bytes | None]
KEPT: Final = timedelta(days=30)
LONGEST_NAME: Final = 40
"""Characters; what is longer is no field's name but something that somebody wrote."""


@runtime_checkable
class Replaying(Protocol):
    """Copies into which a message that was set aside can be put after all."""

    async def replay(self, key: bytes, value: bytes) -> str:
        """Store the message and return the entity's id; raise UnusableMessage when it still cannot be read."""


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

    async def newest(self, limit: int = 100, *, after: str | None = None) -> list[Document]:
        """Return letters without their bytes, newest first; `after` is `place_of` the last of the page before."""
        order = [("at", -1), ("_id", -1)]
        return [d async for d in self._letters.find(_older_than(after), {"value": 0}).sort(order).limit(limit)]

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

    async def replay(self, letter: Document, copies: Replaying | None) -> str:
        """Try a letter again: store what it holds into its topic's copies, and forget it; return the entity's id.

        Raises Conflict for what cannot be replayed: the service's own topic, no content kept, or still no use.
        """
        if copies is None:
            raise Conflict("letter_of_own_topic", topic=letter["topic"])
        if not has_content(letter) or letter.get("tombstone"):
            raise Conflict("letter_without_content", publisher=letter["topic"].split(".")[0])
        try:
            entity = await copies.replay(base64.b64decode(letter["key"]), bytes(letter["value"]))
        except UnusableMessage as error:
            raise Conflict("letter_still_unusable", why=str(error)) from None
        await self.discard(letter["_id"])
        return entity


def place_of(letter: Document) -> str:
    """Return where a letter stands in the list, to read on behind it."""
    return f"{int(letter['at'].timestamp() * 1000)}-{letter['_id']}"


def _older_than(place: str | None) -> Document:
    if place is None:
        return {}
    milliseconds, _, letter = place.partition("-")
    at = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    return {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": letter}}]}


def has_content(letter: Document) -> bool:
    """Tell whether the letter's bytes were kept; of what members publishes they never are."""
    return "value" in letter and not letter["topic"].startswith("members.")


def reference(letter: Document) -> dict[str, Any]:
    """Return where a letter came from and why it was set aside."""
    names = ("topic", "partition", "offset", "size", "why", "hash")
    return {
        "id": letter["_id"],
        "at": letter["at"].isoformat(timespec="seconds"),
        **{name: letter[name] for name in names},
    }


_PLAIN: Final = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^\d{4}-\d{2}-\d{2}([T ][\d:.]+Z?)?$")


def redacted(value: bytes) -> Any:
    """Return the form of a message: names of fields, numbers, ids and times; of texts only their length."""
    try:
        return _form(json.loads(value))
    except (ValueError, RecursionError):
        return f"<{len(value)} bytes that are no JSON>"


def _form(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name if len(name) <= LONGEST_NAME else f"<{len(name)} characters>": _form(p) for name, p in part.items()
        }
    if isinstance(part, list):
        return [_form(each) for each in part]
    if isinstance(part, str) and not _PLAIN.match(part):
        return f"<{len(part)} characters>"
    return part


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
