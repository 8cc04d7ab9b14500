"""`bedarfswerk republish | dead-letters | topics`: mending what flows between the services."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.context import HERE, AsJson, Folder, output, progress
from deploy.cli.databases import Opened, opened, service_named
from deploy.cli.deployment import SERVICES
from deploy.cli.trouble import Trouble
from shared.deadletters import has_content, redacted, reference
from shared.rules import Conflict

Service = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
Letter = Annotated[str, typer.Argument(help="A dead letter's id, or its beginning.")]
NEWEST: Final = 100
SHORT: Final = 12
"""Characters of an id that tell letters apart."""
MARKED: Final = {"unpublished.token": {"$exists": True}}

dead_letters = typer.Typer(
    no_args_is_help=True, help="Messages that a service could not use and set aside, kept for 30 days."
)


def republish(
    service: Annotated[str | None, typer.Argument(help=f"One of {', '.join(SERVICES)}; else all of them.")] = None,
    folder: Folder = HERE,
) -> None:
    """Publish everything once more, for a new consumer or an emptied broker. The service's relay sends it."""
    chosen = [service_named(service)] if service else list(SERVICES)
    marked: dict[str, int] = {}
    with progress() as shown:
        for name in shown.track(chosen, description="marking"):
            marked |= asyncio.run(_mark(name, folder))
    table = Table("topic", "documents marked", box=None, pad_edge=False)
    for topic, count in marked.items():
        table.add_row(topic, str(count))
    output().print(table)


async def _mark(service: str, folder: Path) -> dict[str, int]:
    async with opened(service, folder) as open_service:
        return {owned.kind.topic: await owned.republish() for owned in open_service.owned}


@dead_letters.command("list")
def list_letters(service: Service, as_json: AsJson = False, folder: Folder = HERE) -> None:
    """List the newest dead letters of a service."""
    letters, count = asyncio.run(_newest(service_named(service), folder))
    if as_json:
        print(json.dumps([reference(letter) for letter in letters], ensure_ascii=False, indent=2))
        return
    table = Table("letter", "set aside", "topic", "place", "bytes", "why", box=None, pad_edge=False)
    for letter in letters:
        told = reference(letter)
        place = f"{told['partition']}/{told['offset']}"
        cells = (told["id"][:SHORT], told["at"], told["topic"], place, str(told["size"]), told["why"])
        table.add_row(*map(escape, cells))
    console = output()
    console.print(table)
    console.print(f"{count} dead letters" + (f", the newest {len(letters)} are shown" if count > len(letters) else ""))


async def _newest(service: str, folder: Path) -> tuple[list[Any], int]:
    async with opened(service, folder) as open_service:
        return await open_service.letters.newest(NEWEST), await open_service.letters.count()


@dead_letters.command("show")
def show_letter(service: Service, letter: Letter, folder: Folder = HERE) -> None:
    """Show a dead letter with its form, but without what people wrote."""
    found = asyncio.run(_letter(service_named(service), letter, folder))
    content = redacted(found["value"]) if has_content(found) else "not kept (the topic carries names and addresses)"
    print(json.dumps({**reference(found), "content": content}, ensure_ascii=False, indent=2))


async def _letter(service: str, letter: str, folder: Path) -> Any:
    async with opened(service, folder) as open_service:
        return await _one(open_service, letter)


async def _one(open_service: Opened, letter: str) -> Any:
    found = await open_service.letters.get(letter)
    if found is None:
        raise Trouble(f"{open_service.name} has no dead letter {letter}, or several begin so: dead-letters list")
    return found


@dead_letters.command("replay")
def replay_letter(service: Service, letter: Letter, folder: Folder = HERE) -> None:
    """Try a dead letter again, for instance after an upgrade; when it can be used now it is gone from the list."""
    print(asyncio.run(_replay(service_named(service), letter, folder)))


async def _replay(service: str, letter: str, folder: Path) -> str:
    async with opened(service, folder) as open_service:
        found = await _one(open_service, letter)
        topic = found["topic"]
        copies = next((each for each in open_service.copies if each.kind.topic == topic), None)
        try:
            entity = await open_service.letters.replay(found, copies)
        except Conflict as refused:
            raise Trouble(_way_out(refused, service)) from None
        return f"replayed: {topic} {entity}"


def _way_out(refused: Conflict, service: str) -> str:
    told = {
        "letter_of_own_topic": "{service} publishes {topic} itself: discard the letter, then republish {service}",
        "letter_without_content": "this letter has no content to replay: republish {publisher}, then discard it",
        "letter_still_unusable": "it still cannot be used ({why}); it is kept",
    }
    return told[refused.code].format(service=service, **refused.params)


@dead_letters.command("discard")
def discard_letter(service: Service, letter: Letter, folder: Folder = HERE) -> None:
    """Forget a dead letter."""
    print(asyncio.run(_discard(service_named(service), letter, folder)))


async def _discard(service: str, letter: str, folder: Path) -> str:
    async with opened(service, folder) as open_service:
        found = await _one(open_service, letter)
        await open_service.letters.discard(found["_id"])
        return f"discarded: {found['_id']}"


def topics(folder: Folder = HERE) -> None:
    """Show every topic: whether the broker has it, and how many documents stand behind it."""
    table = Table("topic", "partitions", "documents", "waiting", box=None, pad_edge=False)
    for row in asyncio.run(_topics(folder)):
        table.add_row(*row)
    output().print(table)


async def _topics(folder: Path) -> list[tuple[str, ...]]:
    from deploy.cli.broker import partitions_by_topic  # noqa: PLC0415 - slow to import, and needed here alone

    rows: list[tuple[str, ...]] = []
    known: Mapping[str, int] | None = None
    for service in SERVICES:
        async with opened(service, folder) as open_service:
            known = known if known is not None else await partitions_by_topic(open_service.settings)
            for owned in open_service.owned:
                topic = owned.kind.topic
                documents = await owned.collection.count_documents({})
                waiting = await owned.collection.count_documents(MARKED)
                rows.append((topic, str(known.get(topic, "missing")), str(documents), str(waiting)))
    return rows
