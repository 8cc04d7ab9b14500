"""What makes a definition sound: keys, conditions, choices and the fields that answers become."""

from collections.abc import Iterator
from typing import Final

from services.surveys.domain.asking.filling import COMPANY, kinds_for, possible, several_possible
from services.surveys.domain.asking.questions import YES_NO, Definition, Question, Words
from shared.rules import RuleBroken

MOST_STEPS: Final = 11
"""0 to 10 is the longest scale that fits on a phone."""


def sound(definition: Definition) -> Definition:
    """Return the definition if every answer to it could be judged; raises RuleBroken with the place of the fault."""
    if next(definition.questions(), None) is None:
        raise RuleBroken("no_question", field="sections")
    _worded(definition, definition.title, "title")
    seen: dict[str, tuple[Question, bool]] = {}
    filled: set[str] = set()
    for question, each_need, path in _placed(definition):
        if question.key in seen:
            raise RuleBroken("question_twice", field=f"{path}.key", key=question.key)
        _worded(definition, question.label, f"{path}.label")
        _check_choices(definition, question, path)
        _check_bounds(question, path)
        _check_condition(question, seen, path, each_need=each_need)
        _check_filling(question, filled, path, each_need=each_need)
        seen[question.key] = (question, each_need)
    if any(field.startswith("need.") for field in filled) and not definition.makes_needs:
        raise RuleBroken("fills_without_title", field="sections")
    return definition


def _placed(definition: Definition) -> Iterator[tuple[Question, bool, str]]:
    for number, section in enumerate(definition.sections):
        _worded(definition, section.title, f"sections.{number}.title")
        for place, question in enumerate(section.questions):
            yield question, section.each_need, f"sections.{number}.questions.{place}"


def _worded(definition: Definition, words: Words, field: str) -> None:
    for language in definition.languages:
        if not getattr(words, language.value):
            raise RuleBroken("words_missing", field=f"{field}.{language.value}")


def _check_choices(definition: Definition, question: Question, path: str) -> None:
    if question.kind != "choice":
        if question.choices or question.multiple:
            raise RuleBroken("choices_not_here", field=f"{path}.choices")
        return
    if len(question.choices) < 2:  # noqa: PLR2004 - a choice is between two
        raise RuleBroken("choices_missing", field=f"{path}.choices")
    values = [choice.value for choice in question.choices]
    for place, choice in enumerate(question.choices):
        if choice.value in values[:place]:
            raise RuleBroken("choice_twice", field=f"{path}.choices.{place}.value", value=choice.value)
        _worded(definition, choice.label, f"{path}.choices.{place}.label")


def _check_bounds(question: Question, path: str) -> None:
    least, most = question.least, question.most
    if question.kind == "scale" and (least is None or most is None or not 0 < most - least < MOST_STEPS):
        raise RuleBroken("scale_bounds", field=f"{path}.most", steps=MOST_STEPS)
    if least is not None and most is not None and most < least:
        raise RuleBroken("bounds_reversed", field=f"{path}.most")


def _check_condition(question: Question, seen: dict[str, tuple[Question, bool]], path: str, *, each_need: bool) -> None:
    condition = question.show_if
    if condition is None:
        return
    known = seen.get(condition.question)
    if known is None or (known[1] and not each_need):
        raise RuleBroken("condition_unknown", field=f"{path}.show_if.question", key=condition.question)
    if condition.value not in answers_to(known[0]):
        raise RuleBroken("condition_value", field=f"{path}.show_if.value", value=condition.value)


def answers_to(question: Question) -> tuple[str, ...]:
    """Return what a condition may name as the answer to a question; empty where answers are free."""
    if question.kind == "yes_no":
        return YES_NO
    if question.kind == "scale" and question.least is not None and question.most is not None:
        return tuple(map(str, range(question.least, question.most + 1)))
    return tuple(choice.value for choice in question.choices)


def _check_filling(question: Question, filled: set[str], path: str, *, each_need: bool) -> None:
    field = question.fills
    if field is None:
        return
    if question.kind not in kinds_for(field):
        raise RuleBroken("fills_kind", field=f"{path}.fills", wanted=field)
    if field in filled:
        raise RuleBroken("fills_twice", field=f"{path}.fills", wanted=field)
    if (field.startswith(COMPANY) or field == "need.title") and each_need == field.startswith(COMPANY):
        raise RuleBroken("fills_elsewhere", field=f"{path}.fills", wanted=field)
    if question.multiple and not several_possible(field):
        raise RuleBroken("fills_one", field=f"{path}.multiple", wanted=field)
    for place, choice in enumerate(question.choices):
        if not possible(field, choice.value):
            raise RuleBroken("fills_value", field=f"{path}.choices.{place}.value", value=choice.value, wanted=field)
    filled.add(field)
