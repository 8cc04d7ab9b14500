"""What the broker has, asked without naming a topic: some brokers create whatever they are asked about."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.cli.trouble import Away
from shared.kafka import client_settings
from shared.settings import ServiceSettings


async def partitions_by_topic(settings: ServiceSettings) -> Mapping[str, int]:
    """Return how many partitions each topic has; Away when the broker does not answer."""
    admin = AIOKafkaAdminClient(**client_settings(settings))
    try:
        await admin.start()
        described = await admin.describe_topics()
    except (KafkaError, OSError) as error:
        reason = type(error).__name__
        raise Away(f"the broker does not answer at {settings.kafka_bootstrap} ({reason}): is it up?") from None
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in described if not topic["error_code"]}
