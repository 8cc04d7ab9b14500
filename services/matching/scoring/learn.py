"""Learns the model from labelled needs and offers, as `make train` does.

    python -m services.matching.scoring.learn --given benchmarks/gold --added benchmarks/labelled

Prints cross-validated figures and writes `model.json`; the same labels always give the same file.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring import figures
from services.matching.scoring.embedder import DIMENSIONS, Bundled, Vector
from services.matching.scoring.figures import Labels, Pairs
from services.matching.scoring.labelled import Labelled, read_labelled
from services.matching.scoring.lexicon import read_lexicon
from services.matching.scoring.model import FEATURES, IN_FORCE, MEANING, Exact, model_from

FOLDS: Final = 10
PRECISION_WANTED: Final = 0.81
"""Of what is announced, over both sets, each with its own offers: a little above the design's 0.80."""
SHOWN_WANTED: Final = 0.93
"""Share of answerable needs that are shown a right offer."""
STEADINESS: Final = 3.0
"""Ridge penalty on the weights of standardised features; few labels must not make steep curves."""
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Learnt:
    """What is learnt from labels, before thresholds."""

    centres: tuple[tuple[Exact, Exact], ...]
    """Means of needs and of offers, by embedder."""
    intercept: float
    weights: dict[str, float]

    def probabilities(self, labelled: Labelled) -> Pairs:
        """Return the probability of each pair; fit for figures, not for deciding."""
        told = meaning(labelled, self.centres) | labelled.words
        scores = np.full(labelled.grades.shape, self.intercept)
        for name in FEATURES:
            scores += self.weights[name] * told[name]
        return _sigmoid(scores)


def meaning(labelled: Labelled, centres: tuple[tuple[Exact, Exact], ...]) -> dict[str, Exact]:
    """Return the centred cosines of all pairs, by embedder."""
    needs, offers = _parts(labelled.need_vectors), _parts(labelled.offer_vectors)
    return {
        name: _directions(asked, of_need) @ _directions(taught, of_offer).T
        for name, asked, taught, (of_need, of_offer) in zip(MEANING, needs, offers, centres, strict=True)
    }


def learn(labelled: Labelled, rows: Rows, columns: Rows) -> Learnt:
    """Return means and weights, rounded to what the file keeps, from some needs and offers.

    A need counts with the offers of its own set alone: two catalogues in one hold more like courses than real ones.
    """
    centres = tuple(
        (asked[rows].mean(axis=0).round(5), taught[columns].mean(axis=0).round(5))
        for asked, taught in zip(_parts(labelled.need_vectors), _parts(labelled.offer_vectors), strict=True)
    )
    told = meaning(labelled, centres) | labelled.words
    counts = own_pairs(labelled)[np.ix_(rows, columns)]
    values = np.column_stack([told[name][np.ix_(rows, columns)][counts] for name in FEATURES])
    wanted = labelled.right[np.ix_(rows, columns)][counts]
    intercept, weights = _logistic_regression(values, wanted)
    return Learnt(centres, round(intercept, 4), {n: round(w, 4) for n, w in zip(FEATURES, weights, strict=True)})


def own_pairs(labelled: Labelled) -> Labels:
    """Return which pairs are of one set."""
    given_need = np.arange(len(labelled.needs)) < labelled.given_needs
    given_offer = np.arange(len(labelled.offers)) < labelled.given_offers
    own: Labels = given_need[:, None] == given_offer[None, :]
    return own


def cross_validated(labelled: Labelled, fold: Rows, columns: Callable[[int], Rows] | None = None) -> Pairs:
    """Return each pair's probability as told by a model that has not seen the labels, nor the vectors, of its need.

    `fold` gives each need's part; `columns` the offers that may be seen while a part is held back.
    """
    told = np.zeros(labelled.grades.shape)
    everything = np.arange(len(labelled.offers))
    for number in np.unique(fold).tolist():
        seen = np.flatnonzero(fold != number)
        learnt = learn(labelled, seen, columns(number) if columns else everything)
        held = fold == number
        told[held] = learnt.probabilities(labelled)[held]
    return told


def folds(labelled: Labelled) -> Rows:
    """Return the part of each need, the same number from each set in each part."""
    given = np.arange(labelled.given_needs)
    return np.concatenate([given, np.arange(len(labelled.needs) - labelled.given_needs)]) % FOLDS


def thresholds(labelled: Labelled, told: Pairs, learnt: Learnt) -> dict[str, float]:
    """Choose from cross-validated probabilities of both sets: `announce` is precise, `show` reaches most needs."""
    own = own_pairs(labelled)
    right, told = labelled.right & own, np.where(own, told, 0.0)
    grid = [round(0.01 * step, 2) for step in range(1, 100)]
    precise = [at for at in grid if figures.precision_from(told, right, at) >= PRECISION_WANTED]
    announce = precise[0] if precise else grid[-1]
    showing = [at for at in grid if at <= announce and figures.share_reaching(told, right, at) >= SHOWN_WANTED]
    show = showing[-1] if showing else grid[0]
    worth_showing = meaning(labelled, learnt.centres)["first"][right & (told >= show)]
    return {"c": float(np.floor(worth_showing.min() * 100) / 100), "show": show, "announce": announce}


