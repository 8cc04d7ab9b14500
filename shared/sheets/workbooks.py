"""Reads the first sheet of an XLSX workbook row by row, after its archive was looked at without unpacking it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shared.rules import RuleBroken
from shared.sheets.bounds import MOST_COLUMNS

MOST_MEMBERS: Final = 500
MOST_BYTES: Final = 300 * 1024 * 1024
"""Of all members unpacked; reading streams, so that memory stays far below."""
MOST_TABLE_BYTES: Final = 48 * 1024 * 1024
"""Of those members that must be held whole: texts, styles, relations."""
MOST_RATIO: Final = 250
"""Unpacked to packed, for members above a megabyte; real sheets stay below 50."""
ONE_MEGABYTE: Final = 1024 * 1024
HELD_WHOLE: Final = re.compile(r"(?i)^(?!xl/worksheets/[^/]+\.xml$).*\.(xml|rels)$")
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    SyntaxError,
    NotImplementedError,
    OSError,
    RuntimeError,
)
"""What openpyxl and its parsers raise for files that are damaged or locked; xml's ParseError is a SyntaxError."""


@contextmanager
def workbook_records(file: BinaryIO) -> Iterator[Iterator[list[str]]]:
    """Give the rows of the first sheet that holds a table; RuleBroken for what is not safe or not whole."""
    _check(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BROKEN:
        raise RuleBroken("sheet_unreadable", field="file") from None
    try:
        yield _records(book)
    finally:
        book.close()


def _check(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_sizes(members)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_prolog(archive, member)
    except BROKEN:
        raise RuleBroken("sheet_unreadable", field="file") from None


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename.lower() for member in members]
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise RuleBroken("sheet_with_macros", field="file")
    whole = sum(member.file_size for member in members if HELD_WHOLE.match(member.filename))
    steep = any(
        member.file_size > ONE_MEGABYTE and member.file_size > MOST_RATIO * max(1, member.compress_size)
        for member in members
    )
    too_large = sum(member.file_size for member in members) > MOST_BYTES or whole > MOST_TABLE_BYTES
    if len(members) > MOST_MEMBERS or too_large or steep:
        raise RuleBroken("sheet_bomb", field="file")
    if len(set(names)) < len(names) or any(member.flag_bits & 0x1 for member in members):
        raise RuleBroken("sheet_unreadable", field="file")


class _Begun(Exception):  # noqa: N818 - it names what happened
    """The root element has begun: there can be no declaration of a document type any more."""


def _check_prolog(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse document types: no workbook has one, and entities are declared there."""

    def declared(*_: object) -> None:
        raise RuleBroken("sheet_unsafe", field="file")

    def begun(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        with archive.open(member) as content:
            while piece := content.read(4096):
                parser.Parse(piece)
    except _Begun:
        return
    except expat.ExpatError:
        raise RuleBroken("sheet_unreadable", field="file") from None


def _records(book: object) -> Iterator[list[str]]:
    sheets = list(getattr(book, "worksheets", ()))
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    if not visible:
        raise RuleBroken("sheet_empty", field="file")
    try:
        visible[0].reset_dimensions()
        for row in visible[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            yield [_text(value) for value in _without_empty_end(row)]
    except BROKEN:
        raise RuleBroken("sheet_unreadable", field="file") from None


def _without_empty_end(row: tuple[object, ...]) -> tuple[object, ...]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _text(value: object) -> str:  # noqa: PLR0911 - one for each type of a cell
    """Return what a cell shows, as far as it is known: days and numbers in their plain form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, timedelta):
        return str(value)
    text = str(value)
    return "" if text.startswith("#") and text.endswith(("!", "?", "/A")) and text.isupper() else text
