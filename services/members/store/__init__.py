"""The collections of members: networks, organisations and people, each its own outbox."""

from collections.abc import Iterable

from services.members.store.audit import Audit, AuditEntry
from shared.events import MemberSnapshot, NetworkSnapshot, OrganisationSnapshot
from shared.mongo import Database
from shared.publishing import Owned


class Store:
    """What members keeps."""

    def __init__(self, database: Database) -> None:
        self.networks = Owned(database, NetworkSnapshot, "networks")
        self.organisations = Owned(database, OrganisationSnapshot, "organisations")
        self.members = Owned(database, MemberSnapshot, "members", unique={"email": ["email"]})
        self.audit = Audit(database)

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        for owned in (self.networks, self.organisations, self.members):
            await owned.prepare()
        await self.audit.prepare()
        await self.organisations.collection.create_index("record.networks", name="networks")
        await self.members.collection.create_index("record.roles.organisation", name="organisations")
        await self.members.collection.create_index("record.roles.network", name="networks")

    async def known_networks(self, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that are networks."""
        wanted = set(ids)
        found = await self.networks.find({"id": {"$in": sorted(wanted)}}, limit=len(wanted)) if wanted else []
        return {network.id for network in found}

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


__all__ = ["Audit", "AuditEntry", "Store"]
