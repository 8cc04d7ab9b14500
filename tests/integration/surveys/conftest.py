"""The service over HTTP, on a database of its own, with an operator's token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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


@asynccontextmanager
async def running(settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    """Run the service in this process, as `api` alone, and give an operator's way to it."""
    keys = (public_text(KEY.public_key()),)
    own = Settings.model_validate(
        {**settings.model_dump(), "role": "api", "caller_public_keys": keys, "least_form_seconds": 0}
    )
    service = build(own)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app),
        base_url="http://surveys/api/v1",
        headers={"Authorization": f"Bearer {a_token(OPERATOR)}", "Accept-Language": "en"},
    )
    async with service.app.router.lifespan_context(service.app), client:
        await eventually(lambda: _answers(client))
        yield client


@pytest.fixture(scope="module")
async def service(module_database: DatabaseAddress) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's way to the service that the tests of a module share."""
    async with running(settings_at(module_database)) as client:
        yield client


@pytest.fixture
async def http(service: httpx.AsyncClient, settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's way, for one test, to a service that holds nothing yet."""
    del settings  # after the test, its database is emptied
    transport, headers = service._transport, service.headers
    async with httpx.AsyncClient(transport=transport, base_url=service.base_url, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def refusing(service: httpx.AsyncClient) -> httpx.AsyncClient:
    """An operator's way to the service for all tests that send nothing but what is refused."""
    return service


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
