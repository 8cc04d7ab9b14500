from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from services.members.api import routers
from services.members.store import Store
from shared.callers import CallerKeys, sign_caller_token
from shared.mongo import open_database
from shared.web import make_app
from tests.conftest import DatabaseAddress, settings_at

KEY = Ed25519PrivateKey.generate()
LINK_KEY = bytes(range(32))

Body = Mapping[str, Any]


class Caller:
    """Somebody who sends requests; what comes back is status and JSON."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=named)

    async def enter(self, path: str, body: Body) -> Any:
        answer = await self.send("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def faults(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, object]:
        """Return the status of a refusal and the code for each field that it names."""
        answer = await self.send(method, path, body, **headers)
        problem = answer.json()
        return answer.status_code, {one["field"]: one["code"] for one in problem.get("errors", ())} or problem["code"]


@pytest.fixture(scope="module")
async def module_store(module_database: DatabaseAddress) -> AsyncIterator[Store]:
    database = open_database(settings_at(module_database))
    made = Store(database)
    await made.prepare()
    yield made
    database.client.close()


@pytest.fixture(scope="module")
def app(module_store: Store) -> FastAPI:
    """The service that the tests of a module share."""
    made = make_app(title="members")
    made.state.caller_keys = CallerKeys([KEY.public_key()], "members")
    for router in routers(module_store, KEY, LINK_KEY):
        made.include_router(router, prefix="/api/v1")
    return made


@pytest.fixture
def store(module_store: Store, database_address: DatabaseAddress) -> Store:
    """The service's collections, empty and prepared."""
    del database_address  # after the test, it is emptied
    return module_store


@pytest.fixture
async def stranger(app: FastAPI, store: Store) -> AsyncIterator[Caller]:
    del store
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://members.example") as client:
        yield Caller(client)


@pytest.fixture
def operator(stranger: Caller) -> Caller:
    token = sign_caller_token(KEY, subject="operator", rights={"operator"}, audience=("members",))
    stranger.client.headers["Authorization"] = f"Bearer {token}"
    return stranger


@pytest.fixture
async def network(operator: Caller) -> Any:
    return await operator.enter("/networks", {"name": "Verbund"})


@pytest.fixture
async def organisation(operator: Caller, network: Any) -> Any:
    body = {"name": "Metallbau", "kinds": ["company"], "networks": [network["id"]], "place": {"postal_code": "04109"}}
    return await operator.enter("/organisations", body)
