"""The frame of signed-in pages, seen through an area made for these tests."""

import json
import re
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request, Response

from services.portal import main
from services.portal.forms import submitted
from services.portal.neighbours import Refused
from services.portal.visitors import Anybody, Coordinator, Portal, SignedIn, area, local_path
from tests.builders import ASKER, an_id
from tests.unit.portal.conftest import SETTINGS

ORIGIN = "https://verbund.example"
FROM_HERE = {"Origin": ORIGIN}
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("company", "provider", "coordination", "adviser", "operation"), False),
    "texts_missing": [],
}


def routes(portal: Portal) -> APIRouter:
    router = area("trial")

    @router.get("/probe")
    async def probe(request: Request, _: SignedIn) -> Response:
        return portal.page(request, "start/own.html", **NOTHING)

    @router.post("/probe")
    async def send(request: Request, visitor: SignedIn) -> Response:
        form = await submitted(request)
        try:
            await visitor.post("surveys", "/api/v1/things", form.body({"title": "text", "persons_min": "whole"}))
        except Refused as refused:
            return Response(json.dumps([form.text("title"), form.refused(refused).errors]), 422)
        return portal.go("/probe", done="saved")

    @router.get("/probe/coordination")
    async def coordination(request: Request, _: Coordinator) -> Response:
        return portal.page(request, "start/own.html", **NOTHING)

    @router.post("/probe/public")
    async def public(visitor: Anybody) -> Response:
        return Response(visitor.address)

    return router


class Others:
    """Members who knows one session, and surveys."""

    def __init__(self) -> None:
        self.roles: list[dict[str, Any]] = []
        self.operator = False
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path == "/api/v1/sessions/token":
            if json.loads(request.content)["secret"] != "of-petra":
                return httpx.Response(401, json={"code": "not_signed_in"})
            member = {"id": ASKER, "name": "Petra Beispiel", "language": "de"}
            told = {"token": "petras-token", "expires_in": 600, "session": an_id(800), "member": member}
            return httpx.Response(200, json={**told, "operator": self.operator, "roles": self.roles})
        return self.answers.get(request.url.path, httpx.Response(201, json={"id": an_id(1)}))


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
async def browser(others: Others, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(main, "AREAS", (SimpleNamespace(routes=routes), *main.AREAS))
    app = main.build(SETTINGS, httpx.MockTransport(others.answer))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        client.cookies.set("__Host-session", "of-petra", domain="verbund.example")
        yield client


async def the_token(browser: httpx.AsyncClient) -> str:
    found = re.search(r'name="csrf" value="([\w-]+)"', (await browser.get("/probe")).text)
    assert found
    return found[1]


async def test_who_is_signed_in_sees_the_page_and_is_asked_about_once(
    browser: httpx.AsyncClient, others: Others
) -> None:
    pages = [await browser.get("/probe") for _ in range(3)]

    assert all("Guten Tag, Petra Beispiel" in page.text for page in pages)
    assert len(others.asked) == 1


async def test_everybody_else_is_led_to_the_sign_in_and_back(browser: httpx.AsyncClient) -> None:
    browser.cookies.clear()
    nobody = await browser.get("/probe?a=1")
    browser.cookies.set("__Host-session", "ended", domain="verbund.example")
    ended = await browser.get("/probe?a=1")

    for answer in (nobody, ended):
        assert answer.status_code == 303
        assert answer.headers["location"] == "/anmelden?next=%2Fprobe%3Fa%3D1"


async def test_a_wrong_role_finds_nothing_and_the_right_one_does(browser: httpx.AsyncClient, others: Others) -> None:
    wrong = await browser.get("/probe/coordination")
    browser.cookies.set("__Host-session", "of-petra", domain="verbund.example")
    others.operator = True
    main_app = main.build(SETTINGS, httpx.MockTransport(others.answer))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(main_app), base_url=ORIGIN) as fresh:
        fresh.cookies.set("__Host-session", "of-petra", domain="verbund.example")
        right = await fresh.get("/probe/coordination")

    assert wrong.status_code == 404
    assert "Hier ist leider nichts zu finden" in wrong.text
    assert right.status_code == 200


