"""Who reads what a network's needs come to: its coordinators all of it, its advisers sums that name nobody."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from services.matching.api.viewing import Looking
from services.matching.domain.gaps import Sums
from services.matching.domain.seeing import Viewer
from shared.events.base import Id
from shared.rules import Forbidden, Missing
from shared.small_cells import is_small

Network = Annotated[Id, Query(description="Of which network")]


async def _depth(network: Network, viewer: Looking) -> Literal["all", "sums"]:
    return depth(viewer, network)


def depth(viewer: Viewer, network: str) -> Literal["all", "sums"]:
    """Return how much a viewer reads of a network; Forbidden to its companies and providers, Missing to strangers."""
    if viewer.linked is not None:
        raise Missing
    if viewer.operator or network in viewer.networks("coordinator"):
        return "all"
    if network in viewer.networks("adviser"):
        return "sums"
    raise Forbidden if network in viewer.networks() else Missing


Depth = Annotated[Literal["all", "sums"], Depends(_depth)]
"""A route's parameter of this type takes `network` and lets nobody else pass."""


def shown(sums: Sums, *, hidden: bool) -> dict[str, int | None]:
    """Return sums as an answer tells them; all None when they are hidden."""
    names = ("needs", "companies", "persons", "urgent")
    return {name: None if hidden else getattr(sums, name) for name in names}


def is_hidden(sums: Sums, deep: Literal["all", "sums"]) -> bool:
    """Tell whether sums must not be shown by themselves."""
    return deep == "sums" and is_small(sums.companies)
