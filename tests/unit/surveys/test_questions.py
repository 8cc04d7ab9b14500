"""What makes a survey's definition sound, and how a survey goes from draft to closed."""

from datetime import date
from typing import Any

import pytest

from services.surveys.domain.asking import Definition, Survey, bedarfsabfrage, defining
from services.surveys.domain.asking import surveys as rules
from services.surveys.domain.asking.questions import Choice, Condition, Question, Section, Words
from shared.events.base import Language
from shared.rules import Conflict, RuleBroken
from tests.builders import NETWORK, NOW, an_id

BOTH = Words(de="Frage", en="Question")
YES, NO = (Choice(value=value, label=BOTH) for value in ("a", "b"))


def a_question(key: str = "one", **changes: Any) -> Question:
    return Question(**{"key": key, "kind": "text", "label": BOTH, **changes})


def a_choice(key: str = "one", **changes: Any) -> Question:
    return a_question(key, **{"kind": "choice", "choices": (YES, NO), **changes})


def a_definition(*questions: Question, each_need: tuple[Question, ...] = ()) -> Definition:
    sections = (Section(title=BOTH, questions=questions), Section(title=BOTH, each_need=True, questions=each_need))
    return Definition(title=BOTH, sections=tuple(one for one in sections if one.questions))


def a_survey(**changes: Any) -> Survey:
    given = {"id": an_id(700), "version": 1, "changed_at": NOW, "status": "draft", "network": NETWORK}
    return Survey(**{**given, "definition": bedarfsabfrage(), **changes})


TITLE = a_question("title", fills="need.title")


