"""An offer and its course dates as people send them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from services.surveys.inputs.places import LanguageInput, Networks, PlaceInput, Skill, Topics, once_each
from shared.events.base import Id, Language
from shared.events.surveys import (
    Cefr,
    CourseDate,
    Delivery,
    Euro,
    LandNumber,
    Level,
    OfferSnapshot,
    TargetGroup,
    TimeModel,
)
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, LongLine, ProseText, WebAddress, line

KEPT: Final = ("id", "version", "changed_at", "entered_by")
"""Fields of a snapshot that nobody sends."""
STAYS: Final = ("provider", "networks", "contact")
"""Left out of a change, these stay as they are."""
_LISTS: Final = ("networks", "keywords", "topics", "skills")

Seats = Annotated[int, Field(ge=0, le=100_000)]
Amount = Annotated[float, Field(ge=0, le=100_000)]
Number = Annotated[str, line(100)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:30"])]
"""In Europe/Berlin."""
Weekday = Annotated[int, Field(ge=1, le=7)]
FormCode = Annotated[str, Field(pattern=r"^(10[1-5]|20[1-6]|30[1-4]|40[1-3]|inhouseFirmenseminar)$", examples=["102"])]
"""Teaching form in the Bundesagentur's codes."""


class CourseDateInput(Input):
    """One date of an offer."""

    id: Id | None = None
    """The id that was read, to keep it in a change; left out for a new date."""
    entry: Literal["fixed", "rolling", "on_request"] = "fixed"
    starts_on: DayInput | None = None
    ends_on: DayInput | None = None
    delivery: Delivery | None = None
    """Left out: what `form_code` says."""
    time_models: frozenset[TimeModel] = frozenset()
    place: PlaceInput = PlaceInput()
    participants_min: Seats | None = None
    participants_max: Seats | None = None
    places_left: Seats | None = None
    register_by: DayInput | None = None
    cancelled: bool = False
    full: bool = False
    weekdays: frozenset[Weekday] = frozenset()
    """ISO: Monday is 1."""
    starts_at: TimeOfDay | None = None
    ends_at: TimeOfDay | None = None
    form_code: FormCode | None = None
    barrier_free: bool | None = None
    start_guaranteed: bool | None = None

    def course_date(self) -> CourseDate:
        """Return the date as it is published."""
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in {"id", "place"}}
        return CourseDate(id=self.id or new_id(), place=self.place.place(), **plain)


class LandNumberInput(Input):
    """A Land's approval as Bildungsurlaub."""

    land: Literal["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
    number: Number


class OfferInput(Input):
    """An offer as a provider writes it; whatever is left out is unknown."""

    title: LineText
    description: ProseText = ""
    language: Language = Language.DE
    status: Literal["preparing", "published", "permanent", "ended", "blocked"] | None = None
    """Left out: a new offer is published, and a change leaves the status as it is."""
    kind: Literal["course", "initiative"] = "course"
    provider: Id | None = None
    """Left out: your organisation if you act for one provider alone; a change leaves it as it is."""
    provider_name: LineText | None = None
    contact: Id | None = None
    """Left out: you, if you act for the provider; a change leaves it as it is. Null: nobody is told about needs."""
    networks: Networks = ()
    """Empty: offered to everybody. Left out: your network if you are in one alone; a change leaves them as they are."""
    keywords: Annotated[tuple[LineText, ...], Field(max_length=200)] = ()
    target_group: ProseText = ""
    entry_requirements: ProseText = ""
    certificate: LongLine | None = None
    examining_body: LongLine | None = None
    level: Level | None = None
    cefr: Cefr | None = None
    teaching_units: Amount | None = None
    hours: Amount | None = None
    price_eur: Euro | None = None
    azav: bool | None = None
    certifier: LongLine | None = None
    measure_number: Number | None = None
    """The Bundesagentur's number of the measure."""
    in_house_possible: bool | None = None
    link: WebAddress | None = None
    own_number: LineText | None = None
    """The provider's own number; unique among the provider's offers."""
    dates: Annotated[tuple[CourseDateInput, ...], Field(max_length=500)] = ()
    ends_on: DayInput | None = None
    """An initiative's last day of funding."""
    aims: ProseText = ""
    topics: Topics = ()
    skills: Annotated[tuple[Skill, ...], Field(max_length=200)] = ()
    target_groups: frozenset[TargetGroup] = frozenset()
    ba_systematik: Annotated[str, line(50)] | None = None
    certifier_number: Number | None = None
    """The certifier's number of the measure."""
    azav_until: DayInput | None = None
    land_numbers: Annotated[tuple[LandNumberInput, ...], Field(max_length=16)] = ()
    zfu_number: Number | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    vat_note: LongLine | None = None
    course_language: LanguageInput | None = None
    initiative: Literal["advice", "workshop", "network", "funding", "other"] | None = None
    starts_on: DayInput | None = None
    """An initiative's first day."""
    updated_on: DayInput | None = None

    @property
    def whose(self) -> dict[str, Any]:
        """Return what was said about to whom the offer belongs."""
        said: dict[str, Any] = {"networks": once_each(self.networks)} if "networks" in self.model_fields_set else {}
        return {
            **said,
            **{name: getattr(self, name) for name in ("provider", "contact") if name in self.model_fields_set},
        }

    def new(self, at: datetime, *, by: str | None = None, **whose: Any) -> OfferSnapshot:
        """Return the offer with an id of its own, entered by a member."""
        said = {**self._fields(), **whose}
        return OfferSnapshot(
            id=new_id(),
            version=1,
            changed_at=at,
            status=self.status or "published",
            source=_source(said["provider"]),
            entered_by=by,
            **said,
        )

    def instead_of(self, old: OfferSnapshot, **whose: Any) -> OfferSnapshot:
        """Return the offer as it shall be; one that was imported keeps the number by which it is found again."""
        left_out = [name for name in STAYS if name not in self.model_fields_set]
        kept = {name: getattr(old, name) for name in (*KEPT, *left_out)}
        said = {**self._fields(), **kept, **whose}
        ours = old.source.startswith("api")
        number = {"source": _source(said["provider"])} if ours else {"source": old.source, "own_number": old.own_number}
        return OfferSnapshot(**{**said, **number}, status=self.status or old.status)

    def _fields(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in {"status", "dates"}}
        return {
            **plain,
            "dates": tuple(course.course_date() for course in self.dates),
            "land_numbers": tuple(LandNumber(land=one.land, number=one.number) for one in self.land_numbers),
            **{name: once_each(plain[name]) for name in _LISTS},
        }


def _source(provider: str | None) -> str:
    """Name the provider, too: each numbers its offers independently of the others."""
    return f"api:{provider}" if provider else "api"
