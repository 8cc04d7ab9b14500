"""Results count companies, from confirmed answers, and hide what would name one."""

from typing import Any

import pytest

from services.surveys.domain.asking import Answer
from services.surveys.domain.asking.results import Outcome, results
from shared.events.members import Place
from shared.small_cells import protected
from tests.builders import an_id
from tests.unit.surveys.test_answers import an_answer
from tests.unit.surveys.test_questions import a_choice, a_definition, a_question


def answers(*values: Any, same_company: bool = False) -> list[Answer]:
    return [
        an_answer(
            id=an_id(1000 + number), organisation=an_id(2000 if same_company else 2000 + number), values={"one": value}
        )
        for number, value in enumerate(values)
    ]


def outcome(question: Any, *values: Any, **how: bool) -> Outcome:
    (found,) = results(a_definition(question), answers(*values, **how)).outcomes
    return found


def cells(found: Outcome) -> dict[str, int | None]:
    return {cell.value: cell.companies for cell in found.cells}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 3, "b": 5}, {"a": 3, "b": 5}),
        ({"a": 0, "b": 5}, {"a": 0, "b": 5}),
        ({"a": 1, "b": 2, "c": 5}, {"a": None, "b": None, "c": 5}),
        # one hidden cell beside a total could be computed
        ({"a": 2, "b": 7, "c": 5}, {"a": None, "b": 7, "c": None}),
        ({"a": 2}, {"a": None}),
        ({}, {}),
    ],
)
def test_cells_with_fewer_than_three_companies_are_hidden(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert protected(counts) == shown


def test_a_single_small_cell_may_stand_alone_where_no_total_is_shown() -> None:
    assert protected({"a": 2, "b": 7}, total_shown=False) == {"a": None, "b": 7}


def test_each_choice_counts_companies_not_answers() -> None:
    assert cells(outcome(a_choice(), "a", "a", "a", "b", "b", "b")) == {"a": 3, "b": 3}
    assert cells(outcome(a_choice(), *["a"] * 6, same_company=True)) == {"a": None, "b": 0}


def test_who_answered_at_all_is_hidden_when_few() -> None:
    assert outcome(a_choice(), "a", "a").companies is None
    assert outcome(a_choice(), "a", "a", "b").companies == 3


def test_numbers_are_shown_in_bands_with_their_median_from_three_companies_on() -> None:
    found = outcome(a_question(kind="number"), 1, 2, 2, 60, 70, 80)

    assert {band: count for band, count in cells(found).items() if count} == {"1–2": 3, "51–250": 3}
    assert found.median == 31
    assert outcome(a_question(kind="number"), 1, 2).median is None


def test_days_are_counted_by_month_and_places_by_postal_area() -> None:
    days = outcome(a_question(kind="date"), "2027-01-01", "2027-01-31", "2027-01-15")
    places = outcome(a_question(kind="place"), *[Place(postal_code=code) for code in ("04109", "04155", "04177")])

    assert cells(days) == {"2027-01": 3}
    assert cells(places) == {"041": 3}


def test_yes_and_no_and_every_step_of_a_scale_have_a_row() -> None:
    assert cells(outcome(a_question(kind="yes_no"), True, True, True)) == {"yes": 3, "no": 0}
    assert cells(outcome(a_question(kind="scale", least=1, most=3), 2, 2, 2)) == {"1": 0, "2": 3, "3": 0}


def test_free_texts_are_kept_apart_from_what_is_counted() -> None:
    found = outcome(a_question(), "mehr Excel", "weniger Papier")

    assert found.cells == ()
    assert found.texts == ("mehr Excel", "weniger Papier")


def test_needs_count_each_and_what_an_earlier_edition_asked_more_is_left_out() -> None:
    title = a_question("title", fills="need.title")
    definition = a_definition(each_need=(title,))
    answer = an_answer(values={"gone": "x"}, needs=({"title": "Excel"}, {"title": "Word"}))

    found = results(definition, [answer])

    assert (found.companies, found.needs) == (1, 2)
    assert [one.question.key for one in found.outcomes] == ["title"]
