"""The demonstration itself, in a stack that runs: enter, watch, show."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx

from deploy.cli.calls import Calls
from deploy.cli.databases import opened
from deploy.cli.importing import summary, upload
from deploy.cli.matches import Answered, answered
from deploy.cli.trouble import Trouble
from deploy.demo.doors import Doors
from deploy.demo.loading import Entering
from deploy.demo.sample import Sample, sample
from deploy.demo.showing import Show, print_doors, print_mail, print_needs
from deploy.demo.watching import LOST, PAUSE, Seen, Watch
from shared.clock import now
from shared.ids import new_id

HOME: Final = ZoneInfo("Europe/Berlin")
PATIENCE: Final = 120.0
"""Seconds until everything must be quiet; two free cores need less than ten."""
SHOWN: Final = 3
"""Needs with matches that are shown whole."""


class NotQuiet(Trouble):
    """The services did not finish in time, or lost something."""


@dataclass(frozen=True)
class Place:
    """Where the demonstration plays."""

    calls: Calls
    catcher: httpx.AsyncClient
    folder: Path
    """The stack's folder, for looking into its databases."""
    portal: str
    """The address of the pages."""


async def tell(place: Place, show: Show, offers_file: bytes | None) -> str:
    """Let the sample run through the stack and show it; return the last line. NotQuiet says what did not finish."""
    story = _Story(place, show)
    with show:
        await story.enter(offers_file)
        quiet = await story.run()
    await story.show_results(quiet)
    await story.show_doors()
    return story.last_line(quiet)


class _Story:
    def __init__(self, place: Place, show: Show) -> None:
        self._place = place
        self._show = show
        self._watch = Watch(place.calls, place.catcher)
        self._sample: Sample = sample(now().astimezone(HOME).date())
        self._entering = Entering(place.calls, self._sample, f"demo-{new_id()}", show.entered)
        self._needs: list[Mapping[str, Any]] = []
        self._offers: dict[str, Mapping[str, Any]] = {}
        self._began: datetime = now()

    async def enter(self, offers_file: bytes | None) -> None:
        """Enter everything but the needs, and wait until matching has taken the offers in."""
        entering, show = self._entering, self._show
        await entering.enter_people()
        counts = f"{len(self._sample.organisations)} organisations and {len(self._sample.people)} people"
        show.says(f"entered: {self._sample.network['name']} with {counts}")
        await entering.enter_offers()
        show.says(f"entered: {len(self._sample.offers)} offers")
        if offers_file is not None:
            show.says(summary(await upload(self._place.calls, offers_file, entering.network)))
        self._offers = {offer["id"]: offer async for offer in self._place.calls.each("surveys", "/offers")}
        await self._until_taken_in()

    async def _until_taken_in(self) -> None:
        """Wait until matching has every offer and nothing left to do about one, so that only needs are timed."""
        versions = {offer["id"]: offer["version"] for offer in self._offers.values()}
        missing = len(versions)
        try:
            async with asyncio.timeout(PATIENCE), opened("matching", self._place.folder) as matching:
                copies = next(copies for copies in matching.copies if copies.name == "offers")
                while missing:
                    undone = {due.id for due in await copies.due(limit=len(versions))}
                    here = {offer.id: offer.version for offer in (await copies.get_many(versions)).values()}
                    missing = sum(here.get(each, -1) < version or each in undone for each, version in versions.items())
                    await asyncio.sleep(PAUSE if missing else 0)
        except TimeoutError:
            raise NotQuiet(f"after {PATIENCE:.0f} s matching has not taken in {missing} offers") from None

    async def run(self) -> Seen:
        """Enter the needs and watch until everybody is told."""
        self._began = now()
        self._needs = await self._entering.enter_needs()
        self._show.says(f"entered: {len(self._needs)} needs")
        self._watch.entered(self._needs, self._offers.values())
        try:
            quiet = await self._watch.until_quiet(PATIENCE, self._show.sees)
        except TimeoutError as error:
            raise NotQuiet(f"the services did not finish {error}") from None
        if lost := [mail for mail in quiet.mails if mail.state in LOST]:
            raise NotQuiet(f"{len(lost)} mails were not delivered: see GET /api/v1/mails of notifications")
        return quiet

    async def show_results(self, quiet: Seen) -> None:
        """Print some needs with matches, one that nothing fits, and the mail that tells most."""
        known: dict[str, Any] = dict(self._offers)
        for_all = [await answered(self._place.calls, need, known) for need in self._needs]
        print_needs(self._show.console, self._chosen(for_all), "de")
        if quiet.received:
            company = {person.fields["email"] for person in self._sample.people if person.role == "company"}
            told = [mail for mail in quiet.received if mail.to in company] or list(quiet.received)
            whole = await self._place.catcher.get(f"/api/messages/{told[0].id}")
            print_mail(self._show.console, whole.raise_for_status().json())

    async def show_doors(self) -> None:
        """Let somebody without an account answer the public survey, then print how one person of each role gets in."""
        doors, entering = Doors(self._place.calls, self._place.catcher, self._place.portal), self._entering
        survey = await doors.survey(entering.network, f"{entering.run}-survey")
        need = await doors.answer(survey, entering.network, f"{entering.run}-answer")
        links = await doors.sign_in_links(self._sample.people)
        print_doors(self._show.console, survey.url, need, links)

    def _chosen(self, for_all: list[Answered]) -> list[Answered]:
        """Return a few needs of different companies that something fits, then one that nothing fits."""
        fitting: dict[str, Answered] = {}
        for each in for_all:
            if each.matches and each.matches[0]["announced"]:
                fitting.setdefault(each.need["organisation"], each)
        nothing = [each for each in for_all if not each.matches]
        return [*list(fitting.values())[:SHOWN], *nothing[:1]]

    def last_line(self, quiet: Seen) -> str:
        """Return the line that the demonstration ends with."""
        last = max((mail.at for mail in quiet.received), default=self._began)
        seconds = (last - self._began).total_seconds()
        counts = f"{len(self._offers)} offers, {len(self._needs)} needs, {quiet.matches()} matches"
        return f"demo: {counts}, {len(quiet.received)} mails delivered, {seconds:.1f} s from first need to last mail"
