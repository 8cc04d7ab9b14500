"""What members publishes: networks, organisations and the people who act for them."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import Choices, Day, Id, Language, Moment, Snapshot, Value


class Place(Value):
    """A place as far as it is known: a well-formed postcode may have no known coordinates."""

    postal_code: Annotated[str, Field(max_length=10)] | None = None
    town: Annotated[str, Field(max_length=100)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Degrees north, WGS 84; None when the place is not known."""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class NetworkSnapshot(Snapshot):
    """A regional alliance (Weiterbildungsverbund), often a funded project with an end date."""

    topic: ClassVar[str] = "members.network.v1"

    status: Literal["active", "ended"]
    name: Annotated[str, Field(max_length=200)]
    founded_at: Moment
    """When the network was entered here; nothing older than the oldest of these is ever announced by mail."""
    starts_on: Day | None = None
    ends_on: Day | None = None
    """Last day of the funding; None when it has no end."""


class Kind(StrEnum):
    """What an organisation is; it may be several at once."""

    COMPANY = "company"
    PROVIDER = "provider"
    CHAMBER = "chamber"
    AGENCY = "agency"
    NETWORK_OFFICE = "network_office"
    INITIATIVE = "initiative"


class OrganisationSnapshot(Snapshot):
    """A company, provider, chamber, agency, network office or initiative."""

    topic: ClassVar[str] = "members.organisation.v1"

    status: Literal["active", "left"]
    name: Annotated[str, Field(max_length=200)]
    kinds: Choices[Kind]
    networks: tuple[Id, ...] = ()
    place: Place = Place()
    head_count: Annotated[int, Field(ge=0)] | None = None
    """Employees with linked companies, as § 82 SGB III counts them; None when not said."""
    website: Annotated[str, Field(max_length=500)] | None = None


class Consent(Value):
    """A person's permission to be mailed for one purpose, with what is needed to prove it."""

    purpose: Literal["matches"]
    given_at: Moment
    text_version: Annotated[str, Field(max_length=50)]
    withdrawn_at: Moment | None = None


class Role(Value):
    """What a person may do for one organisation in one network."""

    organisation: Id
    network: Id
    role: Literal["company", "provider", "adviser", "coordinator", "operator"]


class MemberSnapshot(Snapshot):
    """A person acting for an organisation; the only contract that carries a name and an e-mail address."""

    topic: ClassVar[str] = "members.member.v1"
    personal: ClassVar[bool] = True

    status: Literal["unconfirmed", "active", "blocked"]
    """Mail goes to `active` members alone; an unconfirmed address has not answered the double opt-in."""
    name: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=254)]
    language: Language = Language.DE
    roles: tuple[Role, ...] = ()
    consents: tuple[Consent, ...] = ()
