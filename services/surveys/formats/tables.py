"""Rows of a table to records and back; an offer with several course dates has one row for each of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from services.surveys.domain.imports import Remark
from services.surveys.formats import cells
from services.surveys.formats.fields import COLUMNS, ID, Column
from services.surveys.formats.records import Record
from shared.events.surveys import CourseDate, NeedSnapshot, OfferSnapshot
from shared.rules import RuleBroken
from shared.sheets import Row, Sheet, fused

DATES: Final = "dates."
MOST_REMARKS: Final = 10
GATHERED: Final = "description"
"""Several columns may be mapped to it; then each is introduced by its heading."""


class Table:
    """The rows of one table, read by a mapping from columns to fields."""

    def __init__(
        self, sheet: Sheet, kind: str, mapping: Sequence[str | None], defaults: Mapping[str, str] | None = None
    ) -> None:
        known = {column.name: column for column in COLUMNS[kind]}
        self._sheet = sheet
        self._kind = kind
        self._columns = [known.get(name) if name else None for name in mapping]
        self._defaults = {name: text for name, text in (defaults or {}).items() if name in known and text}
        self._known = known
        self._several = list(mapping).count(GATHERED) > 1
        self._covers = frozenset(name.partition(".")[0] for name in (*mapping, *self._defaults) if name)

    def records(self) -> Iterator[Record]:
        """Give a record for each need, or for each run of rows with the same offer."""
        waiting: Record | None = None
        for row in self._sheet:
            record = self._record(row)
            if record is None:
                continue
            if waiting is not None and _same_offer(waiting, record):
                waiting = _joined(waiting, record)
                continue
            if waiting is not None:
                yield waiting
            waiting = record
        if waiting is not None:
            yield waiting

    def _record(self, row: Row) -> Record | None:
        said: dict[str, Any] = {}
        remarks: list[Remark] = []
        if row.surplus:
            remarks.append(Remark("", "row_too_wide", {"columns": len(self._sheet.headings)}))
        given = dict.fromkeys(self._defaults, True)
        for column, heading, cell in zip(self._columns, self._sheet.headings, row.cells, strict=False):
            if column is not None and cell:
                given.pop(column.name, None)
                self._take(said, remarks, column, heading, fused(cell))
        for name in given:
            self._take(said, remarks, self._known[name], self._known[name].field.label, self._defaults[name])
        if self._is_example(row):
            return None
        entity = said.pop(ID, None)
        return Record(
            row=row.number,
            said=_nested(said),
            number=said.get("own_number"),
            entity=entity,
            remarks=tuple(remarks[:MOST_REMARKS]),
            cells=((*row.cells, *row.surplus),),
            covers=self._covers,
        )

    def _take(self, said: dict[str, Any], remarks: list[Remark], column: Column, heading: str, text: str) -> None:
        try:
            if column.name == "persons_min":
                said.update(cells.persons(text))
            elif column.name == GATHERED and self._several:
                said[GATHERED] = "\n".join(filter(None, (said.get(GATHERED), f"{heading}: {text}")))
            else:
                said[column.name] = column.codec.read(text)
        except RuleBroken as broken:
            remarks.append(Remark(heading, broken.code, broken.params))

    def _is_example(self, row: Row) -> bool:
        """Tell whether this is the example of a template that somebody left in."""
        examples = [column.field.example if column else "" for column in self._columns]
        filled = [example for example in examples if example]
        return len(filled) > 3 and list(row.cells) == examples  # noqa: PLR2004 - fewer may be a coincidence


def _nested(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON: `place.town` inside a place, `dates.…` as the one course date of this row."""
    whole: dict[str, Any] = {}
    course: dict[str, Any] = {}
    for name, value in said.items():
        target, path = (course, name.removeprefix(DATES)) if name.startswith(DATES) else (whole, name)
        outer, _, inner = path.partition(".")
        if inner:
            target.setdefault(outer, {})[inner] = value
        else:
            target[outer] = value
    if course:
        whole["dates"] = [course]
    return whole


def _same_offer(first: Record, second: Record) -> bool:
    key = first.entity or first.number
    return key is not None and key == (second.entity or second.number)


def _joined(first: Record, second: Record) -> Record:
    """Return both as one offer with the dates of both; what the first row says about the offer counts."""
    dates = [*first.said.get("dates", []), *second.said.get("dates", [])]
    return Record(
        row=first.row,
        said={**second.said, **first.said, **({"dates": dates} if dates else {})},
        number=first.number,
        entity=first.entity,
        remarks=(*first.remarks, *second.remarks)[:MOST_REMARKS],
        cells=(*first.cells, *second.cells),
        covers=first.covers,
    )


# --- out ----------------------------------------------------------------------------------------------------------


def headings(kind: str) -> list[str]:
    """Return the German headings, under which the import knows the columns again."""
    return [column.field.label for column in COLUMNS[kind]]


def need_rows(needs: Iterable[NeedSnapshot]) -> Iterator[list[str]]:
    """Give a row for each need."""
    for need in needs:
        yield [_cell(column, need) for column in COLUMNS["needs"]]


def offer_rows(offers: Iterable[OfferSnapshot]) -> Iterator[list[str]]:
    """Give a row for each course date of each offer, and one for an offer without dates."""
    for offer in offers:
        for course in offer.dates or (None,):
            yield [
                _cell(column, course, column.name.removeprefix(DATES))
                if column.name.startswith(DATES)
                else _cell(column, offer)
                for column in COLUMNS["offers"]
            ]


def _cell(column: Column, thing: NeedSnapshot | OfferSnapshot | CourseDate | None, path: str | None = None) -> str:
    value: Any = thing
    for step in (path or column.name).split("."):
        value = getattr(value, step, None)
    if value is None or value in ((), frozenset(), ""):
        return ""
    return column.codec.write(value)
