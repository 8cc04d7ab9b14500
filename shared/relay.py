"""The relay: sends what is marked `unpublished`, clears the marks, and refills a broker that lost its topics.

One process of a service holds the lease; its standby waits beside it. Losing the lease in the middle is harmless: a
mark is cleared only with the token that was read, and readers keep the newest version.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, TopicAuthorizationFailedError
from pymongo import UpdateOne

from shared.clock import now
from shared.failpoints import pass_point
from shared.kafka import create_topics, make_producer, probe_topic
from shared.mongo import Collection, Database, Document, majority
from shared.publishing import Owned
from shared.settings import ServiceSettings
from shared.working import Wakes, waited, within

_log = logging.getLogger(__name__)
_BATCH: Final = 500
_PROBE_EVERY: Final = 2.0
_POLL: Final = 1.0
_SEND_TIMEOUT: Final = 15.0
_LONG_UNSENT: Final = timedelta(seconds=10)


class Relay:
    """Brings one service's own collections to Kafka."""

    def __init__(
        self,
        service: str,
        database: Database,
        settings: ServiceSettings,
        owned: Sequence[Owned[Any]],
        wakes: Wakes,
    ) -> None:
        self._service = service
        self._settings = settings
        self._owned = {one.kind.topic: one for one in owned}
        self._meta: Collection = database["meta"]
        self._wake = wakes.event(*(one.name for one in owned))
        self._ends: dict[tuple[str, int], int] = {}

    async def run(self) -> None:
        """Relay until cancelled or until the broker fails; whoever holds the lease calls this again."""
        probe = probe_topic(self._service)
        partitions = self._settings.kafka_partitions
        await within(_SEND_TIMEOUT, create_topics(self._settings, [probe, *self._owned], partitions=partitions))
        producer = make_producer(self._settings)
        try:
            await within(_SEND_TIMEOUT, producer.start())
            probed_at = float("-inf")
            while True:
                self._wake.clear()
                if time.monotonic() - probed_at >= _PROBE_EVERY:
                    await self._probe(producer, probe)
                    probed_at = time.monotonic()
                if not await self.relay_once(producer):
                    await waited(self._wake, _POLL)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.shield(within(2.0, producer.stop()))

    async def _probe(self, producer: AIOKafkaProducer, topic: str) -> None:
        sent = await within(_SEND_TIMEOUT, producer.send_and_wait(topic, b"{}", key=b"probe"))
        stored = await self._meta.find_one({"_id": "probe"})
        if stored is None or sent.offset <= stored["offset"]:
            if stored is not None:
                _log.warning("broker was emptied, all documents are published again")
            for one in self._owned.values():
                await one.republish()
        await self._meta.update_one({"_id": "probe"}, {"$set": {"offset": sent.offset}}, upsert=True)

    async def relay_once(self, producer: AIOKafkaProducer) -> bool:
        """Send one batch of each topic, fresh changes first; return whether there may be more."""
        full = [await self._relay_topic(producer, topic, one) for topic, one in self._owned.items()]
        return any(full)

    async def _relay_topic(self, producer: AIOKafkaProducer, topic: str, one: Owned[Any]) -> bool:
        marked = {"unpublished.token": {"$exists": True}}
        cursor = majority(one.collection).find(marked, sort=[("unpublished.again", 1)], limit=_BATCH)
        documents = [document async for document in cursor]
        if not documents:
            return False
        sent = await self._send(producer, topic, one, documents)
        await pass_point("relay.sent")
        clear = [
            UpdateOne(
                {
                    "_id": document["_id"],
                    "version": document["version"],
                    "unpublished.token": document["unpublished"]["token"],
                },
                {"$unset": {"unpublished": "", "parked": ""}},
            )
            for document in sent
        ]
        if clear:
            await one.collection.bulk_write(clear, ordered=False)
        return len(documents) == _BATCH

    async def _send(
        self, producer: AIOKafkaProducer, topic: str, one: Owned[Any], documents: list[Document]
    ) -> list[Document]:
        """Send all that can be sent; what never can is parked, so that it is not the head of the queue for ever."""
        pending = []
        for document in documents:
            value = json.dumps(document["record"], ensure_ascii=False, separators=(",", ":")).encode()
            try:
                future = await within(_SEND_TIMEOUT, producer.send(topic, value, key=document["_id"].encode()))
            except MessageSizeTooLargeError:
                await self._park(one, document, "message_too_large")
            else:
                pending.append((document, future))
        answers = await within(
            _SEND_TIMEOUT, asyncio.gather(*(future for _, future in pending), return_exceptions=True)
        )
        sent: list[Document] = []
        failed: BaseException | None = None
        for (document, _), answer in zip(pending, answers, strict=True):
            if isinstance(answer, MessageSizeTooLargeError | TopicAuthorizationFailedError):
                await self._park(one, document, type(answer).__name__)
            elif isinstance(answer, BaseException):
                failed = answer
            else:
                sent.append(document)
                await self._notice_end(one, topic, answer.partition, answer.offset)
        if failed is not None:
            raise failed
        return sent

    async def _notice_end(self, one: Owned[Any], topic: str, partition: int, offset: int) -> None:
        """Publish a topic's documents again when its end ran backwards: it was emptied or made anew."""
        before = self._ends.get((topic, partition), -1)
        if offset < before:
            _log.warning("topic was emptied, its documents are published again", extra={"topic": topic})
            self._ends = {key: end for key, end in self._ends.items() if key[0] != topic}
            await one.republish()
        self._ends[topic, partition] = max(offset, self._ends.get((topic, partition), -1))

    async def _park(self, one: Owned[Any], document: Document, why: str) -> None:
        mine = {"_id": document["_id"], "unpublished.token": document["unpublished"]["token"]}
        await one.collection.update_one(mine, {"$set": {"parked": why}, "$unset": {"unpublished": ""}})
        _log.error("document parked", extra={"topic": one.kind.topic, "id": document["_id"], "why": why})

    async def problems(self) -> list[str]:
        """Return what an operator should know: parked documents, and a backlog older than ten seconds."""
        found = []
        for topic, one in self._owned.items():
            if parked := await one.collection.count_documents({"parked": {"$exists": True}}):
                found.append(f"{parked} documents for {topic} are parked")
            oldest = await one.collection.find_one(
                {"unpublished.token": {"$exists": True}, "unpublished.again": False}, sort=[("record.changed_at", 1)]
            )
            since = oldest and oldest["record"]["changed_at"]
            if since and now() - datetime.fromisoformat(since) > _LONG_UNSENT:
                found.append(f"changes for {topic} have been waiting for the broker since {since}")
        return found
