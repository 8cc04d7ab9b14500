"""Whether answers fit their questions, and which needs they become."""

from typing import Any

import pytest

from services.surveys.domain.asking import Answer, AnswerValue, answering, bedarfsabfrage
from services.surveys.domain.asking.checking import judged
from services.surveys.domain.asking.questions import Choice, Condition, Question
from services.surveys.domain.days import day_of
from shared.events.members import Place
from tests.builders import ASKER, COMPANY, LEIPZIG, NETWORK, NOW, an_id
from tests.unit.surveys.test_questions import BOTH, a_choice, a_definition, a_question

CHOICES = tuple(Choice(value=value, label=BOTH) for value in ("a", "b", "c"))


def faults_of(question: Question, answer: AnswerValue) -> list[str]:
    return [fault.code for fault in judged(a_definition(question), {question.key: answer}, []).faults]


@pytest.mark.parametrize(
    ("question", "answer", "codes"),
    [
        (a_question(), "x" * 500, []),
        (a_question(), "x" * 501, ["text_too_long"]),
        (a_question(), "two\nlines", ["one_line_only"]),
        (a_question(), 3, ["not_a_text"]),
        (a_question(kind="long_text"), "two\nlines", []),
        (a_choice(choices=CHOICES), "b", []),
        (a_choice(choices=CHOICES), "d", ["not_a_choice"]),
        (a_choice(choices=CHOICES), ("a", "b"), ["one_choice_only"]),
        (a_choice(choices=CHOICES, multiple=True), ("a", "b"), []),
        (a_choice(choices=CHOICES, multiple=True), ("a", "d"), ["not_a_choice"]),
        (a_question(kind="scale", least=1, most=5), 5, []),
        (a_question(kind="scale", least=1, most=5), 6, ["number_too_large"]),
        (a_question(kind="scale", least=1, most=5), 2.5, ["not_a_whole_number"]),
        (a_question(kind="number"), 2.5, []),
        (a_question(kind="number", least=3), 2, ["number_too_small"]),
        (a_question(kind="number"), True, ["not_a_number"]),
        (a_question(kind="number"), "viele", ["not_a_number"]),
        (a_question(kind="date"), "2027-02-29", ["not_a_day"]),
        (a_question(kind="date"), "2027-02-28", []),
        (a_question(kind="date"), "0001-01-01", ["not_a_likely_time"]),
        (a_question(kind="yes_no"), False, []),
        (a_question(kind="yes_no"), "yes", ["not_a_yes_or_no"]),
        (a_question(kind="place"), LEIPZIG, []),
        (a_question(kind="place"), "Leipzig", ["not_a_place"]),
    ],
)
def test_an_answer_fits_its_kind_of_question(question: Question, answer: AnswerValue, codes: list[str]) -> None:
    assert faults_of(question, answer) == codes


@pytest.mark.parametrize("nothing", ["", (), Place()])
def test_what_is_required_must_be_answered_and_nothing_is_no_answer(nothing: AnswerValue) -> None:
    definition = a_definition(a_question(required=True))

    assert [fault.code for fault in judged(definition, {"one": nothing}, []).faults] == ["answer_missing"]
    assert judged(definition, {"one": nothing}, [], whole=False).faults == ()


@pytest.mark.parametrize(
    ("question", "answer", "shown"),
    [
        (a_choice(), "a", True),
        (a_choice(), "b", False),
        (a_choice(multiple=True), ("a", "b"), True),
        (a_question(kind="yes_no"), True, True),
        (a_question(kind="yes_no"), False, False),
        (a_question(kind="scale", least=1, most=3), 3, True),
    ],
)
def test_a_question_is_asked_after_the_answer_it_depends_on(
    question: Question, answer: AnswerValue, shown: bool
) -> None:
    value = {"choice": "a", "yes_no": "yes", "scale": "3"}[question.kind]
    dependent = a_question("two", required=True, show_if=Condition(question="one", value=value))
    definition = a_definition(question, dependent)

    told = judged(definition, {"one": answer, "two": "x"}, [])
    silent = judged(definition, {"one": answer}, [])

    assert ("two" in told.values) == shown
    assert bool(silent.faults) == shown


