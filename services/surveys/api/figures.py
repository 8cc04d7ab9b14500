"""Figures of a network for any period: what its companies told, what was offered, who was visited."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from services.surveys.api.asked import READING
from services.surveys.api.duplicate_pairs import pairs_of
from services.surveys.api.reporting import Depth, Network
from services.surveys.api.viewing import Member
from services.surveys.domain import day_of
from services.surveys.domain.asking import Answer
from services.surveys.domain.figures import (
    Row,
    Told,
    companies_behind,
    counted,
    need_tables,
    topics_of,
)
from services.surveys.domain.visits import Visit
from services.surveys.store import Store
from shared.clock import now
from shared.events.base import Day, Id
from shared.events.surveys import NeedSnapshot, OfferSnapshot, Visibility
from shared.periods import Asked, Period, made_on
from shared.small_cells import is_small

MOST: Final = 100_000
_ROW: Final[dict[str, Any]] = {"needs": 12, "companies": 7, "persons": 31}
_EXAMPLE: Final[dict[str, Any]] = {
    "network": "019a0000-0000-7000-8000-000000000384",
    "first": "2026-01-01",
    "last": "2026-12-31",
    "needs": {
        "total": {"value": "total", **_ROW},
        "by_status": [{"value": "open", **_ROW}],
        "by_topic": [{"value": "metal.welding", "needs": None, "companies": None, "persons": None}],
        "by_area": [{"value": "041", **_ROW}],
        "by_month": [{"value": "2026-11", **_ROW}],
        "by_source": [{"value": "visit", **_ROW}],
    },
    "offers": {"total": 40, "by_status": [], "by_topic": []},
    "visits": {"visits": 14, "companies": 12, "by_month": [{"value": "2026-11", "count": 14}]},
    "assessments": 2,
    "answers": {"answers": 9, "companies": 9},
    "due": None,
    "visited": [],
    "unlisted": [],
}


class NeedRow(BaseModel):
    """How many needs, of how many companies, for how many persons at least; None where that is hidden."""

    value: str
    needs: int | None
    companies: int | None
    persons: int | None


class NeedFigures(BaseModel):
    """The needs that were told in the period, as they stand now."""

    total: NeedRow
    by_status: tuple[NeedRow, ...]
    by_topic: tuple[NeedRow, ...]
    """Empty for no topic; a need with several counts in each."""
    by_area: tuple[NeedRow, ...]
    """First three digits of the postcode; empty where it is not known."""
    by_month: tuple[NeedRow, ...]
    by_source: tuple[NeedRow, ...]


class Count(BaseModel):
    """How often a value comes."""

    value: str
    count: int


class OfferFigures(BaseModel):
    """Offers to the network, and to everybody from providers in it, entered in the period; as they stand now."""

    total: int
    by_status: tuple[Count, ...]
    by_topic: tuple[Count, ...]


class VisitFigures(BaseModel):
    """Visits by their day; None where fewer than three companies were visited, to advisers."""

    visits: int | None
    companies: int | None
    by_month: tuple[Count, ...]


class AnswerFigures(BaseModel):
    """Confirmed answers to the network's surveys."""

    answers: int | None
    companies: int | None


class Due(BaseModel):
    """What waits for the coordination today."""

    visits: int
    """Visits to be followed up."""
    needs: int
    """Needs to be seen again."""
    duplicates: int
    """Pairs of needs that may be the same."""


