"""How good a ranking, its probabilities and what would be announced are, measured on labelled pairs.

Everywhere rows are needs, columns offers; `gains` says how well an offer answers a need (0: not at all), `right`
whether it does.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.float64]
Labels = NDArray[np.bool_]

DEPTH: Final = 10
FROM: Final = 0.05
"""Pairs below this probability play no part in the calibration error: there are so many that they would hide it."""
BINS: Final = 10
SAMPLES: Final = 1000


def ndcg(scores: Pairs, gains: Pairs | Labels) -> float:
    """Return nDCG@10 over the needs that have an answer, 0 to 1."""
    return float(ndcg_of_each(scores, gains).mean())


def ndcg_of_each(scores: Pairs, gains: Pairs | Labels) -> Pairs:
    """Return nDCG@10 of each need that has an answer."""
    rows = np.flatnonzero((gains > 0).any(axis=1))
    depth = min(DEPTH, gains.shape[1])
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    values = gains.astype(np.float64)
    best = np.argsort(-scores[rows], axis=1, kind="stable")[:, :depth]
    ideal = -np.sort(-values[rows], axis=1)[:, :depth] @ discounts
    found: Pairs = (np.take_along_axis(values[rows], best, axis=1) @ discounts) / ideal
    return found


def recall(scores: Pairs, right: Labels) -> float:
    """Return which share of a need's answers is among its first 10, 0 to 1, over the needs that have one."""
    rows = np.flatnonzero(right.any(axis=1))
    best = np.argsort(-scores[rows], axis=1, kind="stable")[:, :DEPTH]
    hits = np.take_along_axis(right[rows], best, axis=1).sum(axis=1)
    return float((hits / right[rows].sum(axis=1)).mean())


def first_right(scores: Pairs, right: Labels) -> Pairs:
    """Return 1 / the place of the first right offer, for each need that has an answer."""
    rows = np.flatnonzero(right.any(axis=1))
    order = np.argsort(-scores[rows], axis=1, kind="stable")
    places = np.take_along_axis(right[rows], order, axis=1).argmax(axis=1)
    found: Pairs = 1.0 / (places + 1)
    return found


def mrr(scores: Pairs, right: Labels) -> float:
    """Return the mean of 1 / the place of the first right offer."""
    return float(first_right(scores, right).mean())


def first_is_right(scores: Pairs, right: Labels) -> float:
    """Return which share of the needs that have an answer has a right offer at the top (P@1)."""
    return float((first_right(scores, right) == 1).mean())


def auc_answerable(scores: Pairs, right: Labels) -> float:
    """Return how often the best score of a need with an answer is above that of one without, 0 to 1."""
    best, has_answer = scores.max(axis=1), right.any(axis=1)
    with_one, without = best[has_answer][:, None], best[~has_answer][None, :]
    return float(((with_one > without) + 0.5 * (with_one == without)).mean())


def brier_skill(probabilities: Pairs, right: Labels) -> float:
    """Return by which share the squared error is below that of always telling the base rate; 1 is perfect."""
    told = right.astype(np.float64)
    return float(1 - ((probabilities - told) ** 2).mean() / ((told.mean() - told) ** 2).mean())


def reliability(probabilities: Pairs, right: Labels, *, start: float = FROM) -> list[tuple[float, float, int]]:
    """Return for each tenth of probability what was told, how much was right, and how many pairs there are."""
    told, were = probabilities.ravel(), right.ravel()
    tenth = np.minimum((told * BINS).astype(int), BINS - 1)
    bins = [(tenth == number) & (told >= start) for number in range(BINS)]
    return [(float(told[b].mean()), float(were[b].mean()), int(b.sum())) for b in bins if b.any()]


def calibration_error(probabilities: Pairs, right: Labels) -> float:
    """Return how far what is told is from what is right, on average over pairs told at least 0.05, by tenths."""
    bins = reliability(probabilities, right)
    total = sum(count for _, _, count in bins)
    return sum(abs(told - were) * count for told, were, count in bins) / total if total else 0.0


def precision_from(probabilities: Pairs, right: Labels, threshold: float) -> float:
    """Return which share of the pairs at or above a threshold is right; 0 when there are none."""
    above = probabilities >= threshold
    return float(right[above].mean()) if above.any() else 0.0


def share_reaching(probabilities: Pairs, right: Labels, threshold: float) -> float:
    """Return which share of the needs with an answer has a right one at or above a threshold."""
    reached: Labels = np.any((probabilities >= threshold) & right, axis=1)
    return float(reached[right.any(axis=1)].mean())


def share_misled(probabilities: Pairs, right: Labels, threshold: float) -> float:
    """Return which share of the needs without an answer has any offer at or above a threshold."""
    misled: Labels = np.any(probabilities >= threshold, axis=1)
    return float(misled[~right.any(axis=1)].mean())


def interval(figure: Callable[[NDArray[np.int64]], float], needs: int) -> tuple[float, float]:
    """Return between what a figure lies in 95 of 100 draws of as many needs, with putting back.

    `figure` gets the rows drawn; draws for which it has no value (none without an answer, say) are left out.
    """
    random = np.random.default_rng(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = np.array([figure(random.integers(0, needs, needs)) for _ in range(SAMPLES)])
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)
