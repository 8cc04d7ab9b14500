"""The whole service with the model in force, on real servers: a stored need is answered at once."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import pytest

from deploy.local.broker import Broker
from services.matching.main import build
from services.matching.settings import Settings
from services.matching.store import Store
from services.matching.work.term import POLL
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot, ResultSnapshot
from shared.kafka import make_producer
from shared.mongo import Database
from shared.settings import ServiceSettings
from tests.builders import a_need, an_id, an_offer
from tests.integration.matching.conftest import come, offers_matched
from tests.waiting import eventually

OFFERS = {
    an_id(101): "WIG-Schweißen Grundkurs",
    an_id(102): "Lohn- und Gehaltsabrechnung für Einsteiger",
    an_id(103): "Excel Grundlagen: Tabellen, Formeln, Diagramme",
}


@pytest.fixture
async def service(settings: ServiceSettings, fresh_broker: Broker) -> AsyncIterator[ServiceSettings]:
    """Run api and worker in this process, with the broker."""
    own = Settings.model_validate({**settings.model_dump(), "kafka_bootstrap": fresh_broker.bootstrap})
    made = build(own)
    async with made.app.router.lifespan_context(made.app):
        yield own


async def test_a_published_need_is_answered_from_published_offers(service: ServiceSettings, database: Database) -> None:
    store = Store(database)
    producer = make_producer(service)
    await producer.start()
    try:
        for offer, title in OFFERS.items():
            snapshot = an_offer(id=offer, title=title)
            await producer.send_and_wait(OfferSnapshot.topic, snapshot.model_dump_json().encode(), offer.encode())
        need = a_need(id=an_id(1), title="Unsere Schlosser sollen WIG-Schweißen lernen")
        await producer.send_and_wait(NeedSnapshot.topic, need.model_dump_json().encode(), need.id.encode())
    finally:
        await producer.stop()

    await eventually(lambda: _is_matched(store))

    assert await offers_matched(store, an_id(1)) == [an_id(101)]


async def _is_matched(store: Store) -> bool:
    return bool(await offers_matched(store, an_id(1)))


async def test_a_stored_need_has_its_result_within_a_moment(service: ServiceSettings, database: Database) -> None:
    store = Store(database)
    await come(store.offers, *(an_offer(id=offer, title=title) for offer, title in OFFERS.items()))
    await come(store.needs, a_need(id=an_id(1), title="Schweißen"))
    await eventually(lambda: _has_result(store, an_id(1)))

    took = []
    for number in range(2, 12):
        need = a_need(id=an_id(number), title=f"Unsere {number} Schlosser sollen WIG-Schweißen lernen")
        started = time.perf_counter()
        await come(store.needs, need)
        async with asyncio.timeout(20):
            while not await _has_result(store, need.id):  # noqa: ASYNC110 - the result is made elsewhere
                await asyncio.sleep(0.005)
        took.append(time.perf_counter() - started)

    assert statistics.median(took) < POLL  # 0.07 s on an idle machine; polling alone would take half a second more
    assert service.role == "all"


async def _has_result(store: Store, need: str) -> bool:
    return await store.result(need) is not None


def test_the_service_publishes_results_and_responses() -> None:
    assert (ResultSnapshot.topic, ResponseSnapshot.topic) == ("matching.result.v1", "matching.response.v1")
