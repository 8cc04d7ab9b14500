"""What a network's companies told in a period, in tables; small cells are hidden unless exact ones are asked for.

Drafts and what was merged into another need count nowhere. A need with several topics counts in each of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.places import area_of
from shared.small_cells import is_small, protected

UNKNOWN: Final = ""
"""Stands for a topic, area or company that is not known; such needs count together as one company."""
STATUSES: Final = ("open", "covered", "withdrawn", "expired")
SOURCES: Final = ("survey", "visit", "workshop", "import", "api")


@dataclass(frozen=True)
class Told:
    """A need, when it was told, and whose it is as far as companies are counted."""

    need: NeedSnapshot
    on: date
    company: str

    @property
    def persons(self) -> int:
        """How many people at least: the fewest that were said, and one where nothing was."""
        return self.need.persons_min or self.need.persons_max or 1


@dataclass(frozen=True)
class Row:
    """One line of a table; None where it is hidden."""

    value: str
    needs: int | None
    companies: int | None
    persons: int | None


@dataclass(frozen=True)
class NeedTables:
    """Needs of a period by what can be looked at."""

    total: Row
    by_status: tuple[Row, ...]
    by_topic: tuple[Row, ...]
    """Most persons first; without a topic last."""
    by_area: tuple[Row, ...]
    """By postal area, the first three digits; unknown ones last."""
    by_month: tuple[Row, ...]
    """Every month of the period, such as 2026-11."""
    by_source: tuple[Row, ...]


Values = Callable[[Told], Iterable[str]]


def need_tables(told: Iterable[Told], months: Sequence[str], *, exact: bool) -> NeedTables:
    """Count needs; `months` are those of the period, in their order."""
    those = [one for one in told if one.need.status != "draft"]

    def table(values: Values, order: Sequence[str] | None = None) -> tuple[Row, ...]:
        return _table(those, values, order, exact=exact)

    return NeedTables(
        total=total(those, exact=exact),
        by_status=table(lambda one: (one.need.status,), STATUSES),
        by_topic=table(lambda one: one.need.topics or (UNKNOWN,)),
        by_area=table(lambda one: (area_of(one.need.place) or UNKNOWN,)),
        by_month=table(lambda one: (f"{one.on:%Y-%m}",), months),
        by_source=table(lambda one: (one.need.source,), SOURCES),
    )


def total(told: Sequence[Told], *, exact: bool) -> Row:
    """Return what all of them come to."""
    row = _row("total", told)
    return _hidden(row) if not exact and is_small(row.companies or 0) else row


def _table(told: Iterable[Told], values: Values, order: Sequence[str] | None, *, exact: bool) -> tuple[Row, ...]:
    groups: dict[str, list[Told]] = {value: [] for value in order or ()}
    for one in told:
        for value in values(one):
            groups.setdefault(value, []).append(one)
    rows = [_row(value, members) for value, members in groups.items()]
    if order is None:
        rows.sort(key=lambda row: (row.value == UNKNOWN, -(row.persons or 0), row.value))
    if exact:
        return tuple(rows)
    shown = protected({row.value: row.companies or 0 for row in rows})
    return tuple(_hidden(row) if shown[row.value] is None else row for row in rows)


def _row(value: str, told: Sequence[Told]) -> Row:
    return Row(value, len(told), len({one.company for one in told}), sum(one.persons for one in told))


def _hidden(row: Row) -> Row:
    return Row(row.value, None, None, None)


def counted(values: Iterable[str], order: Sequence[str] = ()) -> tuple[tuple[str, int], ...]:
    """Count values: those of `order` first, also where there are none, the others by how often they come."""
    counts: dict[str, int] = dict.fromkeys(order, 0)
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    others = sorted((value for value in counts if value not in order), key=lambda value: (-counts[value], value))
    return tuple((value, counts[value]) for value in (*order, *others))


def topics_of(offer: OfferSnapshot) -> tuple[str, ...]:
    """Return the topics in which an offer counts."""
    return offer.topics or (UNKNOWN,)


def companies_behind(needs: Iterable[NeedSnapshot], visited: Mapping[str, str]) -> dict[str, str]:
    """Return by need whose it is, as far as companies are counted; `visited` names the company that was visited."""
    return {need.id: need.organisation or visited.get(need.id, UNKNOWN) for need in needs}
