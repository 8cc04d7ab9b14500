"""What a table may have at most, and the table as it is read: headings, then rows of text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.rules import RuleBroken

LONGEST_CELL: Final = 32_767
"""Characters; Excel's own limit."""
MOST_COLUMNS: Final = 300
MOST_ROWS: Final = 200_000
"""Counted with empty ones."""
LAST_HEADING_ROW: Final = 30
"""Above the headings there may be a title or a note, but no novel."""
COMMENT: Final = "# "
"""What lines above the headings begin with in our own templates."""


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    number: int
    """As a spreadsheet counts, from 1; the headings are usually row 1."""
    cells: tuple[str, ...]
    """As many as there are headings; trimmed, empty where nothing stands."""
    surplus: tuple[str, ...] = ()
    """What stands to the right of the last heading: there is no saying what it means."""


class Sheet:
    """The headings of a table, and an iterator over its rows that can be used once; empty rows are left out."""

    def __init__(self, records: Iterator[Sequence[str]]) -> None:
        self._records = _bounded(records)
        self.headings, self.heading_row = self._found_headings()
        self._left = False

    def __iter__(self) -> Iterator[Row]:
        width = len(self.headings)
        for number, record in self._records:
            if any(record):
                surplus = tuple(cell for cell in record[width:] if cell)
                yield Row(number, (*record[:width], *("",) * (width - len(record))), surplus)

    def _found_headings(self) -> tuple[tuple[str, ...], int]:
        """Return the first row with two filled cells, or else the first that is filled at all."""
        waiting: list[tuple[int, tuple[str, ...]]] = []
        for number, record in self._records:
            if any(record) and not record[0].startswith(COMMENT):
                waiting.append((number, record))
                if sum(map(bool, record)) > 1:
                    break
            if number >= LAST_HEADING_ROW:
                break
        if not waiting:
            raise RuleBroken("sheet_empty", field="file")
        number, record = waiting[-1]
        if sum(map(bool, record)) == 1:  # a table of a single column
            (number, record), rest = waiting[0], waiting[1:]
            self._records = _chained(rest, self._records)
        while record and not record[-1]:
            record = record[:-1]
        return record, number


def _chained(
    first: list[tuple[int, tuple[str, ...]]], then: Iterator[tuple[int, tuple[str, ...]]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from first
    yield from then


def _bounded(records: Iterator[Sequence[str]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, record in enumerate(records, 1):
        if number > MOST_ROWS:
            raise RuleBroken("sheet_too_many_rows", field="file", most=MOST_ROWS)
        if len(record) > MOST_COLUMNS and any(record[MOST_COLUMNS:]):
            raise RuleBroken("sheet_too_many_columns", field="file", row=number, most=MOST_COLUMNS)
        cells = tuple(cell.strip() for cell in record[:MOST_COLUMNS])
        for column, cell in enumerate(cells, 1):
            if len(cell) > LONGEST_CELL:
                raise RuleBroken("sheet_cell_too_long", field="file", row=number, column=column, most=LONGEST_CELL)
        yield number, cells
