"""The portal before the real services, each with its database; no network between them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter
from pydantic import SecretStr
from starlette.types import ASGIApp

from deploy.local.mongod import Mongod
from services.matching.api import figures, gaps, pairs, pools, results
from services.matching.pooling import Pooling
from services.matching.scoring.model import read_model
from services.matching.store import Store as MatchingStore
from services.members.api import routers as members_routers
from services.members.store import Store as MembersStore
from services.notifications.api import routes as notifications_routes
from services.notifications.store import Store as NotificationsStore
from services.portal.main import build
from services.portal.settings import PortalSettings
from services.surveys.api import routes as surveys_routes
from services.surveys.store import Store as SurveysStore
from shared.callers import CallerKeys
from shared.mongo import Database, open_database
from shared.web import make_app
from tests.conftest import DatabaseAddress, emptied, settings_at

KEY = Ed25519PrivateKey.generate()
LINK_KEY = bytes(range(32))
PUBLIC_URL = "https://verbund.example"


class Between(httpx.AsyncBaseTransport):
    """Takes each request to the application that its host names."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._ways = {name: httpx.ASGITransport(app) for name, app in apps.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._ways[request.url.host].handle_async_request(request)


def an_app(service: str, *routers: APIRouter) -> ASGIApp:
    app = make_app(title=service)
    app.state.caller_keys = CallerKeys([KEY.public_key()], service)
    for router in routers:
        app.include_router(router, prefix="/api/v1")
    return app


@dataclass(frozen=True)
class Stores:
    """The collections of all services."""

    members: MembersStore
    surveys: SurveysStore
    matching: MatchingStore
    notifications: NotificationsStore


@pytest.fixture(scope="module")
async def databases(mongod: Mongod) -> AsyncIterator[dict[str, Database]]:
    """A database for each service, for the tests of a module one after another."""
    names = {service: f"test_portal_{service}" for service in ("members", "surveys", "matching", "notifications")}
    opened = {
        service: open_database(settings_at(DatabaseAddress(await mongod.grant(name), name)))
        for service, name in names.items()
    }
    yield opened
    for service, name in names.items():
        opened[service].client.close()
        await mongod.drop(name)


@pytest.fixture(scope="module")
async def module_stores(databases: dict[str, Database]) -> Stores:
    stores = Stores(
        MembersStore(databases["members"]),
        SurveysStore(databases["surveys"]),
        MatchingStore(databases["matching"]),
        NotificationsStore(databases["notifications"]),
    )
    surveys, matching = stores.surveys, stores.matching
    for one in (stores.members, surveys, matching, stores.notifications):
        await one.prepare()
    for owned in (surveys.needs, surveys.offers, matching.results, matching.responses):
        await owned.prepare()
    return stores


@pytest.fixture(scope="module")
def portal(module_stores: Stores) -> ASGIApp:
    """The portal, and behind it the services, that the tests of a module share."""
    matching = module_stores.matching
    apps = {
        "members": an_app("members", *members_routers(module_stores.members, KEY, LINK_KEY)),
        "surveys": an_app("surveys", surveys_routes(module_stores.surveys)),
        "matching": an_app(
            "matching",
            *(part.routes(matching) for part in (pairs, results, gaps, figures)),
            pools.routes(matching, Pooling(matching, read_model())),
        ),
        "notifications": an_app("notifications", notifications_routes(module_stores.notifications)),
    }
    addresses: dict[str, Any] = {
        f"{name}_url": f"http://{name}" for name in ("members", "surveys", "matching", "notifications")
    }
    form_key = SecretStr("7c" * 32)
    return build(PortalSettings(http_port=8100, public_url=PUBLIC_URL, form_key=form_key, **addresses), Between(apps))


@pytest.fixture
async def stores(module_stores: Stores, databases: dict[str, Database]) -> AsyncIterator[Stores]:
    """The collections, which hold nothing yet."""
    yield module_stores
    for database in databases.values():
        await emptied(database)


@pytest.fixture
def members(stores: Stores) -> MembersStore:
    return stores.members


@pytest.fixture
def surveys(stores: Stores) -> SurveysStore:
    return stores.surveys


@pytest.fixture
def matching(stores: Stores) -> MatchingStore:
    return stores.matching


@pytest.fixture
def notifications(stores: Stores) -> NotificationsStore:
    return stores.notifications


@pytest.fixture
async def browser(portal: ASGIApp, stores: Stores) -> AsyncIterator[httpx.AsyncClient]:
    del stores
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal), base_url=PUBLIC_URL) as client:
        yield client
