"""One process of a service: what its `main` declares is opened in order, kept running, and closed in reverse.

service = Service("matching", settings)
store = Store(service.database)
service.prepares(store.prepare)
service.consumes(NeedSnapshot, into=store.needs)
service.owns(store.results)
service.works("match", lambda: match_for_ever(store))
service.serves(routes(store))
service.run()
"""

import asyncio
import contextlib
import importlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import uvicorn
from fastapi import APIRouter, Depends, FastAPI

from shared.callers import CallerKeys
from shared.consuming import Consumer, Keeper, Subscription
from shared.deadletters import DeadLetters
from shared.events.base import Snapshot
from shared.kafka import make_broker
from shared.leases import Lease
from shared.logs import write_logs
from shared.migrations import NewerSchema, migrate, migrations_in
from shared.mongo import is_not_now, open_database
from shared.operating import Operated, Warns
from shared.operating import routes as operators_routes
from shared.publishing import Owned
from shared.readback import ReadBack
from shared.relay import Relay
from shared.rules import RuleBroken
from shared.settings import ServiceSettings
from shared.web import make_app
from shared.working import Wakes

_log = logging.getLogger(__name__)
Work = Callable[[], Awaitable[None]]


class Service:
    """A service with a database, a consumer group and two roles; see the module for how it is declared."""

    def __init__(self, name: str, settings: ServiceSettings, *, body_limits: dict[str, int] | None = None) -> None:
        self.name = name
        self.settings = settings
        self.owner = uuid4().hex
        """What this process writes into the leases that it holds."""
        self.database = open_database(settings)
        self.wakes = Wakes(self.database)
        self.letters = DeadLetters(self.database)
        self.broker = make_broker(settings)
        self._consumer = Consumer(name, self.broker, settings, self.letters)
        self._owned: list[Owned[Any]] = []
        self._relay: Relay | None = None
        self._preparations: list[Work] = [self.letters.prepare]
        self._works: dict[str, Work] = {}
        self._checks: list[Callable[[], Awaitable[list[str]]]] = []
        self._warmings: list[Work] = []
        self._prepared = False
        self._tasks: list[asyncio.Task[None]] = []
        self.app = make_app(
            title=f"Bedarfswerk {name}",
            description=sys.modules[f"services.{name}"].__doc__ or "" if f"services.{name}" in sys.modules else "",
            lifespan=self._lifespan,
            ready=self._problems,
            body_limits=body_limits,
        )
        self.app.state.caller_keys = CallerKeys.from_setting(settings.caller_public_keys, name)
        self._operated = Operated(
            name, settings.role, self.owner, self.database, self.letters, self._problems, self._owned
        )
        if settings.role != "worker":
            self.app.include_router(operators_routes(self._operated, self._need_prepared), prefix="/api/v1")

    # --- declaring -----------------------------------------------------------------------------------------------

    def prepares(self, *preparations: Work) -> None:
        """Do this after the migrations and before anything else (indexes, first documents); must be idempotent."""
        self._preparations += preparations

    def consumes(self, kind: type[Snapshot], *, into: Keeper) -> None:
        """Keep copies of what another service publishes."""
        self._consumer.consume(kind, into=into)
        self._operated.received[kind.topic] = into

    def owns(self, *owned: Owned[Any]) -> None:
        """Publish these collections, and read their topics back."""
        self._owned += owned
        self._preparations += [one.prepare for one in owned]

    def works(self, name: str, work: Work) -> None:
        """Run this in workers, for ever; it is started again when it ends."""
        self._works[name] = work

    def works_leased(self, name: str, work: Work) -> Lease:
        """Run this in one worker at a time; the others stand by."""
        lease = Lease(self.database, name, self.owner)
        self.works(name, lambda: lease.hold_and(work))
        return lease

    def serves(self, *routers: APIRouter) -> None:
        """Answer these routes under /api/v1, in processes whose role includes `api`."""
        if self.settings.role != "worker":
            for router in routers:
                self.app.include_router(router, prefix="/api/v1", dependencies=[Depends(self._need_prepared)])

    def checks(self, check: Callable[[], Awaitable[list[str]]]) -> None:
        """Ask this, too, whether the process is ready; each text is a reason why not."""
        self._checks.append(check)

    def warms(self, warming: Work) -> None:
        """Do this once in each process that serves, as soon as it may, so that nobody waits for it later."""
        self._warmings.append(warming)

    def warns(self, warns: Warns) -> None:
        """Tell operators this, too, where nothing is broken."""
        self._operated.warnings.append(warns)

    @property
    def consumed(self) -> dict[str, Subscription]:
        """Return the subscriptions to other services' topics, by topic."""
        return {one.kind.topic: one for one in self._consumer.subscriptions}

    @property
    def published(self) -> set[str]:
        """Return the topics that this service writes."""
        return {one.kind.topic for one in self._owned}

    # --- running -------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until told to end."""
        write_logs(self.settings.log_level)
        uvicorn.run(
            self.app,
            host=self.settings.http_host,
            port=self.settings.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        del app
        self._wire_publishing()
        self._tasks = [asyncio.create_task(self._live(), name=self.name)]
        try:
            yield
        finally:
            for task in reversed(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self.database.client.close()

    def _wire_publishing(self) -> None:
        if not self._owned or self._relay is not None:
            return
        for one in self._owned:
            keeper = ReadBack(self.database, one, self._owned)
            self._consumer.consume(one.kind, into=keeper, group=f"{self.name}.readback")
        self._relay = Relay(self.name, self.database, self.settings, self._owned, self.wakes)
        self.works_leased("relay", self._relay.run)

    async def _live(self) -> None:
        await self._prepare()
        self._prepared = True
        if self.settings.role != "worker":
            self._tasks += [asyncio.create_task(self._warm(one), name="warming") for one in self._warmings]
        if self.settings.role == "api":
            return
        works: dict[str, Work] = {"wakes": self.wakes.run, **self._works}
        if self._consumer.subscriptions:
            works["consume"] = self._consumer.run
        self._tasks += [asyncio.create_task(self._for_ever(name, work), name=name) for name, work in works.items()]

    async def _warm(self, warming: Work) -> None:
        try:
            await warming()
        except Exception as error:  # noqa: BLE001 - then the first who needs it waits for it
            _log.warning("not warmed up", extra={"error_type": type(error).__name__})

    async def _prepare(self) -> None:
        """Wait for the database as long as it takes; end the process when its schema is newer than this release."""
        pause = 0.2
        while True:
            try:
                package = importlib.import_module(f"services.{self.name}.migrations")
                await migrate(self.database, migrations_in(package))
                for preparation in self._preparations:
                    await preparation()
            except NewerSchema as error:
                _log.critical(str(error))
                signal.raise_signal(signal.SIGTERM)
                return
            except Exception as error:
                if not is_not_now(error):
                    raise
                _log.warning("database not reached", extra={"error_type": type(error).__name__})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                return

    async def _for_ever(self, name: str, work: Work) -> None:
        pause = 0.5
        while True:
            try:
                await work()
            except Exception:  # noqa: BLE001 - whatever ended it, it is started again
                _log.exception("work ended", extra={"work": name})
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10.0)

    async def _need_prepared(self) -> None:
        if not self._prepared:
            raise RuleBroken("unavailable")

    async def _problems(self) -> list[str]:
        if self._tasks and self._tasks[0].done() and not self._tasks[0].cancelled():
            error = self._tasks[0].exception()
            if error is not None:
                return [f"preparing failed ({type(error).__name__}); the log says where"]
        if not self._prepared:
            return ["the database is not reached"]
        try:
            await self.database.command("ping")
            found = await self._relay.problems() if self._relay else []
            for check in self._checks:
                found += await check()
        except Exception as error:
            if not is_not_now(error):
                raise
            return ["the database is not reached"]
        return found + (self._consumer.problems() if self.settings.role != "api" else [])
