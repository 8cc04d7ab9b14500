"""What the scorer is measured beside: word search and each embedding alone, on the same texts."""

import re
from collections import Counter
from typing import Final

import numpy as np

from services.matching.scoring.embedder import DIMENSIONS, Embedder, Vector
from services.matching.scoring.figures import Pairs
from services.matching.scoring.labelled import Labelled
from services.matching.scoring.lexicon import fold, stem

K1: Final = 1.5
B: Final = 0.75
GRAMS: Final = (3, 4, 5)


def stemmed(text: str) -> Counter[str]:
    """Count the stems of a text's words."""
    return Counter(stem(fold(word)) for word in re.findall(r"\w+", text))


def grams(text: str) -> Counter[str]:
    """Count the character 3- to 5-grams within a text's words, borders included."""
    found: Counter[str] = Counter()
    for word in re.findall(r"\w+", text.lower()):
        padded = f" {word} "
        found.update(padded[at : at + size] for size in GRAMS for at in range(len(padded) - size + 1))
    return found


def bm25(asked: list[str], taught: list[str]) -> Pairs:
    """BM25 over stemmed words, with the frequencies of these very offers."""
    counted = [stemmed(text) for text in taught]
    lengths = np.array([sum(counts.values()) for counts in counted])
    norm = K1 * (1 - B + B * lengths / lengths.mean())
    scores = np.zeros((len(asked), len(taught)))
    for row, text in enumerate(asked):
        for term in stemmed(text):
            found = np.array([counts[term] for counts in counted])
            holders = int((found > 0).sum())
            idf = np.log(1 + (len(taught) - holders + 0.5) / (holders + 0.5))
            scores[row] += idf * found * (K1 + 1) / (found + norm)
    return scores


def gram_tfidf(asked: list[str], taught: list[str]) -> Pairs:
    """Cosine of TF-IDF vectors of character grams, with the frequencies of these very offers."""
    counted = [grams(text) for text in taught]
    often = Counter(gram for counts in counted for gram in counts)
    rare = {gram: np.log((1 + len(taught)) / (1 + n)) + 1 for gram, n in often.items()}

    def weighed(counts: Counter[str]) -> dict[str, float]:
        found = {gram: (1 + np.log(n)) * rare[gram] for gram, n in counts.items() if gram in rare}
        length = float(np.sqrt(sum(value * value for value in found.values()))) or 1.0
        return {gram: value / length for gram, value in found.items()}

    offers = [weighed(counts) for counts in counted]
    needs = [weighed(grams(text)) for text in asked]
    return np.array([[sum(v * offer.get(g, 0.0) for g, v in need.items()) for offer in offers] for need in needs])


def embeddings(labelled: Labelled, embedder: Embedder) -> tuple[Vector, Vector]:
    """Embed the texts as they stand, without the lexicon; takes as long as `read_labelled`."""
    needs = np.stack([embedder.embed("need", saying.text) for saying in labelled.asked])
    offers = np.stack([embedder.embed("offer", saying.text) for saying in labelled.taught])
    return needs, offers


def cosines(needs: Vector, offers: Vector, *, second: bool = False, centred: bool = False) -> Pairs:
    """Return the cosines of one of the two embedders, with these very needs' and offers' means if centred."""
    part = slice(DIMENSIONS, None) if second else slice(0, DIMENSIONS)
    asked, taught = needs[:, part].astype(np.float64), offers[:, part].astype(np.float64)
    if centred:
        asked, taught = asked - asked.mean(axis=0), taught - taught.mean(axis=0)
    asked /= np.maximum(np.linalg.norm(asked, axis=1, keepdims=True), 1e-12)
    taught /= np.maximum(np.linalg.norm(taught, axis=1, keepdims=True), 1e-12)
    found: Pairs = asked @ taught.T
    return found
