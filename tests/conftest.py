"""The real servers, for every test that asks for them: each started once, on a free port, in a folder of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from deploy.local.broker import Broker
from deploy.local.mailcatcher import MailCatcher
from deploy.local.mongod import Mongod
from deploy.local.ports import free_ports
from shared.mongo import Database, open_database
from shared.settings import ServiceSettings

_numbers = count(1)
ON_WHOLE_STACKS = ("tests/browser/", "tests/e2e/")
"""Folders in which all modules use one stack; two stacks at once would only wait for each other."""


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Divides the tests among several processes, and leaves together what shares servers."""

    def _split_scope(self, nodeid: str) -> str:
        return "stacks" if nodeid.startswith(ON_WHOLE_STACKS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return Together(config, log)


@dataclass(frozen=True)
class Servers:
    """All three, ready. A test that kills or restarts one takes `fresh_broker`, or makes its own."""

    mongod: Mongod
    broker: Broker
    mailcatcher: MailCatcher


@dataclass(frozen=True)
class DatabaseAddress:
    """A database for one test, and the address of the user who owns it and no other."""

    url: str
    name: str


@pytest.fixture(scope="module")
async def mongod(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mongod]:
    """One for each module: what tests drop keeps its files open for a while, and a process may open only so many."""
    server = Mongod(tmp_path_factory.mktemp("mongo"), free_ports(1)[0])
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


@pytest.fixture(scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """The session's broker: its topics keep what other tests published, so ids must be a test's own."""
    server = Broker(tmp_path_factory.mktemp("broker"), free_ports(1)[0])
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


@pytest.fixture(scope="session")
async def mailcatcher(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MailCatcher]:
    server = MailCatcher(tmp_path_factory.mktemp("mail"), *free_ports(2))
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


@pytest.fixture(scope="module")
def servers(mongod: Mongod, broker: Broker, mailcatcher: MailCatcher) -> Servers:
    return Servers(mongod, broker, mailcatcher)


@pytest.fixture
async def fresh_broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker for one test, with every topic and nothing in it; may be stopped, killed and restarted."""
    server = Broker(tmp_path / "broker", free_ports(1)[0])
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


@pytest.fixture
def kafka(broker: Broker) -> str:
    """Where the session's broker listens (KAFKA_BOOTSTRAP)."""
    return broker.bootstrap


@pytest.fixture
async def mailbox(mailcatcher: MailCatcher) -> MailCatcher:
    """The session's mail catcher, empty and well-behaved."""
    await mailcatcher.misbehave()
    await mailcatcher.clear()
    return mailcatcher


@pytest.fixture(scope="module")
async def module_database(mongod: Mongod) -> AsyncIterator[DatabaseAddress]:
    """The database that the tests of a module use one after another."""
    name = f"test_{next(_numbers)}"
    url = await mongod.grant(name)
    yield DatabaseAddress(url, name)
    await mongod.drop(name)


@pytest.fixture
async def database_address(module_database: DatabaseAddress) -> AsyncIterator[DatabaseAddress]:
    """Where a process finds this test's own empty database (MONGO_URL, MONGO_DATABASE).

    Only what is stored goes after each test: indexes stay, since making them takes longer than most tests.
    """
    yield module_database
    opened = open_database(settings_at(module_database))
    await emptied(opened)
    opened.client.close()


async def emptied(database: Database) -> None:
    """Delete whatever is stored in a database."""
    for name in await database.list_collection_names(filter={"type": "collection"}):
        await database[name].delete_many({})


def settings_at(address: DatabaseAddress) -> ServiceSettings:
    """Settings for a database and no broker; `.model_copy(update={"kafka_bootstrap": ...})` names one."""
    return ServiceSettings(
        mongo_url=address.url,
        mongo_database=address.name,
        kafka_bootstrap="127.0.0.1:9",
        kafka_idempotence=False,
        kafka_forgets=True,
        http_port=9,
        caller_public_keys=("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",),
    )


@pytest.fixture
def settings(database_address: DatabaseAddress) -> ServiceSettings:
    """Settings for the test's own database and no broker."""
    return settings_at(database_address)


@pytest.fixture
async def database(settings: ServiceSettings) -> AsyncIterator[Database]:
    """An empty database, opened as a service does, with the rights a service has."""
    opened = open_database(settings)
    yield opened
    opened.client.close()
