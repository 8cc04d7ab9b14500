"""The collections of notifications: copies of what others publish, and items, mails, preferences and the watermark."""

from datetime import datetime
from typing import Any, Final

from services.notifications.domain.telling import watermark_of
from services.notifications.store.items import Items
from services.notifications.store.mails import Mails
from services.notifications.store.preferences import PreferencesOf
from shared.clock import now
from shared.copies import Copies
from shared.events import (
    ChallengeSnapshot,
    MemberSnapshot,
    NeedSnapshot,
    NetworkSnapshot,
    OfferSnapshot,
    OrganisationSnapshot,
    ResponseSnapshot,
    ResultSnapshot,
)
from shared.mongo import Collection, Database

_WATERMARK: Final = {"_id": "watermark"}

__all__ = ["Store"]


class Store:
    """Everything this service keeps."""

    def __init__(self, database: Database) -> None:
        self.networks = Copies(database, NetworkSnapshot, "networks")
        self.organisations = Copies(database, OrganisationSnapshot, "organisations", due=False)
        self.members = Copies(database, MemberSnapshot, "members")
        self.challenges = Copies(database, ChallengeSnapshot, "challenges")
        self.needs = Copies(database, NeedSnapshot, "needs")
        self.offers = Copies(database, OfferSnapshot, "offers")
        self.results = Copies(database, ResultSnapshot, "results")
        self.responses = Copies(database, ResponseSnapshot, "responses", due=False)
        self.items = Items(database)
        self.mails = Mails(database)
        self.preferences = PreferencesOf(database)
        self._meta: Collection = database["meta"]

    async def prepare(self) -> None:
        """Create indexes, and note when this database began; repeating it changes nothing."""
        copies: list[Copies[Any]] = [
            self.networks,
            self.organisations,
            self.members,
            self.challenges,
            self.needs,
            self.offers,
            self.results,
            self.responses,
        ]
        for each in copies:
            await each.prepare()
        await self.results.collection.create_index("record.matches.offer", name="offer")
        await self.challenges.collection.create_index("record.member", name="member")
        asked = {"record.asked_on": {"$type": "string"}}
        await self.needs.collection.create_index("record.contact", name="asked", partialFilterExpression=asked)
        await self.items.prepare()
        await self.mails.prepare()
        await self._meta.update_one(_WATERMARK, {"$setOnInsert": {"created_at": now()}}, upsert=True)

    async def watermark(self) -> datetime:
        """Return the moment before which nothing is announced; the creation until the networks are known."""
        kept = await self._meta.find_one(_WATERMARK)
        if kept is None:
            raise LookupError("the store is not prepared")
        moment: datetime = kept.get("value") or kept["created_at"]
        return moment

    async def note_networks(self, moment: datetime) -> None:
        """Remember when the last network came, as long as the watermark is open."""
        await self._meta.update_one({**_WATERMARK, "value": {"$exists": False}}, {"$set": {"networks_at": moment}})

    async def settle_watermark(self, quiet_since: datetime) -> bool:
        """Fix the watermark for ever, once a network is known and none has come since; return whether it was done now.

        All networks come together when a topic is read from its start, so a short quiet says that the oldest is here.
        """
        kept = await self._meta.find_one(
            {**_WATERMARK, "value": {"$exists": False}, "networks_at": {"$lte": quiet_since}}
        )
        if kept is None:
            return False
        founded = [network.founded_at async for network in self.networks.each({})]
        if not founded:
            return False
        value = watermark_of(kept["created_at"], founded)
        fixed = await self._meta.update_one(
            {**_WATERMARK, "value": {"$exists": False}, "networks_at": kept["networks_at"]}, {"$set": {"value": value}}
        )
        return fixed.modified_count == 1
