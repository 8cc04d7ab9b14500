"""Misspelt words of the domain, recognised by how few letters they are away from a word of the lexicon."""

import re
from functools import lru_cache
from typing import Final

import simplemma
from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.matching.scoring.lexicon import Lexicon, fold, read_lexicon, stem, tokens

SHORTEST: Final = 6
"""Letters; a shorter word is too near to too many others."""
LONG: Final = 8
"""From so many letters on, two may be wrong."""

_WORD: Final = re.compile(r"[^\W\d_]+")


def corrected(text: str) -> str:
    """Return the text with misspelt words of the domain as the lexicon writes them; all other words stay."""
    return _WORD.sub(lambda found: _right(found.group()), text)


@lru_cache(maxsize=50_000)
def _right(word: str) -> str:
    folded = fold(word)
    lexicon = read_lexicon()
    if len(folded) < SHORTEST or stem(folded) in _stems(lexicon) or is_known(word) or lexicon.subjects(tokens(word)):
        return word
    most = 1 if len(folded) < LONG else 2
    best = process.extractOne(folded, _vocabulary(lexicon), scorer=OSA.distance, score_cutoff=most)
    return lexicon.vocabulary[best[0]] if best else word


def load() -> None:
    """Read the word lists, half a second that nobody shall wait for later."""
    is_known("Wort")


def is_known(word: str) -> bool:
    """Tell whether a word is German or English, as simplemma's word lists have it."""
    forms = (word, word.lower(), word.capitalize())
    return any(simplemma.is_known(form, lang="de") for form in forms) or simplemma.is_known(word.lower(), lang="en")


@lru_cache(maxsize=1)
def _by_digest(digest: str) -> tuple[list[str], frozenset[str]]:  # noqa: ARG001 - the key
    words = sorted(word for word in read_lexicon().vocabulary if len(word) >= SHORTEST)
    return words, frozenset(stem(word) for word in read_lexicon().vocabulary)


def _vocabulary(lexicon: Lexicon) -> list[str]:
    return _by_digest(lexicon.digest)[0]


def _stems(lexicon: Lexicon) -> frozenset[str]:
    return _by_digest(lexicon.digest)[1]
