"""Every text field of every route of every service, filled with hostile texts: an answer, never a crash."""

import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Final

import httpx
import pytest

from deploy.client.documents import BUILDS
from deploy.local.mongod import Mongod
from shared.callers import OPERATOR, public_text, sign_caller_token, write_new_private_key
from tests import hostile
from tests.integration.hostile.wishes import AN_ID, Route, routes_of
from tests.waiting import eventually

MOST: Final = 2_000
"""Requests to one service, at most."""
EACH: Final = 12
"""Texts in each route's address, and in its query; over all routes each text has its turn."""
REFUSED: Final = range(400, 500)


@dataclass(frozen=True)
class Target:
    """One service, its operator's client, and what it says it can be asked."""

    client: httpx.AsyncClient
    routes: list[Route]


@pytest.fixture(scope="module", params=sorted(BUILDS))
async def target(
    request: pytest.FixtureRequest, mongod: Mongod, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Target]:
    name, folder = request.param, tmp_path_factory.mktemp("keys")
    key = write_new_private_key(folder / "caller.pem")
    database = f"test_hostile_{name}"
    service = BUILDS[name](
        {
            "mongo_url": await mongod.grant(database),
            "mongo_database": database,
            "kafka_bootstrap": "127.0.0.1:9",
            "role": "api",
            "http_port": 9,
            "caller_public_keys": (public_text(key.public_key()),),
            "caller_private_key_file": folder / "caller.pem",
            "link_key": "00" * 32,
            "public_url": "http://127.0.0.1:8100",
        }
    )
    token = sign_caller_token(key, subject=AN_ID, rights=(OPERATOR,), audience=tuple(BUILDS))
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(service.app.router.lifespan_context(service.app))
        client = await opened.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(service.app),
                base_url=f"http://{name}",
                headers={"Authorization": f"Bearer {token}", "If-Match": '"1"'},
            )
        )
        await eventually(lambda: _is_ready(client))
        yield Target(client, routes_of(service.app.openapi()))
    await mongod.drop(database)


async def _is_ready(client: httpx.AsyncClient) -> bool:
    answer = await client.get("/ready")
    return "the database is not reached" not in answer.text


async def test_no_text_in_any_field_of_a_body_breaks_a_route(target: Target) -> None:
    texts, asked = cycle(hostile.SHORT), 0
    for route in target.routes:
        fields = [field for field, _ in route.spoilt("")] if route.body is not None else []
        rounds = max(1, min(len(hostile.SHORT), MOST // max(1, len(target.routes) * max(1, len(fields)))))
        for _ in range(rounds):
            for field, body in route.spoilt(next(texts)) if fields else ():
                asked += 1
                _is_an_answer(await _send(target, route, body), f"{route.method} {route.path} {field}")
    assert asked or not any(route.body for route in target.routes)


async def test_no_other_kind_of_value_in_any_field_breaks_a_route(target: Target) -> None:
    odd: list[Any] = [{"$gt": ""}, {"$where": "1"}, [[]], None, True, -1, 1e308, 10**30, {"a": {"b": 1}}]
    values = cycle(odd)
    for route in target.routes:
        for field, body in route.spoilt(next(values)) if route.body is not None else ():
            _is_an_answer(await _send(target, route, body), f"{route.method} {route.path} {field}")


async def test_fields_of_a_megabyte_are_refused_by_name_or_by_size(target: Target) -> None:
    for route in target.routes:
        # A file is taken whole, and answered row by row.
        if route.body is None or "/imports/" in route.path:
            continue
        for text in hostile.LONG:
            _, body = next(route.spoilt(text), ("", None))
            answer = await _send(target, route, body)
            assert answer.status_code in REFUSED, f"{route.method} {route.path}: {answer.status_code}"


async def test_no_text_in_an_address_or_a_query_breaks_a_route(target: Target) -> None:
    texts, hard = cycle(hostile.SHORT), cycle((*hostile.NOSQL, *hostile.PATHS[:2], *hostile.TEMPLATES))
    for route in target.routes:
        for text in islice(texts, EACH):
            with contextlib.suppress(UnicodeEncodeError, httpx.InvalidURL):
                query = dict.fromkeys(route.query, text)
                answer = await target.client.request(route.method, route.url(), params=query, **_body(route))
                _is_an_answer(answer, f"{route.method} {route.path} ?{text!r}")
        for text in islice(hard, EACH):
            with contextlib.suppress(UnicodeEncodeError, httpx.InvalidURL):
                spoilt = httpx.URL(route.url(text.replace("/", "%2F").replace("?", "%3F").replace("#", "%23")))
                answer = await target.client.request(route.method, spoilt, **_body(route))
                _is_an_answer(answer, f"{route.method} {route.path} {text!r}")


def _body(route: Route) -> dict[str, Any]:
    return {"json": route.body} if route.body is not None else {}


async def _send(target: Target, route: Route, body: Any) -> httpx.Response:
    # Escaped as JSON may be, since halves of characters have no other way onto the wire.
    content = json.dumps(body, ensure_ascii=True).encode()
    headers = {"Content-Type": "application/json"}
    return await target.client.request(route.method, route.url(), content=content, headers=headers)


def _is_an_answer(answer: httpx.Response, what: str) -> None:
    """A refusal names a code; nothing fails unforeseen."""
    assert answer.status_code < 500 or answer.json().get("code") == "unavailable", f"{what}: {answer.text[:500]}"
    if answer.status_code in REFUSED:
        assert answer.json().get("code"), f"{what}: {answer.text[:300]}"
