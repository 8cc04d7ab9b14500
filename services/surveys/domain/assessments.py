"""Assessments: what an adviser thinks a region or branch needs, given by a member, for one, or by a personal link."""

from datetime import date
from typing import Literal

from services.surveys.domain.viewers import Viewer
from shared.events.base import Day, Id, Internal
from shared.rules import Missing, RuleBroken


class Assessment(Internal):
    """An adviser's view (Einschätzung) of what a region or branch needs."""

    status: Literal["given"] = "given"
    network: Id
    text: str
    region: str = ""
    """In words, such as "Landkreis Leipzig"."""
    area: str | None = None
    """The first digits of the postcodes that are meant."""
    branch: str = ""
    topics: tuple[str, ...] = ()
    urgency: Literal["low", "normal", "high"] | None = None
    persons: int | None = None
    """How many people, roughly."""
    source: str = ""
    """Whose view it is, such as the name of an agency."""
    assessed_on: Day
    given_by: Id | None = None
    """The adviser, if that person has an entry here."""
    recorded_by: Id | None = None
    """Who wrote it down; None for what came by a personal link."""
    request: Id | None = None
    """The request that it answers."""


class AssessmentRequest(Internal):
    """A personal link by which somebody without an account gives one assessment.

    `submitted`: given, and still changeable by the same link until it is closed or expires.
    """

    status: Literal["open", "submitted", "closed"]
    network: Id
    asked: str
    """Whom, such as "Agentur für Arbeit Leipzig"."""
    asked_for: str = ""
    """Who asks, as the page names them."""
    expires_on: Day
    """Last day on which the link works."""
    made_by: Id | None = None
    assessment: Id | None = None


def may_see(viewer: Viewer, network: str) -> bool:
    """Tell whether somebody may read a network's assessments: its coordinators and advisers."""
    return viewer.operator or viewer.is_in((network,), "coordinator", "adviser")


def may_change(viewer: Viewer, assessment: Assessment) -> bool:
    """Tell whether somebody may change an assessment: coordinators, and whoever gave or recorded it."""
    if viewer.operator or viewer.is_in((assessment.network,), "coordinator"):
        return True
    return viewer.member is not None and viewer.member in {assessment.given_by, assessment.recorded_by}


def may_ask(viewer: Viewer, network: str) -> bool:
    """Tell whether somebody may send personal links: the network's coordinators."""
    return viewer.operator or viewer.is_in((network,), "coordinator")


def sound(assessment: Assessment, today: date) -> Assessment:
    """Return an assessment that can be: of a past or present day, and of somebody."""
    if assessment.assessed_on > today:
        raise RuleBroken("assessment_in_future", field="assessed_on", day=str(assessment.assessed_on))
    if assessment.given_by is None and not assessment.source:
        raise RuleBroken("assessment_without_source", field="source")
    return assessment


def sound_request(request: AssessmentRequest, today: date) -> AssessmentRequest:
    """Return a request whose link works for today at least."""
    if request.expires_on < today:
        raise RuleBroken("day_is_past", field="expires_on", day=str(request.expires_on))
    return request


def answerable(request: AssessmentRequest, today: date) -> AssessmentRequest:
    """Return the request if its link still works; Missing otherwise, as for a link that never was."""
    if request.status == "closed" or request.expires_on < today:
        raise Missing("link_not_valid")
    return request


def closed(request: AssessmentRequest) -> AssessmentRequest:
    """Return the request with its link shut; shutting it twice is the same as once."""
    return request.model_copy(update={"status": "closed"})


def without_member(assessment: Assessment, member: str) -> Assessment:
    """Return the assessment without an erased person's id."""
    gone = {name: None for name in ("given_by", "recorded_by") if getattr(assessment, name) == member}
    return assessment.model_copy(update=gone)
