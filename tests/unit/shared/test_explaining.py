"""Sentences for reasons: right in both languages, and never against their verdict."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract_from_file

from shared.events.matching import Criterion, CriterionCode, Match, Verdict
from shared.explaining import Side, headline, reasons
from shared.explaining.funding import _UNKNOWN
from shared.explaining.labels import LABELS
from shared.explaining.missing import _FORMS_AS_WELL
from shared.explaining.sentences import _FORMS, _LEVELS, _TIMES
from shared.language import translations
from tests.builders import an_id

SHARED = Path(__file__).parents[3] / "shared"


def a_match(*criteria: Criterion) -> Match:
    return Match(
        offer=an_id(101),
        pair=an_id(7),
        probability=0.9,
        fit=0.8,
        announced=True,
        criteria=criteria,
        found_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
    )


def said(
    code: CriterionCode, verdict: Verdict, *, language: str = "de", side: Side = "company", **params: str | float
) -> str:
    [reason] = reasons(a_match(Criterion(code=code, verdict=verdict, params=params)), language, side)
    return reason.text.replace("\u00a0", " ")


def test_a_place_within_the_radius_names_town_and_distance() -> None:
    text = said("place", "fits", how="distance", km=12.4, radius_km=50, town="Dresden")

    assert text == "Der Kurs findet in Dresden statt. Entfernung: etwa 12 km (gewünscht: höchstens 50 km)."


def test_a_place_just_outside_the_radius_is_not_rounded_into_it() -> None:
    assert "etwa 51 km (gewünscht: höchstens 50 km)" in said("place", "not", how="distance", km=50.2, radius_km=50)


def test_dates_and_prices_are_written_as_in_a_letter() -> None:
    assert said("dates", "fits", starts_on="2027-01-12") == "Der Kurs beginnt am 12. Januar 2027."
    assert said("dates", "fits", starts_on="2027-01-12", language="en") == "The course starts on 12 January 2027."
    assert said("price", "fits", price_eur=1250.0, max_price_eur=1500) == (
        "Der Kurs kostet 1.250 € pro Person. Budget: 1.500 € pro Person."
    )
    assert said("price", "fits", price_eur=1250.0, language="en") == "The course costs €1,250 a person."
    assert (
        said("price", "not", price_eur=99.5) == "Der Kurs kostet 99,50 € pro Person. Der Preis liegt über dem Budget."
    )


def test_one_place_is_singular() -> None:
    assert said("seats", "fits", left=1, wanted=1) == "Es ist noch 1 Platz frei. Gebraucht wird mindestens 1 Platz."
    assert said("seats", "not", left=2, wanted=3) == "Es sind noch 2 Plätze frei. Gebraucht werden mindestens 3 Plätze."


def test_the_unknown_is_an_open_question() -> None:
    assert said("seats", "unknown") == "Ob noch Plätze frei sind, ist nicht bekannt."
    assert said("seats", "unknown", left=3) == "Ob noch Plätze frei sind, ist nicht bekannt."
    assert said("place", "unknown", language="en") == "Where the course takes place is not known."


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("verdict", ["fits", "not"])
def test_parameters_that_contradict_the_verdict_are_not_told(verdict: Verdict, language: str) -> None:
    against: dict[str, dict[str, str | float]] = {
        "place": {"km": 80, "radius_km": 50},
        "price": {"price_eur": 900, "max_price_eur": 500},
        "seats": {"left": 1, "wanted": 4},
        "dates": {"starts_on": "2027-05-01", "latest": "2027-04-01"},
        "latest_end": {"ends_on": "2027-05-01", "latest_end": "2027-04-01"},
    }
    limits = {"place": "50", "price": "500", "seats": "4", "dates": "April", "latest_end": "April"}
    for code, params in against.items():
        text = said(code, verdict, language=language, **params)  # type: ignore[arg-type]

        assert (limits[code] in text) == (verdict == "not"), text


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("side", ["company", "provider"])
def test_every_criterion_has_a_sentence_for_every_verdict_even_with_broken_parameters(
    language: str, side: Side
) -> None:
    broken = dict.fromkeys(("km", "starts_on", "left", "price_eur", "models", "asked", "ends_on", "how"), "x{0}")
    for code in get_args(CriterionCode):
        texts = {
            said(code, verdict, language=language, side=side, **params)
            for verdict in get_args(Verdict)
            for params in ({}, broken)
        }

        assert all(text.endswith(".") for text in texts)
        assert len(texts) >= 3


def test_an_anonymous_company_is_not_narrowed_down_for_the_provider() -> None:
    match = a_match(
        Criterion(code="place", verdict="fits", params={"km": 12.0, "radius_km": 50, "town": "Dresden"}),
        Criterion(code="price", verdict="fits", params={"price_eur": 900.0, "max_price_eur": 1111}),
        Criterion(code="seats", verdict="fits", params={"left": 8, "wanted": 7}),
    )

    text = " ".join(reason.text for reason in reasons(match, "de", "provider", anonymous=True))

    assert "Dresden" in text
    assert not any(told in text for told in ("12", "50", "1.111", "7"))


def test_a_headline_names_what_fits_and_what_is_open() -> None:
    match = a_match(
        Criterion(code="lifecycle", verdict="fits"),
        Criterion(code="place", verdict="fits"),
        Criterion(code="seats", verdict="unknown"),
    )

    assert headline(match, "de") == "passt: Ort · offen: freie Plätze"


def test_every_sentence_is_translated() -> None:
    keywords = {"say": None, "count": (1, 2)}
    found = [
        message
        for path in (SHARED / "explaining").glob("*.py")
        for _, message, _, _ in extract_from_file("python", path, keywords=keywords)
    ]
    singles = {message if isinstance(message, str) else message[0] for message in found}
    singles |= {
        *_UNKNOWN.values(),
        *_FORMS_AS_WELL.values(),
        *LABELS.values(),
        *_FORMS.values(),
        *_TIMES.values(),
        *_LEVELS.values(),
    }
    german = translations(SHARED, "de")

    untranslated = {each for each in singles if german.ugettext(each) == each} - {"AZAV"}

    assert len(singles) > 90
    assert {each for each in untranslated if german.ungettext(each, each, 1) == each} == set()
