"""Learns the model from labelled needs and offers: `python -m services.matching.scoring.learn --gold benchmarks/gold`.

Prints cross-validated figures and writes `model.json`; the same labels always give the same file.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring import figures
from services.matching.scoring.embedder import E5, Vector
from services.matching.scoring.figures import Labels, Pairs
from services.matching.scoring.model import IN_FORCE, Exact, model_from
from services.matching.scoring.text import cleaned

FOLDS: Final = 10
PRECISION_WANTED: Final = 0.80
"""Of what is announced; the design's figure."""
SHOWN_WANTED: Final = 0.80
"""Share of answerable needs that are shown a right offer."""
STEADINESS: Final = 0.01
"""Weight of the penalty that keeps the slope finite where few labels separate perfectly."""


@dataclass(frozen=True)
class Labelled:
    """Vectors of needs and offers, and which offers answer which need."""

    needs: Vector
    offers: Vector
    right: Labels


@dataclass(frozen=True)
class Learnt:
    """What is learnt from labels alone, before thresholds."""

    mean_need: Exact
    mean_offer: Exact
    intercept: float
    slope: float

    def probabilities(self, needs: Vector, offers: Vector) -> Pairs:
        """Return the probability of each pair; fit for figures, not for deciding."""
        return _sigmoid(self.intercept + self.slope * _cosines(needs, offers, self.mean_need, self.mean_offer))


def read_labelled(folder: Path, embedder: E5) -> Labelled:
    """Read `needs.jsonl` and `offers.jsonl` and embed their texts as the service does."""
    needs, offers = _lines(folder / "needs.jsonl"), _lines(folder / "offers.jsonl")
    column = {offer["id"]: number for number, offer in enumerate(offers)}
    right = np.zeros((len(needs), len(offers)), dtype=np.bool_)
    for row, need in enumerate(needs):
        right[row, [column[offer] for offer in need["relevant"]]] = True
    asked = [embedder.embed("need", cleaned(need["text"])) for need in needs]
    taught = [
        embedder.embed("offer", f"{cleaned(offer['title'])}. {cleaned(offer['description'])}") for offer in offers
    ]
    return Labelled(np.stack(asked), np.stack(taught), right)


def learn(labelled: Labelled) -> Learnt:
    """Return means and calibration, rounded to what the file keeps."""
    mean_need = labelled.needs.astype(np.float64).mean(axis=0).round(6)
    mean_offer = labelled.offers.astype(np.float64).mean(axis=0).round(6)
    cosines = _cosines(labelled.needs, labelled.offers, mean_need, mean_offer)
    intercept, slope = _logistic_regression(cosines.ravel(), labelled.right.ravel())
    return Learnt(mean_need, mean_offer, round(intercept, 4), round(slope, 4))


def cross_validated(labelled: Labelled) -> Pairs:
    """Return each pair's probability as told by a model that has not seen the labels, nor the mean, of its need."""
    fold = np.arange(len(labelled.needs)) % FOLDS
    told = np.zeros(labelled.right.shape)
    for number in range(FOLDS):
        seen, held = fold != number, fold == number
        learnt = learn(Labelled(labelled.needs[seen], labelled.offers, labelled.right[seen]))
        told[held] = learnt.probabilities(labelled.needs[held], labelled.offers)
    return told


def thresholds(told: Pairs, right: Labels, learnt: Learnt) -> dict[str, float]:
    """Choose from cross-validated probabilities; `c` lies just below the cosine of what is shown."""
    grid = [round(0.01 * step, 2) for step in range(1, 100)]
    precise = [at for at in grid if figures.precision_from(told, right, at) >= PRECISION_WANTED]
    announce = precise[0] if precise else grid[-1]
    showing = [at for at in grid if at <= announce and figures.share_reaching(told, right, at) >= SHOWN_WANTED]
    show = showing[-1] if showing else grid[0]
    cosine_shown = (np.log(show / (1 - show)) - learnt.intercept) / learnt.slope
    return {"c": float(np.floor(cosine_shown * 100 - 0.5) / 100), "show": show, "announce": announce}


def told_as_file(learnt: Learnt, chosen: dict[str, float], embedder: str) -> dict[str, Any]:
    """Return what `model.json` says; its version is made of its content."""
    content: dict[str, Any] = {
        "embedder": embedder,
        "calibration": {"intercept": learnt.intercept, "slope": learnt.slope},
        "thresholds": chosen,
        "means": {"need": learnt.mean_need.tolist(), "offer": learnt.mean_offer.tolist()},
    }
    digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    return {"version": f"e5-{digest}", **content}


def report(told: Pairs, right: Labels, chosen: dict[str, float]) -> str:
    """Return the cross-validated figures as a table."""
    announce, show = chosen["announce"], chosen["show"]
    rows = {
        "nDCG@10": figures.ndcg(told, right),
        "recall@10": figures.recall(told, right),
        "AUC answerable": figures.auc_answerable(told, right),
        "Brier skill": figures.brier_skill(told, right),
        f"announced (p >= {announce}): precision": figures.precision_from(told, right, announce),
        "  answerable needs told a right one": figures.share_reaching(told, right, announce),
        "  unanswerable needs told any": figures.share_misled(told, right, announce),
        f"shown (p >= {show}): precision": figures.precision_from(told, right, show),
        "  answerable needs shown a right one": figures.share_reaching(told, right, show),
        "  unanswerable needs shown any": figures.share_misled(told, right, show),
    }
    return "\n".join(f"{name:<42}{value:7.3f}" for name, value in rows.items())


def _cosines(needs: Vector, offers: Vector, mean_need: Exact, mean_offer: Exact) -> Pairs:
    asked, taught = needs - mean_need, offers - mean_offer
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    taught /= np.linalg.norm(taught, axis=1, keepdims=True)
    cosines: Pairs = asked @ taught.T
    return cosines


def _logistic_regression(values: NDArray[np.float64], right: Labels) -> tuple[float, float]:
    """Return intercept and slope by Newton's method; it settles within ten of the thirty steps."""
    terms = np.column_stack([np.ones_like(values), values])
    penalty = np.diag([0.0, STEADINESS])
    weights = np.zeros(2)
    for _ in range(30):
        told = _sigmoid(terms @ weights)
        gradient = terms.T @ (told - right) + penalty @ weights
        curvature = (terms * (told * (1 - told))[:, None]).T @ terms + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return float(weights[0]), float(weights[1])


def _sigmoid(scores: Pairs) -> Pairs:
    told: Pairs = 1 / (1 + np.exp(-scores))
    return told


def _readable(content: dict[str, Any]) -> str:
    """Return JSON with one line for each value, a list of numbers being one."""
    text = json.dumps(content, indent=1)
    return re.sub(r"\[[^\[\]]*\]", lambda found: " ".join(found.group().split()), text) + "\n"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Learn, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder with needs.jsonl and offers.jsonl")
    parser.add_argument("--out", type=Path, default=IN_FORCE, help="the model's file")
    asked = parser.parse_args()

    embedder = E5()
    labelled = read_labelled(asked.gold, embedder)
    told, learnt = cross_validated(labelled), learn(labelled)
    chosen = thresholds(told, labelled.right, learnt)
    content = told_as_file(learnt, chosen, embedder.name)
    model_from(content)
    asked.out.write_text(_readable(content), encoding="utf-8")
    sys.stdout.write(f"{report(told, labelled.right, chosen)}\nmodel {content['version']} written\n")


if __name__ == "__main__":
    main()
