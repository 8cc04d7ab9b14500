"""Migrations on a real MongoDB: in order, once, resumable, and never on a newer schema."""

import asyncio

import pytest

from shared.migrations import NewerSchema, migrate
from shared.mongo import Database


async def test_each_migration_runs_once_in_order_even_when_many_processes_start(database: Database) -> None:
    ran: list[int] = []

    async def first(_: Database) -> None:
        await asyncio.sleep(0)
        ran.append(1)

    async def second(_: Database) -> None:
        ran.append(2)

    await asyncio.gather(*(migrate(database, {2: second, 1: first}) for _ in range(4)))
    await migrate(database, {1: first, 2: second})

    assert ran == [1, 2]


async def test_a_migration_that_died_runs_again_and_later_ones_wait_for_it(database: Database) -> None:
    ran: list[str] = []

    async def fails(_: Database) -> None:
        ran.append("tried")
        if len(ran) == 1:
            raise ConnectionError

    async def after(_: Database) -> None:
        ran.append("after")

    with pytest.raises(ConnectionError):
        await migrate(database, {1: fails, 2: after})
    await migrate(database, {1: fails, 2: after})

    assert ran == ["tried", "tried", "after"]


async def test_a_database_of_a_newer_release_is_refused(database: Database) -> None:
    await database["meta"].insert_one({"_id": "migrations", "done": 7})

    with pytest.raises(NewerSchema, match="schema 7, this release knows 0"):
        await migrate(database, {})
