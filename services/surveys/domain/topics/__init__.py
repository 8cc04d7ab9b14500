"""What needs and offers are about: a list that people can read, and which of its topics a text speaks of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from services.surveys.domain.topics.table import GROUPS, TOPICS

SHORTEST_STEM: Final = 2
MOST_SUGGESTED: Final = 5
LONGEST_WORD: Final = 60
"""Characters; longer "words" are addresses or rubbish."""
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Group:
    """Topics that belong together."""

    code: str
    de: str
    en: str


@dataclass(frozen=True)
class Topic:
    """Something that can be learnt; the part of its code before the dot is its group."""

    code: str
    de: str
    en: str
    words: tuple[str, ...]
    """German and some English words that speak for it, in the notation of the table."""

    @property
    def group(self) -> str:
        """The code of its group."""
        return self.code.partition(".")[0]


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups in the order in which they are shown."""
    return tuple(Group(*cells) for cells in _rows(GROUPS))


@cache
def topics() -> tuple[Topic, ...]:
    """Return all topics, group by group."""
    return tuple(Topic(code, de, en, tuple(words.split(", "))) for code, de, en, words in _rows(TOPICS))


@cache
def _by_code() -> Mapping[str, Topic]:
    return {topic.code: topic for topic in topics()}


def is_topic(code: str) -> bool:
    """Return whether there is a topic with this code."""
    return code in _by_code()


def topics_in(text: str) -> tuple[str, ...]:
    """Return the codes of the topics that a text speaks of, most words first, at most five; ties as they come."""
    counted: dict[str, int] = {}
    for codes in _hits(text.lower()):
        for code in codes:
            counted[code] = counted.get(code, 0) + 1
    return tuple(sorted(counted, key=lambda code: -counted[code])[:MOST_SUGGESTED])


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


@dataclass(frozen=True)
class _Lexicon:
    """The table's words by the way in which they are looked up."""

    whole: Mapping[str, tuple[str, ...]]
    begins: Mapping[str, tuple[str, ...]]
    within: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    firsts: frozenset[str]
    """First words of the phrases."""


@cache
def _lexicon() -> _Lexicon:
    kinds: dict[str, dict[str, tuple[str, ...]]] = {"whole": {}, "begins": {}, "within": {}, "phrases": {}}
    for topic in topics():
        for word in topic.words:
            kind, stem = _kind(word)
            kinds[kind][stem] = (*kinds[kind].get(stem, ()), topic.code)
    return _Lexicon(**kinds, firsts=frozenset(phrase.split(" ")[0] for phrase in kinds["phrases"]))


def _kind(word: str) -> tuple[str, str]:
    if " " in word:
        return "phrases", word.rstrip("*")
    if word.startswith("*"):
        return "within", word.strip("*")
    return ("begins", word.rstrip("*")) if word.endswith("*") else ("whole", word)


def _hits(text: str) -> Iterator[tuple[str, ...]]:
    """Give for each different word and phrase of a text in lower case the topics that it speaks for."""
    words = dict.fromkeys(_WORD.findall(text))
    for word in words:
        if codes := _of_word(word):
            yield codes
    lexicon = _lexicon()
    if not lexicon.firsts.isdisjoint(words):
        spaced = f" {' '.join(_WORD.findall(text))} "
        yield from (codes for phrase, codes in lexicon.phrases.items() if f" {phrase}" in spaced)


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    if not SHORTEST_STEM <= len(word) <= LONGEST_WORD:
        return ()
    lexicon = _lexicon()
    found = list(lexicon.whole.get(word, ()))
    for end in range(SHORTEST_STEM, len(word) + 1):
        found += lexicon.begins.get(word[:end], ())
    found += [code for stem, codes in lexicon.within.items() if stem in word for code in codes]
    return tuple(dict.fromkeys(found))
