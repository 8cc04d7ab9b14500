"""The real process, killed at each named point of its way from a result to a mail, and started again."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.local.child import Child
from deploy.local.mailcatcher import MailCatcher
from deploy.local.ports import free_ports
from services.notifications.mail import Renderer
from services.notifications.mail.courier import Courier, Server
from services.notifications.store import Store
from services.notifications.work import Sender
from shared.failpoints import FOLDER
from shared.mongo import Database
from tests.builders import a_member, a_network, a_teacher, an_organisation
from tests.conftest import DatabaseAddress
from tests.integration.notifications.conftest import Household, a_pair, a_result
from tests.waiting import eventually

PETRA = "petra@metallbau.example"
PATIENCE = 60
"""Seconds; a machine that runs other things beside the tests may be slow."""


class Process:
    """One process of notifications, which can be told where to die."""

    def __init__(self, address: DatabaseAddress, mailbox: MailCatcher, kafka: str, folder: Path) -> None:
        [self._port] = free_ports(1)
        self._folder = folder
        self.child = Child("notifications", folder / "notifications.log")
        self._env = {
            "MONGO_URL": address.url,
            "MONGO_DATABASE": address.name,
            "KAFKA_BOOTSTRAP": kafka,
            "KAFKA_IDEMPOTENCE": "false",
            "KAFKA_FORGETS": "true",
            "HTTP_PORT": str(self._port),
            "CALLER_PUBLIC_KEYS": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "LINK_KEY": "00" * 32,
            "PUBLIC_URL": "http://127.0.0.1:8100",
            "MAIL_FROM": "bedarfswerk@verbund.example",
            "SMTP_PORT": str(mailbox.smtp_port),
        }

    async def start(self, failpoint: str | None = None) -> None:
        if failpoint:
            (self._folder / failpoint).write_text("die")
        env = {**self._env, FOLDER: str(self._folder)}
        await self.child.start([sys.executable, "-m", "services.notifications.main"], env)
        await self.child.until_ready(self._lives, patience=PATIENCE)

    async def died(self) -> bool:
        return not self.child.alive

    async def _lives(self) -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"http://127.0.0.1:{self._port}/health")).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


@pytest.fixture
async def process(
    database_address: DatabaseAddress, mailbox: MailCatcher, kafka: str, tmp_path: Path
) -> AsyncIterator[Process]:
    made = Process(database_address, mailbox, kafka, tmp_path)
    yield made
    await made.child.kill()


@pytest.fixture
async def watched(database: Database, mailbox: MailCatcher) -> Household:
    """The process's database, to put in what others published and to see what became of it."""
    store = Store(database)
    await store.prepare()
    courier = Courier(Server("127.0.0.1", 9))
    renderer = Renderer("http://127.0.0.1:8100", bytes(32), "bedarfswerk@verbund.example")
    return Household(store, mailbox, lambda: Sender(store, renderer, [], [], sender=""), courier)


@pytest.mark.parametrize("point", ["items_taken", "claimed"])
async def test_a_process_killed_before_the_hand_over_repeats_and_loses_nothing(
    process: Process, watched: Household, point: str
) -> None:
    await watched.hear(a_network(), an_organisation(), a_member(), a_teacher())
    await process.start(f"notifications.{point}")
    need, offer = a_pair(1)
    await watched.hear(need, offer, a_result(need, offer))
    await eventually(process.died, PATIENCE)

    await process.start()

    await eventually(lambda: _states_are(watched, ["sent"]), PATIENCE)
    assert await watched.subjects(PETRA) == ["Passendes Angebot: Kurs 1"]


@pytest.mark.parametrize(("point", "arrived"), [("handed_over", 0), ("accepted", 1)])
async def test_a_process_killed_in_the_window_parks_the_mail_and_tells_its_items_once_more(
    process: Process, watched: Household, point: str, arrived: int
) -> None:
    await watched.hear(a_network(), an_organisation(), a_member(), a_teacher())
    await process.start(f"notifications.{point}")
    need, offer = a_pair(1)
    await watched.hear(need, offer, a_result(need, offer))
    await eventually(process.died, PATIENCE)
    assert await watched.mailbox.count() == arrived

    await process.start()
    await eventually(lambda: _states_are(watched, ["unknown"]), PATIENCE)
    assert await watched.mailbox.count() == arrived
    need, offer = a_pair(2)
    await watched.hear(need, offer, a_result(need, offer))

    await eventually(lambda: _states_are(watched, ["unknown", "sent"]), PATIENCE)
    last = (await watched.mailbox.messages(PETRA))[-1]
    assert last["subject"] == "2 passende Angebote für Ihren Bedarf"
    assert "Kurs 1" in last["text"]
    assert await watched.mailbox.count() == arrived + 1


async def _states_are(watched: Household, states: list[str]) -> bool:
    return await watched.states() == states
