"""What surveys publishes: needs and offers (courses and initiatives), with all that limits and texts ask for."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import Choices, Day, Id, Language, Snapshot, Value
from shared.events.members import Place

Title = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=500)]
Persons = Annotated[int, Field(ge=1, le=10_000)]
Euro = Annotated[float, Field(ge=0, le=1_000_000)]


class Delivery(StrEnum):
    """How a course is taught. Hybrid has days on site; in-house comes to the company."""

    ON_SITE = "on_site"
    ONLINE = "online"
    SELF_PACED = "self_paced"
    HYBRID = "hybrid"
    IN_HOUSE = "in_house"
    DISTANCE = "distance"


class TimeModel(StrEnum):
    """When in the week a course is taught."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    ALONGSIDE_WORK = "alongside_work"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"
    WEEKDAYS = "weekdays"


class Level(StrEnum):
    """How far a course goes or should go."""

    BASIC = "basic"
    ADVANCED = "advanced"
    EXPERT = "expert"


class Cefr(StrEnum):
    """A language level of the Common European Framework."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class Trigger(StrEnum):
    """Why people have to learn something now."""

    DIGITALISATION = "digitalisation"
    NEW_TECHNOLOGY = "new_technology"
    LEGAL_DUTY = "legal_duty"
    QUALITY = "quality"
    SUSTAINABILITY = "sustainability"
    NEW_STAFF = "new_staff"
    SUCCESSION = "succession"
    GROWTH = "growth"
    LANGUAGE = "language"
    OTHER = "other"


class TargetGroup(StrEnum):
    """Who is to be taught, or whom a course is for, by what they are able to do already."""

    UNSKILLED = "unskilled"
    SEMI_SKILLED = "semi_skilled"
    SKILLED = "skilled"
    TRAINEES = "trainees"
    MANAGERS = "managers"


class Visibility(StrEnum):
    """Who sees a need, from everybody to the coordinators alone; anonymous shows text and district only."""

    OPEN = "open"
    NETWORK = "network"
    COORDINATOR = "coordinator"
    ANONYMOUS = "anonymous"


Code = Annotated[str, Field(max_length=50)]
"""A topic's code as surveys lists them (GET /api/v1/topics), or a code of a classification."""
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""ISO 639."""


class EntryConsent(Value):
    """A company's consent to a need that somebody else entered for it."""

    how: Literal["spoken", "written", "online"]
    given_on: Day
    given_by: Id | None = None
    """The member of the company who gave it; None when that person has no entry here."""
    recorded_by: Id | None = None


Must = Literal["time_model", "cefr", "level", "entry", "latest_end", "group_minimum"]
"""A soft criterion that a company may turn into a limit."""


class NeedSnapshot(Snapshot):
    """What a company wants its people to learn, as it stands now.

    Written by surveys alone; keyed by the need's id; `version` grows with every change. "Has matches" is no status.
    """

    topic: ClassVar[str] = "surveys.need.v1"

    status: Literal["draft", "open", "covered", "withdrawn", "expired"]
    title: Title
    description: Prose = ""
    language: Language = Language.DE
    organisation: Id | None = None
    contact: Id | None = None
    """The member who is told about matches; None when nobody is to be told."""
    networks: tuple[Id, ...] = ()
    visibility: Visibility = Visibility.NETWORK

    persons_min: Persons | None = None
    """Fewest people to be taught; None when not said."""
    persons_max: Persons | None = None
    earliest_start: Day | None = None
    latest_start: Day | None = None
    """Both days included."""
    latest_end: Day | None = None
    delivery: Choices[Delivery] = frozenset()
    """Accepted kinds of teaching; empty means any."""
    time_models: Choices[TimeModel] = frozenset()
    place: Place = Place()
    radius_km: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Great-circle distance from `place`; None means anywhere."""
    max_price_eur: Euro | None = None
    """Budget a person."""
    azav_wanted: bool = False
    certificate_wanted: bool = False
    level: Level | None = None
    cefr: Cefr | None = None
    """Level of German that the people to be taught have."""
    musts: Choices[Must] = frozenset()
    pooling: bool = False
    """Whether the company would share a course with others."""
    source: Literal["survey", "visit", "workshop", "import", "api"] = "api"

    topics: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    skills: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    esco: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    """Addresses of ESCO concepts."""
    kldb: Annotated[tuple[Annotated[str, Field(pattern=r"^\d{1,5}$")], ...], Field(max_length=20)] = ()
    """Units of the KldB 2010."""
    trigger: Trigger | None = None
    urgency: Literal["low", "normal", "high"] | None = None
    target_groups: Choices[TargetGroup] = frozenset()
    eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    """Level of the DQR or EQF."""
    hours_max: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """Most hours of 60 minutes that the course may take."""
    decide_by: Day | None = None
    course_languages: Annotated[tuple[LanguageCode, ...], Field(max_length=10)] = ()
    """Accepted languages of teaching; empty means German."""
    accessibility: Prose = ""
    funding_interest: bool | None = None
    entered_by: Id | None = None
    """The member who entered it, for the company or for another one."""
    consent: EntryConsent | None = None
    confirmed: bool = True
    """False for what came from a file or a note and nobody of the company has confirmed."""
    follow_up_on: Day | None = None
    """Wiedervorlage: when a coordinator wants to see it again."""
    expires_on: Day | None = None
    """Last day on which it is open unless somebody says that it is still needed."""
    asked_on: Day | None = None
    """Since when the contact is asked whether it is still needed; None while nobody has to ask."""


class CourseDate(Value):
    """When, where and how an offer runs once."""

    id: Id
    entry: Literal["fixed", "rolling", "on_request"] = "fixed"
    starts_on: Day | None = None
    ends_on: Day | None = None
    delivery: Delivery | None = None
    time_models: Choices[TimeModel] = frozenset()
    place: Place = Place()
    participants_min: Annotated[int, Field(ge=0, le=100_000)] | None = None
    participants_max: Annotated[int, Field(ge=0, le=100_000)] | None = None
    places_left: Annotated[int, Field(ge=0, le=100_000)] | None = None
    register_by: Day | None = None
    cancelled: bool = False
    full: bool = False
    weekdays: Choices[Annotated[int, Field(ge=1, le=7)]] = frozenset()
    """ISO: Monday is 1."""
    starts_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """Time of day in Europe/Berlin, as 08:30."""
    ends_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    form_code: Annotated[str, Field(max_length=40)] | None = None
    """Teaching form in the Bundesagentur's codes: 101-105 presence, 201-206 digital, 301-304 combined, 401-403."""
    barrier_free: bool | None = None
    start_guaranteed: bool | None = None


