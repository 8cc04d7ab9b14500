"""A visit and the needs made from it, as people send them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from services.surveys.domain.visits import Company, Visit
from services.surveys.inputs.needs import ConsentInput, NeedInput
from shared.events.base import Id
from shared.events.surveys import EntryConsent, Visibility
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, PostalCode, ProseText, line


class CompanyInput(Input):
    """A company that has no entry here yet."""

    name: LineText
    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None
    head_count: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class VisitInput(Input):
    """A visit as a coordinator or adviser notes it; a company is all that must be said."""

    network: Id | None = None
    """Left out: your network if you are in one alone; a change leaves it as it is."""
    organisation: Id | None = None
    """The company, if it has an entry here; otherwise `company`."""
    company: CompanyInput | None = None
    visited_on: DayInput | None = None
    """Left out: today; a change leaves it as it is."""
    notes: ProseText = ""
    consent: ConsentInput | None = None
    """Given by the company's contact person, unless `given_by` names a member."""
    follow_up_on: DayInput | None = None

    def new(self, at: datetime, today: date, *, network: str, by: str | None) -> Visit:
        """Return the visit with an id of its own."""
        own = {"id": new_id(), "version": 1, "changed_at": at, "network": network, "entered_by": by}
        return Visit(**own, visited_on=self.visited_on or today, **self._fields(None, by))

    def instead_of(self, old: Visit, *, by: str | None) -> Visit:
        """Return the visit as it shall be."""
        day = self.visited_on or old.visited_on
        return old.model_copy(update={"visited_on": day, **self._fields(old.consent, by)})

    def _fields(self, old: EntryConsent | None, by: str | None) -> dict[str, Any]:
        return {
            "organisation": self.organisation,
            "company": Company(**dict(self.company)) if self.company else None,
            "notes": self.notes,
            "consent": self._consent(old, by),
            "follow_up_on": self.follow_up_on,
        }

    def _consent(self, old: EntryConsent | None, by: str | None) -> EntryConsent | None:
        """Say who recorded it: whoever says it first."""
        if self.consent is None:
            return None
        said = EntryConsent(**dict(self.consent), recorded_by=by)
        same = old is not None and old == said.model_copy(update={"recorded_by": old.recorded_by})
        return old if same else said


class MadeNeedsInput(Input):
    """The needs of a visit: as they were checked, or as a text in which they are recognised."""

    needs: Annotated[tuple[NeedInput, ...], Field(max_length=20)] = ()
    text: ProseText = ""
    """Read as POST /suggestions reads it; each need says what was recognised. Only without `needs`."""
    visibility: Visibility = Visibility.NETWORK
    """Of the needs that are recognised in `text`."""
