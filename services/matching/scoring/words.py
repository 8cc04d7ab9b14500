"""What a text says word by word: subjects, stems with the parts of compounds, and pieces of words, each with a weight.

Weights are whole numbers, so that sums over what two texts share are exact in whatever order they are added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.lexicon import Token, fold, read_lexicon, stem, tokens
from services.matching.scoring.spelling import is_known

UNCOMMON: Final = 100
"""Weight of a word that is not among the model's common ones."""
GRAM: Final = (4, 5)
"""Lengths of the pieces that a word is cut into, its borders included."""
SHORTEST_PART: Final = 4
LINKS: Final = ("", "s", "es", "n", "en")
"""What German puts between the parts of a compound."""

Common = Mapping[str, int]
"""Stems, and subjects with a colon behind their name, that say little, with their weights, 0 to 99."""


@dataclass(frozen=True, eq=False)
class Words:
    """One text's words; a few kilobytes."""

    subjects: Mapping[int, int]
    """All that the lexicon knows of, with their weights."""
    main: Mapping[int, int]
    """Of an offer those of its title; of a need all."""
    narrow: Mapping[int, frozenset[int]]
    """Of the main subjects the narrower ones, by what they belong to."""
    levels: frozenset[int]
    """How much people know, as the whole of a need or the title of an offer says."""
    stems: Mapping[str, int]
    grams: NDArray[np.uint32]
    """Hashes of pieces of words, ascending, each once."""
    weights: NDArray[np.int64]
    """Of the grams, in their order."""
    length: float
    """Euclidean, of the weights."""


def words_of(title: str, rest: str, common: Common) -> Words:
    """Take a text apart; of a need all is title."""
    lexicon = read_lexicon()
    heading, body = tokens(title), tokens(rest)
    main = lexicon.subjects(heading)
    stems: dict[str, int] = {}
    grams: dict[int, int] = {}
    for token in {*heading, *body}:
        weight = common.get(token.stem, UNCOMMON)
        if len(token.folded) > 1:
            stems[token.stem] = weight
            for part in parts(token):
                stems[part] = common.get(part, UNCOMMON)
        for gram in _grams(token.folded):
            grams[gram] = max(weight, grams.get(gram, 0))
    order = np.array(sorted(grams), dtype=np.uint32)
    weights = np.array([grams[gram] for gram in order.tolist()], dtype=np.int64)
    return Words(
        subjects=_weighed(lexicon.implied((*main, *lexicon.subjects(body))), common),
        main=_weighed(lexicon.implied(main), common),
        narrow=lexicon.siblings(main),
        levels=lexicon.levels(heading),
        stems=stems,
        grams=order,
        weights=weights,
        length=sqrt(int(weights @ weights)),
    )


def _weighed(subjects: Iterable[int], common: Common) -> dict[int, int]:
    names = read_lexicon().names
    return {subject: common.get(f"{names[subject]}:", UNCOMMON) for subject in subjects}


def parts(token: Token) -> tuple[str, ...]:
    """Return the stems of the two words a compound is made of, the longest known second one; else nothing."""
    return _parts(token.written) if len(token.folded) >= 2 * SHORTEST_PART else ()


@lru_cache(maxsize=50_000)
def _parts(word: str) -> tuple[str, ...]:
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first, second = word[:cut], word[cut:]
        if not is_known(second):
            continue
        for link in LINKS:
            bare = first.removesuffix(link)
            if first.endswith(link) and len(bare) >= SHORTEST_PART and is_known(bare):
                return stem(fold(bare)), stem(fold(second))
    return ()


@lru_cache(maxsize=50_000)
def _grams(folded: str) -> tuple[int, ...]:
    padded = f" {folded} "
    return tuple(
        crc32(padded[at : at + size].encode()) for size in GRAM for at in range(max(1, len(padded) - size + 1))
    )


def shared_subjects(need: Words, offer: Words) -> tuple[float, float, float]:
    """Return how far the subjects agree with the title's, which share of the need's there is, and 1 if none is known.

    Each from 0 to 1. That none is known is less against an offer than that those known are other ones.
    """
    if not need.main:
        return 0.0, 0.0, 1.0
    asked, taught = sum(need.main.values()) + UNCOMMON, sum(offer.main.values()) + UNCOMMON
    both = sum(weight for subject, weight in need.main.items() if subject in offer.subjects)
    of_title = sum(weight for subject, weight in need.main.items() if subject in offer.main)
    return of_title / sqrt(asked * taught), both / asked, 0.0


def beside(need: Words, offer: Words) -> float:
    """Return 1 if the offer's title names a sibling of what the need names (MAG for WIG), and not the thing, else 0."""
    for wide, asked in need.narrow.items():
        taught = offer.narrow.get(wide)
        if taught and asked.isdisjoint(offer.subjects):
            return 1.0
    return 0.0


def levels_clash(need: Words, offer: Words) -> float:
    """Return 1 if one is for beginners and the other for those who know the subject, else 0."""
    if len(need.levels) != 1 or len(offer.levels) != 1:
        return 0.0
    return 0.0 if need.levels == offer.levels else 1.0


def shared_stems(need: Words, offer: Words) -> float:
    """Return which share of the weight of the need's words the offer has, 0 to 1."""
    asked = sum(need.stems.values())
    shared = sum(weight for word, weight in need.stems.items() if word in offer.stems)
    return shared / (asked + 5 * UNCOMMON)


def shared_grams(need: Words, offer: Words) -> float:
    """Return the cosine of the pieces of words, 0 to 1."""
    if not need.length or not offer.length:
        return 0.0
    _, mine, theirs = np.intersect1d(need.grams, offer.grams, assume_unique=True, return_indices=True)
    product = int(need.weights[mine] @ offer.weights[theirs])
    return product / (need.length * offer.length)
