"""The portal before the real services, each with its database; no network between them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
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
from shared.settings import ServiceSettings
from shared.web import make_app

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


@asynccontextmanager
async def a_database(mongod: Mongod, settings: ServiceSettings, service: str) -> AsyncIterator[Database]:
    """Give an empty database of a service's own."""
    name = f"test_portal_{service}"
    own = {"mongo_url": SecretStr(await mongod.grant(name)), "mongo_database": name}
    opened = open_database(settings.model_copy(update=own))
    try:
        yield opened
    finally:
        opened.client.close()
        await mongod.drop(name)


@pytest.fixture
async def members(mongod: Mongod, settings: ServiceSettings) -> AsyncIterator[MembersStore]:
    async with a_database(mongod, settings, "members") as database:
        store = MembersStore(database)
        await store.prepare()
        yield store


@pytest.fixture
async def matching(mongod: Mongod, settings: ServiceSettings) -> AsyncIterator[MatchingStore]:
    async with a_database(mongod, settings, "matching") as database:
        store = MatchingStore(database)
        await store.prepare()
        for owned in (store.results, store.responses):
            await owned.prepare()
        yield store


@pytest.fixture
async def notifications(mongod: Mongod, settings: ServiceSettings) -> AsyncIterator[NotificationsStore]:
    async with a_database(mongod, settings, "notifications") as database:
        store = NotificationsStore(database)
        await store.prepare()
        yield store


@pytest.fixture
async def surveys(mongod: Mongod, settings: ServiceSettings) -> AsyncIterator[SurveysStore]:
    async with a_database(mongod, settings, "surveys") as database:
        store = SurveysStore(database)
        await store.prepare()
        for owned in (store.needs, store.offers):
            await owned.prepare()
        yield store


@pytest.fixture
async def browser(
    members: MembersStore, surveys: SurveysStore, matching: MatchingStore, notifications: NotificationsStore
) -> AsyncIterator[httpx.AsyncClient]:
    apps = {
        "members": an_app("members", *members_routers(members, KEY, LINK_KEY)),
        "surveys": an_app("surveys", surveys_routes(surveys)),
        "matching": an_app(
            "matching",
            *(part.routes(matching) for part in (pairs, results, gaps, figures)),
            pools.routes(matching, Pooling(matching, read_model())),
        ),
        "notifications": an_app("notifications", notifications_routes(notifications)),
    }
    addresses: dict[str, Any] = {
        f"{name}_url": f"http://{name}" for name in ("members", "surveys", "matching", "notifications")
    }
    form_key = SecretStr("7c" * 32)
    portal = build(PortalSettings(http_port=8100, public_url=PUBLIC_URL, form_key=form_key, **addresses), Between(apps))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal), base_url=PUBLIC_URL) as client:
        yield client
