"""Tables in: encodings, delimiters, headings wherever they stand, workbooks; and tables out that come back the same."""

import random
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from shared.rules import RuleBroken
from shared.sheets import Field, csv_lines, csv_template, defused, fused, guessed, opened, write_xlsx, xlsx_template

HEADINGS = ("Titel", "Beschreibung", "PLZ")
FIELDS = (
    Field(
        "title", "Titel", "Title", ("Bezeichnung", "Thema", "Kurs", "Bedarf"), required=True, example="WIG-Schweißen"
    ),
    Field("persons_min", "Personen (mindestens)", "Persons (at least)", ("Anzahl", "Teilnehmerzahl", "TN")),
    Field("postal_code", "PLZ", "Postcode", ("Postleitzahl",), example="04109", note="fünf Ziffern; eine je Zeile"),
    Field("description", "Beschreibung", "Description", ("Inhalt", "Bemerkung", "Notizen")),
)


def table(content: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    with opened(BytesIO(content)) as sheet:
        return sheet.headings, [row.cells for row in sheet]


def a_workbook(*rows: list[Any], **sheet_settings: Any) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for name, value in sheet_settings.items():
        setattr(sheet, name, value)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_table_is_read_in_any_usual_encoding_with_any_usual_delimiter(encoding: str, delimiter: str) -> None:
    lines = [["Titel", "Größe", "Ort"], ['"Schweißen, ""WIG"";|\nfür\tÜbung"', '"5,5"', "Köthen"]]
    text = "".join(delimiter.join(line) + "\r\n" for line in lines)

    headings, rows = table(text.encode(encoding))

    assert headings == ("Titel", "Größe", "Ort")
    assert rows == [('Schweißen, "WIG";|\nfür\tÜbung', "5,5", "Köthen")]


def test_headings_are_found_below_a_title_and_empty_rows_are_left_out_but_counted() -> None:
    content = b"Bedarfe 2025\n\nTitel;PLZ\n\nStapler;04109\n;;\nExcel\n"

    with opened(BytesIO(content)) as sheet:
        rows = [(row.number, row.cells) for row in sheet]

    assert (sheet.headings, sheet.heading_row) == (("Titel", "PLZ"), 3)
    assert rows == [(5, ("Stapler", "04109")), (7, ("Excel", ""))]


def test_a_single_column_is_a_table_too() -> None:
    assert table(b"Bedarf\nStapler\nExcel\n") == (("Bedarf",), [("Stapler",), ("Excel",)])


def test_a_workbook_gives_days_numbers_and_saved_values_as_text() -> None:
    half_past_eight = datetime(2027, 3, 1, 8, 30)  # noqa: DTZ001 - a workbook knows no zones
    content = a_workbook(
        ["Titel", "Beginn", "Personen", "Preis", "Uhr", "AZAV", "Formel"],
        ["Stapler", date(2027, 3, 1), 3, 840.5, half_past_eight, True, "=1+1"],
    )

    headings, rows = table(content)

    assert headings[0] == "Titel"
    assert rows == [("Stapler", "2027-03-01", "3", "840.5", "2027-03-01 08:30", "ja", "")]


def test_the_first_visible_sheet_of_a_workbook_is_the_table() -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["Geheim", "Liste"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Bedarfe").append(["Titel", "PLZ"])
    written = BytesIO()
    book.save(written)

    assert table(written.getvalue())[0] == ("Titel", "PLZ")


def test_free_headings_are_matched_in_german_and_english_and_each_field_once() -> None:
    assert guessed(["Thema", "Teilnehmerzahl ", "postleitzahl", "Beschreibng"], FIELDS) == (
        "title",
        "persons_min",
        "postal_code",
        "description",
    )
    assert guessed(["Title", "Titel", "", "Kaffee", "Persons (at least)"], FIELDS) == (
        "title",
        None,
        None,
        None,
        "persons_min",
    )


@pytest.mark.parametrize("text", ["=1+1", "+49 341", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''=1", "'x", "x", ""])
def test_what_a_spreadsheet_would_run_is_defused_and_comes_back_as_it_was(text: str) -> None:
    cell = defused(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
    assert fused(cell) == text


def some_texts(seed: int) -> list[list[str]]:
    chance = random.Random(seed)  # noqa: S311 - variety, no secret
    pieces = [
        "=1+1",
        "'",
        '"',
        ";",
        ",",
        "\n",
        "ß",
        "Ü",
        "_x0041_",
        "&lt;",
        "<b>",
        "-",
        "@",
        "𝄞",
        "x",
        " ",
        "|",
        "# ",
        ".",
    ]
    rows = []
    for _ in range(30):
        texts = ["".join(chance.choices(pieces, k=chance.randint(0, 9))).strip() for _ in HEADINGS]
        rows.append([texts[0] or "x", *texts[1:]])
    return rows


@pytest.mark.parametrize("seed", range(8))
def test_what_is_written_is_read_back_the_same(seed: int) -> None:
    rows = some_texts(seed)
    workbook = BytesIO()
    write_xlsx(workbook, HEADINGS, rows)

    for content in (b"".join(csv_lines(HEADINGS, rows)), workbook.getvalue()):
        headings, found = table(content)
        assert headings == HEADINGS
        assert [[fused(cell) for cell in row] for row in found] == rows


def test_templates_hold_headings_and_an_example_and_say_what_may_be_entered() -> None:
    workbook = BytesIO()
    xlsx_template(workbook, FIELDS)

    for content in (csv_template(FIELDS), workbook.getvalue()):
        headings, rows = table(content)
        assert guessed(headings, FIELDS) == ("title", "persons_min", "postal_code", "description")
        assert rows == [("WIG-Schweißen", "", "04109", "")]
    assert "fünf Ziffern, eine je Zeile".encode() in csv_template(FIELDS)


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf", a_workbook()])
def test_a_file_without_a_table_is_said_to_be_empty(content: bytes) -> None:
    with pytest.raises(RuleBroken, match="sheet_empty"):
        table(content)
