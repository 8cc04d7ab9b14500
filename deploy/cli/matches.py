"""`bedarfswerk matches`: what answers a need, best first, and why."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from deploy.cli.calls import Calls
from deploy.cli.context import HERE, AsJson, Context, Folder, Language, Tongue, context, output, progress
from deploy.cli.needs import each_need
from deploy.cli.trouble import Trouble, WrongUse
from shared.events.matching import Advice, FundingHint, Match, NearMiss
from shared.explaining import Reason, advised, headline, near_miss, reasons
from shared.explaining import funding as funding_sentence

MARKS = {"fits": "+", "not": "-", "unknown": "?"}


@dataclass(frozen=True)
class Answered:
    """A need with its matches, as the services tell them, and the offers that they are about."""

    need: Mapping[str, Any]
    matches: list[Mapping[str, Any]]
    offers: Mapping[str, Mapping[str, Any]]
    near_misses: Sequence[Mapping[str, Any]] = ()
    advice: Sequence[Mapping[str, Any]] = ()
    funding: Mapping[str, Sequence[FundingHint]] = field(default_factory=dict)
    """By offer; only when asked for."""


def show_matches(  # noqa: PLR0913 - each is an option of the command
    need: Annotated[
        str | None, typer.Argument(help="A need's id, its beginning or end, or words of its title.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All open needs.")] = False,
    full: Annotated[bool, typer.Option("--reasons", help="Whole sentences for each match.")] = False,
    funding: Annotated[bool, typer.Option("--funding", help="What might help to pay for each match.")] = False,
    language: Language = Tongue.DE,
    as_json: AsJson = False,
    folder: Folder = HERE,
) -> None:
    """Show the matches of a need, or of all open needs, best first, with reasons."""
    if (need is None) != every:
        raise WrongUse("name one need, or give --all; `bedarfswerk needs` lists them")
    found = asyncio.run(_found(context(folder), need, funding=funding))
    if as_json:
        print(json.dumps([_plain(each, language) for each in found], ensure_ascii=False, indent=2))
        return
    console = output()
    for each in found:
        print_answered(console, each, language, full=full or not every)
    if every:
        answered = sum(bool(each.matches) for each in found)
        pairs = sum(len(each.matches) for each in found)
        console.print(f"{len(found)} needs, {answered} with matches, {pairs} matches")


async def _found(where: Context, wanted: str | None, *, funding: bool) -> list[Answered]:
    async with where.calls() as calls:
        if wanted is not None:
            return [await answered(calls, await _named(calls, wanted), {}, funding=funding)]
        needs = [need async for need in each_need(calls, "open")]
        known: dict[str, Any] = {}
        with progress() as shown:
            return [
                await answered(calls, need, known, funding=funding) for need in shown.track(needs, description="needs")
            ]


async def _named(calls: Calls, wanted: str) -> Any:
    """Return the one need that is meant; Trouble when none or several are."""
    if len(wanted) == len("019a0000-0000-7000-8000-000000000000") and wanted.count("-") == 4:  # noqa: PLR2004 - a UUID
        if found := await calls.find("surveys", f"/needs/{wanted}"):
            return found
        raise Trouble(f"there is no need {wanted}: bedarfswerk needs --status all")
    text = wanted.casefold()
    fitting = [
        need
        async for need in each_need(calls, "all")
        if text in need["title"].casefold() or need["id"].startswith(text) or need["id"].endswith(text)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise Trouble(f"no need's id or title has {wanted!r}: bedarfswerk needs --status all")
    titles = "; ".join(f"{need['id']} {need['title']}" for need in fitting[:3])
    raise Trouble(f"{len(fitting)} needs fit {wanted!r}: give one's id ({titles}{'; …' if len(fitting) > 3 else ''})")  # noqa: PLR2004 - three are enough to see it


async def answered(calls: Calls, need: Mapping[str, Any], known: dict[str, Any], *, funding: bool = False) -> Answered:
    """Return a need's matches with their offers; `known` keeps offers that were read before."""
    told = await calls.get("matching", f"/needs/{need['id']}/matches")
    matches, near_misses = told["matches"], told.get("near_misses", [])
    named = [each["offer"] for each in (*matches, *near_misses)]
    missing = [offer for offer in named if offer not in known]
    known.update(zip(missing, await asyncio.gather(*(_offer(calls, each) for each in missing)), strict=True))
    offers = {offer: known[offer] for offer in named}
    paths = [f"/pairs/{need['id']}/{each['offer']}" for each in matches] if funding else []
    pairs = await asyncio.gather(*(calls.get("matching", path) for path in paths))
    hints = {pair["offer"]["id"]: [FundingHint.model_validate(hint) for hint in pair["funding"]] for pair in pairs}
    return Answered(need, matches, offers, near_misses, told.get("advice", []), hints)


