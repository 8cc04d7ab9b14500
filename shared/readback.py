"""Each service reads its own topics back: what an older relay left there last is published again.

A topic that knows more than the database shows that the database was made anew or restored: then its versions are put
above everything the topic has seen.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from shared.copies import Received
from shared.mongo import GENERATION_SIZE, Database, majority, raise_generation
from shared.publishing import Owned


class ReadBack:
    """The keeper of one own topic; stores nothing, only marks documents again."""

    def __init__(self, database: Database, owned: Owned[Any], all_owned: Sequence[Owned[Any]]) -> None:
        self._database = database
        self._owned = owned
        self._all = all_owned
        self._highest = 0

    async def apply(self, received: Iterable[Received]) -> None:
        """Mark the documents whose newest record in the topic is older than they are."""
        newest: dict[str, int] = {}
        for one in received:
            newest[one.id] = max(one.version, newest.get(one.id, -1))
        known = majority(self._owned.collection).find({"_id": {"$in": list(newest)}}, {"version": 1})
        here = {document["_id"]: document["version"] async for document in known}
        behind = [entity for entity, version in newest.items() if version < here.get(entity, -1)]
        if behind:
            await self.unreadable(entity.encode() for entity in behind)
        ahead = [version for entity, version in newest.items() if version > here.get(entity, -1)]
        if ahead:
            await self._lift_above(max(ahead) // GENERATION_SIZE)

    async def unreadable(self, keys: Iterable[bytes]) -> None:
        """Mark these documents again, so that the topic's last value of each is a whole snapshot."""
        ids = [key.decode(errors="replace") for key in keys]
        await self._owned.mark_again({"_id": {"$in": ids}, "unpublished": {"$exists": False}})

    async def _lift_above(self, seen: int) -> None:
        if seen <= self._highest:
            return
        self._highest = await raise_generation(self._database, seen)
        for owned in self._all:
            await owned.lift(self._highest)
