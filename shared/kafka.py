"""The way to Kafka: what clients are built with, and topics that exist and are set up before anybody asks for them."""

import logging
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLPlaintext

from shared.events.base import MAX_MESSAGE_BYTES
from shared.settings import ServiceSettings

_SEVEN_DAYS_MS: Final = str(7 * 24 * 3600 * 1000)
TOPIC_CONFIG: Final = {
    "cleanup.policy": "compact",
    "segment.ms": str(24 * 3600 * 1000),
    "max.compaction.lag.ms": _SEVEN_DAYS_MS,
    "max.message.bytes": "1048588",
}
_TOPIC_EXISTS: Final = 36


def probe_topic(service: str) -> str:
    """Return the name of the one-key topic by which a service's relay notices that the broker was emptied."""
    return f"{service}.probe"


def client_settings(settings: ServiceSettings) -> dict[str, Any]:
    """Return how an aiokafka client reaches the broker."""
    reach: dict[str, Any] = {"bootstrap_servers": settings.kafka_bootstrap, "request_timeout_ms": 5000}
    if settings.kafka_security != "plaintext":
        password = settings.kafka_password.get_secret_value() if settings.kafka_password else ""
        reach |= {
            "security_protocol": settings.kafka_security.upper(),
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": password,
        }
        if settings.kafka_security == "sasl_ssl":
            reach["ssl_context"] = ssl.create_default_context()
    return reach


def make_broker(settings: ServiceSettings) -> KafkaBroker:
    """Return the FastStream broker through which a service consumes; nothing is connected yet."""
    security: BaseSecurity | None = None
    if settings.kafka_security != "plaintext":
        password = settings.kafka_password.get_secret_value() if settings.kafka_password else ""
        context = ssl.create_default_context() if settings.kafka_security == "sasl_ssl" else None
        security = SASLPlaintext(
            username=settings.kafka_user or "",
            password=password,
            ssl_context=context,
            use_ssl=context is not None,
        )
    return KafkaBroker(
        settings.kafka_bootstrap,
        apply_types=False,
        security=security,
        request_timeout_ms=5000,
        consumer_only=True,
        allow_auto_create_topics=False,
        logger=logging.getLogger("shared.broker"),
        log_level=logging.DEBUG,
    )


def make_producer(settings: ServiceSettings) -> AIOKafkaProducer:
    """Return a producer of whole acknowledged messages; not started."""
    return AIOKafkaProducer(
        **client_settings(settings),
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        max_request_size=MAX_MESSAGE_BYTES,
        linger_ms=0,
        retry_backoff_ms=100,
    )


async def create_topics(settings: ServiceSettings, names: Sequence[str], *, partitions: int) -> None:
    """Create what is missing of these topics; aiokafka's errors pass through, existing topics stay."""
    admin = AIOKafkaAdminClient(**client_settings(settings))
    await admin.start()
    try:
        await create_missing(admin, dict.fromkeys(names, partitions), replication=settings.kafka_replication)
    finally:
        await admin.close()


async def create_missing(admin: AIOKafkaAdminClient, topics: Mapping[str, int], *, replication: int) -> None:
    """Create topics by name and number of partitions; RuntimeError when the broker refuses one for another reason."""
    wanted = [
        NewTopic(name=name, num_partitions=count, replication_factor=replication, topic_configs=TOPIC_CONFIG)
        for name, count in topics.items()
    ]
    answer = await admin.create_topics(wanted)
    refused = [(name, code) for name, code, *_ in answer.topic_errors if code not in (0, _TOPIC_EXISTS)]
    if refused:
        raise RuntimeError(f"topics not created: {refused}")