async def _offer(calls: Calls, offer: str) -> Mapping[str, Any]:
    return await calls.find("surveys", f"/offers/{offer}") or {"title": offer}


def print_answered(console: Console, each: Answered, language: str, *, full: bool) -> None:
    """Print a need, and below it one line for each match, with `full` also each reason as a sentence."""

    def line(text: str) -> None:
        console.print(text, soft_wrap=True, highlight=False)

    line(f"[bold]{escape(each.need['title'])}[/bold]  [dim]{each.need['id']}[/dim]")
    if not each.matches:
        line("  nothing fits")
    for told in each.matches:
        match = Match.model_validate(told)
        start = f", {match.starts_on}" if match.starts_on else ""
        untold = "" if match.announced else "  [dim](nobody is told)[/dim]"
        line(f"  {match.fit:4.0%}  {escape(each.offers[match.offer]['title'])}{start}{untold}")
        if not full:
            line(f"        [dim]{escape(headline(match, language))}[/dim]")
        for reason in reasons(match, language, "company") if full else ():
            if not _goes_without_saying(reason):
                line(f"        {MARKS[reason.verdict]} {escape(reason.text)}")
        for hint in each.funding.get(match.offer, ()):
            line(f"        € {escape(funding_sentence(hint, language))}")
    if not any(told["announced"] for told in each.matches):
        for text in _why_nothing(each, language):
            line(f"        {escape(text)}")


def _why_nothing(each: Answered, language: str) -> Iterator[str]:
    """Give what the company wrote, what excluded the best content, and the change that would add most."""
    if description := each.need.get("description"):
        yield f"({description})"
    for told in each.near_misses:
        yield f"- {each.offers[told['offer']]['title']}: {near_miss(NearMiss.model_validate(told), language)}"
    for told in each.advice[:1]:
        yield f"> {advised(Advice.model_validate(told), language)}"


def _goes_without_saying(reason: Reason) -> bool:
    """Tell whether a reason is one that every match has."""
    return reason.verdict == "fits" and reason.code in {"lifecycle", "visibility"}


def _plain(each: Answered, language: str) -> dict[str, Any]:
    return {
        "need": each.need,
        "matches": [
            {
                **told,
                "title": each.offers[told["offer"]]["title"],
                "reasons": [
                    {"code": reason.code, "verdict": reason.verdict, "text": reason.text}
                    for reason in reasons(Match.model_validate(told), language, "company")
                ],
                "funding": [
                    {**hint.model_dump(mode="json"), "text": funding_sentence(hint, language)}
                    for hint in each.funding.get(told["offer"], ())
                ],
            }
            for told in each.matches
        ],
        "near_misses": [
            {
                **told,
                "title": each.offers[told["offer"]]["title"],
                "text": near_miss(NearMiss.model_validate(told), language),
            }
            for told in each.near_misses
        ],
        "advice": [{**told, "text": advised(Advice.model_validate(told), language)} for told in each.advice],
    }
