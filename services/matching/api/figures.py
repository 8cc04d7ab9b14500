"""Figures of a network's matches in a period."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from services.matching.api.reporting import Depth, Network
from services.matching.api.viewing import READING
from services.matching.domain.figures import Counted, match_figures
from services.matching.store import Store
from shared.events.base import Day, Id
from shared.events.surveys import Visibility
from shared.periods import Asked

MOST_RESPONSES: Final = 50_000
_ROW: Final[dict[str, Any]] = {"pairs": 12, "companies": 4, "persons": 0}
_EXAMPLE: Final[dict[str, Any]] = {
    "network": "019a0000-0000-7000-8000-000000000384",
    "first": "2026-01-01",
    "last": "2026-12-31",
    "matches": {"value": "matches", **_ROW},
    "announced": {"value": "announced", **_ROW},
    "company": [{"value": "booked", "pairs": 5, "companies": 3, "persons": 14}],
    "provider": [],
    "dismissed": [{"value": "too_far", "pairs": None, "companies": None, "persons": None}],
}


class Row(BaseModel):
    """How many pairs of need and offer; None where fewer than three companies stand behind them."""

    value: str
    pairs: int | None
    companies: int | None
    persons: int | None


class MatchFiguresAnswer(BaseModel):
    """Matches found in the period, and what the two sides said last, in it, by `value`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    network: Id
    first: Day
    last: Day
    matches: Row
    announced: Row
    company: tuple[Row, ...]
    provider: tuple[Row, ...]
    dismissed: tuple[Row, ...]
    """By the company's reason; empty for none given."""


Exact = Annotated[
    bool, Query(description="Show small figures as well, to coordinators alone; not meant to be passed on")
]


def routes(store: Store) -> APIRouter:
    """Return the route of figures."""
    router = APIRouter(tags=["figures"])

    @router.get("/figures", responses=READING, summary="Matches and responses of a period, small figures hidden")
    async def read(network: Network, deep: Depth, period: Asked, exact: Exact = False) -> MatchFiguresAnswer:
        needs = {need.id: need for need in await store.needs.find({"networks": network})}
        if deep == "sums":
            needs = {id_: one for id_, one in needs.items() if one.visibility is not Visibility.COORDINATOR}
        said = await store.responses.find({"need": {"$in": sorted(needs)}}, limit=MOST_RESPONSES)
        told = match_figures(needs, await store.found_for(needs), said, period.has, exact=exact and deep == "all")
        return MatchFiguresAnswer(
            network=network,
            first=period.first,
            last=period.last,
            matches=_row(told.matches),
            announced=_row(told.announced),
            company=tuple(map(_row, told.responses["company"])),
            provider=tuple(map(_row, told.responses["provider"])),
            dismissed=tuple(map(_row, told.dismissed)),
        )

    return router


def _row(one: Counted) -> Row:
    return Row(value=one.value, pairs=one.pairs, companies=one.companies, persons=one.persons)
