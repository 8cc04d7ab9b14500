"""The model in force: from two readings to the probability that an offer's content answers a need.

One canonical computation decides everywhere: float64, element by element, sums by halving, features in the order of
`FEATURES`. Each step is a single IEEE operation on single elements, so a pair has the same bits from the need's side,
from the offer's, alone and in a batch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.matching.domain import Thresholds
from services.matching.scoring import spelling
from services.matching.scoring.embedder import DIMENSIONS, Vector
from services.matching.scoring.lexicon import read_lexicon
from services.matching.scoring.reading import Reading, read
from services.matching.scoring.text import Saying
from services.matching.scoring.words import (
    Common,
    Words,
    beside,
    levels_clash,
    shared_grams,
    shared_stems,
    shared_subjects,
)

Exact = NDArray[np.float64]

IN_FORCE: Final = Path(__file__).with_name("model.json")

MEANING: Final = ("first", "second")
"""Centred cosines, by embedder."""
WORDING: Final = ("agreeing", "covered", "unknown", "beside", "clashing", "stems", "grams")
"""What `words` tells of a pair, each from 0 to 1."""
FEATURES: Final = (*MEANING, *WORDING)


@dataclass(frozen=True, eq=False)
class Centre:
    """What is subtracted from the vectors of each side before a cosine is taken."""

    need: Exact
    offer: Exact

    def need_direction(self, vectors: Vector) -> Exact:
        """Return the centred vectors of needs, with length 1."""
        return _direction(vectors, self.need)

    def offer_direction(self, vectors: Vector) -> Exact:
        """Return the centred vectors of offers, with length 1."""
        return _direction(vectors, self.offer)

    def cosines(self, needs: Vector, offers: Vector) -> Exact:
        """Return the canonical cosines; one side may hold many vectors, or both as many."""
        return _sum(self.need_direction(needs) * self.offer_direction(offers))


@dataclass(frozen=True, eq=False)
class Model:
    """Means, weights and thresholds, learnt by `scoring.learn` and kept in one readable file."""

    version: str
    embedder: str
    """Name of the embedder whose vectors it understands."""
    centres: tuple[Centre, ...]
    """Of the first embedder and, if there is one, of the second."""
    intercept: float
    weights: Mapping[str, float]
    """Of the features in the logistic curve; one that is missing is not computed."""
    candidate_from: float
    """The design's `c`: a pair with a smaller centred cosine of the first embedder is never looked at."""
    thresholds: Thresholds
    common: Common = field(default_factory=dict)
    """Stems that say little, with their weights, 0 to 99."""
    lexicon: str | None = None
    """Digest of the lexicon it was learnt with; None when it knows no words."""

    @property
    def mean_need(self) -> Exact:
        """What is subtracted from needs' vectors of the first embedder."""
        return self.centres[0].need

    @property
    def mean_offer(self) -> Exact:
        """What is subtracted from offers' vectors of the first embedder."""
        return self.centres[0].offer

    def need_direction(self, vectors: Vector) -> Exact:
        """Return the first embedder's centred vectors of needs, with length 1; shape (384,) or (n, 384)."""
        return self.centres[0].need_direction(vectors[..., :DIMENSIONS])

    def offer_direction(self, vectors: Vector) -> Exact:
        """Return the first embedder's centred vectors of offers, with length 1; shape (384,) or (n, 384)."""
        return self.centres[0].offer_direction(vectors[..., :DIMENSIONS])

    def cosines(self, needs: Vector, offers: Vector) -> Exact:
        """Return the first embedder's canonical cosines, which decide what is a candidate."""
        return self.centres[0].cosines(needs[..., :DIMENSIONS], offers[..., :DIMENSIONS])

    def cosine(self, need: Vector, offer: Vector) -> float:
        """Return the first embedder's canonical cosine of one pair."""
        return float(self.cosines(need, offer))

    def reading(self, saying: Saying, vector: Vector) -> Reading:
        """Return what a text says to this model, its vector being known; about a millisecond."""
        return read(saying, vector, self.common)

    def probabilities(self, need: Reading, offers: Sequence[Reading]) -> list[float]:
        """Return the calibrated probability of each offer that its content answers the need."""
        if not offers:
            return []
        told = self.features(need, offers)
        scores = np.full(len(offers), self.intercept)
        for name, values in told.items():
            scores = scores + self.weights[name] * values
        return [_logistic(score) for score in scores.tolist()]

    def probability(self, need: Reading, offer: Reading) -> float:
        """Return the calibrated probability of one pair."""
        return self.probabilities(need, [offer])[0]

    def features(self, need: Reading, offers: Sequence[Reading]) -> dict[str, Exact]:
        """Return the features that have a weight, in their order, a number for each offer."""
        told: dict[str, Exact] = {}
        taught = np.stack([offer.vector for offer in offers])
        start = 0
        for name, centre in zip(MEANING, self.centres, strict=False):
            part = slice(start, start + len(centre.need))
            told[name] = centre.cosines(need.vector[part], taught[:, part])
            start = part.stop
        if any(name in self.weights for name in WORDING):
            words = np.array([wording(need.words, offer.words) for offer in offers])
            told |= {name: words[:, column] for column, name in enumerate(WORDING)}
        return {name: told[name] for name in FEATURES if name in self.weights}


