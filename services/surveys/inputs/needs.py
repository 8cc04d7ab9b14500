"""A need as people send it."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from services.surveys.inputs.places import (
    CompanyName,
    EscoAddress,
    LanguageInput,
    Networks,
    PlaceInput,
    Skill,
    Topics,
    once_each,
)
from shared.events.base import Id, Language
from shared.events.surveys import (
    Cefr,
    Delivery,
    EntryConsent,
    Euro,
    Level,
    Must,
    NeedSnapshot,
    Persons,
    TargetGroup,
    TimeModel,
    Trigger,
    Visibility,
)
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, ProseText

KEPT: Final = ("id", "version", "changed_at", "entered_by", "confirmed", "expires_on", "asked_on")
"""Fields of a snapshot that nobody sends."""
STAYS: Final = ("organisation", "networks", "contact", "consent", "follow_up_on")
"""Left out of a change, these stay as they are; they are sent as null, or empty, to be removed."""
_LISTS: Final = ("networks", "topics", "skills", "esco", "kldb", "course_languages")


class ConsentInput(Input):
    """The company's consent to a need that somebody else enters for it."""

    how: Literal["spoken", "written", "online"]
    given_on: DayInput
    given_by: Id | None = None
    """The member of the company who gave it, if that person has an entry here."""


class NeedInput(Input):
    """A need as a person writes it; whatever is left out is unknown or does not matter."""

    title: LineText
    description: ProseText = ""
    language: Language = Language.DE
    status: Literal["draft", "open", "covered"] | None = None
    """Left out: a new need is open, and a change leaves the status as it is."""
    organisation: Id | None = None
    """Left out: your company if you act for one alone; a change leaves it as it is."""
    contact: Id | None = None
    """Left out: you, if you act for the company; a change leaves it as it is. Null: nobody is told about matches."""
    networks: Networks = ()
    """Left out: your network if you are in one alone; a change leaves them as they are."""
    visibility: Visibility = Visibility.NETWORK
    company_name: CompanyName | None = None
    persons_min: Persons | None = None
    persons_max: Persons | None = None
    earliest_start: DayInput | None = None
    latest_start: DayInput | None = None
    latest_end: DayInput | None = None
    delivery: frozenset[Delivery] = frozenset()
    time_models: frozenset[TimeModel] = frozenset()
    place: PlaceInput = PlaceInput()
    radius_km: Annotated[int, Field(ge=1, le=1000)] | None = None
    max_price_eur: Euro | None = None
    azav_wanted: bool = False
    certificate_wanted: bool = False
    level: Level | None = None
    cefr: Cefr | None = None
    musts: frozenset[Must] = frozenset()
    pooling: bool = False
    source: Literal["survey", "visit", "workshop", "import", "api"] = "api"
    topics: Topics = ()
    skills: Annotated[tuple[Skill, ...], Field(max_length=50)] = ()
    esco: Annotated[tuple[EscoAddress, ...], Field(max_length=50)] = ()
    kldb: Annotated[tuple[Annotated[str, Field(pattern=r"^\d{1,5}$")], ...], Field(max_length=20)] = ()
    """Units of the KldB 2010, one to five digits."""
    trigger: Trigger | None = None
    urgency: Literal["low", "normal", "high"] | None = None
    target_groups: frozenset[TargetGroup] = frozenset()
    eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    """Level of the DQR or EQF."""
    hours_max: Annotated[float, Field(gt=0, le=100_000)] | None = None
    decide_by: DayInput | None = None
    course_languages: Annotated[tuple[LanguageInput, ...], Field(max_length=10)] = ()
    accessibility: ProseText = ""
    funding_interest: bool | None = None
    consent: ConsentInput | None = None
    """Left out of a change, it stays as it is."""
    follow_up_on: DayInput | None = None
    """Left out of a change, it stays as it is."""

    @property
    def whose(self) -> dict[str, Any]:
        """Return what was said about to whom the need belongs."""
        said: dict[str, Any] = {"networks": once_each(self.networks)} if "networks" in self.model_fields_set else {}
        return {
            **said,
            **{name: getattr(self, name) for name in ("organisation", "contact") if name in self.model_fields_set},
        }

    def new(self, at: datetime, *, by: str | None = None, **whose: Any) -> NeedSnapshot:
        """Return the need with an id of its own, entered by a member."""
        said = {**self._fields(), **whose, "consent": self._consent(None, by)}
        return NeedSnapshot(id=new_id(), version=1, changed_at=at, status=self.status or "open", entered_by=by, **said)

    def instead_of(self, old: NeedSnapshot, *, by: str | None = None, **whose: Any) -> NeedSnapshot:
        """Return the need as it shall be, keeping what nobody sends and what was left out to stay."""
        left_out = [name for name in STAYS if name not in self.model_fields_set]
        kept = {name: getattr(old, name) for name in (*KEPT, *left_out)}
        consent = old.consent if "consent" in left_out else self._consent(old.consent, by)
        return NeedSnapshot(**{**self._fields(), **kept, **whose, "consent": consent}, status=self.status or old.status)

    def _consent(self, old: EntryConsent | None, by: str | None) -> EntryConsent | None:
        """Say who recorded it: whoever says it first."""
        if self.consent is None:
            return None
        recorded_by = old.recorded_by if old and self._is_same(old) else by
        said = self.consent
        return EntryConsent(how=said.how, given_on=said.given_on, given_by=said.given_by, recorded_by=recorded_by)

    def _is_same(self, old: EntryConsent) -> bool:
        return self.consent is not None and all(
            getattr(self.consent, name) == getattr(old, name) for name in ConsentInput.model_fields
        )

    def _fields(self) -> dict[str, Any]:
        other = {"status", "place", "consent", "company_name"}
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in other}
        return {**plain, "place": self.place.place(), **{name: once_each(plain[name]) for name in _LISTS}}


class StillNeededInput(Input):
    """The answer to "still needed?"."""

    answer: Literal["needed", "covered", "withdrawn"]
    latest_start: DayInput | None = None
    """A later day on which the course may start at last, when the one that was said is past or too soon."""


class MergeInput(Input):
    """Which need stays when two say the same."""

    into: Id
