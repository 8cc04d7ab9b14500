"""What a new mongod must be told: that it is a replica set of one, and who its users are.

Everything may have been told before, in whole or in part: a start can be killed at any point. The driver's blocking
client is used in threads, since its asyncio client leaves a socket behind when closed while it connects.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

ADMIN: Final = "operator"
"""The user who may do everything; for set-up, tests and back-ups alone."""

SET: Final = "rs0"
_UNAUTHORIZED, _AUTHENTICATION_FAILED, _ALREADY_INITIALIZED, _USER_EXISTS = 13, 18, 23, 51003

Client = MongoClient[dict[str, Any]]
T = TypeVar("T")


class ReplicaSet:
    """The set of one on 127.0.0.1:`port`, as its administrator sees it."""

    def __init__(self, port: int, admin_password: str) -> None:
        self._address = f"127.0.0.1:{port}"
        self._password = admin_password

    def url(self, user: str, password: str) -> str:
        """Return what a program connects with; it waits through restarts until there is a primary again."""
        options = f"authSource=admin&replicaSet={SET}&w=majority&journal=true&retryWrites=true"
        return f"mongodb://{quote(user)}:{quote(password)}@{self._address}/?{options}"

    async def pings(self) -> bool:
        """Tell whether a mongod answers, in whatever state."""
        return await asyncio.to_thread(self._asked, lambda client: client.admin.command("ping")) is not None

    async def is_primary(self) -> bool:
        """Tell whether it takes writes."""
        answer = await asyncio.to_thread(self._asked, lambda client: client.admin.command("hello"))
        return answer is not None and bool(answer.get("isWritablePrimary"))

    async def initiate(self) -> None:
        """Make a new server a set; tell one that was last served on another port its address, or it has no primary."""
        await asyncio.to_thread(self._initiate)

    async def ensure_users(self, users: dict[str, str]) -> None:
        """Create the administrator and for each of `users` (with password) one who owns the database of that name."""
        await asyncio.to_thread(self._ensure_users, users)

    async def drop(self, database: str) -> None:
        """Remove a database and its user."""
        await asyncio.to_thread(self._drop, database)

    def _initiate(self) -> None:
        with self._as_admin(waiting=False) as admin:
            if _done(lambda: admin.admin.command("ping"), _AUTHENTICATION_FAILED):
                self._follow_port(admin)
                return
        config = {"_id": SET, "members": [{"_id": 0, "host": self._address}]}
        with self._as_stranger() as stranger:  # the localhost exception: allowed until there is a user
            _done(lambda: stranger.admin.command("replSetInitiate", config), _UNAUTHORIZED, _ALREADY_INITIALIZED)

    def _follow_port(self, admin: Client) -> None:
        config = admin.admin.command("replSetGetConfig")["config"]
        if config["members"][0]["host"] != self._address:
            config["members"][0]["host"] = self._address
            config["version"] += 1
            admin.admin.command("replSetReconfig", config, force=True)

    def _ensure_users(self, users: dict[str, str]) -> None:
        with self._as_stranger() as stranger:
            root: dict[str, Any] = {"createUser": ADMIN, "pwd": self._password, "roles": ["root"]}
            _done(lambda: stranger.admin.command(root), _UNAUTHORIZED, _USER_EXISTS)
        with self._as_admin() as admin:
            for name, password in users.items():
                owner = {"createUser": name, "pwd": password, "roles": [{"role": "readWrite", "db": name}]}
                _done(partial(admin.admin.command, owner), _USER_EXISTS)

    def _drop(self, database: str) -> None:
        with self._as_admin() as admin:
            admin.drop_database(database)
            admin.admin.command("dropUser", database)

    def _asked(self, question: Callable[[Client], T]) -> T | None:
        with self._as_stranger() as client:
            try:
                return question(client)
            except PyMongoError:
                return None

    @contextmanager
    def _as_admin(self, *, waiting: bool = True) -> Iterator[Client]:
        """Connect as administrator; without `waiting` also to a server that is not primary (yet)."""
        url = self.url(ADMIN, self._password)
        with Client(
            url if waiting else url.replace(f"replicaSet={SET}", "directConnection=true"), serverSelectionTimeoutMS=3000
        ) as client:
            yield client

    @contextmanager
    def _as_stranger(self) -> Iterator[Client]:
        with Client(
            f"mongodb://{self._address}/?directConnection=true", serverSelectionTimeoutMS=1000, connectTimeoutMS=1000
        ) as client:
            yield client


def _done(command: Callable[[], Any], *expected: int) -> bool:
    """Run `command`; False when the server refused it with one of the `expected` codes."""
    try:
        command()
    except OperationFailure as refusal:
        if refusal.code in expected:
            return False
        raise
    return True
