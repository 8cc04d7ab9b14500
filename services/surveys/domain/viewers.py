"""Who looks or writes: what a caller's token says, as a value that the rules can judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Standing(NamedTuple):
    """What somebody is in one network, for one organisation."""

    role: str
    organisation: str
    network: str


@dataclass(frozen=True)
class Viewer:
    """Somebody who wants to see or change something; without member, link and right it is the public."""

    member: str | None = None
    operator: bool = False
    standings: frozenset[Standing] = frozenset()
    linked: frozenset[str] | None = None
    """The needs that a mailed link opens, and nothing else; None for whoever is signed in, and for the public."""

    @property
    def signed_in(self) -> bool:
        """Whether this is a member or a program with rights of its own, not the holder of a mailed link."""
        return self.operator or (self.linked is None and (self.member is not None or bool(self.standings)))

    def organisations(self, *roles: str) -> frozenset[str]:
        """Return the organisations for which one of these roles is held."""
        return frozenset(one.organisation for one in self.standings if one.role in roles)

    def networks(self, *roles: str, organisation: str | None = None) -> frozenset[str]:
        """Return the networks in which one of these roles is held, any if none is named."""
        return frozenset(
            one.network
            for one in self.standings
            if (not roles or one.role in roles) and organisation in {None, one.organisation}
        )

    def is_in(self, networks: Iterable[str], *roles: str) -> bool:
        """Return whether one of these roles, any if none is named, is held in one of the networks."""
        return not self.networks(*roles).isdisjoint(networks)


PUBLIC = Viewer()
