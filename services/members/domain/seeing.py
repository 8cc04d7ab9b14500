"""Who may see and change what of members: pure functions of who asks and what is asked about."""

from collections.abc import Collection, Iterable
from typing import Literal, Protocol

from shared.events.members import MemberSnapshot, OrganisationSnapshot, Role
from shared.rules import Forbidden, RuleBroken

RoleName = Literal["company", "provider", "adviser", "coordinator"]


class Viewer(Protocol):
    """Who asks, as a caller's token says it."""

    @property
    def subject(self) -> str:
        """A member's id, or a program's name."""

    @property
    def is_operator(self) -> bool:
        """Whether everything is allowed."""

    def organisations(self, *roles: RoleName) -> frozenset[str]:
        """Return the organisations for which one of the roles is held, any if none is named."""

    def networks(self, *roles: RoleName) -> frozenset[str]:
        """Return the networks in which one of the roles is held, any if none is named."""


def coordinates(viewer: Viewer, networks: Iterable[str]) -> bool:
    """Tell whether the viewer coordinates one of the networks, or everything."""
    return viewer.is_operator or not viewer.networks("coordinator").isdisjoint(networks)


# --- organisations -------------------------------------------------------------------------------------------------


def sees_organisation(viewer: Viewer, organisation: OrganisationSnapshot) -> Literal["whole", "card", "nothing"]:
    """Return how much of an organisation is shown: its own people and coordinators see all, its networks a card."""
    if organisation.id in viewer.organisations() or coordinates(viewer, organisation.networks):
        return "whole"
    return "nothing" if viewer.networks().isdisjoint(organisation.networks) else "card"


def may_enter_organisation(viewer: Viewer, networks: Collection[str]) -> None:
    """Raise Forbidden unless the viewer may enter an organisation in these networks."""
    if viewer.is_operator:
        return
    own = viewer.networks("coordinator")
    if not own:
        raise Forbidden
    if not networks:
        raise RuleBroken("network_needed", field="networks")
    _only_within(own, networks, ())


def may_change_organisation(viewer: Viewer, old: OrganisationSnapshot, new: OrganisationSnapshot) -> None:
    """Raise Forbidden unless the viewer may make this change: only coordinators take in and out of their networks."""
    if viewer.is_operator:
        return
    coordinated = coordinates(viewer, old.networks)
    if not coordinated and old.id not in viewer.organisations("company", "provider"):
        raise Forbidden
    own = viewer.networks("coordinator") if coordinated else frozenset()
    _only_within(own, new.networks, old.networks)
    _only_within(own, old.networks, new.networks, position=False)
    if not coordinated and (new.memberships != old.memberships):
        raise Forbidden("coordinators_only", field="memberships")


def may_erase_organisation(viewer: Viewer, organisation: OrganisationSnapshot) -> None:
    """Raise Forbidden unless all networks of the organisation are the viewer's to coordinate."""
    if viewer.is_operator:
        return
    if not organisation.networks or not viewer.networks("coordinator").issuperset(organisation.networks):
        raise Forbidden


def _only_within(own: Collection[str], here: Iterable[str], there: Collection[str], *, position: bool = True) -> None:
    """Raise Forbidden for a network that is `here` and not `there`, and none of the viewer's own."""
    for place, network in enumerate(here):
        if network not in there and network not in own:
            raise Forbidden("not_your_network", field=f"networks.{place}" if position else "networks")


# --- people --------------------------------------------------------------------------------------------------------

Sight = Literal["self", "operator", "colleague", "coordinator", "nothing"]


def sees_member(viewer: Viewer, member: MemberSnapshot) -> Sight:
    """Return by which right the viewer sees a person; colleagues act for the same organisation."""
    if viewer.is_operator:
        return "operator"
    if viewer.subject == member.id:
        return "self"
    if any(role.organisation in viewer.organisations() for role in member.roles):
        return "colleague"
    return "coordinator" if coordinates(viewer, (role.network for role in member.roles)) else "nothing"


def shown_member(viewer: Viewer, member: MemberSnapshot, sight: Sight) -> MemberSnapshot:
    """Return as much of a person as this right shows: others' roles elsewhere and consents are their own matter."""
    if sight in {"self", "operator"}:
        return member
    mine = viewer.organisations() if sight == "colleague" else frozenset()
    theirs = viewer.networks("coordinator")
    roles = tuple(role for role in member.roles if role.organisation in mine or role.network in theirs)
    consents = member.consents if coordinates(viewer, (role.network for role in member.roles)) else ()
    return member.model_copy(update={"roles": roles, "consents": consents})


def may_change_member(viewer: Viewer, member: MemberSnapshot) -> None:
    """Raise Forbidden unless the viewer coordinates a network of this person (one's own record is changed at /me)."""
    if not coordinates(viewer, (role.network for role in member.roles)):
        raise Forbidden


def roles_within(viewer: Viewer, roles: Iterable[Role]) -> tuple[Role, ...]:
    """Return those roles that a coordinator sees and gives: in the viewer's networks, never an operator's."""
    own = viewer.networks("coordinator")
    return tuple(role for role in roles if role.network in own and role.role != "operator")


def roles_after(viewer: Viewer, member: MemberSnapshot, wanted: tuple[Role, ...]) -> tuple[Role, ...]:
    """Return a person's roles after the viewer put `wanted` in place of those it may give; others stay.

    Nobody changes own roles, nobody but an operator makes operators.
    """
    if viewer.is_operator:
        return wanted
    kept = tuple(role for role in member.roles if role not in roles_within(viewer, member.roles))
    given = tuple(role for role in wanted if role not in kept)
    for role in given:
        if role not in roles_within(viewer, (role,)):
            raise Forbidden("role_not_yours", field=f"roles.{wanted.index(role)}")
    if viewer.subject == member.id and set(given) != set(roles_within(viewer, member.roles)):
        raise Forbidden("own_roles", field="roles")
    return (*kept, *given)


def is_in_hands_of(viewer: Viewer, member: MemberSnapshot) -> bool:
    """Tell whether the viewer may do with a person's entry as with a note: correct the address, or erase it.

    Coordinators may as long as nobody has confirmed it and it opens nothing beyond their own networks.
    """
    if viewer.is_operator:
        return True
    given = roles_within(viewer, member.roles)
    return member.status == "unconfirmed" and bool(given) and len(given) == len(member.roles)


def may_change_address(viewer: Viewer, member: MemberSnapshot) -> None:
    """Raise Forbidden unless the address may be changed by somebody else: who owns it can sign in."""
    if not is_in_hands_of(viewer, member):
        raise Forbidden("address_not_yours", field="email")


def is_operator(member: MemberSnapshot) -> bool:
    """Tell whether the person runs this deployment, and can sign in to do so."""
    return member.status == "active" and any(role.role == "operator" for role in member.roles)


def role_changes(old: Iterable[Role], new: Iterable[Role]) -> tuple[tuple[Role, ...], tuple[Role, ...]]:
    """Return which roles were given and which were taken away."""
    before, after = tuple(old), tuple(new)
    return (
        tuple(role for role in after if role not in before),
        tuple(role for role in before if role not in after),
    )
