"""What follows when a challenge is met: each step may be repeated, the challenge is marked as used last."""

from collections.abc import Callable
from typing import Final

from services.members.domain.challenges import Registration, company_of, confirmed, may_be_asked, with_roles
from services.members.store import Store
from shared.clock import now
from shared.events import ChallengeSnapshot, MemberSnapshot, OrganisationSnapshot
from shared.events.members import Kind, Role
from shared.ids import new_id
from shared.places import place_of
from shared.publishing import Once
from shared.rules import Missing, RuleBroken, Stale

TRIES: Final = 5
"""How often a person is changed by somebody else between reading and writing before we give up."""


def not_met() -> RuleBroken:
    """Return the one answer to a wrong code, a used or expired challenge, another browser, and to none at all."""
    return RuleBroken("challenge_not_met")


async def meet(store: Store, challenge: ChallengeSnapshot) -> ChallengeSnapshot:
    """Do what follows and mark the challenge as used; raise `not_met` when the person may not, or it was used."""
    member = await store.members.get(challenge.member) if challenge.member else None
    if member is None or not may_be_asked(member.status, challenge.kind):
        raise not_met()
    used = challenge.model_copy(update={"status": "used"})
    if challenge.kind == "confirmation":
        used = used.model_copy(update={"organisation": await _confirm(store, challenge, member)})
    if challenge.kind == "invitation":
        await _accept(store, challenge, member)
    try:
        return await store.challenges.replace(used, expected=challenge.version)
    except (Stale, Missing):  # the same link, pressed twice at once
        raise not_met() from None


async def _confirm(store: Store, challenge: ChallengeSnapshot, member: MemberSnapshot) -> str:
    said = await store.challenges.registration(challenge.id)
    network = challenge.network
    if said is None or network is None or not await store.known_networks([network]):
        raise not_met()
    company = company_of(member, network) or await _founded(store, challenge.id, network, said)
    role = Role(organisation=company, network=network, role="company")
    await _changed(store, member, lambda one: confirmed(one, said, role, challenge, now()))
    return company


async def _founded(store: Store, challenge: str, network: str, said: Registration) -> str:
    """Return the company that this confirmation founds, founding it only once.

    A company of the same name is never joined: anybody could claim to belong to it.
    """
    company = OrganisationSnapshot(
        id=new_id(),
        version=1,
        changed_at=now(),
        status="active",
        name=said.company,
        kinds=frozenset({Kind.COMPANY}),
        networks=(network,),
        place=place_of(said.postal_code, said.town),
        head_count=said.head_count,
    )
    made = await store.organisations.add(company, once=Once("challenge", challenge, b"company"))
    return made.id


async def _accept(store: Store, challenge: ChallengeSnapshot, member: MemberSnapshot) -> None:
    roles = await store.challenges.roles(challenge.id)
    organisations = await store.known_organisations(role.organisation for role in roles)
    left = [
        role
        for role in roles
        if role.organisation in organisations and role.network in organisations[role.organisation].networks
    ]
    await _changed(store, member, lambda one: with_roles(one, left))


async def _changed(store: Store, member: MemberSnapshot, change: Callable[[MemberSnapshot], MemberSnapshot]) -> None:
    for _ in range(TRIES):
        wanted = change(member)
        if wanted == member:
            return
        try:
            for role in set(wanted.roles) - set(member.roles):
                await store.audit.note("role_given", by=member.id, member=member.id, **role.model_dump())
            await store.members.replace(wanted, expected=member.version, was=member, by=member.id)
        except Stale:
            again = await store.members.get(member.id)
            if again is None or again.status == "blocked":
                raise not_met() from None
            member = again
        else:
            return
    raise Stale
