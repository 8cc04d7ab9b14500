"""Writes tables that spreadsheets open as people expect, and in which no cell is a formula; templates to fill in."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import BinaryIO, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from shared.sheets.bounds import COMMENT
from shared.sheets.headings import Field

_DANGEROUS: Final = re.compile(r"^'*[=+\-@\t\r\0\uff1d\uff0b\uff0d\uff20]")
"""How a spreadsheet knows a formula, also written wide or with quote marks of our own before it."""
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
AT_ONCE: Final = 200
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for something else."""
WIDTH: Final = 24


def defused(text: str) -> str:
    """Return the text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def fused(cell: str) -> str:
    """Return the text that `defused` was given."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ";") -> Iterator[bytes]:
    """Give a CSV file in pieces of some hundred rows."""
    yield BYTE_ORDER_MARK + _csv([headings], delimiter)
    waiting: list[Sequence[str]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            yield _csv(waiting, delimiter)
            waiting = []
    yield _csv(waiting, delimiter)


def _csv(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def write_xlsx(
    file: BinaryIO,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "Bedarfswerk",
    notes: Sequence[Sequence[str]] = (),
) -> None:
    """Write a workbook whose cells are all texts; rows pass through, and `notes` become a sheet of their own."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number in range(len(headings)):
        sheet.column_dimensions[_letters(number)].width = WIDTH
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    if notes:
        beside = book.create_sheet("Hinweise")
        for row in notes:
            beside.append([_cell(beside, cell) for cell in row])
    book.save(file)


def _letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _cell(sheet: object, text: str, *, bold: bool = False) -> object:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, _NOT_XML.sub("", defused(text)))  # type: ignore[arg-type]
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def csv_template(fields: Sequence[Field]) -> bytes:
    """Return a CSV file to fill in: notes as lines that are passed over, headings, an example."""
    notes = "".join(f"{COMMENT}{field.label}{_must(field)}: {field.note}\r\n" for field in fields if field.note)
    rows = _csv([[field.label for field in fields], [field.example for field in fields]], ";")
    return BYTE_ORDER_MARK + notes.replace(";", ",").encode() + rows


def xlsx_template(file: BinaryIO, fields: Sequence[Field]) -> None:
    """Write a workbook to fill in: headings, an example, and a second sheet that says what may be entered."""
    notes = [("Spalte", "Was hineingehört"), *((field.label + _must(field), field.note) for field in fields)]
    write_xlsx(file, [field.label for field in fields], [[field.example for field in fields]], notes=notes)


def _must(field: Field) -> str:
    return " (muss ausgefüllt sein)" if field.required else ""
