"""A provider's back office: signed in by code, a table of courses with three bad rows, and the needs that fit."""

import csv
import re
from io import BytesIO, StringIO
from typing import Final

import pytest
from openpyxl import Workbook
from playwright.async_api import Page

from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.walking import field, follow, press, reloads_until, sees
from tests.waiting import eventually

HEADINGS: Final = ("Kurstitel", "Kursnummer", "Preis", "Beginn", "Ende", "PLZ", "Ort")
MENDED: Final = {"N-2": ("Kurstitel", "MAG-Schweißen"), "N-3": ("Preis", "840"), "N-4": ("Beginn", "2027-03-01")}
"""By the course's number, the cell that was wrong, and how it is right."""


def table(script: object) -> bytes:
    """Return courses as their office keeps them: of five rows the second, third and fourth are wrong."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS)
    place = ("2027-03-01", "2027-03-05", "04109", "Leipzig")
    for row in (
        (f"Staplerschein {script}", f"{script}-N-1", 380, *place),
        ("", f"{script}-N-2", 900, *place),
        ("Excel für das Büro", f"{script}-N-3", "auf Anfrage", *place),
        ("Pflegehilfe Grundkurs", f"{script}-N-4", 540, "31.02.2027", *place[1:]),
        ("Betriebliche Ersthilfe", f"{script}-N-5", 70, *place),
    ):
        sheet.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def mended(refused: bytes) -> bytes:
    """Return the rows that were given back, with the wrong cells put right."""
    text = refused.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), dialect=csv.Sniffer().sniff(text.splitlines()[0], ";,\t")))
    for row in rows:
        cell, right = MENDED[row["Kursnummer"].partition("-")[2]]
        row[cell] = right
    kept = StringIO()
    writer = csv.DictWriter(kept, HEADINGS, extrasaction="ignore", delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue().encode()


@pytest.mark.parametrize("script", [True, False])
async def test_a_provider_imports_a_table_mends_three_rows_and_sees_needs_that_fit(
    visit: Visit, town: Town, script: bool
) -> None:
    need = await town.ask(f"Staplerschein {script}")
    async with visit(script=script) as page:
        await _sign_in_by_code(page, town)
        await _bring(page, "kurse.xlsx", table(script))
        await sees(page, "Spalten Ihrer Datei")
        await press(page, "Import starten")
        await reloads_until(page, "fertig")
        assert await _figure(page, "Neu") == "2"
        assert await _figure(page, "Nicht übernommen") == "3"

        async with page.expect_download() as begun:
            await follow(page, re.compile("berichtigen"))
        await _bring(page, "berichtigt.csv", mended((await (await begun.value).path()).read_bytes()))
        await press(page, "Import starten")
        await reloads_until(page, "fertig")
        assert await _figure(page, "Neu") == "3"
        assert await _figure(page, "Nicht übernommen") == "0"

        offers = await town.as_("provider", "surveys", "GET", "/offers", params={"mine": "true", "limit": 100})
        offer = next(one["id"] for one in offers["items"] if one["title"] == f"Staplerschein {script}")
        await eventually(lambda: town.is_matched(need, [offer]), timeout=60)
        await page.goto(f"/angebote/{offer}")
        await reloads_until(page, f"Staplerschein {script}")
        await sees(page, "Ich habe Interesse")


async def _sign_in_by_code(page: Page, town: Town) -> None:
    before = len(await town.mails_to("provider"))
    await page.goto("/anmelden")
    await field(page, "Ihre E-Mail-Adresse").fill(town.address("provider"))
    await press(page, "E-Mail anfordern")
    await eventually(lambda: town.more_mails("provider", before), timeout=40)
    _, text = await town.newest_mail("provider", "/challenges/")
    code = re.search(r"\b\d{4} ?\d{4}\b", text)
    assert code
    await field(page, "Code").fill(code[0])
    await press(page, "Anmelden")
    await sees(page, "Guten Tag")


async def _bring(page: Page, name: str, content: bytes) -> None:
    await page.goto("/importe/neu")
    await page.get_by_label("Angebote", exact=True).check()
    for choice in ("Verbund", "Wem sie gehören"):
        chosen = field(page, choice)
        if await chosen.count():
            await chosen.select_option(index=1)
    await field(page, "Datei").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    await press(page, "Datei ansehen")


async def _figure(page: Page, name: str) -> str:
    term = page.locator("main dt").filter(has_text=re.compile(f"^{name}$"))
    return (await term.locator("xpath=following-sibling::dd[1]").inner_text()).strip()
