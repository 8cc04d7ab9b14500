"""Matches the headings that people choose to the fields that we know, in German and English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

LIKELY: Final = 86
"""Of 100; below it a heading stays unmatched, and people choose."""
_WORDS: Final = re.compile(r"[^a-z0-9]+")
_FOLDED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
SHORTEST_FUZZY: Final = 5


@dataclass(frozen=True)
class Field:
    """A field that a column may hold."""

    name: str
    label: str
    """The German heading that we write ourselves."""
    english: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    """A value for the example row of a template."""
    note: str = ""
    """German: what may be entered."""

    def names(self) -> tuple[str, ...]:
        """Return all headings under which it is known."""
        return (self.name, self.label, self.english, *self.synonyms)


def guessed(headings: Sequence[str], fields: Sequence[Field]) -> tuple[str | None, ...]:
    """Return for each heading the name of the field that it most likely means; each field is given away once."""
    scores = sorted(
        (
            (-score, column, number)
            for column, heading in enumerate(headings)
            for number, field in enumerate(fields)
            if (score := _likeness(heading, field)) >= LIKELY
        ),
    )
    columns: dict[int, str] = {}
    for _, column, number in scores:
        name = fields[number].name
        if column not in columns and name not in columns.values():
            columns[column] = name
    return tuple(columns.get(column) for column in range(len(headings)))


def _likeness(heading: str, field: Field) -> float:
    said = _plain(heading)
    if not said:
        return 0
    return max(_alike(said, _plain(name)) for name in field.names())


def _alike(said: str, name: str) -> float:
    if said == name:
        return 100
    if min(len(said), len(name)) < SHORTEST_FUZZY:
        return 0
    return float(max(fuzz.ratio(said, name), 0.99 * fuzz.token_sort_ratio(said, name)))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    return _WORDS.sub(" ", folded).strip()
