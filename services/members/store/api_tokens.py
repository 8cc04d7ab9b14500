"""What programs sign in with: tokens in a person's name, bound to scopes, of which only a hash is kept."""

from collections.abc import Collection as Sized
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services.members.store.secrets import day_of, hashed, new_secret
from shared.ids import new_id
from shared.mongo import Collection, Database, Document

PREFIX: Final = "bw_"
"""By which scanners of source code recognise a token that was published by mistake."""


@dataclass(frozen=True)
class ApiToken:
    """A token as its owner sees it, without the secret."""

    id: str
    member: str
    label: str
    scopes: frozenset[str]
    made_on: date
    expires_on: date
    """The last day on which it works, in Berlin."""
    last_used_on: date | None


class ApiTokens:
    """All tokens of a deployment."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["api_tokens"]

    async def prepare(self) -> None:
        """Create the indexes, one of which drops what has expired; repeating it changes nothing."""
        await self.collection.create_index("expires_at", name="over", expireAfterSeconds=0)
        await self.collection.create_index("secret", name="secrets", unique=True)
        await self.collection.create_index("member", name="members")

    async def make(  # noqa: PLR0913 - each is a field
        self, member: str, label: str, scopes: Sized[str], *, expires_on: date, expires_at: datetime, moment: datetime
    ) -> tuple[ApiToken, str]:
        """Return a new token and its secret, which is known to nobody else from now on."""
        secret = PREFIX + new_secret()
        document: Document = {
            "_id": new_id(),
            "secret": hashed(secret),
            "member": member,
            "label": label,
            "scopes": sorted(scopes),
            "made_on": day_of(moment),
            "expires_on": expires_on.isoformat(),
            "expires_at": expires_at,
            "last_used_on": None,
        }
        await self.collection.insert_one(document)
        return _token(document), secret

    async def used(self, secret: str, moment: datetime) -> ApiToken | None:
        """Return the token with this secret; None when there is none or it is over."""
        found = await self.collection.find_one({"secret": hashed(secret), "expires_at": {"$gt": moment}})
        if found is None:
            return None
        if found["last_used_on"] != day_of(moment):
            await self.collection.update_one({"_id": found["_id"]}, {"$set": {"last_used_on": day_of(moment)}})
        return _token(found)

    async def of(self, member: str, moment: datetime) -> list[ApiToken]:
        """Return the person's tokens, newest first."""
        cursor = self.collection.find({"member": member, "expires_at": {"$gt": moment}}).sort("_id", -1)
        return [_token(found) async for found in cursor]

    async def revoke(self, token: str, member: str) -> bool:
        """End one of the person's tokens; False when there is none of this id."""
        return (await self.collection.delete_one({"_id": token, "member": member})).deleted_count == 1

    async def revoke_all(self, member: str) -> int:
        """End all of the person's tokens; return how many."""
        return (await self.collection.delete_many({"member": member})).deleted_count


def _token(document: Document) -> ApiToken:
    used = document["last_used_on"]
    return ApiToken(
        id=document["_id"],
        member=document["member"],
        label=document["label"],
        scopes=frozenset(document["scopes"]),
        made_on=date.fromisoformat(document["made_on"]),
        expires_on=date.fromisoformat(document["expires_on"]),
        last_used_on=date.fromisoformat(used) if used else None,
    )
