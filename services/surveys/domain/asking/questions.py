"""What a survey asks: sections of questions, worded in German, English or both."""

from collections.abc import Iterator
from typing import Final, Literal

from shared.events.base import Language, Value
from shared.events.members import Place

Kind = Literal["text", "long_text", "choice", "scale", "number", "date", "place", "yes_no"]

AnswerValue = str | bool | int | float | tuple[str, ...] | Place
"""What is answered to one question: a day as its ISO text, several choices as a tuple."""

YES_NO: Final = ("yes", "no")
"""How a condition names the two answers to a question of this kind."""


class Words(Value):
    """The same text in both languages; empty where nobody wrote it."""

    de: str = ""
    en: str = ""

    def said_in(self, language: Language | str) -> str:
        """Return the text in a language, or in the other one where it is missing."""
        first, second = (self.en, self.de) if language == Language.EN else (self.de, self.en)
        return first or second


class Choice(Value):
    """One of several answers; `value` is what is stored."""

    value: str
    label: Words


class Condition(Value):
    """Show a question only if an earlier one was answered so; of several choices, if this is among them."""

    question: str
    value: str


class Question(Value):
    """One question; `key` names it in answers and stays when its wording changes."""

    key: str
    kind: Kind
    label: Words
    help: Words = Words()
    required: bool = False
    multiple: bool = False
    """Whether several choices may be picked."""
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    """Of a scale or a number."""
    most: int | None = None
    least_label: Words = Words()
    most_label: Words = Words()
    show_if: Condition | None = None
    fills: str | None = None
    """The field of a need or of the company that the answer becomes, such as `need.title`."""


class Section(Value):
    """Questions under one heading; `each_need` is asked anew for every need that a company has."""

    title: Words
    help: Words = Words()
    each_need: bool = False
    questions: tuple[Question, ...] = ()


class Definition(Value):
    """All that a survey asks, as it is exported and imported."""

    title: Words
    intro: Words = Words()
    languages: tuple[Language, ...] = (Language.DE,)
    sections: tuple[Section, ...] = ()

    def questions(self, *, each_need: bool | None = None) -> Iterator[Question]:
        """Go through the questions in order: all of them, or those asked once, or those asked for each need."""
        for section in self.sections:
            if each_need is None or section.each_need == each_need:
                yield from section.questions

    def filling(self, field: str) -> Question | None:
        """Return the question whose answer becomes this field."""
        return next((question for question in self.questions() if question.fills == field), None)

    @property
    def makes_needs(self) -> bool:
        """Whether needs follow from answers."""
        return self.filling("need.title") is not None
