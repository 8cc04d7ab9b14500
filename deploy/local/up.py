"""`make up`: the stack of this machine, until Ctrl-C."""

import asyncio
import signal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.local.ports import Ports
from deploy.local.stack import LocalStack

_PURPOSES = {
    "portal": "pages that people open from their mails",
    "members": "who we are: networks, organisations, people",
    "surveys": "what people tell us: needs and offers",
    "matching": "what fits, and why",
    "notifications": "who is told",
    "mail": "mail catcher: every mail that was sent",
}


def run_up(folder: Path, ports: Ports, console: Console) -> None:
    """Run the stack and return when Ctrl-C or SIGTERM has ended it; LocalProblem when it cannot start."""
    try:
        asyncio.run(_until_told_to_end(folder, ports, console))
    except (asyncio.CancelledError, KeyboardInterrupt):
        console.print("ended, nothing is left running; the data stays in", str(folder), highlight=False)


async def _until_told_to_end(folder: Path, ports: Ports, console: Console) -> None:
    end_with_signals()
    console.print("starting MongoDB, the broker, the mail catcher and the services …")
    async with LocalStack(folder, ports, report=lambda line: _report(console, line)) as stack:
        show(stack, console)
        await asyncio.Event().wait()


def end_with_signals() -> None:
    """Let Ctrl-C (even where a shell had us ignore it), SIGTERM and the loss of the terminal end the task in order."""
    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def show(stack: LocalStack, console: Console) -> None:
    """Print where everything is, and a token to begin with."""
    table = Table(title="Bedarfswerk runs on this machine", title_justify="left", box=None, pad_edge=False)
    for column in ("part", "address", "what it is for"):
        table.add_column(column)
    for name, purpose in _PURPOSES.items():
        pages = "" if name in {"portal", "mail"} else "/api/v1"
        table.add_row(name, f"{stack.url(name)}{pages}", purpose)
    table.add_row("smtp", f"127.0.0.1:{stack.ports.smtp}", "takes mail and delivers none")
    table.add_row("broker", stack.broker.bootstrap, "Kafka protocol, in memory")
    table.add_row("mongod", f"127.0.0.1:{stack.ports.mongod}", "users and passwords: mongo/passwords.json")
    console.print(table)
    console.print("\nA token with every right, valid for ten minutes (the next one: bedarfswerk token):")
    console.print(stack.operator_token(), soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nData, logs and keys are in {stack.folder}. End everything with Ctrl-C.", highlight=False)


def _report(console: Console, line: str) -> None:
    console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
