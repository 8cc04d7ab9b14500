"""What people send about surveys: definitions, answers and half-finished answers, bounded and typed."""

from datetime import datetime
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Discriminator, Field, StringConstraints, Tag

from services.surveys.domain.asking import AnswerValue, Definition, Survey, bedarfsabfrage
from services.surveys.domain.asking.questions import Kind
from services.surveys.inputs import PlaceInput
from shared.events.base import Id, Language
from shared.ids import new_id
from shared.inputs import DayInput, Input, line, prose

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
MOST_SECTIONS: Final = 20
MOST_QUESTIONS: Final = 40
MOST_CHOICES: Final = 50
MOST_NEEDS: Final = 10
MOST_ANSWERS: Final = 200
Bound = Annotated[int, Field(ge=-1_000_000, le=10_000_000)]
Edition = Annotated[int, Field(ge=1, le=1_000_000)]
T = TypeVar("T")


class LabelInput(Input):
    """A short text in both languages."""

    de: Annotated[str, line(300, required=False)] = ""
    en: Annotated[str, line(300, required=False)] = ""


class ProseInput(Input):
    """A longer text in both languages."""

    de: Annotated[str, prose(3000)] = ""
    en: Annotated[str, prose(3000)] = ""


class ChoiceInput(Input):
    """One of several answers."""

    value: Annotated[str, line(50)]
    label: LabelInput


class ConditionInput(Input):
    """Which answer to an earlier question makes this one appear."""

    question: Key
    value: Annotated[str, line(50)]


class QuestionInput(Input):
    """One question of a survey."""

    key: Key
    kind: Kind
    label: LabelInput
    help: ProseInput = ProseInput()
    required: bool = False
    multiple: bool = False
    choices: Annotated[tuple[ChoiceInput, ...], Field(max_length=MOST_CHOICES)] = ()
    least: Bound | None = None
    most: Bound | None = None
    least_label: LabelInput = LabelInput()
    most_label: LabelInput = LabelInput()
    show_if: ConditionInput | None = None
    fills: Annotated[str, line(40)] | None = None


class SectionInput(Input):
    """Questions under one heading."""

    title: LabelInput
    help: ProseInput = ProseInput()
    each_need: bool = False
    questions: Annotated[tuple[QuestionInput, ...], Field(max_length=MOST_QUESTIONS)] = ()


class DefinitionInput(Input):
    """All that a survey asks, as it is exported and imported."""

    title: LabelInput
    intro: ProseInput = ProseInput()
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)] = (Language.DE,)
    sections: Annotated[tuple[SectionInput, ...], Field(max_length=MOST_SECTIONS)]

    def definition(self) -> Definition:
        """Return the definition as it is kept."""
        return Definition.model_validate(self.model_dump())


class SurveyChange(Input):
    """A survey as its coordinator wants it."""

    definition: DefinitionInput
    opens_on: DayInput | None = None
    closes_on: DayInput | None = None


class SurveyInput(SurveyChange):
    """A new survey of a network, a draft."""

    network: Id

    def new(self, at: datetime) -> Survey:
        """Return the survey with an id of its own."""
        return _draft(self.network, self.definition.definition(), at)


class ReadyMadeInput(Input):
    """A network's Bedarfsabfrage, open at once unless it is wanted as a draft."""

    network: Id
    status: Literal["draft", "open"] = "open"

    def new(self, at: datetime) -> Survey:
        """Return the survey with an id of its own."""
        return _draft(self.network, bedarfsabfrage(), at).model_copy(update={"status": self.status})


def draft_of(survey: Survey, at: datetime) -> Survey:
    """Return a survey that asks the same, with an id of its own, as a draft."""
    return _draft(survey.network, survey.definition, at)


def _draft(network: str, definition: Definition, at: datetime) -> Survey:
    return Survey(id=new_id(), version=1, changed_at=at, status="draft", network=network, definition=definition)


_KINDS: Final = {bool: "yes_no", int: "number", float: "number", str: "text", list: "choices", dict: "place"}


def _kind_of(said: object) -> str:
    """Return which kind of answer is meant, so that a fault is told once and not for each kind it could have been."""
    return _KINDS.get(type(said), "text")


Said = Annotated[
    Annotated[Annotated[str, prose(5000)], Tag("text")]
    | Annotated[bool, Tag("yes_no")]
    | Annotated[int | float, Tag("number")]
    | Annotated[
        Annotated[tuple[Annotated[str, line(50)], ...], Field(max_length=MOST_CHOICES)],
        Tag("choices"),
    ]
    | Annotated[PlaceInput, Tag("place")],
    Discriminator(_kind_of),
]
Saying = Annotated[dict[Key, Said], Field(max_length=MOST_ANSWERS)]


class AnswersInput(Input):
    """Answers by the keys of their questions: those asked once, and one set for each need."""

    version: Edition
    """The edition that was read with the survey."""
    values: Saying = {}  # noqa: RUF012 - a model's field
    needs: Annotated[tuple[Saying, ...], Field(max_length=MOST_NEEDS)] = ()

    def all_values(self) -> dict[str, AnswerValue]:
        """Return the answers asked once, as the domain judges them."""
        return _told(self.values)

    def all_needs(self) -> tuple[dict[str, AnswerValue], ...]:
        """Return the answers of each need, as the domain judges them."""
        return tuple(map(_told, self.needs))


class CheckedAnswer(AnswersInput):
    """A whole answer before its address is confirmed; without name and e-mail address."""

    form: Annotated[str, line(200)]
    """What was read with the survey: it says when the form was opened."""
    language: Language = Language.DE
    place: PlaceInput = PlaceInput()
    """Where the company is."""


class AnswerInput(CheckedAnswer):
    """A whole answer, with the confirmation that members asked for."""

    challenge: Id


class DraftInput(AnswersInput):
    """A half-finished answer; without name, address and company."""

    survey: Id


def _told(said: dict[str, Said]) -> dict[str, AnswerValue]:
    return {key: value.place() if isinstance(value, PlaceInput) else value for key, value in said.items()}
