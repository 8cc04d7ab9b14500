"""Files made to do harm, or broken on the way: each is refused by name, and nothing of it is unpacked or run."""

import tracemalloc
import zipfile
from io import BytesIO

import pytest

from shared.rules import RuleBroken
from shared.sheets import opened
from tests.unit.shared.test_sheets import a_workbook, table

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_member(name: str, content: bytes, base: bytes | None = None) -> bytes:
    """Return a workbook in which one member is another."""
    old = zipfile.ZipFile(BytesIO(base or a_workbook(["Titel", "PLZ"], ["Stapler", "04109"])))
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return written.getvalue()


def refused(content: bytes) -> RuleBroken:
    tracemalloc.start()
    try:
        with pytest.raises(RuleBroken) as caught:
            table(content)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000 + 3 * len(content)
    finally:
        tracemalloc.stop()
    return caught.value


BILLION = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
A_SHEET = (
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    "prolog", [BILLION, XXE, b"<!--" + b"x" * 200_000 + b"-->" + XXE.removeprefix(b'<?xml version="1.0"?>')]
)
@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
def test_entities_are_refused_wherever_they_are_declared(prolog: bytes, member: str) -> None:
    assert refused(with_member(member, prolog + A_SHEET.encode())).code == "sheet_unsafe"


def test_a_zip_bomb_is_refused_unopened() -> None:
    assert refused(with_member(SHEET, b" " * 30_000_000)).code == "sheet_bomb"


def test_a_bomb_of_many_members_is_refused() -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(600):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"<worksheet/>")

    assert refused(written.getvalue()).code == "sheet_bomb"


def test_a_table_of_texts_that_would_fill_the_memory_is_refused() -> None:
    content = bytes(number % 251 for number in range(1000)) * 60_000

    assert refused(with_member("xl/sharedStrings.xml", content[:55_000_000])).code == "sheet_bomb"


def test_macros_are_refused() -> None:
    assert refused(with_member("xl/vbaProject.bin", b"Sub Auto_Open()")).code == "sheet_with_macros"


def test_paths_out_of_the_archive_are_not_followed() -> None:
    content = with_member("../../../../tmp/outside.xml", b"<x/>")

    assert table(content) == (("Titel", "PLZ"), [("Stapler", "04109")])


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_said_to_be_broken(part: float) -> None:
    whole = a_workbook(["Titel", "PLZ"], *(["Stapler", f"{number:05}"] for number in range(500)))

    assert refused(whole[: int(len(whole) * part)]).code == "sheet_unreadable"


def test_another_archive_is_no_workbook() -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("brief.txt", "Guten Tag")

    assert refused(written.getvalue()).code == "sheet_unreadable"


def test_a_workbook_whose_sheet_is_cut_off_is_said_to_be_broken() -> None:
    cut = f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Titel</t></is></c></row><row'

    assert refused(with_member(SHEET, cut.encode())).code == "sheet_unreadable"


def test_a_row_far_down_costs_nothing() -> None:
    row = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    far = f"<worksheet {MAIN}><sheetData>{row}</sheetData></worksheet>"

    assert refused(with_member(SHEET, far.encode())).code in {"sheet_empty", "sheet_too_many_rows", "sheet_unreadable"}


def test_an_old_or_locked_workbook_is_named() -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500).code == "sheet_old_excel"


def test_a_cell_of_a_megabyte_is_named_by_row_and_column() -> None:
    in_csv = refused(b"Titel;Beschreibung\nStapler;" + b"x" * 100_000 + b"\n")
    in_xlsx = refused(
        with_member(
            SHEET,
            (
                f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Titel</t></is></c>'
                f'<c r="B1" t="inlineStr"><is><t>B</t></is></c></row><row r="2"><c r="B2" t="inlineStr"><is><t>'
                + "".join(f"{number} " for number in range(170_000))
                + "</t></is></c></row></sheetData></worksheet>"
            ).encode(),
        )
    )

    assert (in_csv.code, in_csv.params["row"], in_csv.params["column"]) == ("sheet_cell_too_long", 2, 2)
    assert (in_xlsx.code, in_xlsx.params["row"], in_xlsx.params["column"]) == ("sheet_cell_too_long", 2, 2)


def test_a_line_without_end_is_refused_before_it_is_held() -> None:
    assert refused(b"Titel;PLZ\n" + b"x" * 5_000_000).code == "sheet_line_too_long"


def test_a_quotation_mark_that_is_never_closed_is_named() -> None:
    broken = refused(b'Titel;PLZ\n"Stapler;04109\n' + b"Excel;04109\n" * 20_000)

    assert (broken.code, broken.params["row"]) == ("sheet_quote_open", 2)


def test_twenty_thousand_columns_are_refused() -> None:
    line = b";".join(b"%d" % number for number in range(20_000)) + b"\n"

    assert refused(line * 2).code == "sheet_too_many_columns"
    assert refused(a_workbook([str(number) for number in range(16_000)])).code == "sheet_too_many_columns"


def test_what_stands_beyond_the_last_heading_is_kept_apart() -> None:
    with opened(BytesIO(b"Titel;PLZ\nStapler;04109\nEtwas; mehr; als erwartet\n")) as sheet:
        assert [row.surplus for row in sheet] == [(), ("als erwartet",)]


def test_too_many_rows_are_refused() -> None:
    assert refused(b"Titel;PLZ\n" + b"\n" * 200_000).code == "sheet_too_many_rows"


@pytest.mark.parametrize("content", [b"Titel;PLZ\nSta\0pler;1\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n\0\0"])
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    assert refused(content).code == "sheet_binary"


def test_an_encoding_that_is_none_is_refused() -> None:
    assert refused(b"Titel;PLZ\nStapler \x81\x8d;1\n").code == "sheet_encoding"


def test_half_a_character_in_utf_16_is_refused() -> None:
    assert refused("Titel;PLZ\nStapler;1\n".encode("utf-16") + b"\x41").code == "sheet_encoding"


def test_characters_that_hide_or_turn_text_are_left_for_the_reader_of_the_cell_to_judge() -> None:
    headings, rows = table("Titel;PLZ\nrechts\u202elinks;\u200b04109\n".encode())

    assert headings == ("Titel", "PLZ")
    assert rows == [("rechts\u202elinks", "\u200b04109")]


def test_external_links_are_not_read() -> None:
    content = with_member("xl/externalLinks/externalLink1.xml", b"<externalLink/>")

    with opened(BytesIO(content)) as sheet:
        assert sheet.headings == ("Titel", "PLZ")
