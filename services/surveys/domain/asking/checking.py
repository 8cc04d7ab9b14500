"""Whether answers fit their questions: each fault names its question, so that a page can show all of them at once."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from services.surveys.domain.asking.defining import answers_to
from services.surveys.domain.asking.filling import limits_of, longest_of
from services.surveys.domain.asking.questions import AnswerValue, Definition, Question
from shared.events.members import Place
from shared.rules import Param

Answers = dict[str, AnswerValue]


@dataclass(frozen=True)
class Fault:
    """One answer that needs another look; `field` is its place, such as `needs.0.title`."""

    field: str
    code: str
    params: Mapping[str, Param] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """Answers as they are kept, and what is wrong with them."""

    values: Answers
    needs: tuple[Answers, ...]
    faults: tuple[Fault, ...]


class Unfit(Exception):  # noqa: N818 - it names what the answer is
    """An answer does not fit its question."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def judged(
    definition: Definition,
    values: Mapping[str, AnswerValue],
    needs: Sequence[Mapping[str, AnswerValue]],
    *,
    whole: bool = True,
) -> Judged:
    """Judge a whole answer; answers to hidden questions are dropped, and not `whole` lets required ones be missing.

    Of several needs the empty ones are dropped, but the first stays where the survey makes needs.
    """
    once, faults = _judge(tuple(definition.questions(each_need=False)), values, {}, "values", whole=whole)
    asked = tuple(definition.questions(each_need=True))
    kept: list[Answers] = []
    for place, answers in enumerate(_not_empty(needs, keep_first=bool(asked))):
        answered, more = _judge(asked, answers, once, f"needs.{place}", whole=whole)
        kept.append(answered)
        faults += more
    return Judged(once, tuple(kept), tuple(faults))


def _not_empty(needs: Sequence[Mapping[str, AnswerValue]], *, keep_first: bool) -> Sequence[Mapping[str, AnswerValue]]:
    told = [need for need in needs if any(not _is_empty(answer) for answer in need.values())]
    return told or ([{}] if keep_first else [])


def _judge(
    questions: Sequence[Question],
    given: Mapping[str, AnswerValue],
    before: Mapping[str, AnswerValue],
    path: str,
    *,
    whole: bool,
) -> tuple[Answers, list[Fault]]:
    kept: Answers = {}
    faults = [
        Fault(f"{path}.{key}", "field_unknown") for key in given if key not in {question.key for question in questions}
    ]
    for question in questions:
        if not is_shown(question, {**before, **kept}):
            continue
        answer = given.get(question.key)
        where = f"{path}.{question.key}"
        if answer is None or _is_empty(answer):
            if question.required and whole:
                faults.append(Fault(where, "answer_missing"))
            continue
        try:
            kept[question.key] = fitting(question, answer)
        except Unfit as unfit:
            faults.append(Fault(where, unfit.code, unfit.params))
    return kept, faults


def is_shown(question: Question, answers: Mapping[str, AnswerValue]) -> bool:
    """Return whether a question is asked after these answers; what depends on a hidden question is hidden, too."""
    condition = question.show_if
    if condition is None:
        return True
    answer = answers.get(condition.question)
    if isinstance(answer, bool):
        return ("yes" if answer else "no") == condition.value
    if isinstance(answer, tuple):
        return condition.value in answer
    return answer is not None and str(answer) == condition.value


def _is_empty(answer: AnswerValue) -> bool:
    if isinstance(answer, Place):
        return answer.postal_code is None and answer.town is None
    return answer in ("", ())


def fitting(question: Question, answer: AnswerValue) -> AnswerValue:
    """Return the answer as it is kept; raises Unfit with a code that `shared.problems` words."""
    if question.kind == "place":
        return _place(answer)
    if question.kind == "yes_no":
        return _yes_or_no(answer)
    if question.kind in {"scale", "number"}:
        return _number(question, answer)
    if question.kind == "choice":
        return _choice(question, answer)
    if question.kind == "date":
        return _day(answer)
    return _words(question, answer)


def _words(question: Question, answer: AnswerValue) -> str:
    if not isinstance(answer, str):
        raise Unfit("not_a_text")
    if len(answer) > longest_of(question):
        raise Unfit("text_too_long", max_length=longest_of(question))
    if question.kind == "text" and "\n" in answer:
        raise Unfit("one_line_only")
    return answer


def _day(answer: AnswerValue) -> str:
    try:
        day = date.fromisoformat(str(answer))
    except ValueError:
        raise Unfit("not_a_day") from None
    if not date(1900, 1, 1) <= day <= date(2199, 12, 31):
        raise Unfit("not_a_likely_time")
    return day.isoformat()


def _number(question: Question, answer: AnswerValue) -> int | float:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not isfinite(answer):
        raise Unfit("not_a_number")
    if question.kind == "scale" or question.fills in {"need.persons", "need.radius_km", "company.head_count"}:
        if answer != int(answer):
            raise Unfit("not_a_whole_number")
        answer = int(answer)
    least, most = limits_of(question)
    if least is not None and answer < least:
        raise Unfit("number_too_small", ge=least)
    if most is not None and answer > most:
        raise Unfit("number_too_large", le=most)
    return answer


def _choice(question: Question, answer: AnswerValue) -> str | tuple[str, ...]:
    several = answer if isinstance(answer, tuple) else (answer,)
    possible = answers_to(question)
    if any(one not in possible for one in several):
        raise Unfit("not_a_choice")
    if question.multiple:
        return tuple(value for value in possible if value in several)
    if len(several) > 1:
        raise Unfit("one_choice_only")
    return str(several[0])


def _yes_or_no(answer: AnswerValue) -> bool:
    if not isinstance(answer, bool):
        raise Unfit("not_a_yes_or_no")
    return answer


def _place(answer: AnswerValue) -> Place:
    if not isinstance(answer, Place):
        raise Unfit("not_a_place")
    return answer
