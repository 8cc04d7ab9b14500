"""Two networks with people of every role, and callers who are signed in as them."""

from dataclasses import dataclass
from typing import Any

import httpx

from services.members.store import Store
from shared.callers import sign_caller_token
from shared.events import MemberSnapshot, NetworkSnapshot, OrganisationSnapshot
from shared.events.members import Kind, Role
from tests.builders import NETWORK, a_member, a_network, an_id, an_organisation
from tests.integration.members.conftest import KEY, Caller

ELSEWHERE = an_id(950)
"""Another network."""
COMPANY, PROVIDER, OFFICE, AGENCY = (an_id(number) for number in range(951, 955))
NEIGHBOUR, FOREIGN, FOREIGN_OFFICE = (an_id(number) for number in range(955, 958))
"""A second company of the network; a company, and an office, of the other one."""

PEOPLE: dict[str, tuple[str, str, str]] = {
    "company": ("company", COMPANY, NETWORK),
    "colleague": ("company", COMPANY, NETWORK),
    "neighbour": ("company", NEIGHBOUR, NETWORK),
    "provider": ("provider", PROVIDER, NETWORK),
    "adviser": ("adviser", AGENCY, NETWORK),
    "coordinator": ("coordinator", OFFICE, NETWORK),
    "foreigner": ("company", FOREIGN, ELSEWHERE),
    "other_coordinator": ("coordinator", FOREIGN_OFFICE, ELSEWHERE),
}
IDS = {name: an_id(960 + number) for number, name in enumerate(PEOPLE)}


@dataclass
class World:
    """What is there, and everybody's way in."""

    store: Store
    client: httpx.AsyncClient

    async def fill(self) -> "World":
        """Found networks, organisations and people."""
        for network in (NETWORK, ELSEWHERE):
            await self.store.networks.add(a_network(id=network, name=f"Verbund {network[-3:]}"))
        for organisation in self._organisations():
            await self.store.organisations.add(organisation)
        for name, (role, organisation_id, network) in PEOPLE.items():
            held = Role.model_validate({"role": role, "organisation": organisation_id, "network": network})
            await self.add_person(name, IDS[name], held)
        return self

    def _organisations(self) -> list[OrganisationSnapshot]:
        named = {
            COMPANY: ("Metallbau", Kind.COMPANY, NETWORK),
            NEIGHBOUR: ("Nachbar", Kind.COMPANY, NETWORK),
            PROVIDER: ("Bildungswerk", Kind.PROVIDER, NETWORK),
            OFFICE: ("Büro", Kind.NETWORK_OFFICE, NETWORK),
            AGENCY: ("Agentur", Kind.AGENCY, NETWORK),
            FOREIGN: ("Fremdbau", Kind.COMPANY, ELSEWHERE),
            FOREIGN_OFFICE: ("Fremdbüro", Kind.NETWORK_OFFICE, ELSEWHERE),
        }
        return [
            an_organisation(id=one, name=name, kinds={kind}, networks=(network,), head_count=28)
            for one, (name, kind, network) in named.items()
        ]

    async def add_person(self, name: str, person: str, *roles: Role, **changes: Any) -> MemberSnapshot:
        """Enter a person whose address begins with the name."""
        made = a_member(
            id=person, name=f"Frau {name}", email=f"{name}@people.example", roles=roles, phone="0341 1", **changes
        )
        return await self.store.members.add(made)

    def __getitem__(self, name: str) -> Caller:
        """Return somebody who is signed in, or `nobody`."""
        if name == "nobody":
            return Caller(self.client)
        if name == "operator":
            return self.signed_in("operator", "operator")
        role, organisation, network = PEOPLE[name]
        return self.signed_in(IDS[name], f"{role}:{organisation}:{network}")

    def signed_in(self, subject: str, *rights: str) -> Caller:
        """Return a caller with these rights."""
        token = sign_caller_token(KEY, subject=subject, rights=rights, audience=("members",))
        return SignedIn(self.client, f"Bearer {token}")

    async def network(self, network: str = NETWORK) -> NetworkSnapshot:
        """Return a network as it is stored."""
        found = await self.store.networks.get(network)
        assert found is not None
        return found


class SignedIn(Caller):
    """Somebody with a token of their own; all share one client."""

    def __init__(self, client: httpx.AsyncClient, bearer: str) -> None:
        super().__init__(client)
        self.bearer = bearer

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await super().send(method, path, body, **{"Authorization": self.bearer, **headers})

    async def upload(self, path: str, file: bytes, **headers: str) -> httpx.Response:
        """Send a file as it is."""
        given = {"Authorization": self.bearer, **headers}
        return await self.client.post(f"/api/v1{path}", content=file, headers=given)
