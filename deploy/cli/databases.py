"""The services' databases, for what is mended there: reached with the very settings of each service.

What it takes to open one is imported when one is opened: other commands shall not wait a second for it.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from deploy.cli import local
from deploy.cli.deployment import SERVICES
from deploy.cli.trouble import Away, WrongUse

if TYPE_CHECKING:
    from shared.copies import Copies
    from shared.deadletters import DeadLetters
    from shared.publishing import Owned
    from shared.settings import ServiceSettings

K = TypeVar("K", bound="ServiceSettings")


@dataclass(frozen=True)
class Opened:
    """One service's collections while a command is at work."""

    name: str
    settings: "ServiceSettings"
    owned: "list[Owned[Any]]"
    copies: "list[Copies[Any]]"
    letters: "DeadLetters"


def service_named(name: str) -> str:
    """Return the name if it is that of a service with a database."""
    if name not in SERVICES:
        raise WrongUse(f"there is no service {name!r}: choose one of {', '.join(SERVICES)}")
    return name


def settings_of(service: str, kind: type[K], folder: Path) -> K:
    """Return a service's settings: this process's own environment in a service's container, else the local stack's."""
    environment = os.environ if os.environ.get("MONGO_URL") else local.environment(service, folder)
    values: dict[str, Any] = {
        name: environment[name.upper()] for name in kind.model_fields if name.upper() in environment
    }
    try:
        settings = kind(**values)
    except ValidationError as error:
        missing = ", ".join(str(fault["loc"][0]).upper() for fault in error.errors())
        raise WrongUse(f"settings of {service} are missing or wrong: {missing}") from None
    if settings.mongo_database != service:
        raise WrongUse(f"this environment is that of {settings.mongo_database}, not of {service}: run it there")
    return settings


@asynccontextmanager
async def opened(service: str, folder: Path) -> AsyncIterator[Opened]:
    """Open a service's database; Away when it does not answer."""
    from shared.copies import Copies  # noqa: PLC0415 - see above
    from shared.deadletters import DeadLetters  # noqa: PLC0415
    from shared.mongo import open_database  # noqa: PLC0415
    from shared.publishing import Owned  # noqa: PLC0415
    from shared.settings import ServiceSettings  # noqa: PLC0415

    settings = settings_of(service, ServiceSettings, folder)
    database = open_database(settings)
    parts = _inside(import_module(f"services.{service}.store").Store(database))
    try:
        with database_errors(service):
            yield Opened(
                name=service,
                settings=settings,
                owned=[part for part in parts if isinstance(part, Owned) and part.kind.topic],
                copies=[part for part in parts if isinstance(part, Copies)],
                letters=DeadLetters(database),
            )
    finally:
        database.client.close()


def _inside(store: Any) -> list[Any]:
    """Return what a store holds, and what its parts hold: some collections stand one level deeper."""
    direct = list(vars(store).values())
    deeper = [inner for part in direct if hasattr(part, "__dict__") for inner in vars(part).values()]
    return list({id(part): part for part in (*direct, *deeper)}.values())


@contextmanager
def database_errors(service: str) -> Iterator[None]:
    """Turn errors of the database into one line."""
    from shared.mongo import is_not_now  # noqa: PLC0415 - see above

    try:
        yield
    except Exception as error:
        if not is_not_now(error):
            raise
        raise Away(f"the database of {service} does not answer ({type(error).__name__}): is the stack up?") from None
