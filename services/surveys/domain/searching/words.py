"""Words of texts and of searches: stems, umlauts in either writing, beginnings and parts of compounds."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from shared.towns import folded

Stem = Callable[[str], str]

_WORD: Final = re.compile(r"[^\W_]+")
SHORTEST_BEGINNING: Final = 3
SHORTEST_PART: Final = 5
"""So many letters find a word that begins with them, or holds them anywhere, as compounds do."""
SAME, BEGINS, HOLDS = 1.0, 0.6, 0.4
MOST_WORDS: Final = 12
LITTLE: Final = frozenset(
    (
        *("am", "an", "auf", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einen", "einer", "für"),
        *("im", "in", "mit", "und", "vom", "von", "zu", "zum", "zur", "and", "for", "of", "or", "the", "to"),
    )
)
"""Words that say nothing of what is searched."""


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.casefold())


class Vocabulary:
    """Every word that was ever met, by number; numbers never change."""

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._numbers: dict[str, int] = {}
        self._folded: list[str] = []
        self._by_stem: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._folded)

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of words, new ones for those not met before."""
        return [self._number(word) for word in words]

    def _number(self, word: str) -> int:
        known = self._numbers.get(word)
        if known is None:
            known = self._numbers[word] = len(self._folded)
            self._folded.append(folded(word))
            self._by_stem.setdefault(folded(self._stem(word)), []).append(known)
        return known

    def meant(self, text: str) -> list[dict[int, float]]:
        """Return for each word of a search the words it finds, with how well from 0 to 1."""
        said = words_of(text)
        telling = [word for word in said if word not in LITTLE] or said
        return [self._found(word) for word in dict.fromkeys(telling[:MOST_WORDS])]

    def _found(self, word: str) -> dict[int, float]:
        stem = folded(self._stem(word))
        found: dict[int, float] = {}
        if len(stem) >= SHORTEST_BEGINNING:
            holding = len(stem) >= SHORTEST_PART
            for number, other in enumerate(self._folded):
                if other.startswith(stem):
                    found[number] = BEGINS
                elif holding and stem in other:
                    found[number] = HOLDS
        whole = folded(word)
        same = dict.fromkeys(self._by_stem.get(stem, ()), SAME)
        if (known := self._numbers.get(word)) is not None:
            same[known] = SAME
        return found | same | dict.fromkeys(self._by_stem.get(whole, ()), SAME)