class FiguresAnswer(BaseModel):
    """What a network's companies told in a period."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    network: Id
    first: Day
    last: Day
    needs: NeedFigures
    offers: OfferFigures
    visits: VisitFigures
    assessments: int
    answers: AnswerFigures
    due: Due | None
    """None to advisers."""
    visited: tuple[Id, ...]
    """Companies with an entry that were visited or answered, for counting them by size; none to advisers."""
    unlisted: tuple[int | None, ...]
    """Head counts of visited companies without an entry, None where not known; none to advisers."""


Exact = Annotated[
    bool, Query(description="Show small figures as well, to coordinators alone; not meant to be passed on")
]


def routes(store: Store) -> APIRouter:
    """Return the route of figures."""
    router = APIRouter(tags=["reports"])

    @router.get(
        "/figures",
        responses=READING,
        summary="Needs, offers, visits, assessments and answers of a period",
        description="For the network's coordinators and operators; advisers read the sums. Figures about fewer than "
        "three companies are hidden, unless a coordinator asks for exact ones.",
    )
    async def read(network: Network, deep: Depth, viewer: Member, period: Asked, exact: Exact = False) -> FiguresAnswer:
        shows_all = exact and deep == "all"
        visits = await _visits(store, network)
        needs = await _needs(store, network, period, deep)
        within = [visit for visit in visits if period.has_day(visit.visited_on)]
        answers = await _answers(store, network, period)
        offers = await _offers_of(store, network, period)
        behind = companies_behind(needs, {need: _whom(visit) for visit in visits for need in visit.needs})
        told = [Told(need, made_on(need.id), behind[need.id]) for need in needs]
        tables = need_tables(told, period.months, exact=shows_all)
        inside = deep == "all"
        return FiguresAnswer(
            network=network,
            first=period.first,
            last=period.last,
            needs=NeedFigures(
                total=_row(tables.total),
                by_status=_rows(tables.by_status),
                by_topic=_rows(tables.by_topic),
                by_area=_rows(tables.by_area),
                by_month=_rows(tables.by_month),
                by_source=_rows(tables.by_source),
            ),
            offers=_offers(offers),
            visits=_of_visits(within, period, shows_all=shows_all),
            assessments=await store.visiting.assessments.count(
                {"network": network, "assessed_on": {"$gte": str(period.first), "$lte": str(period.last)}}
            ),
            answers=_of_answers(answers, shows_all=shows_all),
            due=await _due(store, network, visits, len(await pairs_of(store, viewer, network))) if inside else None,
            visited=_with_entry(within, answers) if inside else (),
            unlisted=_without_entry(within) if inside else (),
        )

    return router


async def _needs(store: Store, network: str, period: Period, deep: Literal["all", "sums"]) -> list[NeedSnapshot]:
    found = await store.needs.find({"networks": network, "status": {"$ne": "draft"}, "id": period.ids}, limit=MOST)
    merged = await store.merged_needs(network)
    return [
        need
        for need in found
        if need.id not in merged and (deep == "all" or need.visibility is not Visibility.COORDINATOR)
    ]


async def _offers_of(store: Store, network: str, period: Period) -> list[OfferSnapshot]:
    """Return the offers to the network, and those to everybody from the providers in it."""
    people = await store.members.find({"roles": {"$elemMatch": {"role": "provider", "network": network}}})
    providers = {
        one.organisation
        for member in people
        for one in member.roles
        if (one.role, one.network) == ("provider", network)
    }
    to_everybody = {"networks": [], "provider": {"$in": sorted(providers)}}
    return [
        *await store.offers.find({"networks": network, "id": period.ids}, limit=MOST),
        *await store.offers.find({**to_everybody, "id": period.ids}, limit=MOST),
    ]


async def _visits(store: Store, network: str) -> list[Visit]:
    return await store.visiting.visits.find({"network": network}, limit=MOST)


async def _answers(store: Store, network: str, period: Period) -> list[Answer]:
    query = {"network": network, "status": "confirmed", "id": period.ids}
    return await store.asking.answers.find(query, limit=MOST)


def _whom(visit: Visit) -> str:
    """Return which company was visited, as far as companies are counted."""
    if visit.organisation or visit.company is None:
        return visit.organisation or visit.id
    return f"{visit.company.name.casefold()} {visit.company.postal_code or ''}"


async def _due(store: Store, network: str, visits: Iterable[Visit], duplicates: int) -> Due:
    today = day_of(now())
    waiting = {"networks": network, "status": {"$ne": "draft"}}
    return Due(
        visits=sum(visit.follow_up_on is not None and visit.follow_up_on <= today for visit in visits),
        needs=await store.needs.count({**waiting, "follow_up_on": {"$ne": None, "$lte": str(today)}}),
        duplicates=duplicates,
    )


def _of_visits(visits: Sequence[Visit], period: Period, *, shows_all: bool) -> VisitFigures:
    companies = len({_whom(visit) for visit in visits})
    if not shows_all and is_small(companies):
        return VisitFigures(visits=None, companies=None, by_month=())
    months = counted((f"{visit.visited_on:%Y-%m}" for visit in visits), period.months)
    return VisitFigures(visits=len(visits), companies=companies, by_month=_counts(months))


def _of_answers(answers: Sequence[Answer], *, shows_all: bool) -> AnswerFigures:
    companies = len({answer.organisation or answer.id for answer in answers})
    if not shows_all and is_small(companies):
        return AnswerFigures(answers=None, companies=None)
    return AnswerFigures(answers=len(answers), companies=companies)


def _offers(offers: Sequence[OfferSnapshot]) -> OfferFigures:
    return OfferFigures(
        total=len(offers),
        by_status=_counts(counted(offer.status for offer in offers)),
        by_topic=_counts(counted(topic for offer in offers for topic in topics_of(offer))),
    )


def _with_entry(visits: Iterable[Visit], answers: Iterable[Answer]) -> tuple[str, ...]:
    named = {visit.organisation for visit in visits} | {answer.organisation for answer in answers}
    return tuple(sorted(one for one in named if one))


def _without_entry(visits: Iterable[Visit]) -> tuple[int | None, ...]:
    heads = {_whom(visit): visit.company.head_count for visit in visits if visit.company and not visit.organisation}
    return tuple(heads[whom] for whom in sorted(heads))


def _row(row: Row) -> NeedRow:
    return NeedRow(value=row.value, needs=row.needs, companies=row.companies, persons=row.persons)


def _rows(rows: Iterable[Row]) -> tuple[NeedRow, ...]:
    return tuple(map(_row, rows))


def _counts(counts: Iterable[tuple[str, int]]) -> tuple[Count, ...]:
    return tuple(Count(value=value, count=count) for value, count in counts)
