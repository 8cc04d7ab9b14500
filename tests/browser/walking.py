"""What people do on pages, in the words that they read there."""

import re
from contextlib import suppress

from playwright.async_api import Error, Locator, Page, expect

from tests.waiting import eventually

PATIENCE = 40
"""Seconds until what was entered must have found its way through the services."""


def field(page: Page, label: str) -> Locator:
    """Return the first field whose label begins so; what follows may be "(freiwillig)"."""
    return page.locator("main").get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first


async def fill(page: Page, **said: str) -> None:
    """Fill in fields by their labels; "_" stands for a blank."""
    for label, value in said.items():
        await field(page, label.replace("_", " ")).fill(value)


async def press(page: Page, name: str, *, among: Locator | None = None) -> None:
    """Press the first button of this name."""
    await (among or page.locator("main")).get_by_role("button", name=name, exact=True).first.click()


async def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow the first link of this name."""
    await page.locator("main").get_by_role("link", name=name).first.click()


async def sees(page: Page, *texts: str) -> None:
    """Wait until the page shows these texts."""
    for text in texts:
        await expect(page.locator("main")).to_contain_text(text)


async def reloads_until(page: Page, text: str) -> None:
    """Load the page again, as people do, until it shows a text."""

    async def is_there() -> bool:
        with suppress(Error):  # the page was just loading itself again
            await page.reload()
        assert text in await page.locator("main").inner_text()
        return True

    await eventually(is_there, timeout=PATIENCE)
