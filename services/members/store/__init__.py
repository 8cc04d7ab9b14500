"""The collections of members: networks, organisations and people, each its own outbox."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from services.members.domain.legal import LegalTexts
from services.members.domain.seeing import is_operator
from services.members.store.api_tokens import ApiTokens
from services.members.store.audit import Audit, AuditEntry
from services.members.store.challenges import Challenges
from services.members.store.locations import Locations
from services.members.store.pairs import Pairs
from services.members.store.sessions import Sessions
from services.members.store.sign_ups import SignUps
from shared.events import ChallengeSnapshot, Erased, MemberSnapshot, NetworkSnapshot, OrganisationSnapshot
from shared.limits import Limits
from shared.mongo import Database, Document
from shared.publishing import Owned
from shared.rules import Conflict, Missing, Stale


@dataclass(frozen=True)
class Known:
    """Who has an address; nobody is known with neither id nor status."""

    id: str | None = None
    status: str | None = None


class Store:
    """What members keeps."""

    def __init__(self, database: Database) -> None:
        self.networks = Owned(database, NetworkSnapshot, "networks")
        self.organisations = Owned(database, OrganisationSnapshot, "organisations")
        self.members = Owned(database, MemberSnapshot, "members", unique={"email": ["email"]})
        self.challenges = Challenges(database)
        self.sessions = Sessions(database)
        self.api_tokens = ApiTokens(database)
        self.limits = Limits(database)
        self.audit = Audit(database)
        self.locations = Locations(database)
        self.legal = Owned(database, LegalTexts, "legal")
        self.pairs = Pairs(database)
        self.sign_ups = SignUps(database)

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        for owned in (self.networks, self.organisations, self.members, self.locations, self.legal):
            await owned.prepare()
        for kept in (self.challenges, self.sessions, self.api_tokens, self.limits, self.audit):
            await kept.prepare()
        await self.organisations.collection.create_index("record.networks", name="networks")
        await self.members.collection.create_index("record.roles.organisation", name="organisations")
        await self.members.collection.create_index("record.roles.network", name="networks")
        await self.members.collection.create_index(
            "private.unconfirmed_until",
            name="unconfirmed_until",
            partialFilterExpression={"private.unconfirmed_until": {"$exists": True}},
        )

    async def who_has(self, email: str) -> Known:
        """Return who has the address, in the same time for one that nobody has."""
        found = await self.members.collection.find_one({"record.email": email}, {"record.status": 1})
        return Known(found["_id"], found["record"]["status"]) if found else Known()

    async def wait_for_confirmation(self, member: str, until: datetime) -> None:
        """Keep a person whom nobody vouches for until then, unless the address is confirmed before.

        Something is written for everybody, so that the time it takes tells nothing.
        """
        kept = "$private.unconfirmed_until"
        later = {"$cond": [{"$ifNull": [kept, False]}, {"$max": [kept, until]}, "$$REMOVE"]}
        change = {"private.asked_at": "$$NOW", "private.unconfirmed_until": later}
        await self.members.collection.update_one({"_id": member}, [{"$set": change}])

    async def never_confirmed(self, moment: datetime, *, limit: int = 200) -> list[MemberSnapshot]:
        """Return people who entered themselves, or were invited, and let the time to confirm go by."""
        overdue = {
            "private.unconfirmed_until": {"$lte": moment},
            "record.status": "unconfirmed",
            "record.roles": [],
        }
        cursor = self.members.collection.find(overdue, {"_id": 1}).limit(limit)
        found = [await self.members.get(one["_id"]) async for one in cursor]
        return [one for one in found if one is not None]

    async def operators(self) -> int:
        """Return how many operators can sign in."""
        return await self.members.count({"roles.role": "operator", "status": "active"})

    async def erase_member(self, member: MemberSnapshot, *, expected: int, by: str) -> Erased:
        """Forget a person, and at once what was kept for and about that person; the audit log keeps ids alone.

        What a crash leaves behind is forgotten by `work`.
        """
        await self.keep_an_operator(member, None)
        erased = await self.members.erase(member.id, expected=expected)
        await self.audit.note("erased", by, member=member.id)
        await self.sessions.end_all(member.id)
        await self.api_tokens.revoke_all(member.id)
        for challenge in await self.challenges_of_erased():
            with suppress(Stale, Missing):
                await self.challenges.erase(challenge.id, expected=challenge.version)
        return erased

    async def keep_an_operator(self, old: MemberSnapshot, new: MemberSnapshot | None) -> None:
        """Raise Conflict if the change would leave nobody who runs this deployment."""
        if is_operator(old) and not (new and is_operator(new)) and await self.operators() == 1:
            raise Conflict("last_operator")

    async def end_sessions_of_others(self) -> int:
        """End sessions and tokens of people who are blocked or erased; return of how many people."""
        signed_in = {
            *await self.sessions.collection.distinct("member"),
            *await self.api_tokens.collection.distinct("member"),
        }
        active = await self.members.collection.distinct(
            "_id", {"_id": {"$in": sorted(signed_in)}, "record.status": "active"}
        )
        others = signed_in - set(active)
        for member in others:
            await self.sessions.end_all(member)
            await self.api_tokens.revoke_all(member)
        return len(others)

    async def challenges_of_erased(self, *, limit: int = 200) -> list[ChallengeSnapshot]:
        """Return challenges whose person was erased: what was said with them is to be forgotten, too."""
        erased = {
            "from": self.members.collection.name,
            "localField": "private.about",
            "foreignField": "_id",
            "pipeline": [{"$match": {"record.status": "erased"}}, {"$project": {"_id": 1}}],
            "as": "erased",
        }
        pipeline: list[Document] = [
            {"$match": {"private.about": {"$exists": True}}},
            {"$lookup": erased},
            {"$match": {"erased": {"$ne": []}}},
            {"$limit": limit},
            {"$project": {"_id": 1}},
        ]
        found = [await self.challenges.get(one["_id"]) async for one in self.challenges.collection.aggregate(pipeline)]
        return [one for one in found if one is not None]

    async def legal_texts(self) -> list[tuple[NetworkSnapshot, LegalTexts | None]]:
        """Return all networks with what they have written about themselves, by name."""
        networks = await self.networks.find({}, limit=0)
        written = {one.id: one for one in await self.legal.find({}, limit=0)}
        return [(one, written.get(one.id)) for one in sorted(networks, key=lambda one: one.name.casefold())]

    async def known_networks(self, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that are networks."""
        return set(await self.names_of_networks(ids))

    async def names_of_networks(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those of the ids that are networks."""
        wanted = set(ids)
        found = await self.networks.find({"id": {"$in": sorted(wanted)}}, limit=len(wanted)) if wanted else []
        return {network.id: network.name for network in found}

    async def known_organisations(self, ids: Iterable[str]) -> dict[str, OrganisationSnapshot]:
        """Return those of the organisations that exist, by id."""
        wanted = set(ids)
        found = await self.organisations.find({"id": {"$in": sorted(wanted)}}, limit=len(wanted)) if wanted else []
        return {organisation.id: organisation for organisation in found}

    async def network_is_used(self, network: str) -> bool:
        """Tell whether an organisation or a person still belongs to the network."""
        return bool(
            await self.organisations.find({"networks": network}, limit=1)
            or await self.members.find({"roles.network": network}, limit=1)
        )

    async def organisation_is_used(self, organisation: str) -> bool:
        """Tell whether a person still acts for the organisation."""
        return bool(await self.members.find({"roles.organisation": organisation}, limit=1))


__all__ = ["Audit", "AuditEntry", "Known", "Store"]
