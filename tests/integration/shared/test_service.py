"""A process of a service: up at once whatever is away, ready when it can work, and honest about what it lacks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Response

from deploy.local.broker import Broker
from deploy.local.mongod import Mongod
from deploy.local.ports import free_ports
from shared.copies import Copies
from shared.events import NeedSnapshot, OfferSnapshot
from shared.publishing import Owned
from shared.service import Service
from shared.settings import ServiceSettings
from shared.web import tagged
from tests.builders import a_need
from tests.waiting import eventually


def a_service(settings: ServiceSettings) -> tuple[Service, Owned[NeedSnapshot]]:
    """Return the surveys service with one route and one collection, instead of its own."""
    service = Service("surveys", settings)
    needs = Owned(service.database, NeedSnapshot, "needs")
    offers = Copies(service.database, OfferSnapshot, "offers")
    service.owns(needs)
    service.prepares(offers.prepare)
    service.consumes(OfferSnapshot, into=offers)
    routes = APIRouter()

    @routes.post("/needs")
    async def ask(response: Response) -> NeedSnapshot:
        made = await needs.add(a_need())
        tagged(response, made)
        return made

    service.serves(routes)
    return service, needs


@asynccontextmanager
async def served(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(service.app)
    async with (
        service.app.router.lifespan_context(service.app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


async def _ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/ready")).status_code == 200


@pytest.fixture
def to_broker(settings: ServiceSettings, fresh_broker: Broker) -> ServiceSettings:
    return settings.model_copy(update={"kafka_bootstrap": fresh_broker.bootstrap})


async def test_a_service_becomes_ready_serves_and_publishes(to_broker: ServiceSettings) -> None:
    service, needs = a_service(to_broker)
    async with served(service) as client:
        await eventually(lambda: _ready(client))

        made = await client.post("/api/v1/needs")

        assert made.headers["etag"] == f'"{made.json()["version"]}"'
        await eventually(lambda: _published(needs))


async def test_without_a_broker_every_request_succeeds_and_ready_says_why_not(settings: ServiceSettings) -> None:
    service, needs = a_service(settings)
    async with served(service) as client:
        made = await eventually(lambda: _made(client))

        readiness = await client.get("/ready")
        kept = await needs.count({})

    assert (made.status_code, kept) == (200, 1)
    assert readiness.status_code == 503
    assert "the broker is not reached" in readiness.json()["problems"]


async def test_an_api_process_needs_no_broker(settings: ServiceSettings) -> None:
    service, _ = a_service(settings.model_copy(update={"role": "api"}))
    async with served(service) as client:
        await eventually(lambda: _ready(client))


async def test_what_takes_long_is_done_before_anybody_asks_and_may_fail(settings: ServiceSettings) -> None:
    service, _ = a_service(settings.model_copy(update={"role": "api"}))
    done: list[str] = []

    async def fails() -> None:
        done.append("failed")
        raise ValueError

    async def reads() -> None:
        done.append("read")

    service.warms(fails)
    service.warms(reads)
    async with served(service) as client:
        await eventually(lambda: sorted(done) == ["failed", "read"])
        await eventually(lambda: _ready(client))


async def test_a_worker_process_serves_no_route(to_broker: ServiceSettings) -> None:
    service, _ = a_service(to_broker.model_copy(update={"role": "worker"}))
    async with served(service) as client:
        await eventually(lambda: _ready(client))

        assert (await client.post("/api/v1/needs")).status_code == 404


async def test_with_the_database_away_http_is_up_and_says_so_and_later_all_works(
    tmp_path: Path, to_broker: ServiceSettings
) -> None:
    mongod = Mongod(tmp_path / "mongo", free_ports(1)[0])
    await mongod.start()
    url = await mongod.grant("late")
    await mongod.stop()
    late = {"mongo_url": type(to_broker.mongo_url)(url), "mongo_database": "late"}
    service, _ = a_service(to_broker.model_copy(update=late))
    try:
        async with served(service) as client:
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/ready")).json()["problems"] == ["the database is not reached"]
            refused = await client.post("/api/v1/needs", headers={"Accept-Language": "en"})
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")

            await mongod.start()

            await eventually(lambda: _ready(client), timeout=40)
            assert (await _made(client)).status_code == 200
    finally:
        await mongod.kill()


async def _made(client: httpx.AsyncClient) -> httpx.Response:
    answer = await client.post("/api/v1/needs")
    assert answer.status_code == 200
    return answer


async def _published(needs: Owned[NeedSnapshot]) -> bool:
    return await needs.collection.count_documents({"unpublished": {"$exists": False}}) == 1