class LandNumber(Value):
    """One Land's approval of a course as Bildungsurlaub."""

    land: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    """Two letters, such as ST or TH."""
    number: Annotated[str, Field(max_length=100)]


class OfferSnapshot(Snapshot):
    """What a provider teaches, with its course dates; or an initiative, which has neither price nor seats.

    Written by surveys alone; keyed by the offer's id. `status` is the lifecycle: `preparing` is shown as planned and
    never announced; `ended` and `blocked` match nothing.
    """

    topic: ClassVar[str] = "surveys.offer.v1"

    status: Literal["preparing", "published", "permanent", "ended", "blocked", "withdrawn"]
    kind: Literal["course", "initiative"] = "course"
    title: Title
    description: Prose = ""
    language: Language = Language.DE
    provider: Id | None = None
    provider_name: Annotated[str, Field(max_length=200)] | None = None
    contact: Id | None = None
    """The member who is told about matching needs; None for offers that nobody here looks after (imports)."""
    networks: tuple[Id, ...] = ()
    """Empty: offered to everybody."""

    keywords: tuple[Annotated[str, Field(max_length=200)], ...] = ()
    target_group: Prose = ""
    entry_requirements: Prose = ""
    certificate: Line | None = None
    examining_body: Line | None = None
    level: Level | None = None
    cefr: Cefr | None = None
    """Level of German that the course asks for."""
    teaching_units: Annotated[float, Field(ge=0, le=100_000)] | None = None
    """Of 45 minutes."""
    hours: Annotated[float, Field(ge=0, le=100_000)] | None = None
    """Of 60 minutes."""
    price_eur: Euro | None = None
    """A person; None when not known (the Bundesagentur's 0.0 means unknown, too)."""
    azav: bool | None = None
    """Whether the measure is approved; None when not known."""
    certifier: Line | None = None
    measure_number: Annotated[str, Field(max_length=100)] | None = None
    in_house_possible: bool | None = None
    link: Annotated[str, Field(max_length=2000)] | None = None
    source: Annotated[str, Field(max_length=50)] = "api"
    own_number: Annotated[str, Field(max_length=200)] | None = None
    """The offer's number in its source; unique with `source`."""
    dates: Annotated[tuple[CourseDate, ...], Field(max_length=500)] = ()
    ends_on: Day | None = None
    """An initiative's last day of funding."""

    aims: Prose = ""
    topics: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    skills: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    target_groups: Choices[TargetGroup] = frozenset()
    ba_systematik: Annotated[str, Field(max_length=50)] | None = None
    certifier_number: Annotated[str, Field(max_length=100)] | None = None
    """The certifier's number of the measure; `measure_number` is the Bundesagentur's."""
    azav_until: Day | None = None
    land_numbers: Annotated[tuple[LandNumber, ...], Field(max_length=16)] = ()
    """Approvals as Bildungsurlaub."""
    zfu_number: Annotated[str, Field(max_length=100)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    vat_note: Line | None = None
    course_language: LanguageCode | None = None
    initiative: Literal["advice", "workshop", "network", "funding", "other"] | None = None
    """What an initiative gives."""
    starts_on: Day | None = None
    """An initiative's first day."""
    updated_on: Day | None = None
    """When the source says it was last changed."""
    entered_by: Id | None = None
