"""The probability of a pair: the same bits whoever asks, near misses apart, no text that breaks it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.matching.scoring.embedder import Bundled
from services.matching.scoring.model import IN_FORCE, Model, read_model
from services.matching.scoring.reading import Reading, embedded
from services.matching.scoring.text import Saying, Side, cleaned, saying_of
from tests.builders import a_need, an_offer

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model()


@pytest.fixture(scope="module")
def embedder() -> Bundled:
    return Bundled()


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (BENCHMARKS / name).read_text(encoding="utf-8").splitlines()]


def reading(model: Model, embedder: Bundled, side: Side, title: str, rest: str = "") -> Reading:
    saying = Saying(side, cleaned(title), cleaned(rest))
    return model.reading(saying, embedded(saying, embedder))


def test_a_pair_has_the_same_bits_from_either_side_in_a_batch_and_alone(model: Model, embedder: Bundled) -> None:
    needs = [reading(model, embedder, "need", need["text"]) for need in lines_of("gold/needs.jsonl")[:12]]
    offers = [reading(model, embedder, "offer", o["title"], o["description"]) for o in lines_of("gold/offers.jsonl")]

    batch = np.array([model.probabilities(need, offers) for need in needs])
    backwards = np.array([model.probabilities(need, offers[::-1])[::-1] for need in needs[::-1]])[::-1]
    alone = np.array([[model.probability(need, offer) for need in needs] for offer in offers]).T

    assert batch.tobytes() == backwards.tobytes() == alone.tobytes()
    assert ((batch > 0) & (batch < 1)).all()


NEAR_MISSES = [
    ("Neuerungen im Steuerrecht für die Buchhaltung", "Aktuelles Steuerrecht", "Steuerungstechnik für Instandhalter"),
    ("Schütze verdrahten, Stromlaufplan lesen", "Steuerungstechnik Grundlagen", "Steuerrecht für Einsteiger"),
    ("Messestand selbst aufbauen", "Messebau in der Praxis", "Koordinatenmesstechnik"),
    ("Bediener sollen ihre Anlage selbst schmieren", "Maschinenpflege für Bediener", "Altenpflege: Expertenstandards"),
    ("Excel für blutige Anfänger", "Excel Grundkurs", "Excel für Fortgeschrittene"),
    ("Unsere Leute können Excel, es fehlt Pivot", "Excel für Fortgeschrittene: Pivot", "Word Grundkurs"),
    ("WIG-Schweißen an Edelstahl", "WIG-Schweißen", "MAG-Schweißen"),
    ("DSB gesucht, Kollegin schulen", "Betrieblicher Datenschutzbeauftragter", "Datenschutz für alle Beschäftigten"),
    ("Wir brauchen einen Brandschutzbeauftragten", "Brandschutzbeauftragter", "Brandschutzhelfer"),
    ("forklift licence", "Fahrausweis für Flurförderzeuge", "Kranschein"),
    ("Staplerschein für zwei Neue", "Fahrausweis für Flurförderzeuge", "Berufskraftfahrer: Module für Lkw-Fahrer"),
    ("Gabelstabler fahrn lernen", "Flurförderzeuge: Fahrerausbildung", "Gabeln und Löffel: Service im Restaurant"),
    ("jemand soll die Löhne machen", "Lohn- und Gehaltsabrechnung", "Lohnt sich Photovoltaik? Ein Überblick"),
    ("Schweißerschein verlängern", "Schweißerprüfung nach DIN EN ISO 9606-1", "Prüfung zum Bilanzbuchhalter"),
    ("SiFa bestellen", "Fachkraft für Arbeitssicherheit", "Fachkraft für Lagerlogistik"),
    ("AdA-Schein", "Ausbildung der Ausbilder", "Adapter und Stecker: Netzwerktechnik"),
]


@pytest.mark.parametrize(("need", "right", "near"), NEAR_MISSES)
def test_near_misses_stay_apart(model: Model, embedder: Bundled, need: str, right: str, near: str) -> None:
    asked = reading(model, embedder, "need", need)

    chances = model.probabilities(asked, [reading(model, embedder, "offer", title) for title in (right, near)])

    odds = [chance / (1 - chance) for chance in chances]
    assert odds[0] > 3 * odds[1]


ODD_TEXTS = [
    "",
    "x",
    "🙂🙂🙂",
    "Gabel\x00stapler",
    "Wort " * 4000,
    "ß" * 20_000,
    "<p><b>Excel</b></p>" * 300,
    "* - – •",
]
OTHER_TONGUES = [
    "Нужны курсы немецкого",
    "我们需要焊接培训",
    "دورة لحام",
    "half \ud800 of it",
    "C++ & C#",
    "1 2 3",
]


@pytest.mark.parametrize("text", [*ODD_TEXTS, *OTHER_TONGUES])
def test_no_text_breaks_it_and_nonsense_is_announced_to_nobody(model: Model, embedder: Bundled, text: str) -> None:
    need = saying_of(a_need(title="x").model_copy(update={"title": text, "description": text}))
    offer = saying_of(an_offer(title="x").model_copy(update={"title": text, "description": ""}))
    asked = model.reading(need, embedded(need, embedder))
    bread = reading(model, embedder, "offer", "Sauerteig und handwerkliche Brote")

    chance, same = model.probabilities(asked, [bread, model.reading(offer, embedded(offer, embedder))])

    assert 0 < chance < model.thresholds.announce
    assert 0 < same < 1


def test_the_model_in_force_is_small_readable_and_learnt_from_what_is_here(model: Model) -> None:
    assert IN_FORCE.stat().st_size < 50_000
    assert max(map(len, IN_FORCE.read_text(encoding="utf-8").splitlines())) < 20_000
    assert 0 < model.thresholds.show < model.thresholds.announce < 1
    assert all(weight > 0 for name, weight in model.weights.items() if name not in {"beside", "clashing"})
    assert model.weights["clashing"] < 0 > model.weights["beside"]
