"""A coordinator's day: a visit from notes, what nobody offers, figures, and the report for the funder."""

import re

import pytest
from playwright.async_api import expect

from shared.clock import now
from tests.browser.conftest import DESKTOP, Visit
from tests.browser.town import Town
from tests.browser.walking import field, fill, follow, press, reloads_until, sees

A4 = 1123
"""The height of a sheet in CSS pixels."""


@pytest.mark.parametrize("script", [True, False])
async def test_notes_of_a_visit_become_needs_with_offers_and_a_sheet_of_paper(
    visit: Visit, town: Town, script: bool
) -> None:
    company = f"Zimmerei Balken {script}"
    async with visit(script=script) as page:
        await town.enter(page, "coordinator")
        await page.goto("/besuche")
        await follow(page, "Besuch notieren")
        await field(page, "Sonst: Name des Unternehmens").fill(company)
        await field(page, "Notizen").fill(
            f"Drei Leute WIG-Schweißen, ab {_next_year()} in Leipzig; Excel für zwei Azubis."
        )
        await press(page, "Vorschlag ansehen")
        await sees(page, "Vorgeschlagene Bedarfe", "Die besten Angebote", "WIG-Schweißen Grundkurs")
        await field(page, "Das Unternehmen ist einverstanden").select_option(label="mündlich")
        await fill(page, Wiedervorlage_am=f"{_next_year()}-02-01")
        await press(page, "Speichern")
        await sees(page, "Gespeichert.", company)
        needs = page.locator("main a[href*='/bedarfe/']")
        assert await needs.count() >= 2

        await follow(page, "Auf einer Seite drucken")
        await sees(page, "Weiterbildung für Ihre Leute", company, "WIG-Schweißen Grundkurs")
        await page.emulate_media(media="print")
        assert await page.locator("nav").first.is_hidden()
        sheet = await page.locator("article").bounding_box()
        assert sheet is not None
        assert sheet["height"] < A4


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.usefixtures("home")
async def test_gaps_charts_and_the_report_are_read_and_printed(visit: Visit, town: Town, script: bool) -> None:
    title = f"Drohnen steuern für die Dachprüfung {script}"
    await town.ask(title)
    async with visit(script=script) as page:
        await town.enter(page, "coordinator")
        await page.goto("/luecken")
        await reloads_until(page, title)
        await page.goto("/auswertung")
        await expect(page.locator("main svg").first).to_be_visible()
        assert await page.locator("main table").count() >= await page.locator("main svg[role=img]").count()

        await page.goto("/sachbericht")
        await sees(page, "Sachbericht")
        await page.emulate_media(media="print")
        assert await page.locator("nav").first.is_hidden()
        await page.emulate_media(media="screen")
        await page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        async with page.expect_download() as begun:
            await follow(page, re.compile("XLSX|Excel"))
        assert (await (await begun.value).path()).read_bytes().startswith(b"PK")


def _next_year() -> int:
    return now().year + 1
