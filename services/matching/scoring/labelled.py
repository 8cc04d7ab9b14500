"""Labelled needs and offers, as `learn` and the benchmarks read them: texts, vectors, words, and what answers what."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any, Final

import numpy as np

from services.matching.scoring.embedder import Embedder, Vector
from services.matching.scoring.figures import Labels, Pairs
from services.matching.scoring.lexicon import read_lexicon, tokens
from services.matching.scoring.model import WORDING, Exact, wording
from services.matching.scoring.reading import corrected_saying, embedded
from services.matching.scoring.text import Saying, cleaned
from services.matching.scoring.words import UNCOMMON, Common, words_of

OFTEN: Final = 4
"""A word of so many texts is a common one."""
ORDINARY: Final = 20
"""Weight of what the lexicon calls an ordinary word, and of words that tell a level."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows are needs, columns offers; given ones come first on both sides."""

    needs: list[dict[str, Any]]
    offers: list[dict[str, Any]]
    asked: list[Saying]
    taught: list[Saying]
    need_vectors: Vector
    offer_vectors: Vector
    grades: Pairs
    """2 answers the need, 1 a part of it, 0 does not."""
    given_needs: int
    given_offers: int
    common: Common
    words: dict[str, Exact]
    """The features of `WORDING`."""

    @property
    def right(self) -> Labels:
        """Which offers answer a need, at least in part."""
        return self.grades > 0

    @property
    def branches(self) -> list[str]:
        """The branch of each need; of a given need its first answer's category, or that it has none."""
        first = [self.offers[int(row.argmax())]["category"] if row.any() else "-" for row in self.grades]
        return [need.get("branch", found) for need, found in zip(self.needs, first, strict=True)]


def read_labelled(given: Path, added: Path, embedder: Embedder) -> Labelled:
    """Read both sets and embed their texts as the service does; takes under a minute, and says how far it is."""
    needs, more_needs = _lines(given / "needs.jsonl"), _lines(added / "needs.jsonl")
    offers, more_offers = _lines(given / "offers.jsonl"), _lines(added / "offers.jsonl")
    given_needs, given_offers = len(needs), len(offers)
    needs, offers = needs + more_needs, offers + more_offers
    asked = [Saying("need", cleaned(need["text"])) for need in needs]
    taught = [Saying("offer", cleaned(offer["title"]), cleaned(offer["description"])) for offer in offers]
    common = common_words([*asked, *taught])
    return Labelled(
        needs,
        offers,
        asked,
        taught,
        _embedded(asked, embedder),
        _embedded(taught, embedder),
        _grades(needs, offers, _lines(added / "judgements.jsonl")),
        given_needs,
        given_offers,
        common,
        _words(asked, taught, common),
    )


def common_words(sayings: Iterable[Saying]) -> dict[str, int]:
    """Return the stems and subjects that many texts have, with weights that fall from 100 as they are more."""
    lexicon = read_lexicon()
    texts = [
        {token.stem for token in words} | {f"{lexicon.names[one]}:" for one in lexicon.implied(lexicon.subjects(words))}
        for words in (tokens(saying.text) for saying in sayings)
    ]
    often = Counter(word for words in texts for word in words)
    rare = log((len(texts) + 1) / OFTEN)
    found = {
        word: min(UNCOMMON, round(UNCOMMON * (log((len(texts) + 1) / (n + 1)) / rare) ** 2))
        for word, n in often.items()
        if n >= OFTEN
    }
    found |= {word: min(ORDINARY, found.get(word, ORDINARY)) for word in read_lexicon().ordinary}
    return dict(sorted(found.items()))


def _grades(needs: Sequence[Any], offers: Sequence[Any], judgements: Iterable[Any]) -> Pairs:
    row = {need["id"]: number for number, need in enumerate(needs)}
    column = {offer["id"]: number for number, offer in enumerate(offers)}
    grades = np.zeros((len(needs), len(offers)))
    for need in needs:
        grades[row[need["id"]], [column[offer] for offer in need.get("relevant", ())]] = 2
    for one in judgements:
        grades[row[one["need"]], column[one["offer"]]] = one["grade"]
    return grades


def _embedded(sayings: Sequence[Saying], embedder: Embedder) -> Vector:
    vectors = []
    for number, saying in enumerate(sayings, 1):
        vectors.append(embedded(saying, embedder))
        if sys.stderr.isatty():
            sys.stderr.write(f"\rembedding {saying.side}s: {number} of {len(sayings)}\033[K")
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    return np.stack(vectors)


def _words(asked: Sequence[Saying], taught: Sequence[Saying], common: Common) -> dict[str, Exact]:
    right = [corrected_saying(saying) for saying in asked]
    needs = [words_of(saying.title, saying.rest, common) for saying in right]
    offers = [words_of(saying.title, saying.rest, common) for saying in taught]
    pairs = np.array([[wording(need, offer) for offer in offers] for need in needs])
    return {name: pairs[:, :, number] for number, name in enumerate(WORDING)}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
