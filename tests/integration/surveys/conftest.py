"""The service over HTTP, on a database of its own, with an operator's token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from services.surveys.main import build
from services.surveys.settings import Settings
from services.surveys.store import Store
from shared.callers import OPERATOR, public_text, sign_caller_token
from shared.mongo import Database
from shared.settings import ServiceSettings
from tests.builders import ASKER
from tests.conftest import DatabaseAddress, settings_at
from tests.waiting import eventually

KEY = Ed25519PrivateKey.generate()


def a_token(*rights: str, subject: str = ASKER) -> str:
    return sign_caller_token(KEY, subject=subject, rights=rights, audience=("surveys",))


def _operator(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://surveys/api/v1",
        headers={"Authorization": f"Bearer {a_token(OPERATOR)}", "Accept-Language": "en"},
    )


@asynccontextmanager
async def _started(settings: ServiceSettings) -> AsyncIterator[FastAPI]:
    """Run the service in this process, as `api` alone, and give its application."""
    keys = (public_text(KEY.public_key()),)
    own = Settings.model_validate(
        {**settings.model_dump(), "role": "api", "caller_public_keys": keys, "least_form_seconds": 0}
    )
    app = build(own).app
    async with app.router.lifespan_context(app):
        async with _operator(app) as client:
            await eventually(lambda: _answers(client))
        yield app


@asynccontextmanager
async def running(settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    """Run the service, and give an operator's way to it."""
    async with _started(settings) as app, _operator(app) as client:
        yield client


@pytest.fixture(scope="module")
async def app(module_database: DatabaseAddress) -> AsyncIterator[FastAPI]:
    """The service that the tests of a module share."""
    async with _started(settings_at(module_database)) as started:
        yield started


@pytest.fixture
async def http(app: FastAPI, database_address: DatabaseAddress) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's way to a service that holds nothing yet."""
    del database_address  # after the test, it is emptied
    async with _operator(app) as client:
        yield client


@pytest.fixture(scope="module")
async def refusing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's way to the service for all tests that send nothing but what is refused."""
    async with _operator(app) as client:
        yield client


async def _answers(client: httpx.AsyncClient) -> bool:
    return (await client.get("/needs")).status_code == httpx.codes.OK


@pytest.fixture
async def store(database: Database) -> Store:
    """The service's collections, prepared, without the service."""
    store = Store(database)
    await store.prepare()
    return store


async def stored(http: httpx.AsyncClient, kind: str) -> list[Any]:
    """Return everything of a kind that a list holds."""
    answer = await http.get(f"/{kind}", params={"limit": 200})
    items: list[Any] = answer.json()["items"]
    return items
