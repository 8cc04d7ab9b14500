"""What the command line offers for members: founding the first network, and an operator's token."""

from dataclasses import dataclass
from typing import Final

from services.members.api.networks import NetworkInput, new_network
from services.members.api.organisations import OrganisationInput, new_organisation
from services.members.api.people import MemberInput, RoleInput, new_member
from services.members.settings import MembersSettings
from services.members.store import Store
from shared.callers import OPERATOR, read_private_key, sign_caller_token
from shared.events import MemberSnapshot, NetworkSnapshot
from shared.events.members import Kind
from shared.mongo import open_database
from shared.publishing import Once
from shared.rules import Conflict, RuleBroken

AUDIENCE: Final = ("members", "surveys", "matching", "notifications")
"""Every service that has an API."""


@dataclass(frozen=True)
class Founded:
    """The first network and its operator."""

    network: NetworkSnapshot
    operator: MemberSnapshot


async def init(settings: MembersSettings, *, network: str, operator: str) -> Founded:
    """Found the first network with one operator, whose address is vouched for.

    Repeating it with the same words founds nothing twice, also after a crash halfway; once there is another network it
    raises Conflict("already_founded"), and ValidationError for a name or an address that is none.
    """
    database = open_database(settings)
    try:
        store = Store(database)
        await store.prepare()
        return await found(store, network=network, operator=operator)
    finally:
        database.client.close()


async def found(store: Store, *, network: str, operator: str) -> Founded:
    """Do what `init` says in a store that is ready."""
    entered = NetworkInput.model_validate({"name": network})
    person = MemberInput.model_validate({"name": operator, "email": operator, "confirmed": True})
    try:
        first = await _first_network(store, entered)
        office = await store.organisations.add(
            new_organisation(
                OrganisationInput(name=entered.name, kinds=frozenset({Kind.NETWORK_OFFICE}), networks=(first.id,))
            ),
            once=_once("office", entered.name),
        )
        role = RoleInput(organisation=office.id, network=first.id, role="operator")
        member = await store.members.add(
            new_member(person.model_copy(update={"roles": (role,)})), once=_once("operator", person.email)
        )
    except RuleBroken as broken:
        if broken.code == "idempotency_key_reused":
            raise Conflict("already_founded") from None
        raise
    return Founded(first, member)


async def _first_network(store: Store, entered: NetworkInput) -> NetworkSnapshot:
    once = _once("network", entered.name)
    made = await store.networks.made_with(once)
    if made is None and await store.networks.count({}):
        raise Conflict("already_founded")
    return made or await store.networks.add(new_network(entered), once=once)


def _once(key: str, content: str) -> Once:
    return Once("init", key, content.encode())


def token(settings: MembersSettings) -> str:
    """Return an operator's token for all services, valid for ten minutes, signed with the private key's file."""
    key = read_private_key(settings.caller_private_key_file)
    return sign_caller_token(key, subject="operator", rights=(OPERATOR,), audience=AUDIENCE)
