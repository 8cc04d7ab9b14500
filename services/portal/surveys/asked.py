"""A survey as a page shows it, and what was typed as the JSON of answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.portal.forms import Form, number_in
from shared.events.base import Language

MOST_NEEDS: Final = 10
FEW_OPTIONS: Final = 7
"""So many choices are shown as round buttons; more become a list."""
_OF_NEED: Final = re.compile(r"needs\.(\d{1,2})\.(.+)")


@dataclass(frozen=True)
class ShownQuestion:
    """A question in the reader's language."""

    key: str
    kind: str
    label: str
    help: str
    required: bool
    multiple: bool
    options: tuple[tuple[str, str], ...]
    only_if: str
    """After which answer it is to be answered, in words; empty: always."""

    @property
    def few(self) -> bool:
        """Whether all options fit on the page."""
        return len(self.options) <= FEW_OPTIONS


@dataclass(frozen=True)
class ShownSection:
    """A section in the reader's language; one without required questions may be folded."""

    title: str
    help: str
    questions: tuple[ShownQuestion, ...]

    @property
    def optional(self) -> bool:
        """Whether nothing here must be answered."""
        return not any(question.required for question in self.questions)


@dataclass(frozen=True)
class ShownSurvey:
    """A survey in the reader's language: what is asked once before and after what is asked for each need."""

    title: str
    intro: str
    before: tuple[ShownSection, ...]
    each_need: tuple[ShownSection, ...]
    after: tuple[ShownSection, ...]


def shown(definition: Mapping[str, Any], language: Language, only_if: str) -> ShownSurvey:
    """Return a definition as the page shows it; `only_if` is the sentence with {question} and {answer}."""
    labels = _labels(definition, language)
    sections = [(one["each_need"], _section(one, language, labels, only_if)) for one in definition["sections"]]
    first = next((place for place, (each_need, _) in enumerate(sections) if each_need), len(sections))
    return ShownSurvey(
        said_in(definition["title"], language),
        said_in(definition["intro"], language),
        tuple(one for each_need, one in sections[:first] if not each_need),
        tuple(one for each_need, one in sections if each_need),
        tuple(one for each_need, one in sections[first:] if not each_need),
    )


def said_in(words: Mapping[str, str], language: Language | str) -> str:
    """Return a text in a language, or in the other one where it is missing."""
    return words[language] or words["en" if language == "de" else "de"]


def _section(section: Mapping[str, Any], language: Language, labels: Mapping[str, Any], only_if: str) -> ShownSection:
    return ShownSection(
        said_in(section["title"], language),
        said_in(section["help"], language),
        tuple(_question(one, language, labels, only_if) for one in section["questions"]),
    )


def _question(one: Mapping[str, Any], language: Language, labels: Mapping[str, Any], only_if: str) -> ShownQuestion:
    options = [(choice["value"], said_in(choice["label"], language)) for choice in one["choices"]]
    if one["kind"] == "scale":
        ends = {one["least"]: said_in(one["least_label"], language), one["most"]: said_in(one["most_label"], language)}
        steps = range(one["least"], one["most"] + 1)
        options = [(str(step), f"{step} ({ends[step]})" if ends.get(step) else str(step)) for step in steps]
    return ShownQuestion(
        one["key"],
        one["kind"],
        said_in(one["label"], language),
        said_in(one["help"], language),
        # What is asked only after a certain answer cannot be demanded by a page without JavaScript.
        one["required"] and one["show_if"] is None,
        one["multiple"],
        tuple(options),
        _condition(one["show_if"], labels, only_if),
    )


def _labels(definition: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return each question's label and those of its answers, by key."""
    found: dict[str, Any] = {}
    for section in definition["sections"]:
        for one in section["questions"]:
            answers = {choice["value"]: said_in(choice["label"], language) for choice in one["choices"]}
            yes_no = {"yes": "ja", "no": "nein"} if language == Language.DE else {"yes": "yes", "no": "no"}
            found[one["key"]] = (
                said_in(one["label"], language),
                yes_no if one["kind"] == "yes_no" else answers,
            )
    return found


def _condition(condition: Mapping[str, str] | None, labels: Mapping[str, Any], only_if: str) -> str:
    if condition is None or condition["question"] not in labels:
        return ""
    label, answers = labels[condition["question"]]
    return only_if.format(question=label, answer=answers.get(condition["value"], condition["value"]))


# --- what was typed ---


def count_of_needs(form: Form) -> int:
    """Return how many needs the page asks for, at least one."""
    numbers = [int(found[1]) for name, _ in form.pairs() if (found := _OF_NEED.match(name))]
    return min(
        MOST_NEEDS, max([int(form.text("count") or 1) if form.text("count").isdigit() else 1, *numbers], default=1)
    )


def compacted(form: Form) -> Form:
    """Return the form without empty needs, the others numbered anew, so that a service's numbers are the page's."""
    told = sorted({int(found[1]) for name, _ in form.pairs() if (found := _OF_NEED.match(name))})
    places = {old: new for new, old in enumerate(told[:MOST_NEEDS])}
    values: dict[str, list[str]] = {}
    for name, value in form.pairs():
        found = _OF_NEED.match(name)
        if found is None:
            values.setdefault(name, []).append(value)
        elif int(found[1]) in places:
            values.setdefault(f"needs.{places[int(found[1])]}.{found[2]}", []).append(value)
    return Form({**values, "count": [str(max(1, len(places)))]})


def without_need(form: Form, number: int) -> Form:
    """Return the form after one need was taken off the page."""
    kept: dict[str, list[str]] = {}
    for name, value in form.pairs():
        if not name.startswith(f"needs.{number}."):
            kept.setdefault(name, []).append(value)
    return compacted(Form(kept))


def answers(definition: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Return `values` and `needs` as surveys takes them; what was left empty is left out."""
    once = [one for section in definition["sections"] if not section["each_need"] for one in section["questions"]]
    each = [one for section in definition["sections"] if section["each_need"] for one in section["questions"]]
    needs = [_told(each, form, f"needs.{number}") for number in range(count_of_needs(form))] if each else []
    return {"values": _told(once, form, "values"), "needs": [need for need in needs if need] or needs[:1]}


def _told(questions: Iterable[Mapping[str, Any]], form: Form, path: str) -> dict[str, Any]:
    told = {one["key"]: _value(one, form, f"{path}.{one['key']}") for one in questions}
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def _value(question: Mapping[str, Any], form: Form, name: str) -> Any:
    kind = question["kind"]
    if kind == "place":
        place = {part: form.text(f"{name}.{part}") or None for part in ("postal_code", "town")}
        return place if any(place.values()) else None
    if kind == "yes_no":
        return form.json(name, "maybe")
    if kind == "choice" and question["multiple"]:
        return form.texts(name)
    if kind in {"number", "scale"}:
        return number_in(form.text(name)) if form.text(name) else None
    return form.text(name)


def filled(earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form that an earlier answer fills."""
    needs: Sequence[Any] = earlier["needs"]
    fields: dict[str, Any] = {"values": earlier["values"], "needs": needs, "count": max(1, len(needs))}
    place = earlier.get("place") or {}
    company = {key: place[key] for key in ("postal_code", "town") if place.get(key)}
    return {**fields, **({"company": company} if company else {})}
