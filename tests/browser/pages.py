"""Every page of the portal: its routes are asked, so that no page can be forgotten."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from warnings import catch_warnings

import httpx
from playwright.async_api import Page

from deploy.local.service import local_client
from services.portal.main import build
from services.portal.settings import PortalSettings
from tests.browser.furnishing import Furnished
from tests.browser.town import ROLES, Town

READERS: Final = ("nobody", *ROLES)
VARIED: Final = frozenset(
    {
        *("/", "/bedarfe", "/bedarfe/{need}", "/angebote", "/angebote/{offer}", "/importe/neu"),
        *("/auswertung", "/luecken", "/gemeinsam"),
    }
)
"""Pages that look different to each role; of all others the first who may open it looks at it."""
NO_PAGES: Final = re.compile(r"^/(health|ready|metrics|openapi\.json)$|^/exporte/|^/konto/daten$|\.[a-z{}]+$")
"""Files and answers to programs."""
AT_ONCE: Final = 4
ASKED: Final = {"sign-in": "00000000-0000-7000-8000-000000000000.none./"}
"""The cookie of who has asked for a mail: the page of the code is for them."""


@dataclass(frozen=True)
class Seen:
    """A page, by the address of its route, as one reader opens it."""

    route: str
    reader: str
    address: str


@cache
def routes() -> list[str]:
    """Return the addresses of everything that can be opened, with their parameters in braces."""
    nowhere = "http://127.0.0.1:9"
    services = {f"{name}_url": nowhere for name in ("public", "members", "surveys", "matching", "notifications")}
    # What FastAPI knows lies behind the middleware that every answer passes.
    inner = build(PortalSettings(**services, http_port=9, form_key="00" * 32))._app  # type: ignore[arg-type,attr-defined]
    with catch_warnings(action="ignore"):  # GET and HEAD of a page have one name
        paths = inner.openapi()["paths"]
    return [path for path, methods in paths.items() if "get" in methods]


def address_of(route: str, home: Furnished) -> str | None:
    """Return where to look at a route, None when nothing stands for its parameters."""
    if route in home.whole:
        return home.whole[route]
    names = re.findall(r"{(\w+)}", route)
    return route.format(**home.named) if all(name in home.named for name in names) else None


def addresses(home: Furnished) -> dict[str, str]:
    """Return where to look at each route that something stands for."""
    found = {route: address_of(route, home) for route in routes()}
    return {route: address for route, address in found.items() if address is not None}


async def enter(page: Page, town: Town, reader: str) -> None:
    """Let a page be that of a reader, who has also asked for a mail with a code."""
    await town.enter(page, reader)
    asked: list[Any] = [
        {"name": name, "value": value, "url": town.stack.url("portal")} for name, value in ASKED.items()
    ]
    await page.context.add_cookies(asked)


async def opened_by(town: Town, where: dict[str, str]) -> dict[tuple[str, str], int]:
    """Return what each reader is answered, by route and reader; redirects are not followed."""
    answers: dict[tuple[str, str], int] = {}
    for reader in READERS:
        async with local_client(town.stack.url("portal"), timeout=30) as client:
            client.cookies.update(ASKED)
            if reader != "nobody":
                client.cookies.set("session", await town.session(reader))
            found = await _statuses(client, list(where.values()))
        answers |= {(route, reader): status for route, status in zip(where, found, strict=True)}
    return answers


async def _statuses(client: httpx.AsyncClient, addresses: Iterable[str]) -> list[int]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def status(address: str) -> int:
        async with turn:
            return (await client.get(address)).status_code

    return list(await asyncio.gather(*map(status, addresses)))


def to_look_at(where: dict[str, str], answers: dict[tuple[str, str], int]) -> list[Seen]:
    """Return each page once, and the varied ones as every role that may open them."""
    found = []
    for route, address in where.items():
        may = [reader for reader in READERS if answers[route, reader] == httpx.codes.OK]
        found += [Seen(route, reader, address) for reader in (may if route in VARIED else may[:1])]
    return found
