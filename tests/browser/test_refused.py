"""Who is in the wrong place is told so kindly, and learns nothing."""

import re

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Visit
from tests.browser.furnishing import Furnished
from tests.browser.town import Town
from tests.browser.walking import field, press, sees
from tests.waiting import eventually

NOTHING = "Hier ist leider nichts zu finden"


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(
    ("role", "page_of_others"),
    [
        ("company", "/besuche"),
        ("company", "/besuche/{visit}"),
        ("provider", "/bedarfe/{need}/aendern"),
        ("adviser", "/umfragen/{survey}/ergebnisse"),
        ("provider", "/einschaetzungen"),
        ("coordinator", "/bedarfe/00000000-0000-7000-8000-000000000000"),
    ],
)
async def test_a_wrong_role_is_told_kindly_that_nothing_is_there(
    visit: Visit, town: Town, home: Furnished, role: str, page_of_others: str, script: bool
) -> None:
    async with visit(script=script) as page:
        await town.enter(page, role)
        answer = await page.goto(page_of_others.format(**home.named))

        await sees(page, NOTHING)
        assert answer is not None
        assert answer.status == 404


@pytest.mark.parametrize("script", [True, False])
async def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(
    visit: Visit, town: Town, home: Furnished, script: bool
) -> None:
    async with visit(script=script) as page:
        await page.goto(f"/bedarfe/{home.named['need']}")
        before = len(await town.mails_to("company"))
        await field(page, "Ihre E-Mail-Adresse").fill(town.address("company"))
        await press(page, "E-Mail anfordern")
        await eventually(lambda: town.more_mails("company", before), timeout=40)
        await page.goto((await town.newest_mail("company", "/challenges/"))[0])
        await press(page, "Jetzt anmelden")

        assert page.url.endswith(f"/bedarfe/{home.named['need']}")
        await sees(page, "WIG-Schweißen")


@pytest.mark.parametrize("script", [True, False])
async def test_the_code_of_another_browser_is_refused_and_said_how_to_go_on(
    visit: Visit, town: Town, script: bool
) -> None:
    async with visit(script=script) as asking, visit(script=script) as other:
        code = await _code_asked_for(asking, town)
        await _code_asked_for(other, town)
        await field(other, "Code").fill(code)
        await press(other, "Anmelden")
        await sees(other, "Dieser Code stimmt nicht oder ist zu alt.")

        await field(asking, "Code").fill(code)
        await press(asking, "Anmelden")
        await sees(asking, "Guten Tag, Kim Muster")


async def _code_asked_for(page: Page, town: Town) -> str:
    before = len(await town.mails_to("adviser"))
    await page.goto("/anmelden")
    await field(page, "Ihre E-Mail-Adresse").fill(town.address("adviser"))
    await press(page, "E-Mail anfordern")
    await sees(page, "Bitte sehen Sie in Ihr Postfach")
    await eventually(lambda: town.more_mails("adviser", before), timeout=40)
    _, text = await town.newest_mail("adviser", "/challenges/")
    found = re.search(r"\b\d{4} ?\d{4}\b", text)
    assert found
    return found[0]
