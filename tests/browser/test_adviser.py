"""An adviser without an account, asked by a personal link."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.browser.walking import field, fill, press, sees


@pytest.mark.parametrize("script", [True, False])
async def test_an_adviser_is_asked_by_a_link_gives_an_assessment_and_changes_it(
    visit: Visit, town: Town, script: bool
) -> None:
    asked = f"Agentur für Arbeit {script}"
    async with visit(script=script) as page:
        await town.enter(page, "coordinator")
        await page.goto("/einschaetzungen/anfragen")
        await fill(page, Wer_gefragt_wird=asked, Der_Link_gilt_bis="2027-12-31")
        await press(page, "Persönlichen Link erstellen")
        link = (await page.locator(".secret").inner_text()).strip()

    async with visit(phone=True, script=script) as page:
        await page.goto(link)
        await sees(page, asked)
        await fill(page, Welchen_Bedarf_sehen_Sie="Metallbetriebe suchen Leute für Edelstahl.", Region="Grimma")
        await press(page, "Absenden")
        await sees(page, "Ihre Einschätzung ist angekommen")
        await field(page, "Region").fill("Landkreis Leipzig")
        await press(page, "Änderung speichern")
        await sees(page, "Ihre Einschätzung ist angekommen")

    async with visit(script=script) as page:
        await town.enter(page, "coordinator")
        await page.goto("/einschaetzungen")
        given = page.locator("main li").filter(has_text=asked)
        assert "Edelstahl" in await given.inner_text()
        assert "Landkreis Leipzig" in await given.inner_text()
