"""One stack and one headless Chromium for all walks; each walk has a fresh profile."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, async_playwright

from deploy.local.stack import LocalStack
from tests.browser.furnishing import Furnished, furnish
from tests.browser.town import Town

CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE: Final = {"width": 375, "height": 740}
DESKTOP: Final = {"width": 1280, "height": 900}
UNHURRIED: Final = {"surveys": {"LEAST_FORM_SECONDS": "0"}, "members": {"SIGN_INS_PER_ADDRESS": "1000"}}
"""Programs fill in forms faster than people do, and all of them come from one address."""
Visit = Callable[..., AbstractAsyncContextManager[Page]]
"""Opens a page of a new visitor: `phone=True`, `script=False`, `dark=True`, `language="en"`."""


def chromium() -> str:
    """Return where the browser is; the Makefile and .ci/run say how it is installed."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "this needs Chromium: apt-get install chromium"
    return found


@pytest.fixture(scope="package")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalStack]:
    async with LocalStack(tmp_path_factory.mktemp("stack"), environments=UNHURRIED) as running:
        yield running


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        await running.close()


@pytest.fixture(scope="package")
async def town(stack: LocalStack) -> Town:
    """A network with people of every role, in a stack that all walks share."""
    return await Town.founded(stack)


@pytest.fixture(scope="package")
async def home(town: Town) -> Furnished:
    """One of everything, so that each page has an address."""
    return await furnish(town)


@pytest.fixture
def visit(browser: Browser, stack: LocalStack) -> Visit:
    """Return what opens a page for somebody new; whatever leaves for another host, or breaks, fails the test."""

    @asynccontextmanager
    async def opened(
        *, phone: bool = False, script: bool = True, dark: bool = False, language: str = "de"
    ) -> AsyncIterator[Page]:
        size: Any = PHONE if phone else DESKTOP
        context = await browser.new_context(
            base_url=stack.url("portal"),
            viewport=size,
            has_touch=phone,
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale="de-DE" if language == "de" else "en-GB",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        faults: list[str] = []
        page = await context.new_page()
        page.on("request", lambda request: faults.append(request.url) if _is_foreign(request.url, stack) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        try:
            yield page
        finally:
            await context.close()
        assert faults == []

    return opened


def _is_foreign(url: str, stack: LocalStack) -> bool:
    return not url.startswith((stack.url("portal"), "data:", "about:", "blob:"))
