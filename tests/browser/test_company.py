"""A company without an account: from the public survey on a phone to its matches."""

import re

import pytest

from tests.browser.conftest import Visit
from tests.browser.furnishing import Furnished
from tests.browser.town import Town
from tests.browser.walking import field, fill, follow, press, reloads_until, sees


@pytest.mark.parametrize("script", [True, False])
async def test_a_company_answers_the_survey_confirms_and_answers_its_match(
    visit: Visit, town: Town, home: Furnished, script: bool
) -> None:
    who = f"meisterin-{script}".lower()
    async with visit(phone=True, script=script) as page:
        await page.goto(f"/umfragen/{home.named['survey']}")
        await field(page, "Was sollen Ihre Leute lernen?").fill("WIG-Schweißen für unsere Schlosser")
        await field(page, "Für wie viele Personen?").fill("2")
        await press(page, "Absenden")
        await sees(page, "Bitte nennen Sie Ihren Betrieb.")
        await fill(page, Betrieb=f"Metallbau {who}", Postleitzahl="04109", Ort="Leipzig", Ihr_Name="Kim Beispiel")
        await field(page, "E-Mail-Adresse").fill(town.address(who))
        await field(page, "Ich bin einverstanden").check()
        await field(page, "Schreiben Sie mir").check()
        await press(page, "Absenden")
        await sees(page, "Ein Schritt fehlt noch")

        await page.goto((await town.newest_mail(who, "/challenges/"))[0])
        await press(page, "Ja, bestätigen")
        await sees(page, "Ihre Adresse ist bestätigt")
        await reloads_until(page, "WIG-Schweißen für unsere Schlosser")
        await follow(page, "WIG-Schweißen für unsere Schlosser")
        await reloads_until(page, "WIG-Schweißen Grundkurs")
        await sees(page, "Was passt")

        offer = page.locator("main li").filter(has_text="WIG-Schweißen Grundkurs").first
        await offer.get_by_label("Warum passt es nicht?").select_option(label="Es ist zu weit weg")
        await press(page, "Passt nicht", among=offer)
        await sees(page, "Sie haben angegeben, dass das nicht passt.")
        await press(page, "Rückmeldung zurücknehmen")
        await sees(page, "Warum passt es nicht?")

    need = re.search(r"/bedarfe/([0-9a-f-]{36})", page.url)
    assert need
    pair = await town.call("matching", "GET", f"/pairs/{need[1]}/{town.offer}")
    assert pair["response"] is None or pair["response"].get("company") is None


async def test_what_was_forgotten_is_said_in_one_place_with_links_to_the_fields(visit: Visit, home: Furnished) -> None:
    async with visit(phone=True) as page:
        await page.goto(f"/umfragen/{home.named['survey']}")
        await press(page, "Absenden")

        summary = page.get_by_role("alert")
        links = await summary.get_by_role("link").all()
        title = await page.title()
        led_to = []
        for link in links:
            await link.click()
            led_to.append(await page.evaluate("() => document.querySelector(':target') !== null"))

        assert len(links) >= 5
        assert all(led_to)
        assert await page.evaluate("() => document.activeElement?.id") == "privacy"
        assert title.startswith("Bitte")
