import pytest

from services.portal.forms import Form, number_in
from services.portal.neighbours import Refused


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3", 3),
        ("1.250,50", 1250.5),
        ("1.250", 1250),
        ("1250.5", 1250.5),
        ("12,5", 12.5),
        ("1 250 €", 1250),
        ("-0,5", -0.5),
        ("drei", "drei"),
        ("1e400", "1e400"),
        ("nan", "nan"),
    ],
)
def test_numbers_are_read_as_people_write_them_and_other_texts_are_passed_on(typed: str, read: object) -> None:
    assert number_in(typed) == read


@pytest.mark.parametrize(("typed", "read"), [("1.250", 1250), ("12,5", "12,5"), ("١٢", "١٢"), ("1_000", "1_000")])
def test_whole_numbers_are_whole(typed: str, read: object) -> None:
    assert number_in(typed, whole=True) == read


def test_what_a_service_holds_comes_back_as_it_was_from_a_form_that_nobody_changed() -> None:
    held = {
        "title": "WIG",
        "price": 1250.5,
        "persons": 3,
        "azav": False,
        "pooling": True,
        "place": {"town": None},
        "topics": ["a", "b"],
    }
    kinds = {
        "title": "text",
        "price": "number",
        "persons": "whole",
        "azav": "maybe",
        "pooling": "yes",
        "place.town": "line",
        "topics": "list",
    }

    assert Form.of(held).body(kinds) == held  # type: ignore[arg-type]


def test_rows_in_which_nothing_was_typed_are_left_out_and_faults_still_find_theirs() -> None:
    form = Form({"dates.0.entry": ["fixed"], "dates.2.entry": ["fixed"], "dates.2.town": ["Halle"]})

    assert form.rows("dates", {"entry": "text", "town": "line"}, idle=("entry",)) == [
        {"entry": "fixed", "town": "Halle"}
    ]
    form.refused(Refused(422, {"errors": [{"field": "dates.0.town", "detail": "Unbekannt."}]}))
    assert form.errors == {"dates.2.town": "Unbekannt."}


def test_a_fault_in_a_part_without_a_field_of_its_own_is_shown_at_the_nearest_one() -> None:
    form = Form().refused(Refused(422, {"errors": [{"field": "topics.3", "detail": "Unbekannt."}]}))
    form.label("topics", "Themen")

    assert form.error("topics") == "Unbekannt."
    assert form.summary() == [("topics", "Themen", "Unbekannt.")]