def told_as_file(labelled: Labelled, learnt: Learnt, chosen: dict[str, float], embedder: str) -> dict[str, Any]:
    """Return what `model.json` says; its version is made of its content."""
    content: dict[str, Any] = {
        "embedder": embedder,
        "lexicon": read_lexicon().digest,
        "intercept": learnt.intercept,
        "weights": learnt.weights,
        "thresholds": chosen,
        "common": labelled.common,
        "means": [{"need": need.tolist(), "offer": offer.tolist()} for need, offer in learnt.centres],
    }
    digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    return {"version": f"fused-{digest}", **content}


def report(told: Pairs, right: Labels, chosen: dict[str, float]) -> str:
    """Return the cross-validated figures as a table."""
    announce, show = chosen["announce"], chosen["show"]
    rows = {
        "nDCG@10": figures.ndcg(told, right),
        "recall@10": figures.recall(told, right),
        "AUC answerable": figures.auc_answerable(told, right),
        "calibration error (p >= 0.05)": figures.calibration_error(told, right),
        "Brier skill": figures.brier_skill(told, right),
        f"announced (p >= {announce}): precision": figures.precision_from(told, right, announce),
        "  answerable needs told a right one": figures.share_reaching(told, right, announce),
        "  unanswerable needs told any": figures.share_misled(told, right, announce),
        f"shown (p >= {show}): precision": figures.precision_from(told, right, show),
        "  answerable needs shown a right one": figures.share_reaching(told, right, show),
        "  unanswerable needs shown any": figures.share_misled(told, right, show),
    }
    return "\n".join(f"{name:<42}{value:7.3f}" for name, value in rows.items())


def _parts(vectors: Vector) -> tuple[Exact, Exact]:
    exact = vectors.astype(np.float64)
    return exact[:, :DIMENSIONS], exact[:, DIMENSIONS:]


def _directions(vectors: Exact, mean: Exact) -> Exact:
    centred = vectors - mean
    found: Exact = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
    return found


def _logistic_regression(values: Exact, wanted: Labels) -> tuple[float, list[float]]:
    """Return intercept and weights by Newton's method; it settles within ten of the thirty steps."""
    centre, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    terms = np.column_stack([np.ones(len(values)), (values - centre) / spread])
    penalty = np.diag([0.0] + [STEADINESS] * values.shape[1])
    weights = np.zeros(terms.shape[1])
    for _ in range(30):
        told = _sigmoid(terms @ weights)
        gradient = terms.T @ (told - wanted) + penalty @ weights
        curvature = (terms * (told * (1 - told))[:, None]).T @ terms + penalty
        weights -= np.linalg.solve(curvature, gradient)
    slopes = weights[1:] / spread
    return float(weights[0] - slopes @ centre), slopes.tolist()


def _sigmoid(scores: Pairs) -> Pairs:
    told: Pairs = 1 / (1 + np.exp(-scores))
    return told


def _readable(content: dict[str, Any]) -> str:
    """Return JSON with one line for each value, a list of numbers or the weights of words being one."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found.group().split()), text)
    return re.sub(r'"common": \{[^{}]*\}', lambda found: " ".join(found.group().split()), text) + "\n"


def main() -> None:
    """Learn, report and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--given", type=Path, required=True, help="folder with needs.jsonl and offers.jsonl")
    parser.add_argument("--added", type=Path, required=True, help="folder with these and judgements.jsonl")
    parser.add_argument("--out", type=Path, default=IN_FORCE, help="the model's file")
    asked = parser.parse_args()

    embedder = Bundled()
    labelled = read_labelled(asked.given, asked.added, embedder)
    told = cross_validated(labelled, folds(labelled))
    learnt = learn(labelled, np.arange(len(labelled.needs)), np.arange(len(labelled.offers)))
    chosen = thresholds(labelled, told, learnt)
    content = told_as_file(labelled, learnt, chosen, embedder.name)
    model_from(content)
    asked.out.write_text(_readable(content), encoding="utf-8")
    given = np.s_[: labelled.given_needs, : labelled.given_offers]
    added = np.s_[labelled.given_needs :, labelled.given_offers :]
    sys.stdout.write(f"given set, held-out tenths\n{report(told[given], labelled.right[given], chosen)}\n\n")
    sys.stdout.write(f"added set, held-out tenths\n{report(told[added], labelled.right[added], chosen)}\n\n")
    sys.stdout.write(f"model {content['version']} written\n")


if __name__ == "__main__":
    main()
