"""The model in force: from two vectors to the probability that an offer's content answers a need.

One canonical computation decides everywhere: float64, element by element, sums by halving. Each step is a single IEEE
operation on single elements, so a pair has the same bits from the need's side, from the offer's, alone and in a batch.
"""

import json
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.matching.domain import Thresholds
from services.matching.scoring.embedder import Vector

Exact = NDArray[np.float64]

IN_FORCE: Final = Path(__file__).with_name("model.json")


@dataclass(frozen=True, eq=False)
class Model:
    """Means, calibration and thresholds, learnt by `scoring.learn` and kept in one readable file."""

    version: str
    embedder: str
    """Name of the embedder whose vectors it understands."""
    mean_need: Exact
    mean_offer: Exact
    intercept: float
    slope: float
    """Of the logistic curve over the centred cosine."""
    candidate_from: float
    """The design's `c`: a pair with a smaller centred cosine is never looked at."""
    thresholds: Thresholds

    def need_direction(self, vectors: Vector) -> Exact:
        """Return the centred vectors of needs, with length 1; shape (384,) or (n, 384)."""
        return _direction(vectors, self.mean_need)

    def offer_direction(self, vectors: Vector) -> Exact:
        """Return the centred vectors of offers, with length 1; shape (384,) or (n, 384)."""
        return _direction(vectors, self.mean_offer)

    def cosines(self, needs: Vector, offers: Vector) -> Exact:
        """Return the canonical cosines; one side may hold many vectors, or both as many."""
        return _sum(self.need_direction(needs) * self.offer_direction(offers))

    def cosine(self, need: Vector, offer: Vector) -> float:
        """Return the canonical cosine of one pair."""
        return float(self.cosines(need, offer))

    def probability_at(self, cosine: float) -> float:
        """Return the calibrated probability of a pair with this cosine."""
        return _logistic(self.intercept + self.slope * cosine)

    def probability(self, need: Vector, offer: Vector) -> float:
        """Return the calibrated probability that the offer's content answers the need."""
        return self.probability_at(self.cosine(need, offer))


def read_model(path: Path = IN_FORCE) -> Model:
    """Read a model's file; ValueError when it is none."""
    return model_from(json.loads(path.read_text(encoding="utf-8")))


def model_from(told: dict[str, Any]) -> Model:
    """Return the model that a file tells; ValueError when it cannot be one."""
    thresholds = Thresholds(show=told["thresholds"]["show"], announce=told["thresholds"]["announce"])
    model = Model(
        version=told["version"],
        embedder=told["embedder"],
        mean_need=np.array(told["means"]["need"], dtype=np.float64),
        mean_offer=np.array(told["means"]["offer"], dtype=np.float64),
        intercept=told["calibration"]["intercept"],
        slope=told["calibration"]["slope"],
        candidate_from=told["thresholds"]["c"],
        thresholds=thresholds,
    )
    if not 0 < model.probability_at(model.candidate_from) <= thresholds.show <= thresholds.announce < 1:
        raise ValueError("a model's thresholds must rise from c over show to announce")
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
