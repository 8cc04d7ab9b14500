"""Which question may fill which field of a need or of the company, and how answers become those fields."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from services.surveys.domain.asking.questions import AnswerValue, Definition, Kind, Question
from shared.events.surveys import Cefr, Delivery, Level, TargetGroup, TimeModel, Trigger, Visibility

NEED: Final = "need."
COMPANY: Final = "company."

_KINDS: Final[dict[str, frozenset[Kind]]] = {
    "need.title": frozenset({"text"}),
    "need.description": frozenset({"text", "long_text"}),
    "need.accessibility": frozenset({"text", "long_text"}),
    "need.persons": frozenset({"number"}),
    "need.place": frozenset({"place"}),
    "need.radius_km": frozenset({"choice", "number"}),
    "need.max_price_eur": frozenset({"number"}),
    "need.hours_max": frozenset({"number"}),
    "need.earliest_start": frozenset({"date"}),
    "need.latest_start": frozenset({"date"}),
    "need.latest_end": frozenset({"date"}),
    "need.decide_by": frozenset({"date"}),
    "need.delivery": frozenset({"choice"}),
    "need.time_models": frozenset({"choice"}),
    "need.target_groups": frozenset({"choice"}),
    "need.topics": frozenset({"choice"}),
    "need.level": frozenset({"choice"}),
    "need.cefr": frozenset({"choice"}),
    "need.trigger": frozenset({"choice"}),
    "need.urgency": frozenset({"choice"}),
    "need.visibility": frozenset({"choice"}),
    "need.azav_wanted": frozenset({"yes_no"}),
    "need.certificate_wanted": frozenset({"yes_no"}),
    "need.pooling": frozenset({"yes_no"}),
    "need.funding_interest": frozenset({"yes_no"}),
    "company.head_count": frozenset({"number"}),
}
"""Every field that an answer may become, with the kinds of question that can ask for it."""

FIELDS: Final = tuple(_KINDS)

_WORDS: Final[dict[str, type[StrEnum]]] = {
    "need.delivery": Delivery,
    "need.time_models": TimeModel,
    "need.target_groups": TargetGroup,
    "need.level": Level,
    "need.cefr": Cefr,
    "need.trigger": Trigger,
    "need.visibility": Visibility,
}
_SEVERAL: Final = frozenset({"need.delivery", "need.time_models", "need.target_groups", "need.topics"})
_LIMITS: Final[dict[str, tuple[int, int]]] = {
    "need.persons": (1, 10_000),
    "need.radius_km": (1, 1000),
    "need.max_price_eur": (0, 1_000_000),
    "need.hours_max": (1, 100_000),
    "company.head_count": (0, 10_000_000),
}
_LONGEST_TITLE: Final = 200
_LONGEST_TOPIC: Final = 50
_URGENCIES: Final = frozenset({"low", "normal", "high"})


def kinds_for(field: str) -> frozenset[Kind]:
    """Return the kinds of question that may fill a field; empty for a field that does not exist."""
    return _KINDS.get(field, frozenset())


def possible(field: str, choice: str) -> bool:
    """Return whether a choice's value can become this field."""
    if field in _WORDS:
        return choice in set(_WORDS[field])
    if field == "need.urgency":
        return choice in _URGENCIES
    if field == "need.topics":
        return 1 <= len(choice) <= _LONGEST_TOPIC
    if field in _LIMITS:
        least, most = _LIMITS[field]
        return choice.isascii() and choice.isdigit() and least <= int(choice) <= most
    return True


def several_possible(field: str) -> bool:
    """Return whether several choices can become this field together."""
    return field in _SEVERAL


def limits_of(question: Question) -> tuple[int | None, int | None]:
    """Return the least and the most that a number may be: the narrower of the question's limits and the field's."""
    least, most = _LIMITS.get(question.fills or "", (None, None))
    lower = [bound for bound in (question.least, least) if bound is not None]
    upper = [bound for bound in (question.most, most) if bound is not None]
    return max(lower, default=None), min(upper, default=None)


def longest_of(question: Question) -> int:
    """Return how many characters an answer in words may have."""
    if question.fills == "need.title":
        return _LONGEST_TITLE
    return 5000 if question.kind == "long_text" else 500


def need_fields(
    definition: Definition, asked_once: Mapping[str, AnswerValue], of_need: Mapping[str, AnswerValue]
) -> dict[str, Any]:
    """Return the fields of a need that the answers become: those asked for this need, and those asked once for all."""
    found: dict[str, Any] = {}
    for question in definition.questions():
        answer = of_need.get(question.key, asked_once.get(question.key))
        if answer is not None and question.fills is not None and question.fills.startswith(NEED):
            found |= _filled(question.fills, answer)
    return found


def _filled(field: str, answer: AnswerValue) -> dict[str, Any]:
    name = field.removeprefix(NEED)
    if name == "persons":
        return {"persons_min": answer, "persons_max": answer}
    if field in _SEVERAL:
        several = answer if isinstance(answer, tuple) else (str(answer),)
        return {name: tuple(several) if name == "topics" else frozenset(_WORDS[field](one) for one in several)}
    if name in {"earliest_start", "latest_start", "latest_end", "decide_by"}:
        return {name: date.fromisoformat(str(answer))}
    if name == "radius_km":
        return {name: int(str(answer))}
    return {name: answer}