@pytest.mark.parametrize(
    ("definition", "code", "field"),
    [
        (Definition(title=BOTH), "no_question", "sections"),
        (a_definition(a_question(), a_question()), "question_twice", "sections.0.questions.1.key"),
        (
            a_definition(a_question(label=Words(en="Question"))),
            "words_missing",
            "sections.0.questions.0.label.de",
        ),
        (a_definition(a_choice(choices=(YES,))), "choices_missing", "sections.0.questions.0.choices"),
        (a_definition(a_choice(choices=(YES, YES))), "choice_twice", "sections.0.questions.0.choices.1.value"),
        (a_definition(a_question(choices=(YES, NO))), "choices_not_here", "sections.0.questions.0.choices"),
        (a_definition(a_question(kind="scale", least=1)), "scale_bounds", "sections.0.questions.0.most"),
        (a_definition(a_question(kind="scale", least=0, most=11)), "scale_bounds", "sections.0.questions.0.most"),
        (a_definition(a_question(kind="number", least=2, most=1)), "bounds_reversed", "sections.0.questions.0.most"),
        (
            a_definition(a_question(show_if=Condition(question="two", value="a")), a_choice("two")),
            "condition_unknown",
            "sections.0.questions.0.show_if.question",
        ),
        (
            a_definition(a_choice(), a_question("two", show_if=Condition(question="one", value="c"))),
            "condition_value",
            "sections.0.questions.1.show_if.value",
        ),
        (a_definition(a_question(fills="need.persons")), "fills_kind", "sections.0.questions.0.fills"),
        (a_definition(a_question(fills="need.status")), "fills_kind", "sections.0.questions.0.fills"),
        (a_definition(a_question(fills="need.description")), "fills_without_title", "sections"),
        (a_definition(TITLE), "fills_elsewhere", "sections.0.questions.0.fills"),
        (
            a_definition(each_need=(a_question(kind="number", fills="company.head_count"),)),
            "fills_elsewhere",
            "sections.0.questions.0.fills",
        ),
        (
            a_definition(each_need=(TITLE, a_question("two", fills="need.title"))),
            "fills_twice",
            "sections.0.questions.1.fills",
        ),
        (
            a_definition(each_need=(TITLE, a_choice(fills="need.delivery"))),
            "fills_value",
            "sections.0.questions.1.choices.0.value",
        ),
        (
            a_definition(each_need=(TITLE, a_choice(fills="need.level", multiple=True))),
            "fills_one",
            "sections.0.questions.1.multiple",
        ),
    ],
)
def test_what_could_not_be_judged_later_is_refused_with_its_place(
    definition: Definition, code: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        defining.sound(definition)

    assert (broken.value.code, broken.value.field) == (code, field)


def test_a_question_about_a_need_may_depend_on_one_asked_once_but_not_the_other_way_round() -> None:
    once, dependent = a_choice(), a_question("two", show_if=Condition(question="one", value="a"))

    defining.sound(a_definition(once, each_need=(dependent,)))

    turned = Definition(
        title=BOTH,
        sections=(
            Section(title=BOTH, each_need=True, questions=(once,)),
            Section(title=BOTH, questions=(dependent,)),
        ),
    )
    with pytest.raises(RuleBroken, match="condition_unknown"):
        defining.sound(turned)


def test_the_ready_made_survey_is_sound_in_both_languages() -> None:
    definition = bedarfsabfrage()

    assert defining.sound(definition) == definition
    assert definition.languages == (Language.DE, Language.EN)
    assert definition.makes_needs


def test_a_definition_is_the_same_after_export_and_import() -> None:
    definition = bedarfsabfrage()

    assert Definition.model_validate_json(definition.model_dump_json()) == definition


def test_words_missing_in_a_language_are_said_in_the_other() -> None:
    assert Words(de="nur deutsch").said_in("en") == "nur deutsch"
    assert Words(de="Frage", en="Question").said_in("en") == "Question"


def test_a_new_edition_begins_when_questions_change_after_opening() -> None:
    other = a_definition(a_question())
    draft, opened = a_survey(), rules.opened(a_survey())

    assert rules.edited(draft, other, None, None).edition == 1
    assert rules.edited(opened, other, None, None).edition == 2
    assert rules.edited(opened, opened.definition, None, date(2027, 1, 1)).edition == 1


@pytest.mark.parametrize(
    ("status", "today", "standing"),
    [
        ("open", date(2027, 1, 9), "not_yet"),
        ("open", date(2027, 1, 10), "open"),
        ("open", date(2027, 1, 20), "open"),
        ("open", date(2027, 1, 21), "closed"),
        ("closed", date(2027, 1, 15), "closed"),
        ("draft", date(2027, 1, 15), "not_yet"),
    ],
)
def test_answers_are_taken_from_the_first_to_the_last_day(status: str, today: date, standing: str) -> None:
    survey = a_survey(status=status, opens_on=date(2027, 1, 10), closes_on=date(2027, 1, 20))

    assert rules.standing(survey, today) == standing
    if standing != "open":
        with pytest.raises(Conflict):
            rules.check_open(survey, today)


def test_a_survey_that_was_open_is_closed_not_erased_and_a_draft_the_other_way_round() -> None:
    draft, opened = a_survey(), a_survey(status="open")

    rules.check_erasable(draft)
    assert rules.opened(rules.closed(opened)).status == "open"
    with pytest.raises(Conflict, match="survey_never_open"):
        rules.closed(draft)
    with pytest.raises(Conflict, match="survey_was_open"):
        rules.check_erasable(rules.closed(opened))


def test_its_last_day_is_not_before_its_first() -> None:
    with pytest.raises(RuleBroken, match="end_before_start"):
        rules.edited(a_survey(), bedarfsabfrage(), date(2027, 1, 2), date(2027, 1, 1))


@pytest.mark.parametrize(("seconds", "code"), [(2.9, "form_too_fast"), (86_401, "form_too_old")])
def test_a_form_comes_back_neither_at_once_nor_a_day_later(seconds: float, code: str) -> None:
    rules.check_pace(3, 3)
    rules.check_pace(86_400, 3)

    with pytest.raises(RuleBroken, match=code):
        rules.check_pace(seconds, 3)
