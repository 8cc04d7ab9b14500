"""`bedarfswerk needs`: what companies want to learn, as a list."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.calls import Calls
from deploy.cli.context import HERE, AsJson, Context, Folder, context, output
from deploy.cli.trouble import WrongUse
from shared.events import NeedSnapshot

SHOWN_ID = 36
STATUSES = ("draft", "open", "covered", "withdrawn", "expired", "all")


def list_needs(
    status: Annotated[str, typer.Option(help="draft, open, covered, withdrawn, expired or all.")] = "open",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to show.")] = 200,
    as_json: AsJson = False,
    folder: Folder = HERE,
) -> None:
    """List needs, oldest first."""
    if status not in STATUSES:
        raise WrongUse(f"no need has the status {status!r}: choose one of {', '.join(STATUSES)}")
    found = asyncio.run(_found(context(folder), status, limit))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table("need", "title", "status", "persons", "place", "start", box=None, pad_edge=False)
    for need in found:
        table.add_row(*map(escape, _row(NeedSnapshot.model_validate(need))))
    console = output()
    console.print(table)
    console.print(f"{len(found)} needs")


async def _found(where: Context, status: str, limit: int) -> list[Any]:
    async with where.calls() as calls:
        return [need async for need in each_need(calls, status, limit)]


def each_need(calls: Calls, status: str, most: int | None = None) -> Any:
    """Give needs of one status, or of "all", oldest first."""
    return calls.each("surveys", "/needs", most=most, **({} if status == "all" else {"status": status}))


def _row(need: NeedSnapshot) -> tuple[str, ...]:
    radius = f" {need.radius_km} km" if need.radius_km else ""
    return (
        need.id,
        need.title,
        need.status,
        _span(need.persons_min, need.persons_max),
        f"{need.place.postal_code or ''} {need.place.town or ''}{radius}".strip(),
        _span(need.earliest_start, need.latest_start),
    )


def _span(least: object, most: object) -> str:
    if least == most:
        return str(least or "")
    return f"{least or ''}-{most or ''}"
