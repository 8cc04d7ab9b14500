"""`make demo`: a stack of its own on free ports, the sample network in it, and what comes of it."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from deploy.cli import local
from deploy.cli.calls import Calls
from deploy.cli.importing import content_of
from deploy.cli.trouble import Trouble
from deploy.demo.showing import Show
from deploy.demo.story import Place, tell
from deploy.local.service import local_client
from deploy.local.stack import LocalStack
from deploy.local.up import end_with_signals

UNHURRIED: Final = {"surveys": {"LEAST_FORM_SECONDS": "0"}}
"""The demonstration fills in the public survey faster than people do."""


@dataclass(frozen=True)
class Wish:
    """How the demonstration shall run."""

    stays: bool
    """Whether the stack stays up afterwards, until Ctrl-C."""
    offers_file: Path | None = None
    """A file of the Bundesagentur's course search, to be imported, too."""


def wish(offers: Path | None, *, once: bool) -> Wish:
    """Return what was wished; the stack stays up only where somebody watches."""
    return Wish(stays=not once and sys.stdout.isatty(), offers_file=offers)


def run(wished: Wish) -> None:
    """Run the demonstration; nothing is left of it afterwards, neither a process nor a file."""
    offers = content_of(wished.offers_file) if wished.offers_file else None
    console = Console(highlight=False)
    try:
        with TemporaryDirectory(prefix="bedarfswerk-demo-") as folder:
            line = asyncio.run(_run(Path(folder), console, offers, stays=wished.stays))
    except (asyncio.CancelledError, KeyboardInterrupt):
        console.print("ended, nothing is left of the demonstration")
        if not wished.stays:
            raise Trouble("interrupted") from None
    else:
        console.print(line, markup=False, soft_wrap=True)


async def _run(folder: Path, console: Console, offers: bytes | None, *, stays: bool) -> str:
    end_with_signals()
    show = Show(console)
    show.says("starting MongoDB, the broker, the mail catcher and the services on free ports …")
    async with (
        LocalStack(folder, report=show.says, environments=UNHURRIED) as stack,
        Calls(local.deployment(folder)) as calls,
        local_client(stack.url("mail")) as catcher,
    ):
        line = await tell(Place(calls, catcher, folder, stack.url("portal")), show, offers)
        if stays:
            console.print(line, markup=False, soft_wrap=True)
            _print_addresses(console, stack)
            await asyncio.Event().wait()
    return line


def _print_addresses(console: Console, stack: LocalStack) -> None:
    console.print()
    console.print("To look at, until Ctrl-C:")
    for name, what in (
        ("mail", "the mails, as their recipients would read them"),
        ("portal", "the pages that mails lead to; their state at /status"),
        ("surveys", "needs and offers; what can be asked is at /openapi.json"),
    ):
        console.print(f"  {stack.url(name):<24}{what}", markup=False)
    console.print(f"  bedarfswerk needs --folder {stack.folder}", markup=False, soft_wrap=True)
    console.print(f"  bedarfswerk matches --all --folder {stack.folder}", markup=False, soft_wrap=True)
