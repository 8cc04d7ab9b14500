"""The one way in which services subscribe: batches are stored, then offsets are committed; nothing else happens here.

*Never will work* (bad bytes, bad shape) becomes a dead letter and the next message is handled; *not now* (database
away) rewinds and waits with growing pauses. When more than half of the last 500 messages are bad, consuming stops.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from prometheus_client import Counter
from pydantic import TypeAdapter

from shared.copies import Received
from shared.deadletters import DeadLetters, Record
from shared.events.base import Snapshot, UnusableMessage, read_message, reader
from shared.failpoints import pass_point
from shared.mongo import is_not_now
from shared.settings import ServiceSettings
from shared.working import within

_log = logging.getLogger(__name__)
_BATCH: Final = 500
_COMMIT_EVERY: Final = 0.5
_START_TIMEOUT: Final = 60.0
_STOP_TIMEOUT: Final = 5.0
_LONGEST_PAUSE: Final = 30.0
_QUICK_MS: Final = 100
_CALM_MS: Final = 500
"""How long a fetch waits for data. Apache Kafka answers as soon as there is some; the local broker only when the wait
is over: there a short one costs processor time, a long one latency. Nobody waits for what a service reads back.
"""
_JUDGED: Final = 500
_JUDGED_FROM: Final = 200

_handled = Counter("messages_handled", "Messages by topic and outcome", ["topic", "outcome"])


class Keeper(Protocol):
    """Where messages of one topic go."""

    async def apply(self, received: Iterable[Received]) -> None:
        """Store what is newer than what is there."""

    async def unreadable(self, keys: Iterable[bytes]) -> None:
        """Hear of the keys of messages that were set aside."""


@dataclass
class Judgement:
    """Whether so many of the last messages were bad that something is wrong with their publisher or with us."""

    last: deque[bool] = field(default_factory=lambda: deque(maxlen=_JUDGED))
    counted: int = 0

    def add(self, bad: Sequence[bool]) -> None:
        """Count messages in the order in which they came."""
        self.last.extend(bad)
        self.counted += len(bad)

    @property
    def is_hopeless(self) -> bool:
        """More than half of the last 500, counted from the 200th message on."""
        return self.counted >= _JUDGED_FROM and 2 * sum(self.last) > len(self.last)


class Subscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """One topic of one service: from records to stored copies."""

    def __init__(self, kind: type[Snapshot], into: Keeper, letters: DeadLetters, settings: ServiceSettings) -> None:
        self.kind = kind
        self._into = into
        self._letters = letters
        self._forgets = settings.kafka_forgets
        self._reader: TypeAdapter[Any] = reader(kind)
        self._judgement = Judgement()
        self._consumer: AIOKafkaConsumer | None = None
        self._generation = -1
        self._assignments = 0
        self._to_commit: dict[TopicPartition, int] = {}
        self._pause = 0.25
        self._resuming: asyncio.Task[None] | None = None
        self.waiting_for: str | None = None
        """Why messages are not handled now; None when they are."""

    async def handle(self, message: KafkaMessage) -> None:
        """Store a batch; never raises, since FastStream would go on behind what was lost."""
        records: tuple[Record, ...] = message.raw_message
        self._consumer = message.consumer
        if self.waiting_for is not None:
            self._rewind(records)
            return
        assignment = self._assignments
        try:
            await self._store(records)
        except Exception as error:  # noqa: BLE001 - whatever it is: nothing is committed and it is tried again
            self._wait(records if assignment == self._assignments else (), error)
            return
        self._pause = 0.25
        if assignment != self._assignments:
            return  # these offsets may belong to topics that are gone; a new assignment begins where it must
        for record in records:
            self._to_commit[TopicPartition(record.topic, record.partition)] = record.offset + 1
        if self._judgement.is_hopeless:
            self._stop_for_good(records)

    async def _store(self, records: Sequence[Record]) -> None:
        good: list[tuple[Record, Received]] = []
        bad: list[tuple[Record, str]] = []
        for record in records:
            try:
                snapshot, whole = read_message(self._reader, record.key, record.value)
                good.append((record, Received(snapshot.id, snapshot.version, whole)))
            except UnusableMessage as error:
                bad.append((record, str(error)))
        bad += await self._apply(good)
        await pass_point("consuming.stored")
        await self._letters.keep(bad, personal=self.kind.personal)
        if bad:
            await self._into.unreadable([record.key for record, _ in bad if record.key])
        offsets = {(record.partition, record.offset) for record, _ in bad}
        self._judgement.add([(record.partition, record.offset) in offsets for record in records])
        _handled.labels(self.kind.topic, "stored").inc(len(good))
        _handled.labels(self.kind.topic, "set_aside").inc(len(bad))
        for record, why in bad:
            place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
            _log.warning("message set aside", extra={**place, "why": why})

    async def _apply(self, good: list[tuple[Record, Received]]) -> list[tuple[Record, str]]:
        """Store; when the database refuses a batch for another reason than "not now", find the record it refuses."""
        try:
            await self._into.apply(received for _, received in good)
        except Exception as error:
            if is_not_now(error):
                raise
            if len(good) == 1:
                return [(good[0][0], f"refused by the database: {type(error).__name__}")]
            middle = len(good) // 2
            return await self._apply(good[:middle]) + await self._apply(good[middle:])
        return []

    # --- not now -------------------------------------------------------------------------------------------------

    def _wait(self, records: Sequence[Record], error: Exception) -> None:
        self.waiting_for = f"{self.kind.topic}: storing failed ({type(error).__name__})"
        _log.warning("consuming waits", extra={"topic": self.kind.topic, "error_type": type(error).__name__})
        self._rewind(records)
        self._pause_all()
        self._resuming = asyncio.ensure_future(self._resume_after(self._pause))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _stop_for_good(self, records: Sequence[Record]) -> None:
        where = f"{self.kind.topic}: more than half of the last {len(self._judgement.last)} messages were set aside"
        self.waiting_for = f"{where}; look at `bedarfswerk dead-letters`, then restart"
        _log.error("consuming stopped", extra={"topic": self.kind.topic, "last_offset": records[-1].offset})
        self._pause_all()

    def _rewind(self, records: Sequence[Record]) -> None:
        if self._consumer is None:
            return
        first: dict[TopicPartition, int] = {}
        for record in records:
            first.setdefault(TopicPartition(record.topic, record.partition), record.offset)
        for partition, offset in first.items():
            if partition in self._consumer.assignment():
                self._consumer.seek(partition, offset)

    def _pause_all(self) -> None:
        if self._consumer is not None:
            self._consumer.pause(*self._consumer.assignment())

    async def _resume_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.waiting_for = None
        if self._consumer is not None:
            self._consumer.resume(*self._consumer.assignment())

    # --- offsets and rebalances ----------------------------------------------------------------------------------

    async def commit(self) -> None:
        """Commit what was handled since the last time; a failure only means that it will be handled again."""
        if not self._to_commit or self._consumer is None:
            return
        offsets, self._to_commit = self._to_commit, {}
        mine = {tp: offset for tp, offset in offsets.items() if tp in self._consumer.assignment()}
        try:
            if mine:
                await within(5.0, self._consumer.commit(mine))
        except (KafkaError, TimeoutError, OSError) as error:
            _log.info("offsets not committed", extra={"topic": self.kind.topic, "error_type": type(error).__name__})

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Forget what was not committed: whoever takes the partitions over handles it again."""
        del revoked
        self._to_commit = {}

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Begin at the start where the group was born anew: its committed offsets belong to topics that are gone."""
        self._to_commit = {}
        self._assignments += 1
        consumer = self._consumer
        if consumer is None:  # the first assignment, while the consumer starts
            return
        generation = _generation_of(consumer)
        born_anew = self._forgets or generation <= self._generation
        self._generation = generation
        if not assigned:
            return
        if born_anew:
            await consumer.seek_to_beginning(*assigned)
        if self.waiting_for is not None:
            consumer.pause(*assigned)

    def attach(self, consumer: AIOKafkaConsumer) -> None:
        """Tell which consumer serves this subscription, before its first message."""
        self._consumer = consumer
        self._generation = _generation_of(consumer)

    def close(self) -> None:
        """Stop waiting."""
        if self._resuming is not None:
            self._resuming.cancel()


def _generation_of(consumer: AIOKafkaConsumer | None) -> int:
    coordinator = getattr(consumer, "_coordinator", None)
    return int(getattr(coordinator, "generation", -1))


class Consumer:
    """All subscriptions of one service, in one consumer group that bears the service's name."""

    def __init__(self, service: str, broker: KafkaBroker, settings: ServiceSettings, letters: DeadLetters) -> None:
        self._service = service
        self._broker = broker
        self._settings = settings
        self._letters = letters
        self.subscriptions: list[Subscription] = []
        self._subscribers: list[Any] = []
        self.started = False

    def consume(self, kind: type[Snapshot], *, into: Keeper, group: str | None = None) -> None:
        """Declare a subscription: at-least-once, from the earliest message on, stored in batches of up to 500."""
        subscription = Subscription(kind, into, self._letters, self._settings)
        forgets = self._settings.kafka_forgets
        subscriber = self._broker.subscriber(
            kind.topic,
            batch=True,
            max_records=_BATCH,
            group_id=group or self._service,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            listener=subscription,
            parser=_without_headers,
            decoder=_undecoded,
            no_reply=True,
            fetch_max_wait_ms=_QUICK_MS if forgets and group is None else _CALM_MS,
            session_timeout_ms=3000 if forgets else 10_000,
            heartbeat_interval_ms=300 if forgets else 3000,
            max_poll_interval_ms=300_000,
            title=f"{self._service} consumes {kind.topic}",
        )

        async def handle(msg: KafkaMessage) -> None:
            await subscription.handle(msg)

        # FastStream reads the annotation for the AsyncAPI document; the bytes are validated by the subscription.
        handle.__annotations__ = {"msg": list[kind], "return": None}  # type: ignore[valid-type]
        subscriber(handle)
        self.subscriptions.append(subscription)
        self._subscribers.append(subscriber)

    async def run(self) -> None:
        """Consume until cancelled; with the broker away try again with growing pauses."""
        pause = 0.25
        try:
            while not self.started:
                try:
                    await self._start()
                except (KafkaError, OSError, TimeoutError, RuntimeError) as error:
                    _log.warning("broker not reached", extra={"error_type": type(error).__name__})
                    await self._close()
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 5.0)
            while True:
                await asyncio.sleep(_COMMIT_EVERY)
                for subscription in self.subscriptions:
                    await subscription.commit()
        finally:
            await asyncio.shield(self._stop())

    async def _start(self) -> None:
        await within(_START_TIMEOUT, self._broker.connect())
        starting = (self._start_one(*both) for both in zip(self._subscribers, self.subscriptions, strict=True))
        await within(_START_TIMEOUT, asyncio.gather(*starting))
        self.started = True

    async def _start_one(self, subscriber: Any, subscription: Subscription) -> None:
        await subscriber.start()
        subscription.attach(subscriber.consumer)

    async def _stop(self) -> None:
        for subscription in self.subscriptions:
            subscription.close()
            await subscription.commit()
        await self._close()

    async def _close(self) -> None:
        with contextlib.suppress(Exception):
            await within(_STOP_TIMEOUT, self._broker.stop())

    def problems(self) -> list[str]:
        """Return why messages are not handled now; empty when they are."""
        if self.subscriptions and not self.started:
            return ["the broker is not reached"]
        return [one.waiting_for for one in self.subscriptions if one.waiting_for is not None]


async def _without_headers(records: tuple[Record, ...], original: Any) -> Any:
    """Parse a batch without its headers: FastStream drops a batch in which one is null or not UTF-8."""
    return await original(tuple(replace(record, headers=()) for record in records))


async def _undecoded(message: KafkaMessage) -> Any:
    """Leave the bytes to the subscription; asynchronous, since a synchronous decoder costs a thread for each."""
    return message
