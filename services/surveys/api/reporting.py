"""Who reads what a network's companies told, in sum: its coordinators all of it, its advisers what names nobody."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from services.surveys.api.viewing import Member
from services.surveys.domain.viewers import Viewer
from shared.events.base import Id
from shared.rules import Forbidden, Missing

Network = Annotated[Id, Query(description="Of which network")]


async def _depth(network: Network, viewer: Member) -> Literal["all", "sums"]:
    return depth(viewer, network)


def depth(viewer: Viewer, network: str) -> Literal["all", "sums"]:
    """Return how much a viewer reads of a network; Forbidden to its companies and providers, Missing to strangers."""
    if viewer.operator or network in viewer.networks("coordinator"):
        return "all"
    if network in viewer.networks("adviser"):
        return "sums"
    raise Forbidden if network in viewer.networks() else Missing


async def _coordinated(network: Network, viewer: Member) -> str:
    if depth(viewer, network) == "sums":
        raise Forbidden
    return network


Depth = Annotated[Literal["all", "sums"], Depends(_depth)]
"""A route's parameter of this type takes `network` and lets nobody else pass."""
Coordinated = Annotated[str, Depends(_coordinated)]
"""The network of a report that is for its coordinators and operators alone."""
