"""How good a ranking, its probabilities and what would be announced are, measured on labelled pairs.

Everywhere rows are needs, columns offers; `right` says which offers answer which need.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.float64]
Labels = NDArray[np.bool_]

DEPTH: Final = 10


def ndcg(scores: Pairs, right: Labels) -> float:
    """Return nDCG@10 over the needs that have an answer, 0 to 1."""
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    gains = [float(row @ discounts[: len(row)]) for row in _top(scores, right)]
    ideal = [float(discounts[: min(DEPTH, int(n))].sum()) for n in _answers(right)]
    return float(np.mean([gain / most for gain, most in zip(gains, ideal, strict=True)]))


def recall(scores: Pairs, right: Labels) -> float:
    """Return which share of a need's answers is among its first 10, 0 to 1, over the needs that have one."""
    found = [float(row.sum()) for row in _top(scores, right)]
    return float(np.mean([hits / n for hits, n in zip(found, _answers(right), strict=True)]))


def auc_answerable(scores: Pairs, right: Labels) -> float:
    """Return how often the best score of a need with an answer is above that of one without, 0 to 1."""
    best, has_answer = scores.max(axis=1), right.any(axis=1)
    with_one, without = best[has_answer][:, None], best[~has_answer][None, :]
    return float(((with_one > without) + 0.5 * (with_one == without)).mean())


def brier_skill(probabilities: Pairs, right: Labels) -> float:
    """Return by which share the squared error is below that of always telling the base rate; 1 is perfect."""
    told = right.astype(np.float64)
    return float(1 - ((probabilities - told) ** 2).mean() / ((told.mean() - told) ** 2).mean())


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


def _top(scores: Pairs, right: Labels) -> list[Labels]:
    rows = np.flatnonzero(right.any(axis=1))
    return [right[row, np.argsort(-scores[row], kind="stable")[:DEPTH]] for row in rows]


def _answers(right: Labels) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = right.sum(axis=1)[right.any(axis=1)]
    return counts
