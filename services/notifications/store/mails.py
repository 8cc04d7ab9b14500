"""Mails as they are kept: ids, states and times. Every step is a compare-and-set on the state it starts from."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.notifications.domain.proving import Order
from services.notifications.domain.sending import Mail, State
from shared.ids import new_id
from shared.mongo import Collection, Database, Document

_TAKEN_BACK: list[str] = ["not_wanted", "nothing_left"]
"""Why a mail was cancelled that may be wanted again later."""
_UNFINISHED: list[State] = ["building", "pending", "claimed", "handed_over"]

_TROUBLED: list[State] = ["failed", "unknown"]


class Mails:
    """The collection `mails`."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["mails"]

    async def prepare(self) -> None:
        """Create the indexes."""
        await self.collection.create_index([("recipient", 1), ("slot", 1)], name="slot", unique=True)
        queue = [("state", 1), ("priority", -1), ("next_try_at", 1)]
        await self.collection.create_index(queue, name="queue")
        await self.collection.create_index("unsettled", name="unsettled", partialFilterExpression={"unsettled": True})

    async def begin(self, recipient: str, slot: str, moment: datetime) -> Mail:
        """Return the recipient's mail of this slot, a new one unless an earlier try has made it."""
        key = {"recipient": recipient, "slot": slot}
        fresh = {"_id": new_id(), "state": "building", "items": [], "made_at": moment, "attempts": 0}
        await self.collection.update_one(
            {**key, "state": "cancelled", "items": []}, {"$set": {"state": "building", "reason": None}}
        )
        document = await self.collection.find_one_and_update(
            key, {"$setOnInsert": fresh}, upsert=True, return_document=True
        )
        return _mail(document)

    async def finish_building(self, mail: str, items: Iterable[str], moment: datetime) -> bool:
        """Queue a mail with exactly these items."""
        change = {"state": "pending", "items": list(items), "next_try_at": moment}
        return await self._step({"_id": mail, "state": "building"}, change)

    async def queue(self, order: Order, moment: datetime) -> None:
        """Queue a mail without items; a slot that is taken changes nothing, unless its mail was taken back."""
        key = {"recipient": order.recipient, "slot": order.slot}
        again = {"state": "pending", "next_try_at": moment, "reason": None, "finished_at": None}
        await self.collection.update_one(
            {**key, "state": "cancelled", "reason": {"$in": _TAKEN_BACK}}, {"$set": again, "$unset": {"unsettled": ""}}
        )
        fresh = {
            "_id": new_id(),
            "state": "pending",
            "items": [],
            "made_at": moment,
            "next_try_at": moment,
            "attempts": 0,
            **{name: getattr(order, name) for name in ("kind", "about", "expires_at", "priority")},
        }
        await self.collection.update_one(key, {"$setOnInsert": fresh}, upsert=True)

    async def in_state(self, state: State) -> list[Mail]:
        """Return the mails in one of the unfinished states."""
        return [_mail(document) async for document in self.collection.find({"state": state}).sort("_id", 1)]

    async def claim(self, run: str, moment: datetime) -> Mail | None:
        """Take a mail for this run of the sender: challenges first, then what has waited longest."""
        document = await self.collection.find_one_and_update(
            {"state": "pending", "next_try_at": {"$lte": moment}},
            {"$set": {"state": "claimed", "run": run, "claim": new_id()}, "$inc": {"attempts": 1}},
            sort=[("priority", -1), ("next_try_at", 1)],
            return_document=True,
        )
        return _mail(document) if document else None

    async def hand_over(self, mail: Mail, items: Iterable[str], moment: datetime) -> bool:
        """Note, immediately before the server gets it, that this mail is on its way and tells these items alone."""
        change = {"state": "handed_over", "items": list(items), "handed_over_at": moment}
        return await self._step({"_id": mail.id, "state": "claimed", "claim": mail.claim}, change)

    async def try_again(
        self, mail: Mail, moment: datetime, reason: str, *, answer: str | None = None, counts: bool = True
    ) -> bool:
        """Queue a mail again that the server certainly does not have."""
        ours = {"_id": mail.id, "state": {"$in": ["claimed", "handed_over"]}, "claim": mail.claim}
        change: Document = {
            "state": "pending",
            "next_try_at": moment,
            "reason": reason,
            "answer": answer,
            "claim": None,
        }
        if not counts:
            change["attempts"] = mail.attempts - 1
        return await self._step(ours, change)

    async def finish(
        self, mail: Mail, state: State, moment: datetime, reason: str | None = None, answer: str | None = None
    ) -> Mail | None:
        """End a mail and return it, unless it is somebody else's now; its items are still to be settled."""
        ours = {"_id": mail.id, "state": {"$in": ["building", "claimed", "handed_over"]}, "claim": mail.claim}
        end = {"state": state, "reason": reason, "answer": answer, "finished_at": moment, "unsettled": True}
        document = await self.collection.find_one_and_update(ours, {"$set": end}, return_document=True)
        return _mail(document) if document else None

    async def unsettled(self) -> list[Mail]:
        """Return finished mails whose items do not know it yet."""
        return [_mail(document) async for document in self.collection.find({"unsettled": True}).sort("_id", 1)]

    async def settled(self, mails: Iterable[str]) -> None:
        """Note that the items of these know how their mail ended."""
        if chosen := list(mails):
            await self.collection.update_many({"_id": {"$in": chosen}}, {"$unset": {"unsettled": ""}})

    async def take_over(self, run: str, strays: Iterable[str], moment: datetime) -> int:
        """End what other runs of the sender have begun, and what this run lost sight of; return how many are parked.

        What was only claimed is queued again. What was handed over without an answer is parked: nobody can say whether
        it arrived.
        """
        theirs = {"$or": [{"run": {"$ne": run}}, {"_id": {"$in": list(strays)}}]}
        queued = {"state": "pending", "claim": None}
        await self.collection.update_many({"state": "claimed", **theirs}, {"$set": queued})
        parked = {"state": "unknown", "reason": "sender_died", "finished_at": moment, "unsettled": True}
        done = await self.collection.update_many({"state": "handed_over", **theirs}, {"$set": parked})
        return done.modified_count

    async def get(self, mail: str) -> Mail | None:
        """Return a mail."""
        document = await self.collection.find_one({"_id": mail})
        return _mail(document) if document else None

    async def finished(self, mails: Iterable[str]) -> list[Mail]:
        """Return those of the mails that have ended."""
        query = {"_id": {"$in": list(mails)}, "state": {"$nin": _UNFINISHED}}
        return [_mail(document) async for document in self.collection.find(query)]

    async def find(
        self, query: dict[str, Any], *, after: str | None, limit: int, newest_first: bool = False
    ) -> list[Mail]:
        """Return mails by id (age)."""
        wanted = {**query, **({"_id": {"$lt" if newest_first else "$gt": after}} if after else {})}
        cursor = self.collection.find(wanted).sort("_id", -1 if newest_first else 1).limit(limit)
        return [_mail(document) async for document in cursor]

    async def count(self) -> dict[State, tuple[int, int]]:
        """Return how many mails are in each state, and how many of them an operator has taken note of."""
        seen = {"$cond": [{"$ifNull": ["$seen_at", False]}, 1, 0]}
        grouped: Document = {"$group": {"_id": "$state", "all": {"$sum": 1}, "seen": {"$sum": seen}}}
        return {found["_id"]: (found["all"], found["seen"]) async for found in self.collection.aggregate([grouped])}

    async def note_seen(self, mail: str, by: str, moment: datetime) -> bool:
        """Note who has taken note of a mail that failed or is parked, once; return whether it is such a mail."""
        wanted = {"_id": mail, "state": {"$in": _TROUBLED}}
        await self.collection.update_one(
            {**wanted, "seen_at": {"$exists": False}}, {"$set": {"seen_by": by, "seen_at": moment}}
        )
        return await self.collection.count_documents(wanted) == 1

    async def forget(self, recipient: str) -> None:
        """Remove everything about a recipient."""
        await self.collection.delete_many({"recipient": recipient})

    async def _step(self, query: Document, change: Document) -> bool:
        return (await self.collection.update_one(query, {"$set": change})).modified_count == 1


def _mail(document: Document) -> Mail:
    known: dict[str, Any] = {name: document[name] for name in Mail.__dataclass_fields__ if name in document}
    return Mail(id=document["_id"], **{**known, "items": tuple(document["items"])})
