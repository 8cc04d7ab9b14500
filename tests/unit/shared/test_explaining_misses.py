"""Why the best content does not match, and what could be changed, in words."""

from typing import Any, get_args

import pytest

from shared.events.matching import Advice, AdviceCode, Criterion, CriterionCode, NearMiss
from shared.explaining import advised, near_miss
from tests.builders import an_id

Value = Any


def a_miss(*criteria: Criterion) -> NearMiss:
    return NearMiss(offer=an_id(101), probability=0.9, criteria=criteria)


def missed(code: CriterionCode, language: str = "de", /, **params: Value) -> str:
    told = a_miss(Criterion(code="content", verdict="fits"), Criterion(code=code, verdict="not", params=params))
    return near_miss(told, language).replace("\u00a0", " ")


def says(code: AdviceCode, adds: int, language: str = "de", /, **params: Value) -> str:
    return advised(Advice(code=code, params=params, adds=adds), language).replace("\u00a0", " ")


FAR = {"how": "distance", "km": 140.2, "radius_km": 50, "town": "Berlin"}


@pytest.mark.parametrize(
    ("code", "params", "german", "english"),
    [
        (
            "place",
            FAR,
            "Passt inhaltlich, ist aber 140 km entfernt; Ihr Umkreis beträgt 50 km.",
            "The content fits, but it is 140 km away; your radius is 50 km.",
        ),
        (
            "dates",
            {"starts_on": "2027-03-01", "latest": "2026-12-31"},
            "Passt inhaltlich, beginnt aber erst am 1. März 2027; Sie wünschen einen Beginn bis zum 31. Dezember 2026.",
            "The content fits, but it does not start before 1 March 2027; you want a start by 31 December 2026.",
        ),
        (
            "price",
            {"price_eur": 890.0, "max_price_eur": 300.0},
            "Passt inhaltlich, kostet aber 890 € pro Person; Ihr Budget beträgt 300 €.",
            "The content fits, but it costs €890 a person; your budget is €300.",
        ),
        (
            "seats",
            {"left": 1, "wanted": 2},
            "Passt inhaltlich, hat aber nur noch 1 freien Platz; Sie brauchen mindestens 2.",
            "The content fits, but only 1 place is left; you need at least 2.",
        ),
        (
            "seats",
            {"max": 8, "wanted": 9},
            "Passt inhaltlich, nimmt aber höchstens 8 Personen auf; Sie brauchen mindestens 9 Plätze.",
            "The content fits, but the course takes 8 people at most; you need at least 9 places.",
        ),
        ("seats", {"left": 0, "wanted": 2}, "Passt inhaltlich, ist aber ausgebucht.", "the course is full."),
        (
            "delivery",
            {"delivery": "online"},
            "Passt inhaltlich, nicht aber beim Punkt „Unterrichtsform“. Der Unterricht findet live online statt.",
            "The content fits, but not the form of teaching. The course is taught live online.",
        ),
    ],
)
def test_what_excludes_is_named(code: CriterionCode, params: dict[str, Value], german: str, english: str) -> None:
    assert german in missed(code, **params)
    assert english in missed(code, "en", **params)


def test_a_distance_just_above_the_radius_is_not_rounded_into_it() -> None:
    assert "ist aber 51 km entfernt; Ihr Umkreis beträgt 50 km" in missed("place", km=50.1, radius_km=50)


def test_every_further_limit_has_its_own_sentence() -> None:
    miss = a_miss(
        Criterion(code="place", verdict="not", params=FAR),
        Criterion(code="level", verdict="not", weight=0.25),
        Criterion(code="price", verdict="not", params={"price_eur": 900.0, "max_price_eur": 500.0}),
    )

    text = near_miss(miss, "de").replace("\u00a0", " ")

    assert text == (
        "Passt inhaltlich, ist aber 140 km entfernt; Ihr Umkreis beträgt 50 km. "
        "Der Kurs kostet 900 € pro Person. Budget: 500 € pro Person."
    )


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"km": 20, "radius_km": 50, "price_eur": 5, "max_price_eur": 9, "left": 9, "wanted": 1},
        {"km": "x{0}", "starts_on": "x{0}", "left": "x", "price_eur": "{x}", "delivery": "x"},
    ],
)
def test_missing_or_contradicting_parameters_are_not_told(params: dict[str, Value], language: str) -> None:
    for code in get_args(CriterionCode):
        text = missed(code, language, **params)

        assert text.startswith(("Passt inhaltlich", "The content fits"))
        assert not any(told in text for told in ("20 km", "9 €", "€9", "{"))


@pytest.mark.parametrize(
    ("code", "params", "adds", "german", "english"),
    [
        (
            "radius",
            {"from": 50, "to": 100},
            3,
            "Mit einem Umkreis von 100 km statt 50 km kämen 3 passende Angebote hinzu.",
            "With a radius of 100 km instead of 50 km, 3 more offers would fit.",
        ),
        (
            "radius",
            {"from": 50},
            1,
            "Ohne Begrenzung des Umkreises (bisher 50 km) käme 1 passendes Angebot hinzu.",
            "With no limit to the radius, now 50 km, 1 more offer would fit.",
        ),
        (
            "latest_start",
            {"from": "2026-12-06", "to": "2027-01-12"},
            1,
            "Mit einem Beginn bis zum 12. Januar 2027 statt bis zum 6. Dezember 2026 käme 1 passendes Angebot hinzu.",
            "With a start by 12 January 2027 instead of 6 December 2026, 1 more offer would fit.",
        ),
        (
            "delivery",
            {"to": "online"},
            2,
            "Wenn auch Live-Online-Unterricht infrage kommt, kämen 2 passende Angebote hinzu.",
            "If live lessons online would do as well, 2 more offers would fit.",
        ),
        (
            "persons",
            {"from": 4, "to": 2},
            2,
            "Mit 2 statt 4 Personen kämen 2 passende Angebote hinzu.",
            "With 2 people instead of 4, 2 more offers would fit.",
        ),
    ],
)
def test_a_change_says_what_it_would_bring(
    code: AdviceCode, params: dict[str, Value], adds: int, german: str, english: str
) -> None:
    assert says(code, adds, **params) == german
    assert says(code, adds, "en", **params) == english


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("params", [{}, {"from": 100, "to": 50}, {"from": "x{0}", "to": "y{1}"}])
def test_every_change_has_a_sentence_even_with_broken_parameters(params: dict[str, Value], language: str) -> None:
    texts = {says(code, 2, language, **params) for code in get_args(AdviceCode)}

    assert len(texts) == len(get_args(AdviceCode))
    assert all("{" not in text and text.endswith(("hinzu.", "would fit.")) for text in texts)
