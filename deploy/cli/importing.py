"""`bedarfswerk import`: offers from a file of the Bundesagentur's course search, with a result for each record."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.cli.calls import Calls
from deploy.cli.context import HERE, Folder, context, output, progress
from deploy.cli.trouble import Trouble, WrongUse

MOST_BYTES: Final = 32 * 1024 * 1024
REFUSED: Final = "refused"
STYLES: Final = {"created": "green", "updated": "yellow", "ended": "dim", "unchanged": "dim", REFUSED: "red"}


def import_offers(
    file: Annotated[Path, typer.Argument(help="JSON as the Bundesagentur's course search answers, up to 32 MiB.")],
    network: Annotated[str | None, typer.Option(help="Id or name; needed when there are several networks.")] = None,
    folder: Folder = HERE,
) -> None:
    """Bring in offers; nobody is mailed because of it, and the same file twice changes nothing."""
    told = asyncio.run(_import(context(folder).calls(), content_of(file), network))
    print_results(output(), told)
    if any(result["outcome"] == REFUSED for result in told["results"]):
        raise typer.Exit(1)


def content_of(file: Path) -> bytes:
    """Return what a file holds; WrongUse when it cannot be read or is larger than the service takes."""
    try:
        size = file.stat().st_size
        content = file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} cannot be read: {error.strerror}") from None
    if size > MOST_BYTES:
        raise WrongUse(f"{file} has {size / 1024 / 1024:.0f} MiB, at most 32 are taken: split it")
    return content


async def _import(calls: Calls, content: bytes, network: str | None) -> Any:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    async with calls:
        chosen = await network_of(calls, network)
        with progress(*columns) as shown:
            shown.add_task("importing", total=None)
            return await upload(calls, content, chosen)


async def upload(calls: Calls, content: bytes, network: str) -> Any:
    """Import the records for a network and return the result of each."""
    return await calls.upload("surveys", "/imports/ba", content, network=network)


async def network_of(calls: Calls, wanted: str | None) -> str:
    """Return the id of the network that is meant: the only one, or the one with this id or name."""
    networks = [each async for each in calls.each("members", "/networks")]
    if not networks:
        raise Trouble("there is no network yet: bedarfswerk init --network NAME --operator EMAIL")
    chosen = [each for each in networks if wanted is None or wanted in {each["id"], each["name"]}]
    if len(chosen) == 1:
        return str(chosen[0]["id"])
    names = ", ".join(f"{each['name']} ({each['id']})" for each in networks[:5])
    raise WrongUse(f"which network? Give --network with one of: {names}")


def print_results(console: Console, told: Any) -> None:
    """Print a row for each record, in the file's order, and how many of them were taken."""
    table = Table("record", "number", "result", "title", "what is wrong", box=None, pad_edge=False)
    for place, result in enumerate(told["results"], start=1):
        wrong = "; ".join(f"{problem['field']}: {problem['detail']}" for problem in result["problems"])
        cells = (str(place), result["number"] or "?", result["outcome"], result["title"] or "", wrong)
        table.add_row(*map(escape, cells), style=STYLES.get(result["outcome"], ""))
    console.print(table)
    console.print(summary(told), style="bold", highlight=False)


def summary(told: Any) -> str:
    """Return the line that says how many records were taken."""
    results = told["results"]
    return f"imported {sum(result['outcome'] != REFUSED for result in results)} of {len(results)}"