async def test_a_form_of_ours_is_taken(browser: httpx.AsyncClient, others: Others) -> None:
    form = {"csrf": await the_token(browser), "title": " WIG ", "persons_min": "3"}

    answer = await browser.post("/probe", data=form, headers=FROM_HERE)

    assert (answer.status_code, answer.headers["location"]) == (303, "/probe?done=saved")
    sent = others.asked[-1]
    assert json.loads(sent.content) == {"title": "WIG", "persons_min": 3}
    assert sent.headers["authorization"] == "Bearer petras-token"
    assert sent.headers["client-address"] == "203.0.113.7"
    assert sent.headers["accept-language"] == "de"


@pytest.mark.parametrize(
    ("headers", "with_token"),
    [
        ({"Origin": "https://elsewhere.example"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({}, True),
        ({"Origin": "null"}, True),
        (FROM_HERE, False),
    ],
)
async def test_what_another_site_makes_a_browser_send_is_not_taken(
    browser: httpx.AsyncClient, others: Others, headers: dict[str, str], with_token: bool
) -> None:
    token = await the_token(browser)

    answer = await browser.post("/probe", data={"csrf": token if with_token else "x"}, headers=headers)

    assert answer.status_code == 403
    assert "Bitte senden Sie es noch einmal" in answer.text
    assert [request.url.path for request in others.asked] == ["/api/v1/sessions/token"]


async def test_what_a_service_finds_wrong_comes_back_with_what_was_typed(
    browser: httpx.AsyncClient, others: Others
) -> None:
    wrong = {"code": "invalid", "title": "x", "errors": [{"field": "persons_min", "detail": "Bitte eine Zahl."}]}
    others.answers["/api/v1/things"] = httpx.Response(422, json=wrong)
    form = {"csrf": await the_token(browser), "title": "WIG", "persons_min": "drei"}

    answer = await browser.post("/probe", data=form, headers=FROM_HERE)

    assert answer.json() == ["WIG", {"persons_min": "Bitte eine Zahl."}]
    assert json.loads(others.asked[-1].content)["persons_min"] == "drei"


@pytest.mark.parametrize(
    ("status", "headers", "shown", "words"),
    [
        (404, {}, 404, "Hier ist leider nichts zu finden"),
        (403, {}, 404, "Hier ist leider nichts zu finden"),
        (429, {"Retry-After": "125"}, 429, "in 3 Minuten"),
        (503, {}, 503, "gerade nicht erreichbar"),
        (500, {}, 503, "gerade nicht erreichbar"),
    ],
)
async def test_every_answer_of_a_service_becomes_a_friendly_page(
    browser: httpx.AsyncClient, others: Others, status: int, headers: dict[str, str], shown: int, words: str
) -> None:
    others.answers["/api/v1/things"] = httpx.Response(status, headers=headers, json={})

    answer = await browser.post("/probe", data={"csrf": await the_token(browser)}, headers=FROM_HERE)

    assert answer.status_code == shown
    assert words in answer.text


async def test_a_forwarded_address_counts_only_from_a_proxy_that_is_named(others: Others) -> None:
    async def seen(proxies: str) -> str:
        settings = SETTINGS.model_validate({**SETTINGS.model_dump(), "trusted_proxies": proxies})
        transport = httpx.ASGITransport(
            main.build(settings, httpx.MockTransport(others.answer)), client=("10.0.0.2", 1)
        )
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            forwarded = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", **FROM_HERE}
            return (await client.post("/probe/public", headers=forwarded)).text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "AREAS", (SimpleNamespace(routes=routes),))

        assert await seen("") == "10.0.0.2"
        assert await seen("10.0.0.0/24") == "203.0.113.9"
        assert await seen("10.0.0.0/24, 203.0.113.9") == "198.51.100.1"


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/bedarfe?status=open", "/bedarfe?status=open"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_alone(wanted: str, led: str) -> None:
    assert local_path(wanted) == led


async def test_insides_are_not_for_the_public(others: Others) -> None:
    app = main.build(SETTINGS.model_copy(update={"shows_insides": False}), httpx.MockTransport(others.answer))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        answers = {path: await client.get(path) for path in ("/metrics", "/ready", "/openapi.json", "/health")}

    assert [answer.status_code for answer in answers.values()] == [404, 404, 404, 200]
    assert "max-age" in answers["/health"].headers["strict-transport-security"]
