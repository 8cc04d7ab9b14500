"""Who is signed in: sessions, of which only a hash of the secret is kept, and of their use only the day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.members.store.secrets import day_of, hashed, new_secret
from shared.ids import new_id
from shared.mongo import Collection, Database, Document

UNUSED: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True)
class Session:
    """One browser in which a person is signed in."""

    id: str
    member: str
    opened_on: date
    last_used_on: date
    expires_at: datetime


class Sessions:
    """All sessions of a deployment."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["sessions"]

    async def prepare(self) -> None:
        """Create the indexes, one of which drops what has expired; repeating it changes nothing."""
        await self.collection.create_index("expires_at", name="over", expireAfterSeconds=0)
        await self.collection.create_index("secret", name="secrets", unique=True)
        await self.collection.create_index("member", name="members")

    async def open(self, member: str, moment: datetime) -> tuple[Session, str]:
        """Return a new session and its secret, which is known to nobody else from now on."""
        secret = new_secret()
        document: Document = {
            "_id": new_id(),
            "secret": hashed(secret),
            "member": member,
            "opened_at": moment,
            "last_used_on": day_of(moment),
            "expires_at": moment + UNUSED,
        }
        await self.collection.insert_one(document)
        return _session(document), secret

    async def used(self, secret: str, moment: datetime) -> Session | None:
        """Return the session with this secret, prolonged; None when there is none or it is over."""
        found = await self.collection.find_one({"secret": hashed(secret), "expires_at": {"$gt": moment}})
        if found is None:
            return None
        if found["last_used_on"] != day_of(moment):  # one write a day is enough
            change = {
                "last_used_on": day_of(moment),
                "expires_at": min(moment + UNUSED, found["opened_at"] + LONGEST),
            }
            await self.collection.update_one({"_id": found["_id"]}, {"$set": change})
            found |= change
        return _session(found)

    async def of(self, member: str, moment: datetime) -> list[Session]:
        """Return the person's sessions, newest first."""
        cursor = self.collection.find({"member": member, "expires_at": {"$gt": moment}}).sort("_id", -1)
        return [_session(found) async for found in cursor]

    async def end(self, session: str, member: str) -> bool:
        """End one of the person's sessions; False when there is none of this id."""
        return (await self.collection.delete_one({"_id": session, "member": member})).deleted_count == 1

    async def end_all(self, member: str, *, keep: str | None = None) -> int:
        """End all of the person's sessions but `keep`; return how many."""
        return (await self.collection.delete_many({"member": member, "_id": {"$ne": keep}})).deleted_count

    async def end_with(self, secret: str) -> None:
        """End the session with this secret, if there is one."""
        await self.collection.delete_one({"secret": hashed(secret)})


def _session(document: Document) -> Session:
    return Session(
        id=document["_id"],
        member=document["member"],
        opened_on=date.fromisoformat(day_of(document["opened_at"])),
        last_used_on=date.fromisoformat(document["last_used_on"]),
        expires_at=document["expires_at"],
    )
