"""A need or an offer as the model reads it: its text told again in the lexicon's words, its vector, its words."""

from dataclasses import dataclass
from typing import Final

from services.matching.scoring.embedder import Embedder, Vector
from services.matching.scoring.lexicon import fold, read_lexicon, stem, tokens
from services.matching.scoring.spelling import corrected
from services.matching.scoring.text import LONGEST, Saying
from services.matching.scoring.words import Common, Words, words_of

MOST: Final = 6
"""So many subjects are told to the embedders."""


@dataclass(frozen=True, eq=False)
class Reading:
    """All that the probability of a pair depends on, of one side."""

    vector: Vector
    words: Words


def corrected_saying(saying: Saying) -> Saying:
    """Return a need without misspelt words; an offer stays, for its words are its trade's own."""
    return Saying("need", corrected(saying.title)) if saying.side == "need" else saying


def told_again(saying: Saying) -> str:
    """Return the text that is embedded: corrected, and before it the subjects of its title that it does not name."""
    right = corrected_saying(saying)
    heading = tokens(right.title)
    said = {token.stem for token in heading}
    lexicon = read_lexicon()
    names = [lexicon.names[subject] for subject in lexicon.subjects(heading)]
    unsaid = [name for name in names if not said.issuperset(stem(fold(word.written)) for word in tokens(name))]
    title = f"{', '.join(unsaid[:MOST])}: {right.title}" if unsaid else right.title
    return Saying(right.side, title, right.rest).text[:LONGEST]


def read(saying: Saying, vector: Vector, common: Common) -> Reading:
    """Return the reading of a text whose vector is known; about a millisecond."""
    right = corrected_saying(saying)
    return Reading(vector, words_of(right.title, right.rest, common))


def embedded(saying: Saying, embedder: Embedder) -> Vector:
    """Return the vector of a text; tens of milliseconds."""
    return embedder.embed(saying.side, told_again(saying))
