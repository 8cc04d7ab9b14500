"""What surveys keeps of asking: the survey itself and each company's answer, neither of them published."""

from typing import Literal

from services.surveys.domain.asking.questions import AnswerValue, Definition
from shared.events.base import Day, Id, Internal, Language, Moment
from shared.events.members import Place


class Survey(Internal):
    """Questions that a network asks its companies; `edition` grows when what is asked changes after opening."""

    status: Literal["draft", "open", "closed"]
    network: Id
    definition: Definition
    edition: int = 1
    opens_on: Day | None = None
    closes_on: Day | None = None
    """Last day on which answers are taken."""


class Answer(Internal):
    """What one company answered; nothing in it counts before its address is confirmed.

    `received`: nobody has looked yet whether the confirmation came first; `waiting` for it; `confirmed`: it counts,
    and its needs are made.
    """

    status: Literal["received", "waiting", "confirmed"]
    survey: Id
    edition: int
    network: Id
    language: Language
    challenge: Id
    """The confirmation mail that members sent to whoever answered."""
    place: Place = Place()
    """Where the company is, as far as a need names no place of its own."""
    values: dict[str, AnswerValue]
    needs: tuple[dict[str, AnswerValue], ...] = ()
    given_at: Moment
    member: Id | None = None
    organisation: Id | None = None
