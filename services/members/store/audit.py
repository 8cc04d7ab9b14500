"""What was done to whose rights, and who looked at whose contact details: ids only, kept for a year."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel

from shared.clock import now
from shared.events.base import Id, Moment
from shared.ids import new_id
from shared.mongo import Collection, Database, Document

KEPT: Final = timedelta(days=365)
What = Literal["role_given", "role_taken", "invited", "invitation_withdrawn", "contact_viewed", "blocked", "erased"]


class AuditEntry(BaseModel):
    """Who did what to whom; `by` is a member's id or a program's name."""

    id: Id
    at: Moment
    what: What
    by: str
    member: Id | None = None
    """Whom it is about."""
    role: str | None = None
    organisation: Id | None = None
    network: Id | None = None
    need: Id | None = None
    offer: Id | None = None


class Audit:
    """The log of one deployment; nothing in it is ever changed."""

    def __init__(self, database: Database) -> None:
        self.collection: Collection = database["audit"]

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await self.collection.create_index("at", name="over", expireAfterSeconds=int(KEPT.total_seconds()))
        await self.collection.create_index("network", name="networks")
        await self.collection.create_index("member", name="members")

    async def note(self, what: What, by: str, **about: str | None) -> None:
        """Write down that `by` did this; `about` names ids of AuditEntry (member, organisation, network, …)."""
        entry = AuditEntry.model_validate({"id": new_id(), "at": now(), "what": what, "by": by, **about})
        document: Document = {**entry.model_dump(mode="python", exclude_none=True)}
        document["_id"] = document.pop("id")
        await self.collection.insert_one(document)

    async def entries(self, query: Mapping[str, Any], *, after: str | None = None, limit: int = 50) -> list[AuditEntry]:
        """Return entries, newest first; `after` is the last id of the page before."""
        beyond: Document = {} if after is None else {"_id": {"$lt": after}}
        cursor = self.collection.find({"$and": [dict(query), beyond]}).sort("_id", -1).limit(limit)
        return [AuditEntry(id=found["_id"], **found) async for found in cursor]
