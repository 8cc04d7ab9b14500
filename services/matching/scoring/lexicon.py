"""The subjects a text names, in whatever words: read from `lexicon.txt`, which people may extend."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import Stemmer

BEGINNING: Final = -1
KNOWING: Final = -2
LEVELS: Final = {"+": BEGINNING, "++": KNOWING}

WRITTEN: Final = Path(__file__).with_name("lexicon.txt")

_TOKEN: Final = re.compile(r"[^\W_]+[+#]*")
_WORD_OF_TERM: Final = re.compile(r"\*?[^\W_]+[+#]*\*?")
_KEY: Final = 3
"""So many letters of a compound's known end choose the patterns that are tried."""
_WHOLE: Final = 8
"""Letters; the known beginning of a compound that is so long is a word by itself."""


@dataclass(frozen=True)
class Token:
    """A word as it was written, folded (small letters, ä as a, ß as ss) and stemmed."""

    written: str
    folded: str
    stem: str


def fold(text: str) -> str:
    """Return the text in small letters, without accents and umlauts' dots, ß as ss."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ẞ", "SS"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def tokens(text: str) -> list[Token]:
    """Return the words of a text in their order; numbers are words."""
    found = []
    for written in _TOKEN.findall(text):
        folded = fold(written)
        found.append(Token(written, folded, stem(folded)))
    return found


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("german")


def stem(folded: str) -> str:
    """Return a folded word without its German ending."""
    found: str = _stemmer().stemWord(folded)
    return found


@dataclass(frozen=True)
class _Pattern:
    """One word of a term; `begins` and `ends` stand for compounds."""

    how: Literal["exact", "stem", "begins", "ends", "holds"]
    what: str

    def fits(self, token: Token) -> bool:
        match self.how:
            case "exact":
                return token.written == self.what
            case "stem":
                return token.stem == self.what
            case "begins":
                return token.folded.startswith(self.what)
            case "ends":
                return token.folded.endswith(self.what) or token.stem.endswith(self.what)
            case "holds":
                return self.what in token.folded


_Term = tuple[tuple[_Pattern, ...], int]


@dataclass
class Lexicon:
    """Subjects by number, in the order of the file."""

    names: list[str] = field(default_factory=list)
    digest: str = ""
    """Of the file: another lexicon makes other texts and other numbers."""
    broader: dict[int, list[int]] = field(default_factory=dict)
    """Subjects that a narrower one implies."""
    ordinary: set[str] = field(default_factory=set)
    """Stems of words that tell nothing of a subject."""
    vocabulary: dict[str, str] = field(default_factory=dict)
    """Whole words as they are written, by their folded form."""
    _terms: dict[tuple[str, str], list[_Term]] = field(default_factory=lambda: defaultdict(list))
    _anywhere: list[_Term] = field(default_factory=list)

    def subjects(self, words: Iterable[Token]) -> list[int]:
        """Return the subjects that are named, each once, in the order of first mention."""
        return [subject for subject in self._named(words) if subject >= 0]

    def implied(self, subjects: Iterable[int]) -> frozenset[int]:
        """Return subjects together with the broader ones."""
        named = list(subjects)
        return frozenset((*named, *(wide for subject in named for wide in self.broader.get(subject, ()))))

    def siblings(self, subjects: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the subjects that have a broader one, by the broader one."""
        found: dict[int, set[int]] = {}
        for subject in subjects:
            for wide in self.broader.get(subject, ()):
                found.setdefault(wide, set()).add(subject)
        return {wide: frozenset(narrower) for wide, narrower in found.items()}

    def levels(self, words: Iterable[Token]) -> frozenset[int]:
        """Return which levels are named: `BEGINNING`, `KNOWING`."""
        return frozenset(subject for subject in self._named(words) if subject < 0)

    def _named(self, words: Iterable[Token]) -> list[int]:
        told = list(words)
        found: dict[int, None] = {}
        for place, token in enumerate(told):
            for patterns, subject in self._tried(token):
                rest = told[place : place + len(patterns)]
                if len(rest) == len(patterns) and all(p.fits(t) for p, t in zip(patterns, rest, strict=True)):
                    found[subject] = None
        return list(found)

    def _tried(self, token: Token) -> Iterator[_Term]:
        keys = [("exact", token.written), ("stem", token.stem), ("begins", token.folded[:_KEY])]
        keys += [("ends", ending) for ending in {token.folded[-_KEY:], token.stem[-_KEY:]}]
        for key in keys:
            yield from self._terms.get(key, ())
        yield from self._anywhere

    def add(self, name: str, terms: Iterable[str]) -> None:
        """Add a subject; its name is one of its terms."""
        self._add(len(self.names), (name, *terms))
        self.names.append(name)

    def add_level(self, level: int, terms: Iterable[str]) -> None:
        """Add words that tell how much people know."""
        self._add(level, terms)

    def add_ordinary(self, terms: Iterable[str]) -> None:
        """Add words that tell nothing of a subject."""
        for term in terms:
            self.learn_words(term)
            self.ordinary.update(stem(fold(word.strip("*"))) for word in _WORD_OF_TERM.findall(term))

    def _add(self, subject: int, terms: Iterable[str]) -> None:
        for term in terms:
            self.learn_words(term)
            patterns = tuple(_patterns(term))
            if not patterns:
                raise ValueError(f"no word in the term {term!r}")
            first = patterns[0]
            if first.how == "holds":
                self._anywhere.append((patterns, subject))
            else:
                key = {"begins": first.what[:_KEY], "ends": first.what[-_KEY:]}.get(first.how, first.what)
                self._terms[first.how, key].append((patterns, subject))

    def learn_words(self, term: str) -> None:
        """Take whole words of a term into the vocabulary."""
        for word in _WORD_OF_TERM.findall(term):
            bare = word.removesuffix("*")
            if bare.isalpha() and (bare == word or len(bare) >= _WHOLE):
                self.vocabulary.setdefault(fold(bare), bare)


