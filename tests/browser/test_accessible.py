"""Every page, as somebody who may open it: for keyboards, screen readers, phones, by day and by night."""

from collections import defaultdict

import pytest
from playwright.async_api import Page

from tests.browser.axe import colour_faults_of, faults_of
from tests.browser.conftest import Visit
from tests.browser.furnishing import Furnished
from tests.browser.pages import NO_PAGES, READERS, Seen, addresses, enter, opened_by, routes, to_look_at
from tests.browser.town import Town

ANOTHER_WAY = ("/angebote/{offer}/passend/{need}", "/bedarfe/{need}/passend/{offer}")
"""A match is the same page whether its reader comes from the offer or from the need."""
NARROWEST = 320
"""CSS pixels: what 1280 are at four times the size (WCAG 1.4.10)."""
STRUCTURE = """() => ({
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    skips: document.querySelector("body a")?.getAttribute("href"),
    content: document.querySelector("#content")?.tagName,
})"""
WIDER = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".wide, .leaflet-container"))
    .map(one => one.outerHTML.slice(0, 120))[0] ?? "something" """


@pytest.fixture(scope="module")
async def answers(town: Town, home: Furnished) -> dict[tuple[str, str], int]:
    """What each reader is answered at each address that can be opened."""
    return await opened_by(town, addresses(home))


async def test_every_page_has_an_address_to_look_at(home: Furnished) -> None:
    nothing_stands_for = set(routes()) - set(addresses(home))

    assert nothing_stands_for == set(), "enter what it needs in furnishing.py"


async def test_every_page_is_opened_by_somebody_and_breaks_for_nobody(answers: dict[tuple[str, str], int]) -> None:
    opened = {route for (route, _), status in answers.items() if status == 200}

    assert sorted({route for route, _ in answers} - opened) == []
    assert {pair: status for pair, status in answers.items() if status not in {200, 303, 404}} == {}


@pytest.mark.parametrize("reader", READERS)
async def test_pages_are_accessible(
    reader: str, visit: Visit, town: Town, home: Furnished, answers: dict[tuple[str, str], int]
) -> None:
    pages = [
        one for one in to_look_at(addresses(home), answers) if one.reader == reader and not NO_PAGES.search(one.route)
    ]
    faults: dict[str, list[str]] = {}
    titled: dict[str, set[str]] = defaultdict(set)

    async with visit(phone=True) as page:
        await enter(page, town, reader)
        for one in pages:
            if found := await _faults(page, one):
                faults[one.route] = found
            titled[await page.title()].add(one.route.replace(*ANOTHER_WAY))

    assert pages
    assert faults == {}
    assert {title: routes for title, routes in titled.items() if len(routes) > 1} == {}


async def _faults(page: Page, one: Seen) -> list[str]:
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 375, "height": 740})
    await page.goto(one.address)
    found = await faults_of(page) + await _structure(page)
    await page.emulate_media(color_scheme="dark")
    found += [f"by night, {fault}" for fault in await colour_faults_of(page)]
    await page.set_viewport_size({"width": NARROWEST, "height": 640})
    if await page.evaluate("() => document.documentElement.scrollWidth") > NARROWEST:
        found.append(f"wider than {NARROWEST} pixels: {await page.evaluate(WIDER)}")
    return found


async def _structure(page: Page) -> list[str]:
    told = await page.evaluate(STRUCTURE)
    expected = {"language": "de", "headings": 1, "skips": "#content", "content": "MAIN"}
    found = [f"{name} is {told[name]}" for name, wanted in expected.items() if told[name] != wanted]
    return found if told["title"].strip(" –").removesuffix("– Bedarfswerk").strip() else [*found, "has no title"]
