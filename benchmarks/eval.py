"""`make eval`: the scorer beside word search and each embedding, on held-out needs of both labelled sets.

Prints the tables of docs/figures.md and draws docs/reliability.svg. Given needs are ranked among given offers alone,
added needs among all offers. Nothing here changes the model in force.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import baselines
from benchmarks.diagram import reliability_svg
from services.matching.scoring import figures, learn
from services.matching.scoring.embedder import Bundled, Vector
from services.matching.scoring.figures import Labels, Pairs
from services.matching.scoring.labelled import Labelled, read_labelled
from services.matching.scoring.model import WORDING, read_model

HERE: Final = Path(__file__).parent
PICTURE: Final = HERE.parent / "docs" / "reliability.svg"
OURS: Final = "the scorer"
WORST: Final = 15
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Set:
    """Some needs, the offers among which they are ranked, and the scores of each system."""

    name: str
    needs: list[str]
    kinds: list[str]
    offers: list[str]
    scores: Mapping[str, Pairs]
    grades: Pairs

    @property
    def right(self) -> Labels:
        return self.grades > 0


RANKING: Final[Mapping[str, Callable[[Pairs, Pairs], float]]] = {
    "nDCG@10": figures.ndcg,
    "recall@10": lambda scores, grades: figures.recall(scores, grades > 0),
    "MRR": lambda scores, grades: figures.mrr(scores, grades > 0),
    "P@1": lambda scores, grades: figures.first_is_right(scores, grades > 0),
    "AUC answerable": lambda scores, grades: figures.auc_answerable(scores, grades > 0),
}


def systems(labelled: Labelled, vectors: tuple[Vector, Vector], needs: slice, offers: slice) -> dict[str, Pairs]:
    """Return the scores of each system; those with means or frequencies take them from these needs and offers."""
    asked = [saying.text for saying in labelled.asked[needs]]
    taught = [saying.text for saying in labelled.taught[offers]]
    of_needs, of_offers = vectors[0][needs], vectors[1][offers]
    return {
        "BM25, German stemming": baselines.bm25(asked, taught),
        "character 3-5-gram TF-IDF": baselines.gram_tfidf(asked, taught),
        "e5": baselines.cosines(of_needs, of_offers),
        "e5, centred": baselines.cosines(of_needs, of_offers, centred=True),
        "USE": baselines.cosines(of_needs, of_offers, second=True),
        "USE, centred": baselines.cosines(of_needs, of_offers, second=True, centred=True),
    }


def a_set(name: str, labelled: Labelled, needs: slice, offers: slice, scores: Mapping[str, Pairs]) -> Set:
    return Set(
        name,
        [saying.text for saying in labelled.asked[needs]],
        [need["kind"] for need in labelled.needs[needs]],
        [saying.title for saying in labelled.taught[offers]],
        scores,
        labelled.grades[needs, offers],
    )


def print_ranking(one: Set) -> None:
    answerable = int(one.right.any(axis=1).sum())
    print(f"\n### {one.name}: {answerable} answerable needs, {len(one.needs) - answerable} without an answer, ", end="")
    print(f"{len(one.offers)} offers\n\n| system | {' | '.join(RANKING)} |\n| --- |{' --- |' * len(RANKING)}")
    for system, scores in one.scores.items():
        told = [_with_interval(figure, scores, one.grades) for figure in RANKING.values()]
        print(f"| {system} | {' | '.join(told)} |")


def _with_interval(figure: Callable[[Pairs, Pairs], float], scores: Pairs, grades: Pairs) -> str:
    low, high = figures.interval(lambda rows: figure(scores[rows], grades[rows]), len(scores))
    return f"{figure(scores, grades):.3f} ({low:.2f}-{high:.2f})"


def print_probabilities(one: Set, announce: float, show: float) -> None:
    told, right = one.scores[OURS], one.right
    rows: dict[str, Callable[[Rows], float]] = {
        "calibration error over pairs with p >= 0.05": lambda r: figures.calibration_error(told[r], right[r]),
        "Brier skill": lambda r: figures.brier_skill(told[r], right[r]),
        f"announced (p >= {announce}): precision": lambda r: figures.precision_from(told[r], right[r], announce),
        "answerable needs told a right one": lambda r: figures.share_reaching(told[r], right[r], announce),
        "unanswerable needs told any": lambda r: figures.share_misled(told[r], right[r], announce),
        f"shown (p >= {show}): precision": lambda r: figures.precision_from(told[r], right[r], show),
        "answerable needs shown a right one": lambda r: figures.share_reaching(told[r], right[r], show),
        "unanswerable needs shown any": lambda r: figures.share_misled(told[r], right[r], show),
    }
    print(f"\n### {one.name}: probabilities\n\n| figure | value |\n| --- | --- |")
    everyone = np.arange(len(told))
    for name, figure in rows.items():
        low, high = figures.interval(figure, len(told))
        print(f"| {name} | {figure(everyone):.3f} ({low:.2f}-{high:.2f}) |")


def slices(one: Set) -> Iterator[tuple[str, Rows]]:
    """Give the kinds of needs, and those that share no stem with any right offer."""
    kinds = np.array(one.kinds)
    shares = baselines.bm25(one.needs, one.offers) > 0
    yield (
        "no word in common with a right title",
        np.flatnonzero(~(shares & one.right).any(axis=1) & one.right.any(axis=1)),
    )
    for kind in sorted(set(one.kinds)):
        rows = np.flatnonzero(kinds == kind)
        if one.right[rows].any():
            yield kind, rows


def print_slices(one: Set) -> None:
    shown = (OURS, "e5, centred", "character 3-5-gram TF-IDF", "BM25, German stemming")
    print(f"\n### {one.name}: nDCG@10 by kind of need\n\n| kind | needs | {' | '.join(shown)} |\n| --- |{' --- |' * 5}")
    for kind, rows in slices(one):
        told = [f"{figures.ndcg(one.scores[system][rows], one.grades[rows]):.3f}" for system in shown]
        print(f"| {kind} | {len(rows)} | {' | '.join(told)} |")


def print_worst(one: Set) -> None:
    told = one.scores[OURS]
    rows = np.flatnonzero(one.right.any(axis=1))
    each = figures.ndcg_of_each(told, one.grades)
    print(f"\n### {one.name}: the worst needs\n\n| nDCG@10 | need | first | right |\n| --- | --- | --- | --- |")
    for place in np.argsort(each, kind="stable")[:WORST]:
        row = rows[place]
        if each[place] == 1:
            break
        first, right = int(told[row].argmax()), np.flatnonzero(one.right[row])
        wanted = max(right, key=lambda column: told[row, column])
        print(
            f"| {each[place]:.2f} | {_short(one.needs[row])} | {_short(one.offers[first])} {told[row, first]:.2f} ",
            end="",
        )
        print(f"| {_short(one.offers[wanted])} {told[row, wanted]:.2f} |")


def _short(text: str) -> str:
    return text.replace("|", "/") if len(text) <= 70 else f"{text[:67].replace('|', '/')}..."


def without_lexicon(labelled: Labelled, vectors: tuple[Vector, Vector]) -> Labelled:
    """Return the same set for a scorer that knows no subjects and no levels, and embeds texts as they stand."""
    unknown = {name: np.zeros_like(labelled.grades) for name in WORDING if name not in {"stems", "grams"}}
    return replace(labelled, need_vectors=vectors[0], offer_vectors=vectors[1], words=labelled.words | unknown)


def without_branch(labelled: Labelled) -> Pairs:
    """Return probabilities told by models that saw neither a need nor an offer of the need's branch."""
    names = sorted(set(labelled.branches))
    fold = np.array([names.index(branch) for branch in labelled.branches])
    categories = np.array([offer["category"] for offer in labelled.offers])
    return learn.cross_validated(labelled, fold, lambda number: np.flatnonzero(categories != names[number]))


