"""A furnished town in which every text that people typed is hostile: names, titles, notes, places, questions, files."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import cycle
from typing import Any, Final

from deploy.client.documents import documents
from deploy.local.service import local_client
from tests import hostile
from tests.browser.furnishing import Furnished
from tests.browser.town import Town

TEXTS: Final = (*hostile.ACCEPTABLE, "Ｆｕｌｌｗｉｄｔｈ", "👩‍👩‍👧‍👦🏳️‍🌈", "مرحبا بالعالم")
TRIES: Final = 4
NOT_TEXTS: Final = re.compile(r"^[0-9a-f]{8}-|^\d{4}-\d\d-\d\d|^\d{5}$|^$")
"""Ids, days and postcodes."""
FREE: Final = frozenset(
    {
        "title",
        "description",
        "name",
        "notes",
        "text",
        "region",
        "branch",
        "source",
        "asked",
        "town",
        "street",
        "aims",
        "target_group",
        "entry_requirements",
        "certificate",
        "examining_body",
        "provider_name",
        "accessibility",
        "phone",
        "de",
        "en",
    }
)
"""Fields in which people may write what they like."""


class Spoiler:
    """Changes what a town holds; each field gets the next text."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._texts = cycle(TEXTS)
        self._documents = documents()

    async def everything(self, home: Furnished) -> None:
        """Put hostile texts wherever people can put texts."""
        town, named = self._town, home.named
        for one in (town.company, town.provider, *town.offices.values()):
            await self.one("members", f"/organisations/{one}", "OrganisationInput")
        await self.one("members", f"/locations/{named['location']}", "LocationInput")
        for one in town.people.values():
            await self.one("members", f"/members/{one}", "MemberInput", confirmed=True)
        await self.one("surveys", f"/offers/{named['offer']}", "OfferInput", full=True)
        await self.one("surveys", f"/needs/{named['need']}", "NeedInput", full=True)
        await self.one("surveys", f"/visits/{named['visit']}", "VisitInput")
        await self.one("surveys", f"/assessments/{named['entity']}", "AssessmentInput")
        await self.one("surveys", f"/surveys/{named['survey']}", "SurveyChange")
        await self.one("members", f"/networks/{town.network}", "NetworkInput")

    async def one(self, service: str, path: str, schema: str, *, full: bool = False, **more: Any) -> None:
        """Say one thing anew, all of its free texts hostile; `full` fills those that were empty, too."""
        read = await self._town.call(service, "GET", path)
        known = self._documents[service]["components"]["schemas"][schema]["properties"]
        flat = {**(read.get("place") or {}), **read} if "postal_code" in known else read
        body = {name: deepcopy(value) for name, value in flat.items() if name in known} | more
        for name in FREE & set(known) if full else ():
            body[name] = body.get(name) or "text"
        _replace(body, lambda: next(self._texts))
        await self._put(service, path, body, read["version"])

    async def _put(self, service: str, path: str, body: dict[str, Any], version: int) -> None:
        """Send it, without the fields that nobody may send or that must be something else than free text."""
        token = self._town.stack.operator_token()
        headers = {"Authorization": f"Bearer {token}", "If-Match": f'"{version}"'}
        async with local_client(self._town.stack.url(service)) as client:
            for _ in range(TRIES):
                answer = await client.put(f"/api/v1{path}", json=body, headers=headers)
                if answer.is_success:
                    return
                for fault in answer.json().get("errors", ()):
                    _drop(body, fault["field"].split("."))
        raise AssertionError(f"{path}: {answer.text}")


def _drop(body: Any, path: list[str]) -> None:
    """Leave a field out."""
    for step in path[:-1]:
        body = body[int(step)] if isinstance(body, list) else body.get(step, {})
    if isinstance(body, dict):
        body.pop(path[-1], None)


def _replace(part: Any, text: Callable[[], str]) -> None:
    for holder, key in _places(part):
        holder[key] = text()


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where a free text stands."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if isinstance(value, dict | list):
            yield from _places(value)
        elif key in FREE and isinstance(value, str) and not NOT_TEXTS.match(value):
            yield part, key


def table_of(texts: tuple[str, ...] = TEXTS) -> bytes:
    """Return a CSV of needs whose cells are hostile."""
    rows = [("Titel", "Beschreibung", "Ort"), *((text, text, text) for text in texts)]
    quoted = (";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\n".join(quoted).encode()
