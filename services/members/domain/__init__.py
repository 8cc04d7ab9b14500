"""The rules of networks, organisations and people: plain functions over the frozen snapshots."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.events.matching import pair_of
from shared.events.members import Consent, MemberSnapshot, NetworkSnapshot, OrganisationSnapshot
from shared.rules import RuleBroken

LinkPurpose = Literal["match", "unsubscribe", "need"]
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""A consent may seem to be given so far in the future: it is written down on somebody else's device."""


def sound_network(network: NetworkSnapshot) -> NetworkSnapshot:
    """Return the network if its last day is not before its first; both may be the same day."""
    first, last = network.starts_on, network.ends_on
    if first is not None and last is not None and last < first:
        raise RuleBroken("end_before_start", field="ends_on", start=str(first), end=str(last))
    return network


def sound_organisation(organisation: OrganisationSnapshot, known: Collection[str]) -> OrganisationSnapshot:
    """Return the organisation, each network named once, if all of them are `known` ids."""
    for place, network in enumerate(organisation.networks):
        if network not in known:
            raise RuleBroken("unknown_network", field=f"networks.{place}")
    return organisation.model_copy(update={"networks": tuple(dict.fromkeys(organisation.networks))})


def sound_member(
    member: MemberSnapshot, organisations: Mapping[str, OrganisationSnapshot], moment: datetime
) -> MemberSnapshot:
    """Return the person, each role named once, if roles lie within known organisations and consents can be true."""
    for place, role in enumerate(member.roles):
        organisation = organisations.get(role.organisation)
        if organisation is None:
            raise RuleBroken("unknown_organisation", field=f"roles.{place}.organisation")
        if role.network not in organisation.networks:
            raise RuleBroken("not_in_network", field=f"roles.{place}.network")
    for place, consent in enumerate(member.consents):
        _check(consent, f"consents.{place}", moment)
    if len({consent.purpose for consent in member.consents}) < len(member.consents):
        raise RuleBroken("consent_twice", field="consents")
    return member.model_copy(update={"roles": tuple(dict.fromkeys(member.roles))})


def _check(consent: Consent, field: str, moment: datetime) -> None:
    if consent.given_at > moment + CLOCKS_DIFFER:
        raise RuleBroken("consent_in_future", field=f"{field}.given_at")
    if consent.withdrawn_at is not None and consent.withdrawn_at < consent.given_at:
        raise RuleBroken("consent_withdrawn_before_given", field=f"{field}.withdrawn_at")


def standing(*, confirmed: bool, blocked: bool) -> Literal["unconfirmed", "active", "blocked"]:
    """Return a person's status: blocked whatever else is true, active only with a confirmed address."""
    if blocked:
        return "blocked"
    return "active" if confirmed else "unconfirmed"


def may_follow_links(member: MemberSnapshot | None, purpose: LinkPurpose) -> bool:
    """Tell whether a mailed link still works: never for erased people; a blocked one may end mails, nothing more."""
    if member is None:
        return False
    return purpose == "unsubscribe" or member.status == "active"


def rights_of_link(purpose: LinkPurpose, need: str, offer: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the rights that a link's token gives, and the services that it is for."""
    if purpose == "match":
        return frozenset({f"match:{pair_of(need, offer)}"}), ("matching", "members")
    if purpose == "need":
        return frozenset({f"need:{need}"}), ("surveys",)
    return frozenset({"unsubscribe"}), ("notifications",)
