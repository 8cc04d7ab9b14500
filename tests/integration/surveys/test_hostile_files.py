"""Files made to do harm, through the whole import: each is refused by name or its rows are, and nothing breaks."""

from typing import Any

import httpx
import pytest

from services.surveys.store import Store
from tests.builders import NETWORK
from tests.integration.surveys.conftest import stored
from tests.integration.surveys.test_import_jobs import COORDINATOR, acting, bring, taken
from tests.unit.shared.test_sheets import a_workbook
from tests.unit.shared.test_sheets_hostile import BILLION, SHEET, XXE, with_member

WHOLE = a_workbook(["Titel", "PLZ"], ["Stapler", "04109"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"),
        (with_member(SHEET, b" " * 30_000_000), "sheet_bomb"),
        (with_member(SHEET, BILLION), "sheet_unsafe"),
        (with_member("xl/workbook.xml", XXE), "sheet_unsafe"),
        (with_member("xl/vbaProject.bin", b"x"), "sheet_with_macros"),
        (WHOLE[: len(WHOLE) // 2], "sheet_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet_old_excel"),
        (b";".join(b"%d" % number for number in range(20_000)), "sheet_too_many_columns"),
        (b"Titel;PLZ\n" + b"x" * 1_000_001, "sheet_line_too_long"),
        (b"Titel;PLZ\nSta\0pler;1", "sheet_binary"),
        (b"Titel;PLZ\n\x81\x8d;1", "sheet_encoding"),
        (b"<!DOCTYPE html><html></html>", "import_is_a_web_page"),
    ],
)
async def test_a_hostile_or_broken_file_is_refused_by_name_and_leaves_nothing(
    refusing: httpx.AsyncClient, content: bytes, code: str
) -> None:
    params = {"kind": "needs", "network": NETWORK}

    answer = await refusing.post("/imports", content=content, params=params, headers=acting(COORDINATOR))

    assert answer.status_code == 422, answer.text
    assert [fault["code"] for fault in answer.json()["errors"]] == [code]
    assert "{" not in answer.json()["errors"][0]["detail"]
    assert (await refusing.get("/imports", headers=acting(COORDINATOR))).json()["items"] == []


@pytest.mark.parametrize("prolog", [BILLION, XXE])
async def test_entities_in_a_catalogue_are_refused(refusing: httpx.AsyncClient, prolog: bytes) -> None:
    params = {"kind": "offers", "network": NETWORK}

    answer = await refusing.post("/imports", content=prolog + b"<OPENQCAT>&b;</OPENQCAT>", params=params)

    assert [fault["code"] for fault in answer.json()["errors"]] == ["openqcat_unsafe"]


async def test_a_file_beyond_the_limit_is_refused_unread(refusing: httpx.AsyncClient) -> None:
    answer = await refusing.post("/imports", content=b" " * 68_000_000, params={"kind": "needs", "network": NETWORK})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_hostile_texts_are_stored_as_they_are_or_their_row_is_refused(
    http: httpx.AsyncClient, store: Store
) -> None:
    texts = [
        "<script>alert(1)</script>",
        "{{ 7*7 }} ${7*7}",
        "$where: sleep(1000)",
        "../../etc/passwd",
        "'=cmd|' /C calc'!A1",
        "rechts\u202elinks",
        "null\u200bbreite",
        "Betreff\u2028Bcc: x@y.example",
    ]
    file = "Titel;PLZ\n" + "".join(f'"{text}";04109\n' for text in texts)

    done = await taken(http, store, await bring(http, file.encode()))

    kept: list[Any] = [need["title"] for need in await stored(http, "needs")]
    assert kept == [*texts[:4], "=cmd|' /C calc'!A1"]
    assert done["counts"]["refused"] == 3
    rows = (await http.get(f"/imports/{done['id']}/rows", headers=acting(COORDINATOR))).json()["items"]
    assert {row["problems"][0]["code"] for row in rows} == {"control_character"}
    again = await http.get("/exports/needs.csv", headers=acting(COORDINATOR))
    assert "'=cmd|" in again.text
