"""What a token says that a person may do, and who may invite whom."""

from collections.abc import Collection
from typing import Final, Literal

from shared.events.members import MemberSnapshot, Role

SERVICES: Final = ("members", "surveys", "matching", "notifications")
"""Every service that has an API."""
Scope = Literal[
    "members:read",
    "members:write",
    "surveys:read",
    "surveys:write",
    "matching:read",
    "matching:write",
    "notifications:read",
    "notifications:write",
]
PARTS: Final = 3
"""Of a right that is a role: its name, the organisation and the network."""


def rights_of(member: MemberSnapshot) -> frozenset[str]:
    """Return what a token says about the person: `role:organisation:network` for each role, `operator` for that one."""
    return frozenset(
        "operator" if role.role == "operator" else f"{role.role}:{role.organisation}:{role.network}"
        for role in member.roles
    )


def may_give(rights: Collection[str], role: Role) -> bool:
    """Tell whether somebody with these rights may invite a person into a role.

    Operators into every role; coordinators into any other inside their networks; companies and providers into their
    own role for their own organisation.
    """
    if "operator" in rights:
        return True
    if role.role == "operator":
        return False
    held = [parts for right in rights if len(parts := right.split(":")) == PARTS]
    if any(name == "coordinator" and network == role.network for name, _, network in held):
        return True
    return role.role in {"company", "provider"} and [role.role, role.organisation, role.network] in held
