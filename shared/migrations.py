"""Numbered changes to a service's stored documents: run once, in order, by one process, and never on a newer schema.

Each is a module `services.<name>.migrations.NNNN_title` with `async def up(database)`, idempotent and resumable: a
process killed in the middle runs it again from the start.
"""

import asyncio
import importlib
import logging
import pkgutil
from collections.abc import Awaitable, Callable
from types import ModuleType
from uuid import uuid4

from shared.leases import Lease
from shared.mongo import Database

_log = logging.getLogger(__name__)
Migration = Callable[[Database], Awaitable[None]]


class NewerSchema(RuntimeError):  # noqa: N818 - it names what was found
    """A newer release has migrated this database; this one would misread it."""


def migrations_in(package: ModuleType) -> dict[int, Migration]:
    """Return the migrations of a package by number."""
    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        number, _, _ = module.name.partition("_")
        if number.isdigit():
            found[int(number)] = importlib.import_module(f"{package.__name__}.{module.name}").up
    return found


async def migrate(database: Database, migrations: dict[int, Migration]) -> int:
    """Bring the documents to the newest schema; return its number. Raises NewerSchema rather than going back."""
    newest = max(migrations, default=0)
    lease = Lease(database, "migrations", uuid4().hex)
    while await _done(database) < newest:
        if not await lease.try_once():
            await asyncio.sleep(0.2)
            continue
        try:
            await _run_missing(database, migrations, lease)
        finally:
            await lease.release()
    if (done := await _done(database)) > newest:
        found = f"database {database.name} has schema {done}, this release knows {newest}"
        raise NewerSchema(f"{found}: install the release that was there before")
    return newest


async def _run_missing(database: Database, migrations: dict[int, Migration], lease: Lease) -> None:
    for number in sorted(migrations):
        if number <= await _done(database):
            continue
        beating = asyncio.ensure_future(_beat(lease))
        try:
            await migrations[number](database)
        finally:
            beating.cancel()
        await database["meta"].update_one({"_id": "migrations"}, {"$max": {"done": number}}, upsert=True)
        _log.info("migrated", extra={"database": database.name, "schema": number})


async def _beat(lease: Lease) -> None:
    while True:
        await asyncio.sleep(0.5)
        await lease.try_once()


async def _done(database: Database) -> int:
    state = await database["meta"].find_one({"_id": "migrations"})
    return int(state["done"]) if state else 0
