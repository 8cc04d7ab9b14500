"""A browser without JavaScript, and services that answer what a test says: for the tests of every area's pages."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any

import httpx

from services.portal.main import build
from tests.builders import ASKER, an_id
from tests.unit.portal.conftest import SETTINGS

ORIGIN = "https://verbund.example"
NETWORK, COMPANY, OTHER_NETWORK = an_id(900), an_id(901), an_id(910)
NAMES = {NETWORK: "Verbund Nord", OTHER_NETWORK: "Verbund Süd", COMPANY: "Muster Metallbau GmbH"}


def a_role(role: str, organisation: str = COMPANY, network: str = NETWORK) -> dict[str, Any]:
    named = {
        kind: {"id": one, "name": NAMES[one]} for kind, one in (("organisation", organisation), ("network", network))
    }
    return {"role": role, **named}


class Pretended:
    """All services: `says` scripts an answer to "GET /path", everything else is an empty list or not there."""

    def __init__(self, *roles: str) -> None:
        self.roles = [a_role(role) for role in roles]
        self.operator = False
        self.asked: list[httpx.Request] = []
        self._answers: dict[str, Callable[[httpx.Request], httpx.Response]] = {}

    def says(self, what: str, body: Any = None, status: int = 200, etag: str = "") -> None:
        headers = {"ETag": etag} if etag else {}
        self._answers[what] = lambda _: httpx.Response(status, headers=headers, json=body)

    def refuses(self, what: str, field: str, sentence: str, status: int = 422) -> None:
        wrong = {"code": "invalid", "title": sentence, "errors": [{"field": field, "code": "x", "detail": sentence}]}
        self.says(what, wrong, status)

    def answer(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        if what == "POST /api/v1/sessions/token":
            if json.loads(request.content)["secret"] != "of-petra":
                return httpx.Response(401, json={"code": "not_signed_in"})
            member = {"id": ASKER, "name": "Petra Beispiel", "language": "de"}
            told = {"token": "petras-token", "expires_in": 600, "session": an_id(800), "member": member}
            return httpx.Response(200, json={**told, "operator": self.operator, "roles": self.roles})
        self.asked.append(request)
        if what in self._answers:
            return self._answers[what](request)
        if request.method == "GET":
            return httpx.Response(404, json={"code": "missing"})
        return httpx.Response(201, json={"id": an_id(1)})

    def sent(self, what: str) -> Any:
        """Return the JSON last sent to this route; AssertionError if nothing was."""
        found = [one for one in self.asked if f"{one.method} {one.url.path}" == what]
        assert found, [f"{one.method} {one.url.path}" for one in self.asked]
        return json.loads(found[-1].content) if found[-1].content else None

    def was_asked(self, what: str) -> bool:
        return any(f"{one.method} {one.url.path}" == what for one in self.asked)


class _Forms(HTMLParser):
    """The forms of a page with what their fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        elif tag == "textarea" and name:
            self._area = name
            self._values(name)
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or not self._values(self._select)):
            self.forms[-1][1][self._select] = [value]
        elif tag == "input" and name:
            kind = given.get("type")
            if kind in {"checkbox", "radio"}:
                if "checked" in given:
                    self._values(name).append(value)
            elif kind != "file":
                self._values(name).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._values(self._area).append(data.removeprefix("\n"))

    def _values(self, name: str) -> list[str]:
        return self.forms[-1][1].setdefault(name, [])


class Browser:
    """Opens pages, fills in a form of the last one and sends it, as people do."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(200)

    async def open(self, address: str) -> httpx.Response:
        self.page = await self.client.get(address)
        return self.page

    def forms(self) -> list[tuple[str, dict[str, list[str]]]]:
        parser = _Forms()
        parser.feed(self.page.text)
        return parser.forms

    async def send(self, action: str = "", *, follow: Any = True, **typed: Any) -> httpx.Response:
        """Send the form with this action ("": the one without); `place__town` means place.town."""
        fields = next(fields for at, fields in self.forms() if at == action)
        named = {name.replace("__", "."): value for name, value in typed.items()}
        whole = {**fields, **{name: value if isinstance(value, list) else [value] for name, value in named.items()}}
        address = action or str(self.page.request.url)
        self.page = await self.client.post(address, data=whole, headers={"Origin": ORIGIN}, follow_redirects=follow)
        return self.page


@asynccontextmanager
async def a_browser(services: Pretended, *, signed_in: bool = True) -> AsyncIterator[Browser]:
    app = build(SETTINGS, httpx.MockTransport(services.answer))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        if signed_in:
            client.cookies.set("__Host-session", "of-petra", domain="verbund.example")
        yield Browser(client)
