"""What a report is about: one of the visitor's networks and, where it matters, a period."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import Depends

from services.portal.choices import networks_for
from services.portal.neighbours import NothingHere
from services.portal.visitors import Visitor, only
from shared.clock import now
from shared.language import HOME

MONTHS: Final = 12
"""So far back a report goes when nothing is asked for."""

Reading = Annotated[Visitor, Depends(only("coordinator", "adviser"))]
"""Coordinators, and advisers, who read sums."""


@dataclass(frozen=True)
class Asked:
    """One network, and the period as somebody typed it."""

    network: str
    networks: dict[str, str]
    """All to choose from, by id."""
    von: str
    bis: str
    coordinates: bool
    """Whether the visitor reads all of it, not sums alone."""

    @property
    def name(self) -> str:
        """The network's name."""
        return self.networks[self.network]

    @property
    def period(self) -> dict[str, Any]:
        """The parameters of a report."""
        return {"network": self.network, "from": self.von, "to": self.bis}


def today() -> date:
    """Return the present day in Germany."""
    return now().astimezone(HOME).date()


def a_year_back() -> tuple[str, str]:
    """Return the twelve months that end with the present one."""
    day = today()
    first = (day.replace(day=1) - timedelta(days=31 * (MONTHS - 1) - 15)).replace(day=1)
    return str(first), str(day)


async def asked(visitor: Visitor, network: str = "", von: str = "", bis: str = "") -> Asked:
    """Return what is asked for; NothingHere for a network that is not the visitor's to look after."""
    networks = await networks_for(visitor) if visitor.operator else visitor.networks("coordinator", "adviser")
    chosen = network or next(iter(networks), "")
    if chosen not in networks:
        raise NothingHere
    first, last = a_year_back()
    coordinates = visitor.operator or chosen in visitor.networks("coordinator")
    return Asked(chosen, networks, _day(von, first), _day(bis, last), coordinates)


def _day(typed: str, otherwise: str) -> str:
    """Return the day that was typed; `otherwise` for what no calendar knows, which only an address by hand can hold."""
    try:
        return str(date.fromisoformat(typed))
    except ValueError:
        return otherwise


async def topic_names(visitor: Visitor) -> dict[str, str]:
    """Return the topics' names by code."""
    told = await visitor.get("surveys", "/api/v1/topics")
    return {one["code"]: one["name"] for one in told["items"]}
