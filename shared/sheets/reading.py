"""Opens a table: its bytes say whether it is a workbook or a text, in which encoding, with which delimiter."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO, Final, Literal

from shared.rules import RuleBroken
from shared.sheets.bounds import MOST_COLUMNS, Sheet
from shared.sheets.workbooks import workbook_records

ZIP: Final = b"PK\x03\x04"
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
"""How .xls begins, and a workbook with a password."""
DELIMITERS: Final = ";,\t|"
LONGEST_LINE: Final = 1_000_000
"""Characters without a line break."""
LONGEST_FIELD: Final = 131_072
"""The csv module's own limit; a quotation mark that is never closed swallows no more than this."""
PIECE: Final = 65_536
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")

Kind = Literal["csv", "xlsx"]


def kind_of(head: bytes) -> Kind:
    """Return what a file is by its first bytes; RuleBroken for the old Excel format."""
    if head.startswith(OLD_EXCEL):
        raise RuleBroken("sheet_old_excel", field="file")
    return "xlsx" if head.startswith(ZIP) else "csv"


@contextmanager
def opened(file: BinaryIO, kind: Kind | None = None) -> Iterator[Sheet]:
    """Give the table in a file that can be sought; the file is left open.

    RuleBroken with a `sheet_…` code, here or while rows are read, when it is none or goes beyond the bounds.
    """
    file.seek(0)
    head = file.read(8)
    if not head:
        raise RuleBroken("sheet_empty", field="file")
    kind = kind or kind_of(head)
    if kind == "xlsx":
        with workbook_records(file) as records:
            yield Sheet(records)
        return
    text = TextIOWrapper(file, encoding=_encoding(file), newline="")
    try:
        yield Sheet(_delimited(text))
    finally:
        text.detach()


def _encoding(file: BinaryIO) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 where all bytes are, else that of German Excel."""
    file.seek(0)
    head = file.read(3)
    if head.startswith(UTF_16):
        return "utf-16"
    if _decodes(file, "utf-8"):
        return "utf-8-sig"
    if _decodes(file, "cp1252"):
        return "cp1252"
    raise RuleBroken("sheet_encoding", field="file")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, newline="")
    try:
        while piece := text.read(PIECE):
            if "\0" in piece:
                raise RuleBroken("sheet_binary", field="file")
    except UnicodeDecodeError:
        return False
    finally:
        text.detach()
        file.seek(0)
    return True


def _delimited(text: TextIOWrapper) -> Iterator[list[str]]:
    delimiter = _delimiter(text)
    text.seek(0)
    reader = csv.reader(_lines(text), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader, None)
        except csv.Error:
            raise RuleBroken("sheet_quote_open", field="file", row=number) from None
        except UnicodeError:
            raise RuleBroken("sheet_encoding", field="file") from None
        if record is None:
            return
        yield record


def _lines(text: TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise RuleBroken("sheet_line_too_long", field="file", most=LONGEST_LINE)
        yield line


def _delimiter(text: TextIOWrapper) -> str:
    """Return the character that splits the first records into the most columns, and into equally many."""
    text.seek(0)
    try:
        head = list(islice(_lines(text), 40))
    except UnicodeError:
        raise RuleBroken("sheet_encoding", field="file") from None
    return max(DELIMITERS, key=lambda delimiter: _evenness(head, delimiter))


def _evenness(head: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(record) for record in csv.reader(head, delimiter=delimiter) if any(record)]
    except csv.Error:
        return (0.0, 0)
    if not widths or max(widths) == 1:
        return (0.0, 0)
    usual = max((width for width in set(widths) if width > 1), key=widths.count)
    return (widths.count(usual) / len(widths), min(usual, MOST_COLUMNS))
