"""What companies answered, in sum; a cell with fewer than three companies is hidden, since it would name them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from services.surveys.domain.asking.kinds import Answer
from services.surveys.domain.asking.questions import YES_NO, AnswerValue, Definition, Question, Words
from shared.events.members import Place
from shared.places import area_of
from shared.small_cells import FEWEST, protected

MOST_TEXTS: Final = 500


@dataclass(frozen=True)
class Cell:
    """How many companies gave one answer; None when so few that they could be recognised."""

    value: str
    label: Words
    companies: int | None


@dataclass(frozen=True)
class Outcome:
    """What was answered to one question."""

    question: Question
    companies: int | None
    """Who answered it at all."""
    cells: tuple[Cell, ...] = ()
    median: float | None = None
    """Of numbers and scales, from three companies on."""
    texts: tuple[str, ...] = ()
    """What was written freely, for coordinators alone; never part of a download."""


@dataclass(frozen=True)
class Results:
    """All outcomes of a survey, from confirmed answers alone."""

    companies: int
    needs: int
    outcomes: tuple[Outcome, ...]


@dataclass
class _Heard:
    """Who said what to one question."""

    companies: set[str] = field(default_factory=set)
    said: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def results(definition: Definition, answers: Iterable[Answer]) -> Results:
    """Return what confirmed answers say to the questions of a definition; what earlier editions asked more is left."""
    heard: dict[str, _Heard] = defaultdict(_Heard)
    known = {question.key: question for question in definition.questions()}
    companies: set[str] = set()
    needs = 0
    for answer in answers:
        company = answer.organisation or answer.id
        companies.add(company)
        needs += len(answer.needs) if definition.makes_needs else 0
        for said in (answer.values, *answer.needs):
            for key, value in said.items():
                if key in known:
                    _hear(heard[key], known[key], value, company)
    outcomes = tuple(_outcome(question, heard[question.key]) for question in definition.questions())
    return Results(len(companies), needs, outcomes)


def _hear(heard: _Heard, question: Question, value: AnswerValue, company: str) -> None:
    heard.companies.add(company)
    if question.kind in {"text", "long_text"}:
        heard.texts.append(str(value))
        return
    for one in _cells_of(question, value):
        heard.said[one].add(company)
    if isinstance(value, int | float) and not isinstance(value, bool):
        heard.numbers.append(float(value))


def _cells_of(question: Question, value: AnswerValue) -> Sequence[str]:
    """Return the rows in which an answer counts: bands of numbers, months of days, areas of places."""
    if isinstance(value, bool):
        return (YES_NO[0] if value else YES_NO[1],)
    if isinstance(value, tuple):
        return value
    if isinstance(value, Place):
        return (area_of(value) or "",)
    if isinstance(value, int | float):
        return (_band(value) if question.kind == "number" else str(value),)
    return (value[:7] if question.kind == "date" else value,)


def _outcome(question: Question, heard: _Heard) -> Outcome:
    counted = len(heard.companies)
    return Outcome(
        question,
        protected({"all": counted}, total_shown=False)["all"],
        _table(question, heard),
        median(heard.numbers) if heard.numbers and counted >= FEWEST else None,
        tuple(heard.texts[:MOST_TEXTS]),
    )


def _table(question: Question, heard: _Heard) -> tuple[Cell, ...]:
    said = {value: len(companies) for value, companies in heard.said.items()}
    if question.kind == "choice":
        # Choices that an earlier edition offered, and this one does not, are counted in no row.
        rows = [(choice.value, choice.label) for choice in question.choices]
    elif question.kind == "yes_no":
        rows = [("yes", Words(de="ja", en="yes")), ("no", Words(de="nein", en="no"))]
    elif question.kind == "scale":
        rows = [_plain(str(step)) for step in range(question.least or 0, (question.most or 0) + 1)]
    elif question.kind == "number":
        rows = [_plain(_band(bound)) for bound in (0, *_BOUNDS)]
    elif question.kind == "date":
        rows = [_plain(month) for month in sorted(said)]
    elif question.kind == "place":
        rows = [(area, Words(de=f"{area}xx", en=f"{area}xx") if area else _UNKNOWN) for area in sorted(said)]
    else:
        return ()
    cells = protected({value: said.get(value, 0) for value, _ in rows})
    return tuple(Cell(value, label, cells[value]) for value, label in rows)


_UNKNOWN: Final = Words(de="Ort ohne Postleitzahl", en="place without postcode")
_BOUNDS: Final = (1, 3, 6, 11, 51, 251)


def _plain(text: str) -> tuple[str, Words]:
    return text, Words(de=text, en=text)


def _band(number: float) -> str:
    if number < _BOUNDS[0]:
        return "0"
    for least, following in pairwise(_BOUNDS):
        if number < following:
            return f"{least}\N{EN DASH}{following - 1}"
    return f"{_BOUNDS[-1]}+"
