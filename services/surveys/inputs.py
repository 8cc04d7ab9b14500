"""What people send, field by field, and how it becomes a snapshot; the rules between fields are the domain's."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from shared.events.base import Id, Language
from shared.events.members import Place
from shared.events.surveys import (
    Cefr,
    CourseDate,
    Delivery,
    Euro,
    Level,
    Must,
    NeedSnapshot,
    OfferSnapshot,
    Persons,
    TimeModel,
    Visibility,
)
from shared.ids import new_id
from shared.inputs import DayInput, Input, LineText, LongLine, PostalCode, ProseText, WebAddress, line
from shared.places import place_of

MOST_NETWORKS: Final = 50
MOST_KEYWORDS: Final = 200
MOST_DATES: Final = 500

Networks = Annotated[tuple[Id, ...], Field(max_length=MOST_NETWORKS)]
Seats = Annotated[int, Field(ge=0, le=100_000)]
Amount = Annotated[float, Field(ge=0, le=100_000)]
_KEPT: Final = ("id", "version", "changed_at")
"""Fields of a snapshot that nobody sends."""


class PlaceInput(Input):
    """Where: a postcode, a town, or both."""

    postal_code: PostalCode | None = None
    town: Annotated[str, line(100)] | None = None

    def place(self) -> Place:
        """Return the place with its coordinates, as far as they are known."""
        return place_of(self.postal_code, self.town)


class NeedInput(Input):
    """A need as a person writes it; whatever is left out is unknown or does not matter."""

    title: LineText
    description: ProseText = ""
    language: Language = Language.DE
    status: Literal["draft", "open", "covered"] | None = None
    """Left out: a new need is open, and a change leaves the status as it is."""
    organisation: Id | None = None
    contact: Id | None = None
    networks: Networks = ()
    visibility: Visibility = Visibility.NETWORK
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

    def new(self, at: datetime) -> NeedSnapshot:
        """Return the need with an id of its own."""
        return NeedSnapshot(id=new_id(), version=1, changed_at=at, status=self.status or "open", **self._fields())

    def instead_of(self, old: NeedSnapshot) -> NeedSnapshot:
        """Return the need as it shall be, keeping what nobody sends."""
        kept = {name: getattr(old, name) for name in _KEPT}
        return NeedSnapshot(**kept, status=self.status or old.status, **self._fields())

    def _fields(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in {"status", "place"}}
        return {**plain, "place": self.place.place(), "networks": tuple(dict.fromkeys(self.networks))}


class CourseDateInput(Input):
    """One date of an offer."""

    id: Id | None = None
    """The id that was read, to keep it in a change; left out for a new date."""
    entry: Literal["fixed", "rolling", "on_request"] = "fixed"
    starts_on: DayInput | None = None
    ends_on: DayInput | None = None
    delivery: Delivery | None = None
    time_models: frozenset[TimeModel] = frozenset()
    place: PlaceInput = PlaceInput()
    participants_min: Seats | None = None
    participants_max: Seats | None = None
    places_left: Seats | None = None
    register_by: DayInput | None = None
    cancelled: bool = False
    full: bool = False

    def course_date(self) -> CourseDate:
        """Return the date as it is published."""
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in {"id", "place"}}
        return CourseDate(id=self.id or new_id(), place=self.place.place(), **plain)


class OfferInput(Input):
    """An offer as a provider writes it; whatever is left out is unknown."""

    title: LineText
    description: ProseText = ""
    language: Language = Language.DE
    status: Literal["preparing", "published", "permanent", "ended", "blocked"] | None = None
    """Left out: a new offer is published, and a change leaves the status as it is."""
    kind: Literal["course", "initiative"] = "course"
    provider: Id | None = None
    provider_name: LineText | None = None
    contact: Id | None = None
    networks: Networks = ()
    keywords: Annotated[tuple[LineText, ...], Field(max_length=MOST_KEYWORDS)] = ()
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
    measure_number: Annotated[str, line(100)] | None = None
    in_house_possible: bool | None = None
    link: WebAddress | None = None
    own_number: LineText | None = None
    """The provider's own number; unique among the provider's offers."""
    dates: Annotated[tuple[CourseDateInput, ...], Field(max_length=MOST_DATES)] = ()
    ends_on: DayInput | None = None

    def new(self, at: datetime) -> OfferSnapshot:
        """Return the offer with an id of its own."""
        return OfferSnapshot(
            id=new_id(),
            version=1,
            changed_at=at,
            status=self.status or "published",
            source=self._source(),
            **self._fields(),
        )

    def instead_of(self, old: OfferSnapshot) -> OfferSnapshot:
        """Return the offer as it shall be; one that was imported keeps the number by which it is found again."""
        kept = {name: getattr(old, name) for name in _KEPT}
        ours = old.source.startswith("api")
        number = {"source": self._source()} if ours else {"source": old.source, "own_number": old.own_number}
        return OfferSnapshot(**{**self._fields(), **kept, **number}, status=self.status or old.status)

    def _source(self) -> str:
        """Name the provider, too: each numbers its offers independently of the others."""
        return f"api:{self.provider}" if self.provider else "api"

    def _fields(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in {"status", "dates"}}
        dates = tuple(course.course_date() for course in self.dates)
        return {**plain, "dates": dates, "networks": tuple(dict.fromkeys(self.networks))}
