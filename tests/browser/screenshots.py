"""`make screenshots`: every page with the sample network in it, as a folder of pictures to be looked at.

python -m tests.browser.screenshots [folder] [words…]   each word narrows: phone, desktop, de, en, light, dark, a role
"""

import asyncio
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from playwright.async_api import Browser, async_playwright

from deploy.cli import local
from deploy.cli.calls import Calls
from deploy.demo.doors import Doors
from deploy.demo.loading import Entering
from deploy.demo.sample import sample
from deploy.local.service import local_client
from deploy.local.stack import LocalStack
from shared.clock import now
from shared.ids import new_id
from shared.language import HOME
from tests.browser.conftest import DESKTOP, FLAGS, PHONE, UNHURRIED, chromium
from tests.browser.furnishing import furnish
from tests.browser.pages import NO_PAGES, Seen, addresses, enter, opened_by, to_look_at
from tests.browser.town import ROLES, Town

SIZES: Final = {"phone": PHONE, "desktop": DESKTOP}
LANGUAGES: Final = {"de": "de-DE", "en": "en-GB"}
SCHEMES: Final = ("light", "dark")
HIGHEST: Final = 4000
"""Pixels: what is longer is cut off."""


class Look(NamedTuple):
    """How pages are looked at."""

    size: str
    language: str
    scheme: Any


async def sampled(stack: LocalStack) -> Town:
    """Enter the sample network, and return its people as a town."""
    async with Calls(local.deployment(stack.folder)) as calls, local_client(stack.url("mail")) as catcher:
        entering = Entering(calls, sample(now().astimezone(HOME).date()), f"screenshots-{new_id()}")
        await entering.enter_people()
        await entering.enter_offers()
        await entering.enter_needs()
        doors = Doors(calls, catcher, stack.url("portal"))
        survey = await doors.survey(entering.network, f"{entering.run}-survey")
        await doors.answer(survey, entering.network, f"{entering.run}-answer")
        for key, organisation in entering.organisations.items():
            fields = {"organisation": organisation, "name": "Hauptsitz", "privacy": "exact"}
            where = entering.sample.organisations[key]["place"]
            await calls.create("members", "/locations", {**fields, **where}, key=f"{entering.run}-{key}")
    first = {role: next(one for one in entering.sample.people if one.role == role) for role in ROLES}
    return Town(
        stack,
        network=entering.network,
        company=entering.organisations[first["company"].organisation],
        provider=entering.organisations[first["provider"].organisation],
        asker=entering.people[first["company"].key],
        teacher=entering.people[first["provider"].key],
        offer=entering.offers["wig"],
        people={role: entering.people[one.key] for role, one in first.items()},
        offices={role: entering.organisations[one.organisation] for role, one in first.items()},
        addresses={role: one.fields["email"] for role, one in first.items()},
        asks="WIG-Schweißen von Edelstahl für unsere Schlosser",
    )


async def take(browser: Browser, town: Town, pages: Sequence[Seen], look: Look, folder: Path) -> None:
    """Take a picture of each page."""
    context = await browser.new_context(
        base_url=town.stack.url("portal"),
        viewport=SIZES[look.size],  # type: ignore[arg-type]
        color_scheme=look.scheme,
        locale=LANGUAGES[look.language],
        reduced_motion="reduce",
    )
    try:
        page = await context.new_page()
        for reader in dict.fromkeys(one.reader for one in pages):
            await context.clear_cookies()
            await enter(page, town, reader)
            await page.goto(f"/?lang={look.language}")
            for one in [each for each in pages if each.reader == reader]:
                await page.goto(one.address, wait_until="networkidle")
                whole = await page.evaluate("() => document.documentElement.scrollHeight")
                clip: Any = {"x": 0, "y": 0, "width": SIZES[look.size]["width"], "height": min(whole, HIGHEST)}
                await page.screenshot(path=folder / f"{name_of(one)}.png", full_page=True, clip=clip)
    finally:
        await context.close()


def name_of(page: Seen) -> str:
    """Return the name of a page's picture, such as "company-bedarfe-need"."""
    return f"{page.reader}-{re.sub(r'[^a-z]+', '-', page.route).strip('-') or 'start'}"


async def run(folder: Path, words: Iterable[str]) -> None:
    """Start a stack, fill it, and take all pictures that the words leave."""
    given = set(words)
    with TemporaryDirectory(prefix="bedarfswerk-screenshots-") as data:
        async with LocalStack(Path(data), environments=UNHURRIED) as stack, async_playwright() as playwright:
            town = await sampled(stack)
            where = addresses(await furnish(town))
            pages = [one for one in to_look_at(where, await opened_by(town, where)) if not NO_PAGES.search(one.route)]
            if readers := given & {one.reader for one in pages}:
                pages = [one for one in pages if one.reader in readers]
            browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
            for look in map(Look._make, product(SIZES, LANGUAGES, SCHEMES)):
                if all(
                    not given & set(kinds) or given & set(kinds) & set(look) for kinds in (SIZES, LANGUAGES, SCHEMES)
                ):
                    into = folder / "-".join(look)
                    into.mkdir(parents=True, exist_ok=True)
                    await take(browser, town, pages, look, into)
                    print(f"{len(pages)} pages in {into}")  # noqa: T201 - a program that says what it made
            await browser.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), sys.argv[2:]))