def _patterns(term: str) -> Iterator[_Pattern]:
    exact = term.startswith("=")
    for word in _WORD_OF_TERM.findall(term):
        bare = word.strip("*")
        if exact:
            yield _Pattern("exact", bare)
        elif word.startswith("*") and word.endswith("*"):
            yield _Pattern("holds", fold(bare))
        elif word.startswith("*"):
            yield _Pattern("ends", fold(bare))
        elif word.endswith("*") and len(bare) >= _KEY:
            yield _Pattern("begins", fold(bare))
        else:
            yield _Pattern("stem", stem(fold(bare)))


@cache
def read_lexicon(path: Path = WRITTEN) -> Lexicon:
    """Read the lexicon; ValueError for a line that is none."""
    text = path.read_text(encoding="utf-8")
    broader: dict[int, list[str]] = {}
    lexicon = Lexicon(digest=sha256(text.encode()).hexdigest()[:8])
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, rest = line.partition(":")
        terms = [term.strip() for term in rest.split(",") if term.strip()]
        if not colon or not terms:
            raise ValueError(f"not 'subject: word, word': {line!r}")
        if name in LEVELS:
            lexicon.add_level(LEVELS[name], terms)
            lexicon.add_ordinary(terms)
        elif name == "!":
            lexicon.add_ordinary(terms)
        else:
            name, *wide = (part.strip() for part in name.split("<"))
            if wide:
                broader[len(lexicon.names)] = wide
            lexicon.add(name, terms)
    number = {name: subject for subject, name in enumerate(lexicon.names)}
    if unknown := {wide for several in broader.values() for wide in several} - number.keys():
        raise ValueError(f"no such broader subjects: {sorted(unknown)}")
    lexicon.broader = {subject: [number[wide] for wide in several] for subject, several in broader.items()}
    return lexicon