def wording(need: Words, offer: Words) -> tuple[float, ...]:
    """Return the features of `WORDING` for one pair."""
    apart = beside(need, offer), levels_clash(need, offer)
    return (*shared_subjects(need, offer), *apart, shared_stems(need, offer), shared_grams(need, offer))


def read_model(path: Path = IN_FORCE) -> Model:
    """Read a model's file; ValueError when it is none, or was learnt with another lexicon than the one here."""
    spelling.load()
    model = model_from(json.loads(path.read_text(encoding="utf-8")))
    if model.lexicon != read_lexicon().digest:
        raise ValueError("the lexicon is not the one the model was learnt with: run `make train`")
    return model


def model_from(told: dict[str, Any]) -> Model:
    """Return the model that a file tells; ValueError when it cannot be one."""
    model = Model(
        version=told["version"],
        embedder=told["embedder"],
        centres=tuple(
            Centre(np.array(means["need"], dtype=np.float64), np.array(means["offer"], dtype=np.float64))
            for means in told["means"]
        ),
        intercept=told["intercept"],
        weights=told["weights"],
        candidate_from=told["thresholds"]["c"],
        thresholds=Thresholds(show=told["thresholds"]["show"], announce=told["thresholds"]["announce"]),
        common=told["common"],
        lexicon=told["lexicon"],
    )
    if not 0 < model.thresholds.show <= model.thresholds.announce < 1:
        raise ValueError("a model's thresholds must rise from show to announce, between 0 and 1")
    if unknown := model.weights.keys() - set(FEATURES):
        raise ValueError(f"a model gives weight to {sorted(unknown)}, which is no feature")
    return model


def _direction(vectors: Vector, mean: Exact) -> Exact:
    centred = vectors.astype(np.float64) - mean
    lengths = np.sqrt(_sum(centred * centred))
    return np.divide(centred, lengths[..., None], out=np.zeros_like(centred), where=lengths[..., None] > 0)


def _sum(terms: Exact) -> Exact:
    """Add up the last axis by halving: numpy's own sums and products differ with shape, library and processor."""
    while (width := terms.shape[-1]) > 1:
        half = width // 2
        halves = terms[..., :half] + terms[..., half : 2 * half]
        terms = np.concatenate([halves, terms[..., 2 * half :]], axis=-1) if width % 2 else halves
    return np.asarray(terms[..., 0])


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + exp(-score)) if score >= 0 else exp(score) / (1.0 + exp(score))
