"""How alike two texts are, to show duplicates before they are saved; blind to spelling, word order and punctuation."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

GRAM: Final = 3
TITLE_WEIGHT: Final = 0.7
"""The rest is the description's, where both have one; most duplicates share a title and little else."""
COMPARED: Final = 400
"""So many characters of a description are compared; what makes a need that need is said at the start."""
ALIKE: Final = 0.5
MOST: Final = 10


@dataclass(frozen=True)
class Text:
    """A title with its description."""

    title: str
    description: str = ""


@dataclass(frozen=True)
class Alike(Generic[T]):
    """Something that says nearly the same, and how nearly: from 0 to 1."""

    thing: T
    likeness: float


@dataclass(frozen=True)
class AlikePair(Generic[T]):
    """Two things that say nearly the same, the one that came first in front."""

    one: T
    other: T
    likeness: float


def alike_pairs(things: Sequence[tuple[T, Text]], *, may_be: Callable[[T, T], bool]) -> list[AlikePair[T]]:
    """Return the pairs that say nearly the same, the likest first; only those of which `may_be` holds are compared."""
    read = [(thing, _grams(text.title), _grams(text.description[:COMPARED])) for thing, text in things]
    found = []
    for place, (thing, title, description) in enumerate(read):
        for other, other_title, other_description in read[place + 1 :]:
            if not may_be(thing, other):
                continue
            likeness = _overlap(title, other_title)
            if description and other_description:
                likeness = TITLE_WEIGHT * likeness + (1 - TITLE_WEIGHT) * _overlap(description, other_description)
            if likeness >= ALIKE:
                found.append(AlikePair(thing, other, round(likeness, 3)))
    return sorted(found, key=lambda pair: -pair.likeness)


def most_alike(said: Text, others: Iterable[tuple[T, Text]]) -> list[Alike[T]]:
    """Return what is most like a text, the likest first; at most ten, and nothing that is less than half like it."""
    title, description = _grams(said.title), _grams(said.description[:COMPARED])
    found = []
    for thing, text in others:
        likeness = _overlap(title, _grams(text.title))
        if description and text.description:
            rest = _overlap(description, _grams(text.description[:COMPARED]))
            likeness = TITLE_WEIGHT * likeness + (1 - TITLE_WEIGHT) * rest
        if likeness >= ALIKE:
            found.append(Alike(thing, round(likeness, 3)))
    return sorted(found, key=lambda one: -one.likeness)[:MOST]


def _grams(text: str) -> Counter[str]:
    """Count the runs of three characters of each word, its edges included."""
    words = re.findall(r"\w+", text.casefold())
    return Counter(padded[at : at + GRAM] for word in words if (padded := f" {word} ") for at in range(len(word)))


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    """Return the Dice coefficient: 1 for the same runs, 0 for none in common."""
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 0.0
