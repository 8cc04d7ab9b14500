"""`bedarfswerk up | demo | token`: the stack of this machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.context import HERE, Folder, context


def up(
    folder: Folder = HERE,
    port_base: Annotated[
        int, typer.Option(envvar="PORT_BASE", min=1024, max=65_000, help="First of the ports that the parts take.")
    ] = 8100,
) -> None:
    """Start everything on this machine and keep it running until Ctrl-C; data stays in the folder."""
    from deploy.local.ports import Ports  # noqa: PLC0415 - of no use to whoever runs Bedarfswerk elsewhere
    from deploy.local.up import run_up  # noqa: PLC0415

    run_up(folder, Ports.from_base(port_base), Console())


def demo(
    offers: Annotated[
        Path | None, typer.Option(envvar="OFFERS", help="Also import this file of the Bundesagentur's course search.")
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", envvar="ONCE", help="End by itself also on a terminal.")] = False,
) -> None:
    """Show what Bedarfswerk does: a stack of its own on free ports, with a made-up network in it."""
    from deploy.demo.run import run, wish  # noqa: PLC0415 - starts servers whose packages are not needed elsewhere

    run(wish(offers, once=once))


def token(folder: Folder = HERE) -> None:
    """Print a token with every right, for all services, valid for ten minutes."""
    print(context(folder).deployment.token())
