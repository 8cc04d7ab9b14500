"""The life of a survey: a draft is opened, closed and opened again; what it asks is an edition once it was open."""

from datetime import date
from typing import Final, Literal

from services.surveys.domain.asking.kinds import Survey
from services.surveys.domain.asking.questions import Definition
from shared.rules import Conflict, RuleBroken

Standing = Literal["open", "not_yet", "closed"]


def edited(old: Survey, definition: Definition, opens_on: date | None, closes_on: date | None) -> Survey:
    """Return the survey with new questions or days; a draft's questions change in place, others get a new edition."""
    if opens_on is not None and closes_on is not None and closes_on < opens_on:
        raise RuleBroken("end_before_start", field="closes_on", start=str(opens_on), end=str(closes_on))
    renewed = old.status != "draft" and definition != old.definition
    return old.model_copy(
        update={
            "definition": definition,
            "opens_on": opens_on,
            "closes_on": closes_on,
            "edition": old.edition + 1 if renewed else old.edition,
        }
    )


def opened(survey: Survey) -> Survey:
    """Return the survey open for answers; opening twice is the same as once."""
    return survey.model_copy(update={"status": "open"})


def closed(survey: Survey) -> Survey:
    """Return the survey closed; a draft was never open."""
    if survey.status == "draft":
        raise Conflict("survey_never_open", field="status")
    return survey.model_copy(update={"status": "closed"})


def check_erasable(survey: Survey) -> None:
    """Raise Conflict unless nobody can have answered."""
    if survey.status != "draft":
        raise Conflict("survey_was_open", field="status")


def standing(survey: Survey, today: date) -> Standing:
    """Return whether answers are taken today; the first and the last day included."""
    if survey.status == "closed" or (survey.closes_on is not None and survey.closes_on < today):
        return "closed"
    if survey.status == "draft" or (survey.opens_on is not None and survey.opens_on > today):
        return "not_yet"
    return "open"


def check_open(survey: Survey, today: date) -> None:
    """Raise Conflict unless answers are taken today."""
    found = standing(survey, today)
    if found == "closed":
        raise Conflict("survey_closed")
    if found == "not_yet":
        raise Conflict("survey_not_yet_open")


LONGEST_OPEN_SECONDS: Final = 24 * 3600
"""A form may lie open for a day; then the page is loaded again, with what was entered kept in the browser."""


def check_pace(seconds: float, least: float) -> None:
    """Raise RuleBroken if a form comes back faster than a person can fill it in, or a day after it was opened."""
    if seconds < least:
        raise RuleBroken("form_too_fast", field="form")
    if seconds > LONGEST_OPEN_SECONDS:
        raise RuleBroken("form_too_old", field="form")
