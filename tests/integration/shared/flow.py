"""A publisher and a consumer in one process, on real servers, as the tests of the way between services need them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.consuming import Consumer
from shared.copies import Copies
from shared.deadletters import DeadLetters
from shared.events import NeedSnapshot
from shared.kafka import make_broker
from shared.leases import Lease
from shared.mongo import Database
from shared.publishing import Owned
from shared.readback import ReadBack
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.working import Wakes


@dataclass
class Publisher:
    """Needs that are published, with the relay that one process of a service runs."""

    needs: Owned[NeedSnapshot]
    relay: Relay


@dataclass
class Reader:
    """Copies of needs, and what was set aside."""

    copies: Copies[NeedSnapshot]
    letters: DeadLetters
    consumer: Consumer
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def titles(self) -> dict[str, str]:
        return {need.id: need.title for need in await self.copies.find({})}


@asynccontextmanager
async def publishing(database: Database, settings: ServiceSettings) -> AsyncIterator[Publisher]:
    needs = Owned(database, NeedSnapshot, "needs")
    await needs.prepare()
    wakes = Wakes(database)
    relay = Relay("surveys", database, settings, [needs], wakes)
    lease = Lease(database, "relay", "this process")
    consumer = Consumer("surveys", make_broker(settings), settings, DeadLetters(database))
    consumer.consume(NeedSnapshot, into=ReadBack(database, needs, [needs]), group="surveys.readback")
    async with running(lease.hold_and(relay.run), wakes.run(), consumer.run()):
        yield Publisher(needs, relay)


@asynccontextmanager
async def reading(database: Database, settings: ServiceSettings) -> AsyncIterator[Reader]:
    copies = Copies(database, NeedSnapshot, "copies")
    await copies.prepare()
    letters = DeadLetters(database)
    consumer = Consumer("matching", make_broker(settings), settings, letters)
    consumer.consume(NeedSnapshot, into=copies)
    async with running(consumer.run()):
        yield Reader(copies, letters, consumer)


@asynccontextmanager
async def running(*works: Any) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def send(bootstrap: str, *messages: tuple[bytes | None, bytes | None], headers: Any = None) -> None:
    """Send bytes to the needs' topic as a stranger could."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=20_000_000, enable_idempotence=False)
    await producer.start()
    try:
        for key, value in messages:
            await producer.send_and_wait(NeedSnapshot.topic, value, key=key, headers=headers)
    finally:
        await producer.stop()


def message(need: NeedSnapshot) -> tuple[bytes, bytes]:
    return need.id.encode(), need.model_dump_json().encode()
