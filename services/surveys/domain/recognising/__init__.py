"""Needs in free text: what a note says of topic, people, place, days, kind of teaching, price and more.

Everything found names the piece of text that says it; what contradicts itself is left out, and nothing is guessed.
Reading takes time in proportion to the text, whatever stands in it, and never fails.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, Final

from services.surveys.domain.recognising.days import dates, spans
from services.surveys.domain.recognising.finding import Finding, Found, agreed, fields_of
from services.surveys.domain.recognising.parts import Part, clauses, split
from services.surveys.domain.recognising.persons import persons
from services.surveys.domain.recognising.places import places
from services.surveys.domain.recognising.titles import title_of
from services.surveys.domain.recognising.wishes import german, hours, prices, wishes
from services.surveys.domain.topics import topics_in

__all__ = ["Found", "Proposal", "proposals"]

LONGEST: Final = 20_000
"""Characters that are read; what comes after is left alone."""
MOST: Final = 20
"""Needs that are proposed from one note."""
OF_ONE: Final = frozenset(
    {"persons_min", "persons_max", "level", "max_price_eur", "trigger", "target_groups", "hours_max", "cefr"}
)
"""Fields that hold only where they are said, never for the other needs of the note."""


@dataclass(frozen=True)
class Proposal:
    """A need that a note seems to tell, for a person to check."""

    title: str
    description: str
    """The part of the note that tells it, as it was written."""
    topics: tuple[str, ...]
    found: tuple[Found, ...]

    @property
    def fields(self) -> Mapping[str, Any]:
        """The values found, as fields of a need: days as ISO texts, places as objects, sets as lists."""
        return fields_of(self.found)


def proposals(text: str, today: date) -> tuple[Proposal, ...]:
    """Return the needs that a note tells, in its order; at least one if it holds any word, at most twenty."""
    text = (
        text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\N{NO-BREAK SPACE}", " ")
    )
    low = text.lower()
    if len(low) != len(text):  # a letter whose small form is two
        text = low
    if not any(character.isalnum() for character in text):
        return ()
    needs, frame = split(text, low)
    if not needs:
        needs, frame = [Part(0, len(text))], []
    of_all = agreed(one for part in frame for one in _findings(text, low, part, today) if one.field not in OF_ONE)
    return tuple(_proposal(text, low, part, of_all, today) for part in needs[:MOST])


def _proposal(text: str, low: str, part: Part, of_all: list[Finding], today: date) -> Proposal:
    everything = list(_findings(text, low, part, today))
    own = agreed(everything)
    spoken_of = {_whole(one.field) for one in everything}
    kept = [*own, *(one for one in of_all if _whole(one.field) not in spoken_of)]
    return Proposal(
        title=title_of(text, low, part, [*everything, *_days(low, part, today)]),
        description=text[part.start : part.end].strip(),
        topics=topics_in(low[part.start : part.end]),
        found=tuple(Found(one.field, one.value, text[one.start : one.end].strip()) for one in _sound(kept)),
    )


def _days(low: str, part: Part, today: date) -> Iterator[Finding]:
    """Give all days, also those of other events: none of them belongs into a title."""
    for span in spans(low[part.start : part.end], today):
        yield Finding("day", span.first.isoformat(), part.start + span.start, part.start + span.end)


def _whole(field: str) -> str:
    """Return what belongs together: a need's own town is not joined with the note's postcode, nor its dates."""
    if field.startswith("place."):
        return "place"
    return "start" if field in {"earliest_start", "latest_start"} else field


def _sound(found: list[Finding]) -> list[Finding]:
    """Leave out what cannot stand together: an end before its beginning, a radius around nothing."""
    value: dict[str, Any] = {one.field: one.value for one in found}
    wrong: set[str] = set()
    for first, last in (
        ("earliest_start", "latest_start"),
        ("earliest_start", "latest_end"),
        ("persons_min", "persons_max"),
    ):
        if first in value and last in value and value[last] < value[first]:
            wrong |= {first, last}
    if not any(field.startswith("place.") for field in value):
        wrong.add("radius_km")
    return [one for one in found if one.field not in wrong]


def _findings(text: str, low: str, part: Part, today: date) -> Iterator[Finding]:
    """Give all that a part says, with where in the whole text it says it."""
    said, written = low[part.start : part.end], text[part.start : part.end]
    pieces = clauses(said, Part(0, len(said)))
    ends = [piece.end for piece in pieces]
    found = (
        persons(said),
        places(written, said),
        *(dates(said, (piece.start, piece.end), today) for piece in pieces),
        wishes(said, ends),
        prices(said, ends),
        hours(said),
        german(said),
    )
    for one in chain.from_iterable(found):
        yield replace(one, start=one.start + part.start, end=one.end + part.start)
