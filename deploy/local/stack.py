"""The whole stack on this machine: MongoDB, broker, mail catcher and every service, each a process of its own.

async with LocalStack(Path(".local"), Ports.from_base(8100)) as stack:
    stack.url("surveys"), stack.operator_token()
    await stack.restart("matching")
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from deploy.local.broker import Broker
from deploy.local.folder import FolderLock, Notes, load
from deploy.local.keys import Keys
from deploy.local.mailcatcher import MailCatcher
from deploy.local.mongod import SERVICES as WITH_DATABASE
from deploy.local.mongod import Mongod
from deploy.local.ports import Ports
from deploy.local.prerequisites import check_platform
from deploy.local.problems import LocalProblem
from deploy.local.service import Program, ServicePart, module_of
from deploy.local.supervisor import Part, Supervisor

__all__ = ["SERVICES", "LocalStack", "Ports", "load"]

SERVICES: Final = (*WITH_DATABASE, "portal")
_SERVICES_END = 2.6
_SERVERS_END = 1.6
"""Seconds until force is used: together less than the five within which Ctrl-C ends everything."""

Environments = Mapping[str, Mapping[str, str]]


class LocalStack:
    """Servers first, then services; `services=()` starts the servers alone. Data stays in `folder`."""

    def __init__(  # noqa: PLR0913 - each has its own meaning and default
        self,
        folder: Path,
        ports: Ports | None = None,
        *,
        services: Sequence[str] = SERVICES,
        environments: Environments | None = None,
        report: Callable[[str], None] = print,
        restarts: bool = True,
        program: Program = module_of,
    ) -> None:
        """Prepare a stack; without `ports`, free ones are found.

        `environments` adds variables for single services, `report` hears one line for each event, `restarts=False` lets
        what dies lie, `program` says how a service is started.
        """
        self.folder = folder.absolute()
        self.ports = ports or Ports.free()
        self.mongod = Mongod(self.folder / "mongo", self.ports.mongod)
        self.broker = Broker(self.folder / "broker", self.ports.broker)
        self.mailcatcher = MailCatcher(self.folder / "mail", self.ports.smtp, self.ports.mail_pages)
        logs = self.folder / "logs"
        self._services = {
            name: ServicePart(name, getattr(self.ports, name), logs / f"{name}.log", program) for name in services
        }
        self._extra = {name: dict(given) for name, given in (environments or {}).items()}
        self._report = report
        self._restarts = restarts
        self._supervisor = Supervisor(report)
        self._lock = FolderLock(self.folder)
        self._keys: Keys | None = None

    # --- what is where ---

    def url(self, name: str) -> str:
        """Return the HTTP address of a service, or of the mail catcher's pages ("mail")."""
        return self.mailcatcher.url if name == "mail" else f"http://127.0.0.1:{getattr(self.ports, name)}"

    def env(self, service: str) -> dict[str, str]:
        """Return the environment variables that a service is given."""
        keys = self._have_keys()
        urls = {f"{name.upper()}_URL": self.url(name) for name in WITH_DATABASE}
        public = {"PUBLIC_URL": self.url("portal")}
        smtp = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.ports.smtp), "SMTP_TLS": "none"}
        own: dict[str, dict[str, str]] = {
            "members": {"CALLER_PRIVATE_KEY_FILE": str(keys.caller_file), "LINK_KEY": keys.link_key},
            "notifications": {"LINK_KEY": keys.link_key, "MAIL_MODE": "capture", **smtp, **public},
            "portal": {**urls, **public, "FORM_KEY": keys.form_key, "SHOWS_INSIDES": "true"},
        }
        given = {"HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(getattr(self.ports, service))} | own.get(service, {})
        if service in WITH_DATABASE:
            given |= {
                "MONGO_URL": self.mongod.url_for(service),
                "MONGO_DATABASE": service,
                "KAFKA_BOOTSTRAP": self.broker.bootstrap,
                "KAFKA_IDEMPOTENCE": "false",
                "KAFKA_FORGETS": "true",
                "ROLE": "all",
                "CALLER_PUBLIC_KEYS": keys.public,
            }
        return given | self._extra.get(service, {})

    def operator_token(self) -> str:
        """Return a token with every right, for all services, valid for ten minutes."""
        return self._have_keys().operator_token(WITH_DATABASE)

    # --- all of it ---

    async def __aenter__(self) -> Self:
        check_platform()
        self._lock.take()
        try:
            self.ports.check_free()
            self._keys = Keys(self.folder / "keys")
            await _all(self._start_part(part) for part in self._servers())
            self._notes().write(self.folder)
            await _all(self.start(name) for name in self._services)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def _end(self) -> None:
        try:
            await self._supervisor.stop(self._services.values(), _SERVICES_END)
            await self._supervisor.stop(self._servers(), _SERVERS_END)
        finally:
            self._lock.free()

    # --- one part of it: a service, or "mongod", "broker", "mail" ---

    async def start(self, name: str, env: Mapping[str, str] | None = None) -> None:
        """Start a part that is down and wait until it is ready; `env` adds variables to a service, for this start."""
        part = self._part(name)
        if isinstance(part, ServicePart):
            part.environment = self.env(name) | dict(env or {})
        await self._start_part(part)
        if isinstance(part, ServicePart):
            await part.until_ready()
            part.environment = self.env(name)

    async def stop(self, name: str) -> None:
        """End a part in order; it stays down until it is started."""
        await self._supervisor.stop([self._part(name)], _SERVICES_END)

    async def kill(self, name: str) -> None:
        """End a part by SIGKILL; it stays down until it is started."""
        await self._supervisor.kill(self._part(name))

    async def restart(self, name: str, env: Mapping[str, str] | None = None) -> None:
        """Stop and start a part; the broker comes back empty."""
        await self.stop(name)
        await self.start(name, env)

    async def exited(self, name: str) -> int:
        """Wait until a part's process has ended, and return its code or minus the signal's number."""
        return await self._part(name).child.exited()

    def pid(self, name: str) -> int | None:
        """Return the number of a part's process, None when it is down."""
        return self._part(name).child.pid

    async def _start_part(self, part: Part) -> None:
        await self._supervisor.start(part)
        if not self._restarts:
            await self._supervisor.forget(part)

    def _part(self, name: str) -> Part:
        parts: dict[str, Part] = {part.name: part for part in self._servers()} | dict(self._services)
        if name not in parts:
            raise LocalProblem(f"there is no part {name!r} in this stack: it has {', '.join(parts)}")
        return parts[name]

    def _servers(self) -> tuple[Part, ...]:
        return self.mongod, self.broker, self.mailcatcher

    def _have_keys(self) -> Keys:
        if self._keys is None:
            raise LocalProblem("the stack is not started")
        return self._keys

    def _notes(self) -> Notes:
        return Notes(
            addresses={name: self.url(name) for name in (*self._services, "mail")},
            environments={name: self.env(name) for name in self._services},
            kafka=self.broker.bootstrap,
            smtp=f"127.0.0.1:{self.ports.smtp}",
            mongo_admin_url=self.mongod.admin_url,
            caller_key_file=str(self._have_keys().caller_file),
        )


async def _all(starts: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all together; when one fails, cancel the others and raise what it raised."""
    tasks = [asyncio.ensure_future(start) for start in starts]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
