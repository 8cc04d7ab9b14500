"""Challenges, with what is private about them: the browser's hash, tried codes, and what follows when they are met."""

from datetime import datetime
from typing import Any

from services.members.domain.challenges import KEPT, MOST_CODES, Registration
from services.members.store.secrets import hashed
from shared.events import ChallengeSnapshot
from shared.events.members import Role
from shared.mongo import Database, Document
from shared.publishing import Owned


class Challenges(Owned[ChallengeSnapshot]):
    """What mailboxes are asked to prove.

    Private parts: `browser` (hash of the secret of the browser that asked), `tries` (codes tried), `registration`
    (of a confirmation), `invitation` (who invites whom into which roles), `about` (the person of either).
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, ChallengeSnapshot, "challenges")

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await super().prepare()
        await self.collection.create_index([("record.status", 1), ("record.expires_at", 1)], name="ends")
        await self.collection.create_index("record.member", name="members")
        await self.collection.create_index(
            "private.about", name="about", partialFilterExpression={"private.about": {"$exists": True}}
        )

    async def is_asked_by(self, challenge: str, browser: str) -> bool:
        """Tell whether this browser's secret is the one that the challenge was begun with."""
        return (await self.private(challenge)).get("browser") == hashed(browser)

    async def take_try(self, challenge: str) -> int:
        """Count one more code, before it is compared; return which one it is, 0 when no more may be tried."""
        counted = await self.collection.find_one_and_update(
            {"_id": challenge, "record.status": "open", "private.tries": {"$lt": MOST_CODES}},
            {"$inc": {"private.tries": 1}},
            projection={"private.tries": 1},
            return_document=True,
        )
        return int(counted["private"]["tries"]) if counted else 0

    async def registration(self, challenge: str) -> Registration | None:
        """Return what was said about person and company; None when nothing was."""
        said = (await self.private(challenge)).get("registration")
        return Registration.model_validate(said) if said else None

    async def roles(self, challenge: str) -> tuple[Role, ...]:
        """Return the roles that an invitation is into."""
        invitation = (await self.private(challenge)).get("invitation", {})
        return tuple(Role.model_validate(role) for role in invitation.get("roles", ()))

    async def invitations(
        self, query: Document, *, after: str | None, limit: int
    ) -> list[tuple[ChallengeSnapshot, Any]]:
        """Return invitations whose private parts match, newest first, each with that part."""
        beyond: Document = {"_id": {"$lt": after}} if after else {}
        wanted = {"record.kind": "invitation", "record.status": {"$ne": "erased"}}
        cursor = self.collection.find({"$and": [wanted, query, beyond]}).sort("_id", -1).limit(limit)
        return [(self._alive(found), found["private"]["invitation"]) async for found in cursor]

    async def about(self, member: str) -> list[Document]:
        """Return what is kept about a person in challenges, as far as it is not hashed."""
        kept = {"_id": 0, "record": 1, "private.registration": 1, "private.invitation": 1}
        either = {"$or": [{"private.about": member}, {"record.member": member}]}
        return [found async for found in self.collection.find(either, kept)]

    async def expired(self, moment: datetime, *, limit: int = 200) -> list[ChallengeSnapshot]:
        """Return open challenges that can no longer be met."""
        return await self.find({"status": "open", "expires_at": {"$lte": _written(moment)}}, limit=limit)

    async def outlived(self, moment: datetime, *, limit: int = 200) -> list[ChallengeSnapshot]:
        """Return challenges that have been over for so long that nobody asks about them."""
        over = {"$in": ["used", "closed"]}
        return await self.find({"status": over, "changed_at": {"$lte": _written(moment - KEPT)}}, limit=limit)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
