"""Texts, vectors, and the one probability of a pair."""

import json

import numpy as np
import pytest

from services.matching.index import VectorIndex
from services.matching.scoring.embedder import DIMENSIONS, Bundled, Vector, key_of
from services.matching.scoring.model import IN_FORCE, Centre, Model, model_from, read_model
from services.matching.scoring.text import LONGEST, cleaned, text_of_need, text_of_offer
from tests.builders import a_need, an_offer


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model()


@pytest.fixture(scope="module")
def embedder() -> Bundled:
    return Bundled()


def some_vectors(count: int, seed: int, model: Model) -> Vector:
    """Return vectors that lie around the means as real ones do."""
    noise = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)) * 0.02
    vectors = noise + (model.mean_need + model.mean_offer) / 2
    found: Vector = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>Schweißen<br/>und&nbsp;Löten</p>", "Schweißen und Löten"),
        ("Drehzahl < 500 und > 100", "Drehzahl < 500 und > 100"),
        ("Gabel\x00stapler\u200b\ufeff", "Gabelstapler"),
        ("  zwei\n\n Zeilen\t", "zwei Zeilen"),
        ("<!-- <b>nichts</b> --> etwas", "etwas"),
        ("half \ud800 a character", "half a character"),
        ("🙂", "🙂"),
        ("<br>", ""),
    ],
)
def test_texts_are_cleaned_of_what_only_disturbs(text: str, shown: str) -> None:
    assert cleaned(text) == shown


def test_title_and_description_become_sentences() -> None:
    assert text_of_need(a_need(title="Excel", description="Pivot lernen")) == "Excel. Pivot lernen"
    assert text_of_need(a_need(title="Excel?", description="")) == "Excel?"
    offer = an_offer(title="Excel", description="<p>Pivot.</p>", keywords=("Tabellen", "Büro"), certificate="Xpert")
    assert text_of_offer(offer) == "Excel. Pivot. Tabellen, Büro. Xpert"


def test_texts_are_bounded_after_markup_is_gone() -> None:
    offer = an_offer(description="<b></b>" * 500 + "Wort " * 3000)

    assert LONGEST - 10 < len(text_of_offer(offer)) <= LONGEST
    assert text_of_offer(offer).endswith("Wort")


@pytest.mark.parametrize("text", ["", "a", "🙂", "Wort " * 4000, "Лагерь", "half \ud800"])
def test_any_text_has_a_vector_of_length_one(embedder: Bundled, text: str) -> None:
    vector = embedder.embed("need", text_of_need(a_need(title="x")) if not text else cleaned(text)[:LONGEST])

    assert (vector.dtype, vector.shape) == (np.dtype(np.float32), (DIMENSIONS + 512,))
    assert np.linalg.norm(vector[:DIMENSIONS]) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vector[DIMENSIONS:]) == pytest.approx(1, abs=1e-5)


def test_equal_texts_have_bit_equal_vectors_and_sides_differ(embedder: Bundled) -> None:
    texts = ["Staplerschein", "Schweißen lernen", "forklift licence"]

    first = [embedder.embed("need", text) for text in texts]
    again = [embedder.embed("need", text) for text in reversed(texts)][::-1]

    assert np.array_equal(first, again)
    assert not np.array_equal(first[0], embedder.embed("offer", texts[0]))
    assert key_of(embedder, "need", "a") != key_of(embedder, "offer", "a")


def test_a_pair_has_the_same_bits_alone_in_a_batch_and_from_either_side(model: Model) -> None:
    needs, offers = some_vectors(40, 1, model), some_vectors(300, 2, model)

    alone = np.array([[model.cosine(need, offer) for offer in offers] for need in needs])
    from_need = np.array([model.cosines(need, offers) for need in needs])
    from_offer = np.array([model.cosines(needs, offer) for offer in offers]).T
    reversed_ = np.array([model.cosines(need, offers[::-1])[::-1] for need in needs])

    assert alone.tobytes() == from_need.tobytes() == from_offer.tobytes() == reversed_.tobytes()


def test_the_canonical_cosine_is_the_centred_one(model: Model) -> None:
    need, offer = some_vectors(1, 3, model)[0], some_vectors(1, 4, model)[0]
    asked, taught = need - model.mean_need, offer - model.mean_offer

    expected = asked @ taught / np.linalg.norm(asked) / np.linalg.norm(taught)

    assert model.cosine(need, offer) == pytest.approx(expected, abs=1e-12)


def test_a_vector_that_is_just_the_mean_answers_nothing(model: Model) -> None:
    centre = Model(**{**vars(model), "centres": (Centre(np.ones(DIMENSIONS), model.mean_offer),)})

    assert centre.cosine(np.ones(DIMENSIONS, dtype=np.float32), some_vectors(1, 5, model)[0]) == 0.0


def test_the_model_in_force_speaks_of_the_embedder_that_is_installed(model: Model, embedder: Bundled) -> None:
    assert model.embedder == embedder.name


def test_a_model_whose_thresholds_fall_or_that_weighs_what_is_no_feature_is_refused() -> None:
    told = json.loads(IN_FORCE.read_text(encoding="utf-8"))

    with pytest.raises(ValueError, match="thresholds"):
        model_from({**told, "thresholds": {"c": 0.2, "show": 0.5, "announce": 0.4}})
    with pytest.raises(ValueError, match="feature"):
        model_from({**told, "weights": {"length": 1.0}})


def test_the_index_finds_everything_at_or_above_the_cosine_and_little_else(model: Model) -> None:
    offers, needs = some_vectors(2000, 6, model), some_vectors(20, 7, model)
    index = VectorIndex(model.mean_offer)
    for number, vector in enumerate(offers):
        index.put(str(number), vector)

    for need in needs:
        exact = model.cosines(need, offers)
        border = float(np.sort(exact)[-200])  # some offer lies exactly on it
        wanted = {str(number) for number in np.flatnonzero(exact >= border)}
        found = set(index.near(model.need_direction(need), border))
        assert wanted <= found
        assert len(found) <= len(wanted) + 5


def test_the_index_forgets_and_replaces(model: Model) -> None:
    vectors = some_vectors(100, 8, model)
    index = VectorIndex(model.mean_offer)
    for number, vector in enumerate(vectors):
        index.put(str(number), vector)
    for number in range(0, 100, 3):
        index.remove(str(number))
    index.put("1", vectors[2])

    left = sorted((str(number) for number in range(100) if number % 3), key=int)
    assert sorted(index.ids(), key=int) == left
    assert set(index.near(model.need_direction(vectors[0]), -1.1)) == set(left)
    assert np.array_equal(index.vectors(["1", "2", "97"]), vectors[[2, 2, 97]])


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.1])
def test_the_index_takes_no_vector_that_an_embedder_cannot_have_made(model: Model, value: float) -> None:
    with pytest.raises(ValueError, match="length"):
        VectorIndex(model.mean_offer).put("x", np.full(DIMENSIONS, value, dtype=np.float32))
