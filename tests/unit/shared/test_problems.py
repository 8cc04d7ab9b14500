"""Every problem names the field and the way out, in the reader's language."""

import re
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Body, Depends, FastAPI, Request
from pydantic import Field

from shared import problems
from shared.inputs import Input
from shared.language import translations
from shared.problems import SENTENCES, language_of
from shared.rules import Conflict, RuleBroken
from shared.web import if_match, make_app, once_of


class Order(Input):
    count: Annotated[int, Field(ge=1, le=10)]
    title: Annotated[str, Field(min_length=1, max_length=5)]


@pytest.fixture
def app() -> FastAPI:
    made = make_app(title="test", body_limit=200, body_limits={"/big": 1000})

    @made.post("/orders")
    async def order(order: Order, request: Request) -> dict[str, str]:
        await once_of(request, "me")
        return {"title": order.title}

    @made.post("/big")
    async def big(body: Annotated[bytes, Body()]) -> int:
        return len(body)

    @made.put("/orders")
    async def change(version: Annotated[int, Depends(if_match)]) -> int:
        return version

    @made.get("/taken")
    async def taken() -> None:
        raise Conflict("taken", field="email")

    @made.get("/broken")
    async def broken() -> None:
        raise RuleBroken("number_too_large", field="dates.0.price", le=7)

    @made.get("/crash")
    async def crash() -> None:
        raise ValueError("Frau Geheim, 0351 12345")

    return made


@pytest.fixture
def client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (b'{"count": 3}', "title", "required"),
        (b'{"count": 3, "title": "x", "more": 1}', "more", "no such field"),
        (b'{"count": "3", "title": "x"}', "count", "whole number"),
        (b'{"count": true, "title": "x"}', "count", "whole number"),
        (b'{"count": 0, "title": "x"}', "count", "at least 1"),
        (b'{"count": 1000000000, "title": "x"}', "count", "at most 10"),
        (b'{"count": 3, "title": "too long"}', "title", "at most 5"),
        (b'{"count": 3, "title": ""}', "title", "enter something"),
        (b'{"count": 3, "title": {"$ne": ""}}', "title", "must be a text"),
        (b'{"count": 3, ', "character", "not valid JSON"),
        (b"[]", "body", "object"),
    ],
)
async def test_a_bad_field_is_named_with_the_way_out(
    client: httpx.AsyncClient, body: bytes, field: str, says: str
) -> None:
    answer = await client.post("/orders", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    faults = {fault["field"]: fault["detail"] for fault in answer.json()["errors"]}
    assert any(name.startswith(field) and says in detail for name, detail in faults.items()), faults


async def test_the_same_problem_is_told_in_german(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/orders", json={"count": 0, "title": "x"}, headers={"Accept-Language": "de-DE,en;q=0.5"}
    )

    assert answer.headers["content-language"] == "de"
    assert answer.json()["errors"][0]["detail"] == "Der Wert muss mindestens 1 sein."


@pytest.mark.parametrize(
    ("announced", "path", "limit"), [(True, "/orders", 200), (False, "/orders", 200), (True, "/big", 1000)]
)
async def test_a_body_over_the_limit_is_refused_whether_announced_or_not(
    client: httpx.AsyncClient, announced: bool, path: str, limit: int
) -> None:
    async def chunks() -> object:
        for _ in range(30):
            yield b"x" * 50

    answer = await client.post(path, content=b"x" * 1500 if announced else chunks())  # type: ignore[arg-type]

    assert answer.status_code == 413
    assert str(limit) in answer.json()["title"]


async def test_a_body_at_the_limit_passes(client: httpx.AsyncClient) -> None:
    answer = await client.post("/big", content=b"x" * 1000, headers={"Content-Type": "application/octet-stream"})

    assert answer.json() == 1000


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [(None, 428, "if_match_missing"), ("*", 422, "invalid"), ('"-1"', 422, "invalid"), ('"7"', 200, None)],
)
async def test_a_change_needs_the_etag_that_was_read(
    client: httpx.AsyncClient, header: str | None, status: int, code: str | None
) -> None:
    answer = await client.put("/orders", headers={"If-Match": header} if header else {})

    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code


async def test_an_idempotency_key_is_bounded(client: httpx.AsyncClient) -> None:
    answer = await client.post("/orders", json={"count": 3, "title": "x"}, headers={"Idempotency-Key": "k" * 201})

    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_broken_rules_carry_their_status_and_field(client: httpx.AsyncClient) -> None:
    taken, broken = await client.get("/taken"), await client.get("/broken")

    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (409, "email")
    assert broken.json()["errors"][0] == {
        "field": "dates.0.price",
        "code": "number_too_large",
        "detail": "This must be at most 7.",
    }


async def test_an_unexpected_error_tells_its_number_and_nothing_else(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/crash")

    assert answer.status_code == 500
    assert answer.json()["request"] == answer.headers["x-request-id"]
    assert "Geheim" not in answer.text
    assert all("Geheim" not in record.getMessage() for record in caplog.records)


async def test_unknown_addresses_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nowhere")).json()["code"] == "missing"
    assert (await client.delete("/orders")).json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_there_in_german_with_the_same_places_to_fill(code: str) -> None:
    english = SENTENCES[code]

    german = translations(Path(problems.__file__).parent, "de").gettext(english)

    assert german != english
    assert set(re.findall(r"{(\w+)}", german)) == set(re.findall(r"{(\w+)}", english))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("en-US,en;q=0.9", "en"),
        ("fr,en;q=0.3", "en"),
        ("de-AT", "de"),
        ("xx", "de"),
        (";;,", "de"),
    ],
)
def test_german_is_spoken_unless_english_is_asked_for(header: str | None, language: str) -> None:
    assert language_of(header) == language
