"""Definitions as plain forms change them: one section or one question at a time, choices as rows of text."""

import re
import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from services.portal.forms import Form, Kind

Definition = dict[str, Any]
KINDS: Final = ("text", "long_text", "choice", "scale", "number", "date", "place", "yes_no")
FIELDS: Final = (
    "need.title",
    "need.description",
    "need.persons",
    "need.place",
    "need.radius_km",
    "need.delivery",
    "need.time_models",
    "need.earliest_start",
    "need.latest_start",
    "need.latest_end",
    "need.max_price_eur",
    "need.hours_max",
    "need.decide_by",
    "need.level",
    "need.cefr",
    "need.trigger",
    "need.urgency",
    "need.target_groups",
    "need.topics",
    "need.visibility",
    "need.azav_wanted",
    "need.certificate_wanted",
    "need.pooling",
    "need.funding_interest",
    "need.accessibility",
    "company.head_count",
)
"""Fields that answers may become; surveys says which kind of question fits."""

_SPELLED: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_WORDS: Final[dict[str, Kind]] = {"de": "text", "en": "text"}
_HEAD: Final[dict[str, Kind]] = {
    **{f"{part}.{language}": "text" for part in ("title", "intro") for language in _WORDS},
    "languages": "list",
}
_SECTION: Final[dict[str, Kind]] = {
    **{f"{part}.{language}": "text" for part in ("title", "help") for language in _WORDS},
    "each_need": "yes",
}
_LABELS: Final = ("label", "help", "least_label", "most_label")
_QUESTION: Final[dict[str, Kind]] = {
    **{f"{part}.{language}": "text" for part in _LABELS for language in _WORDS},
    "kind": "text",
    "required": "yes",
    "multiple": "yes",
    "least": "whole",
    "most": "whole",
    "fills": "line",
}


def with_head(definition: Definition, form: Form) -> Definition:
    """Return the definition with another title, introduction and languages."""
    return {**definition, **form.body(_HEAD)}


def with_section(definition: Definition, place: int | None, form: Form) -> Definition:
    """Return the definition with a section changed, or a new one at the end."""
    sections = deepcopy(definition["sections"])
    told = form.body(_SECTION)
    if place is None:
        sections.append({**told, "questions": []})
    else:
        sections[place] = {**sections[place], **told}
    return {**definition, "sections": sections}


def with_question(definition: Definition, section: int, place: int | None, form: Form) -> Definition:
    """Return the definition with a question changed, or a new one at the section's end."""
    sections = deepcopy(definition["sections"])
    questions = sections[section]["questions"]
    key = questions[place]["key"] if place is not None else _new_key(definition, form)
    question = {**form.body(_QUESTION), "key": key, "choices": _choices(form.raw("choices")), "show_if": _show_if(form)}
    if place is None:
        questions.append(question)
    else:
        questions[place] = question
    return {**definition, "sections": sections}


def moved(definition: Definition, section: int, place: int | None, step: int) -> Definition:
    """Return the definition with a section, or a question within its section, moved by one place."""
    sections = deepcopy(definition["sections"])
    within = sections if place is None else sections[section]["questions"]
    here = section if place is None else place
    there = here + step
    if 0 <= there < len(within):
        within[here], within[there] = within[there], within[here]
    return {**definition, "sections": sections}


def without(definition: Definition, section: int, place: int | None) -> Definition:
    """Return the definition without a section, or without one of its questions."""
    sections = deepcopy(definition["sections"])
    if place is None:
        del sections[section]
    else:
        del sections[section]["questions"][place]
    return {**definition, "sections": sections}


def fields_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question as its form shows it."""
    rows = [" | ".join((one["value"], one["label"]["de"], one["label"]["en"])) for one in question["choices"]]
    condition = question["show_if"] or {"question": "", "value": ""}
    return {**question, "choices": "\n".join(rows), "show_if": condition}


def _choices(text: str) -> list[dict[str, Any]]:
    """Read rows such as `online | online | online`; of a row with a label alone the value is made from it."""
    found = []
    for row in filter(None, map(str.strip, text.splitlines())):
        parts = [part.strip() for part in row.split("|")]
        value, german, english = ([_plain(parts[0]), *parts] if len(parts) == 1 else parts) + [""] * (
            3 - max(2, len(parts))
        )
        found.append({"value": value, "label": {"de": german, "en": english or german}})
    return found


def _show_if(form: Form) -> dict[str, str] | None:
    if not form.text("show_if.question"):
        return None
    return {"question": form.text("show_if.question"), "value": form.text("show_if.value")}


def _new_key(definition: Definition, form: Form) -> str:
    taken = {question["key"] for section in definition["sections"] for question in section["questions"]}
    base = _plain(form.text("label.de") or form.text("label.en"))[:30].strip("_") or "frage"
    base = base if base[0].isalpha() else f"frage_{base}"
    return next(
        key for number in range(1, len(taken) + 2) if (key := base if number == 1 else f"{base}_{number}") not in taken
    )


def _plain(text: str) -> str:
    """Return a text in small letters, digits and underscores."""
    spelled = text.lower()
    for umlaut, letters in _SPELLED:
        spelled = spelled.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50]
