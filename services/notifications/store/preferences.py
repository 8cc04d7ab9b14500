"""What members decided about mails from here."""

from datetime import datetime

from services.notifications.domain.telling import Preferences
from shared.mongo import Collection, Database


class PreferencesOf:
    """The collection `preferences`, keyed by the member's id."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["preferences"]

    async def get(self, member: str) -> Preferences:
        """Return a member's preferences; those of somebody who never decided anything are empty."""
        return (await self.get_many([member])).get(member, Preferences())

    async def get_many(self, members: list[str]) -> dict[str, Preferences]:
        """Return the preferences of those who decided something."""
        found = self.collection.find({"_id": {"$in": members}})
        return {
            each["_id"]: Preferences(
                unsubscribed_at=each.get("unsubscribed_at"),
                resubscribed_at=each.get("resubscribed_at"),
                suppressed=frozenset(each.get("suppressed", ())),
            )
            async for each in found
        }

    async def unsubscribe(self, member: str, moment: datetime) -> None:
        """Mail this member no more; saying it again changes nothing but the time."""
        await self.collection.update_one({"_id": member}, {"$set": {"unsubscribed_at": moment}}, upsert=True)

    async def subscribe_again(self, member: str, moment: datetime) -> None:
        """Mail this member again about what is found from now on; changes nothing for one who never unsubscribed."""
        await self.collection.update_one(
            {"_id": member, "unsubscribed_at": {"$exists": True}}, {"$set": {"resubscribed_at": moment}}
        )

    async def suppress(self, member: str, address: str) -> None:
        """Write no more to an address (given as its keyed hash) that does not exist."""
        await self.collection.update_one({"_id": member}, {"$addToSet": {"suppressed": address}}, upsert=True)

    async def forget(self, member: str) -> None:
        """Remove what a member decided."""
        await self.collection.delete_one({"_id": member})