def test_what_depends_on_a_hidden_question_is_hidden_too() -> None:
    second = a_choice("two", show_if=Condition(question="one", value="a"))
    third = a_question("three", required=True, show_if=Condition(question="two", value="a"))

    told = judged(a_definition(a_choice(), second, third), {"one": "b", "two": "a"}, [])

    assert (told.values, told.faults) == ({"one": "b"}, ())


def test_empty_needs_are_dropped_and_faults_count_those_that_are_left() -> None:
    needs: list[dict[str, Any]] = [{"title": ""}, {"title": "Excel", "persons": 2}, {"title": "Word"}]

    told = judged(bedarfsabfrage(), {}, needs)

    assert [need["title"] for need in told.needs] == ["Excel", "Word"]
    assert [fault.field for fault in told.faults] == ["needs.1.persons"]


def an_answer(**changes: Any) -> Answer:
    given: dict[str, Any] = {
        "id": an_id(800),
        "version": 1,
        "changed_at": NOW,
        "given_at": NOW,
        "status": "confirmed",
        "survey": an_id(700),
        "edition": 1,
        "network": NETWORK,
        "language": "en",
        "challenge": an_id(801),
        "place": LEIPZIG,
        "values": {"who_sees_it": "coordinator"},
        "needs": ({"title": "Excel", "persons": 3, "radius": "100", "delivery": ("online",), "together": True},),
        "member": ASKER,
        "organisation": COMPANY,
    }
    return Answer.model_validate({**given, **changes})


def test_answers_become_the_fields_of_a_need_that_their_questions_fill() -> None:
    (need,) = answering.needs_of(an_answer(), bedarfsabfrage())

    assert (need.title, need.persons_min, need.persons_max, need.radius_km) == ("Excel", 3, 3, 100)
    assert (list(need.delivery), need.pooling, need.visibility.value) == (["online"], True, "coordinator")
    assert (need.place, need.language, need.source) == (LEIPZIG, "en", "survey")
    assert (need.organisation, need.contact, need.entered_by) == (COMPANY, ASKER, ASKER)
    assert (need.confirmed, need.consent and need.consent.how) == (True, "online")


def test_a_need_says_its_own_place_where_the_survey_asks_for_it() -> None:
    title = a_question("title", fills="need.title")
    definition = a_definition(each_need=(title, a_question("where", kind="place", fills="need.place")))
    own, left_out = {"title": "Excel", "where": Place(postal_code="01067")}, {"title": "Word"}

    needs = answering.needs_of(an_answer(values={}, needs=(own, left_out)), definition)

    assert [need.place.postal_code for need in needs] == ["01067", "04109"]


def test_a_survey_that_asks_for_no_need_makes_none() -> None:
    assert answering.needs_of(an_answer(), a_definition(a_question())) == ()


@pytest.mark.parametrize(
    ("need", "place", "field", "code"),
    [
        ({"latest_start": "2020-01-01"}, LEIPZIG, "needs.0.latest_start", "day_is_past"),
        ({"radius": "25"}, Place(), "place", "radius_without_place"),
    ],
)
def test_a_rule_between_fields_is_told_at_the_question_that_fills_it(
    need: dict[str, Any], place: Place, field: str, code: str
) -> None:
    answer = an_answer(needs=({"title": "Excel", "persons": 1, **need},), place=place)

    (fault,) = answering.need_faults(answer, bedarfsabfrage(), day_of(NOW))

    assert (fault.field, fault.code) == (field, code)


def test_after_erasure_an_answer_holds_nothing_that_was_written_freely() -> None:
    left = answering.without_person(an_answer(), bedarfsabfrage())

    assert left.member is None
    assert "title" not in left.needs[0]
    assert left.needs[0]["persons"] == 3
    assert left.organisation == COMPANY
