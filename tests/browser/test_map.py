"""Locations on the map: added, moved and deleted by mouse, by keyboard, and without JavaScript."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import Visit
from tests.browser.town import Town

SAVE = re.compile("Speichern")


async def _add(page: Page, name: str, **typed: str) -> None:
    await page.locator("#name").fill(name)
    for field, value in typed.items():
        await page.locator(f"#{field}").fill(value)
    await page.get_by_role("button", name=SAVE).click()
    await page.wait_for_url("**/standorte?done=saved")


async def _open_map(page: Page) -> None:
    await page.goto("/karte")
    await page.locator("#map[data-ready]").wait_for()


async def _place_of(page: Page, name: str) -> list[float]:
    told: dict[str, Any] = await (await page.request.get("/karte.geojson")).json()
    found = next(one for one in told["features"] if one["properties"]["name"] == name)
    return list(found["geometry"]["coordinates"])


async def _spot(page: Page, name: str) -> Any:
    """Return a marker's element, opening the bunches around it first."""
    spot = page.locator(".spot", has_text=name)
    for _ in range(6):
        if await spot.count():
            break
        await page.locator(".bunch").first.click()  # opens at once: visitors of these tests want no motion
    return spot


async def test_a_location_is_added_by_a_click_moved_by_dragging_and_deleted(town: Town, visit: Visit) -> None:
    async with visit() as page:
        await town.sign_in(page, "company")
        await _open_map(page)
        await page.locator("#map").click(position={"x": 200, "y": 120})
        await page.get_by_role("link", name="Hier einen Standort hinzufügen").click()
        await _add(page, "Halle Maus")

        await _open_map(page)
        assert await faults_of(page) == []
        before = await _place_of(page, "Halle Maus")
        box = await (await _spot(page, "Halle Maus")).bounding_box()
        await page.mouse.move(box["x"] + 15, box["y"] + 15)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 95, box["y"] + 55, steps=8)
        await page.mouse.up()
        await expect(page.locator("#move-question")).to_have_text("„Halle Maus“ hierher verschieben?")
        assert await _place_of(page, "Halle Maus") == before
        await page.get_by_role("button", name="Ja, verschieben").click()
        await page.wait_for_url("**/karte?done=moved")
        after = await _place_of(page, "Halle Maus")
        assert (after[0] > before[0], after[1] < before[1]) == (True, True)

        await page.get_by_role("link", name="Löschen: Halle Maus").click()
        await page.get_by_role("button", name="Ja, löschen").click()
        await page.wait_for_url("**/standorte?done=deleted")
        await expect(page.get_by_text("Halle Maus")).to_have_count(0)


async def test_a_location_is_moved_with_the_arrow_keys(town: Town, visit: Visit) -> None:
    async with visit() as page:
        await town.sign_in(page, "provider")
        await page.goto("/standorte/neu")
        await _add(page, "Halle Taste", postal_code="39104", town="Magdeburg")
        await _open_map(page)
        before = await _place_of(page, "Halle Taste")
        await (await _spot(page, "Halle Taste")).focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Verschieben", exact=True).focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Enter")
        await expect(page.locator("#move-question")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/karte?done=moved")

        after = await _place_of(page, "Halle Taste")
        assert (after[0] > before[0], after[1] > before[1]) == (True, True)


async def test_all_of_it_goes_without_javascript(town: Town, visit: Visit) -> None:
    async with visit(script=False, phone=True) as page:
        await town.sign_in(page, "coordinator")
        await page.goto("/karte")
        await expect(page.locator("#map")).to_be_hidden()
        await page.get_by_role("link", name="Standort hinzufügen").click()
        await _add(page, "Büro Feld", postal_code="99084", town="Erfurt")
        await page.goto("/karte?sort=place&down=yes")
        await page.get_by_role("link", name="Ändern: Büro Feld").click()
        await page.locator("#postal_code").fill("07743")
        await page.locator("#town").fill("Jena")
        await page.get_by_role("button", name=SAVE).click()
        await page.wait_for_url("**/standorte?done=saved")
        assert (await _place_of(page, "Büro Feld"))[0] > 11.4

        await page.goto("/karte")
        await page.get_by_role("link", name="Löschen: Büro Feld").click()
        await page.get_by_role("button", name="Ja, löschen").click()
        await expect(page.get_by_text("Büro Feld")).to_have_count(0)