def main() -> None:
    embedder, model = Bundled(), read_model()
    labelled = read_labelled(HERE / "gold", HERE / "labelled", embedder)
    sys.stderr.write("embedding once more without the lexicon, for the comparison\n")
    vectors = baselines.embeddings(labelled, embedder)
    bare = learn.cross_validated(without_lexicon(labelled, vectors), learn.folds(labelled))
    told, apart = learn.cross_validated(labelled, learn.folds(labelled)), without_branch(labelled)
    everything, given, added = slice(None), slice(labelled.given_needs), slice(labelled.given_needs, None)
    given_offers, added_offers = slice(labelled.given_offers), slice(labelled.given_offers, None)
    wanted = {"given set": (given, given_offers), "added set": (added, everything)}
    sets = []
    for name, (needs, offers) in wanted.items():
        scores = systems(labelled, vectors, needs, offers)
        scores |= {f"{OURS} without the lexicon": bare[needs, offers], OURS: told[needs, offers]}
        scores |= {f"{OURS}, branch left out": apart[needs, offers]}
        sets.append(a_set(name, labelled, needs, offers, scores))
    own = a_set("added set, its own offers", labelled, added, added_offers, {OURS: told[added, added_offers]})

    print(f"model {model.version}, held-out tenths; in brackets 95 of 100 draws of needs with putting back")
    for one in [*sets, own]:
        print_ranking(one)
    for one in (sets[0], own):
        print_probabilities(one, model.thresholds.announce, model.thresholds.show)
    for one in sets:
        print_slices(one)
        print_worst(one)
    curves = {one.name: figures.reliability(one.scores[OURS], one.right, start=0.0) for one in (sets[0], own)}
    PICTURE.write_text(reliability_svg("Told and right, held-out needs", curves), encoding="utf-8")
    print(f"\npicture: docs/{PICTURE.name}")


if __name__ == "__main__":
    main()
