"""Takes the offers of a file in, one by one: each record gets a result, and none stops another."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from services.surveys import ba
from services.surveys.domain import day_of, imports
from services.surveys.domain.imports import Outcome, Remark
from services.surveys.domain.offers import is_past
from services.surveys.store import Store
from shared.events.surveys import OfferSnapshot
from shared.ids import new_id
from shared.rules import Conflict, Missing, RuleBroken, Stale

AT_ONCE: Final = 200
TRIES: Final = 3
"""Somebody else may change an offer between reading and writing it, but hardly three times."""


@dataclass(frozen=True)
class Result:
    """What became of one record of the file."""

    index: int
    number: str | None
    title: str | None
    outcome: Outcome
    offer: str | None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Import:
    """One file for one network, or for everybody, at one moment."""

    store: Store
    networks: tuple[str, ...]
    at: datetime

    async def run(self, body: bytes) -> list[Result]:
        """Return a result for each record, in the file's order; RuleBroken when the file as a whole cannot be read."""
        reading = await asyncio.to_thread(ba.read, body)
        results = [Result(one.index, one.number, one.title, "refused", None, one.remarks) for one in reading.refused]
        for courses in _some_at_once(reading.courses):
            known = await self.store.offers_by_number(ba.SOURCE, [course.number for course in courses])
            offers = await asyncio.to_thread(self._offers, courses)
            for course, offer in zip(courses, offers, strict=True):
                results += await self._take_in(course, known.get(course.number), offer, whole=reading.whole)
        return sorted(results, key=lambda result: result.index)

    def _offers(self, courses: Iterable[ba.Course]) -> list[OfferSnapshot]:
        return [ba.as_offer(course, entity=new_id(), networks=self.networks, at=self.at) for course in courses]

    async def _take_in(
        self, course: ba.Course, stored: OfferSnapshot | None, incoming: OfferSnapshot, *, whole: bool
    ) -> list[Result]:
        for _ in range(TRIES):
            try:
                new = await self._kept(stored, incoming, whole=whole)
            except (Stale, Missing):
                stored = await self._stored_now(course)
            except Conflict as conflict:
                if conflict.code != "taken":
                    return _all_refused(course, incoming, conflict)
                stored = await self._stored_now(course)
            else:
                return list(self._results(course, stored, new))
        return _all_refused(course, incoming, Stale())

    async def _kept(self, stored: OfferSnapshot | None, incoming: OfferSnapshot, *, whole: bool) -> OfferSnapshot:
        new = imports.taken_in(stored, incoming, day_of(self.at), whole=whole)
        if stored is None:
            return await self.store.offers.add(new)
        return new if new == stored else await self.store.offers.replace(new, expected=stored.version)

    async def _stored_now(self, course: ba.Course) -> OfferSnapshot | None:
        return (await self.store.offers_by_number(ba.SOURCE, [course.number])).get(course.number)

    def _results(self, course: ba.Course, stored: OfferSnapshot | None, new: OfferSnapshot) -> Iterator[Result]:
        today = day_of(self.at)
        for record in course.records:
            past = is_past(ba.as_date(record.termin), today)
            outcome = imports.outcome(stored, new, past=past)
            yield Result(record.index, str(record.termin.id), new.title, outcome, new.id)


def counts(results: Iterable[Result]) -> dict[str, int]:
    """Return how many records had each outcome, zeros included."""
    counted = Counter(result.outcome for result in results)
    return {outcome: counted[outcome] for outcome in get_args(Outcome)}


def _some_at_once(courses: tuple[ba.Course, ...]) -> Iterator[tuple[ba.Course, ...]]:
    for start in range(0, len(courses), AT_ONCE):
        yield courses[start : start + AT_ONCE]


def _all_refused(course: ba.Course, incoming: OfferSnapshot, why: RuleBroken) -> list[Result]:
    return [
        Result(
            index=record.index,
            number=str(record.termin.id),
            title=incoming.title,
            outcome="refused",
            offer=None,
            remarks=(Remark(f"{ba.FIELD}.{record.index}.angebot.id", why.code, dict(why.params)),),
        )
        for record in course.records
    ]
