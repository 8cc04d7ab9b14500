"""Assessments and the requests for them, as people send them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.surveys.domain.assessments import Assessment, AssessmentRequest
from services.surveys.inputs.places import Topics, once_each
from shared.events.base import Id
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, ProseText, line, prose


class PublicAssessmentInput(Input):
    """An assessment as somebody with a personal link writes it."""

    text: Annotated[ProseText, prose(20_000, required=True)]
    region: Annotated[str, line(200, required=False)] = ""
    area: Annotated[str, Field(pattern=r"^\d{1,5}$", examples=["042"])] | None = None
    """The first one to five digits of the postcodes that are meant."""
    branch: Annotated[str, line(200, required=False)] = ""
    topics: Topics = ()
    """Codes as GET /topics lists them."""
    urgency: Literal["low", "normal", "high"] | None = None
    persons: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """How many people, roughly."""

    def fields(self) -> dict[str, Any]:
        """Return what is said of the matter."""
        names = PublicAssessmentInput.model_fields
        return {**{name: getattr(self, name) for name in names}, "topics": once_each(self.topics)}


class AssessmentInput(PublicAssessmentInput):
    """An assessment that an adviser gives, or that a coordinator records for one, with its source and day."""

    network: Id | None = None
    """Left out: your network if you are in one alone; a change leaves it as it is."""
    source: Annotated[str, line(200, required=False)] = ""
    """Whose view it is, such as the name of an agency."""
    assessed_on: DayInput | None = None
    """Left out: today; a change leaves it as it is."""
    given_by: Id | None = None
    """The adviser, if that person has an entry here; left out by an adviser: oneself."""

    def new(self, at: datetime, today: date, *, network: str, by: str | None, given_by: str | None) -> Assessment:
        """Return the assessment with an id of its own."""
        return Assessment(
            id=new_id(),
            version=1,
            changed_at=at,
            network=network,
            recorded_by=by,
            given_by=given_by,
            source=self.source,
            assessed_on=self.assessed_on or today,
            **self.fields(),
        )

    def instead_of(self, old: Assessment) -> Assessment:
        """Return the assessment as it shall be; who gave it stays, unless somebody is named."""
        new = {
            "source": self.source,
            "assessed_on": self.assessed_on or old.assessed_on,
            "given_by": self.given_by or old.given_by,
        }
        return old.model_copy(update={**new, **self.fields()})


class AssessmentRequestInput(Input):
    """Whom to ask for an assessment by a personal link."""

    network: Id | None = None
    """Left out: your network if you are in one alone."""
    asked: LineText
    """Such as "Agentur für Arbeit Leipzig"."""
    asked_for: Annotated[str, line(200, required=False)] = ""
    """Who asks, as the page shall say it, such as the network's name."""
    expires_on: DayInput

    def new(self, at: datetime, *, network: str, by: str | None) -> AssessmentRequest:
        """Return the request with an id of its own."""
        return AssessmentRequest(
            id=new_id(),
            version=1,
            changed_at=at,
            status="open",
            network=network,
            asked=self.asked,
            asked_for=self.asked_for,
            expires_on=self.expires_on,
            made_by=by,
        )
