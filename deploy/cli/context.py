"""What all commands share: where the services are, the language of reasons, where to print."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer
from rich.console import Console
from rich.progress import Progress, ProgressColumn

from deploy.cli import local
from deploy.cli.calls import Calls
from deploy.cli.deployment import Deployment, from_environment

NARROWEST: Final = 160
"""Columns of a table when nobody watches: a pipe has no width, and cut-off ids are of no use."""


class Tongue(StrEnum):
    """A language of reasons."""

    DE = "de"
    EN = "en"


Folder = Annotated[
    Path, typer.Option("--folder", envvar="LOCAL_FOLDER", help="Folder of the local stack.", show_default=True)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Language = Annotated[Tongue, typer.Option("--language", help="Language of the reasons.")]
HERE: Final = Path(".local")


@dataclass(frozen=True)
class Context:
    """What a test may replace: the deployment and the way to it."""

    deployment: Deployment
    transport: httpx.AsyncBaseTransport | None = None

    def calls(self) -> Calls:
        """Open a way to the services."""
        return Calls(self.deployment, transport=self.transport)


def context(folder: Path) -> Context:
    """Return the deployment that the environment names, else the local stack of `folder`."""
    return Context(from_environment() or local.deployment(folder))


def output() -> Console:
    """Return where results go."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, NARROWEST), highlight=False)


def notes() -> Console:
    """Return where progress and remarks go, so that results can be piped."""
    return Console(stderr=True)


def progress(*columns: ProgressColumn) -> Progress:
    """Return a display of long work that leaves nothing behind, and is silent where nobody watches."""
    console = notes()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
