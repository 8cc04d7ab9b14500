"""Items as they are kept; every change is one write that compares what it found."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateMany, UpdateOne

from services.notifications.domain.gathering import Waiting
from services.notifications.domain.telling import Item
from shared.mongo import Collection, Database, Document

_WAITING: Document = {"told_at": None, "mail": None, "dropped": None}


@dataclass(frozen=True)
class Truth:
    """All items that are true about a need, by this version of its result."""

    need: str
    items: Sequence[Item]
    version: int


class Items:
    """The collection `items`."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["items"]

    async def prepare(self) -> None:
        """Create the indexes."""
        due = {"due_at": {"$exists": True}}
        await self.collection.create_index([("recipient", 1), ("due_at", 1)], name="due", partialFilterExpression=due)
        await self.collection.create_index("mail", name="mail", partialFilterExpression={"mail": {"$type": "string"}})
        await self.collection.create_index("recipient", name="recipient")
        await self.collection.create_index("need", name="need")

    async def agree(self, truths: Iterable[Truth]) -> None:
        """Bring what is kept about needs in line with their results; what is new waits, but is not due yet.

        An older version changes nothing that a newer one has said: a process that slept cannot undo it.
        """
        writes: list[UpdateOne | UpdateMany] = []
        for truth in truths:
            ids = [item.id for item in truth.items]
            not_newer = {"seen": {"$lte": truth.version}}
            now_true = {"fits": True, "seen": truth.version}
            now_untrue = {"$set": {"fits": False, "seen": truth.version}, "$unset": {"due_at": ""}}
            writes += [UpdateOne({"_id": item.id}, {"$setOnInsert": _new(item)}, upsert=True) for item in truth.items]
            writes.append(UpdateMany({"_id": {"$in": ids}, **not_newer}, {"$set": now_true}))
            writes.append(UpdateMany({"need": truth.need, "_id": {"$nin": ids}, **not_newer}, now_untrue))
        if writes:
            await self.collection.bulk_write(writes)

    async def waiting_for(self, recipients: Some[str]) -> list[Item]:
        """Return what these members have not been told."""
        return await self._found({"recipient": {"$in": list(recipients)}, **_WAITING})

    async def all_waiting_recipients(self) -> list[str]:
        """Return the members who have not been told everything."""
        return [str(each) for each in await self.collection.distinct("recipient", _WAITING)]

    async def set_due(self, items: Iterable[str], moment: datetime) -> None:
        """Make items due that wait and are not."""
        wanted = {"_id": {"$in": list(items)}, **_WAITING, "due_at": {"$exists": False}}
        await self.collection.update_many(wanted, {"$set": {"due_at": moment}})

    async def set_not_due(self, items: Iterable[str]) -> None:
        """Take items back that wait."""
        await self.collection.update_many({"_id": {"$in": list(items)}, **_WAITING}, {"$unset": {"due_at": ""}})

    async def waiting(self) -> list[Waiting]:
        """Return the recipients who have due items, each with the first and the last of them."""
        cursor = self.collection.aggregate(
            [
                {"$match": {"due_at": {"$exists": True}}},
                {"$group": {"_id": "$recipient", "first": {"$min": "$due_at"}, "last": {"$max": "$due_at"}}},
            ]
        )
        return [Waiting(each["_id"], each["first"], each["last"]) async for each in cursor]

    async def due_for(self, recipient: str) -> list[Item]:
        """Return what one recipient's next mail may take."""
        return await self._found({"recipient": recipient, "due_at": {"$exists": True}, **_WAITING})

    async def take(self, items: Iterable[str], mail: str) -> None:
        """Give due items to a mail, as far as no other mail has taken them."""
        free = {"_id": {"$in": list(items)}, "due_at": {"$exists": True}, **_WAITING}
        await self.collection.update_many(
            free, {"$set": {"mail": mail}, "$inc": {"telling": 1}, "$unset": {"due_at": ""}}
        )

    async def of_mail(self, mail: str) -> list[Item]:
        """Return what a mail has taken."""
        return await self._found({"mail": mail})

    async def in_mails(self) -> list[str]:
        """Return the mails that have items."""
        return [str(each) for each in await self.collection.distinct("mail", {"mail": {"$type": "string"}})]

    async def tell(self, items: Iterable[str], mail: str, moment: datetime) -> None:
        """Note that a mail told these."""
        await self._leave(items, mail, {"told_at": moment, "told_by": mail})

    async def release_rest(self, mail: str) -> None:
        """Take back from a mail that has ended what it did not tell; it waits, but is not due."""
        await self.collection.update_many({"mail": mail}, {"$set": {"mail": None}})

    async def drop(self, items: Iterable[str], mail: str, reason: str) -> None:
        """Give items up for good."""
        await self._leave(items, mail, {"dropped": reason})

    async def give_back(self, items: Iterable[str], mail: str, moment: datetime, again_at: datetime) -> None:
        """Return items of a mail whose outcome is unknown: once to be told again, the second time counted as told."""
        chosen = list(items)
        first = {"_id": {"$in": chosen}, "mail": mail, "returned": 0}
        await self.collection.update_many(first, {"$set": {"mail": None, "due_at": again_at}, "$inc": {"returned": 1}})
        await self.tell(chosen, mail, moment)

    async def _leave(self, items: Iterable[str], mail: str, change: dict[str, Any]) -> None:
        mine = {"_id": {"$in": list(items)}, "mail": mail}
        await self.collection.update_many(mine, {"$set": {"mail": None, **change}})

    async def forget(self, recipient: str) -> None:
        """Remove everything about a recipient."""
        await self.collection.delete_many({"recipient": recipient})

    async def _found(self, query: Document) -> list[Item]:
        return [_item(document) async for document in self.collection.find(query).sort("_id", 1)]


def _new(item: Item) -> Document:
    return {
        "recipient": item.recipient,
        "kind": item.kind,
        "need": item.need,
        "offer": item.offer,
        "pair": item.pair,
        "found_at": item.found_at,
        "fits": True,
        "seen": -1,
        "told_at": None,
        "telling": 0,
        "mail": None,
        "returned": 0,
        "dropped": None,
    }


def _item(document: Document) -> Item:
    known: dict[str, Any] = {name: document[name] for name in Item.__dataclass_fields__ if name in document}
    return Item(id=document["_id"], **known)
