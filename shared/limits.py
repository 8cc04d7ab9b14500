"""How often the same may be done: counters in the service's database, so that they hold across its processes.

A window is fixed: at most `most` within each `within`, counted from the epoch. Whose address or mailbox is counted
cannot be read from the database, since it is kept as a keyed hash whose key is the database's own.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.clock import now
from shared.mongo import Collection, Database
from shared.rules import TooMany

KEY_BYTES: Final = 32


@dataclass(frozen=True)
class Limit:
    """At most `most` of one kind within each window, for each key."""

    name: str
    most: int
    within: timedelta


class Limits:
    """The counters of one service."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["limits"]
        self._meta: Collection = database["meta"]
        self._key: bytes | None = None

    async def prepare(self) -> None:
        """Create the index that forgets windows that are over; repeating it changes nothing."""
        await self.collection.create_index("ends_at", name="over", expireAfterSeconds=0)

    async def take(self, *uses: tuple[Limit, str]) -> None:
        """Count one use of each limit for its key; raise TooMany if one of them is used up, with all of them counted.

        Each limit costs the same work whether it is used up or not.
        """
        moment = now()
        seconds = [await self._take(limit, key, moment) for limit, key in uses]
        if longest := max(seconds, default=0):
            raise TooMany(seconds=longest)

    async def _take(self, limit: Limit, key: str, moment: datetime) -> int:
        """Return for how many seconds the limit is used up; 0 when it is not."""
        length = int(limit.within.total_seconds())
        begin = int(moment.timestamp()) // length * length
        ends_at = datetime.fromtimestamp(begin + length, UTC)
        counted = await self.collection.find_one_and_update(
            {"_id": await self._hashed(limit, key, begin)},
            {"$inc": {"count": 1}, "$setOnInsert": {"ends_at": ends_at}},
            upsert=True,
            return_document=True,
        )
        return max(1, int((ends_at - moment).total_seconds())) if counted["count"] > limit.most else 0

    async def _hashed(self, limit: Limit, key: str, begin: int) -> str:
        if self._key is None:
            first = {"$setOnInsert": {"value": secrets.token_bytes(KEY_BYTES)}}
            found = await self._meta.find_one_and_update(
                {"_id": "limits_key"}, first, upsert=True, return_document=True
            )
            self._key = bytes(found["value"])
        mac = hmac.new(self._key, f"{limit.name}\n{begin}\n{key}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        return mac.hexdigest()
