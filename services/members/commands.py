"""What the command line offers for members: founding the first network, and an operator's token."""

from dataclasses import dataclass, replace

from services.members.api.networks import NetworkInput, new_network
from services.members.api.organisations import OrganisationInput, new_organisation
from services.members.api.people import MemberInput, RoleInput, new_member
from services.members.domain.challenges import LASTS
from services.members.domain.granting import SERVICES
from services.members.settings import MembersSettings
from services.members.store import Store
from shared.callers import OPERATOR, read_private_key, sign_caller_token
from shared.clock import now
from shared.events import ChallengeSnapshot, MemberSnapshot, NetworkSnapshot
from shared.events.members import Kind
from shared.ids import new_id
from shared.links import challenge_url
from shared.mongo import open_database
from shared.publishing import Once
from shared.rules import Conflict, RuleBroken


@dataclass(frozen=True)
class Founded:
    """The first network and its operator."""

    network: NetworkSnapshot
    operator: MemberSnapshot
    link: str | None = None
    """Where the operator signs in, once, within an hour; None when nobody said where the portal is."""


async def init(settings: MembersSettings, *, network: str, operator: str, public_url: str | None = None) -> Founded:
    """Found the first network with one operator, whose address is vouched for and who may sign in without a mail.

    Repeating it with the same words founds nothing twice, also after a crash halfway; once there is another network it
    raises Conflict("already_founded"), and ValidationError for a name or an address that is none.
    """
    database = open_database(settings)
    try:
        store = Store(database)
        await store.prepare()
        founded = await found(store, network=network, operator=operator)
        if public_url is None:
            return founded
        challenge = await _sign_in(store, founded.operator)
        return replace(founded, link=challenge_url(public_url, settings.signing_link_key(), challenge.id))
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


async def _sign_in(store: Store, member: MemberSnapshot) -> ChallengeSnapshot:
    """Return a challenge as if the member had asked for a mail; no browser holds the secret for its code."""
    challenge = ChallengeSnapshot(
        id=new_id(),
        version=1,
        changed_at=now(),
        status="open",
        kind="sign_in",
        member=member.id,
        language=member.language,
        expires_at=now() + LASTS["sign_in"],
    )
    return await store.challenges.add(challenge)


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
    return sign_caller_token(key, subject="operator", rights=(OPERATOR,), audience=SERVICES)
