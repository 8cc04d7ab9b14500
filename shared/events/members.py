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


class Membership(Value):
    """When an organisation belongs to a network."""

    network: Id
    since: Day | None = None
    until: Day | None = None


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
    memberships: Annotated[tuple[Membership, ...], Field(max_length=50)] = ()
    """Since when it belongs to each of its `networks`; a network without an entry here has no known date."""
    wz2025: Annotated[str, Field(max_length=10)] | None = None
    """Branch by the classification WZ 2025, such as 25.62; the number of WZ 2008 stays beside it."""
    wz2008: Annotated[str, Field(max_length=10)] | None = None
    azav_number: Annotated[str, Field(max_length=100)] | None = None
    kursnet_number: Annotated[str, Field(max_length=100)] | None = None
    training_agreement: bool | None = None
    """Whether there is a works agreement on training."""
    parts: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """The organisations that a cooperation is made of."""
    controller: Id | None = None
    """The organisation that answers for its data under the DSGVO; None: itself."""


class Consent(Value):
    """A person's permission to be mailed for one purpose, with what is needed to prove it."""

    purpose: Literal["matches"]
    given_at: Moment
    text_version: Annotated[str, Field(max_length=50)]
    withdrawn_at: Moment | None = None
    challenge: Id | None = None
    """The confirmation that proves it; None when an operator vouched for it."""


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
    phone: Annotated[str, Field(max_length=50)] | None = None
    publishes_contact: bool = False
    """Whether the other side of a match sees name, address and telephone before both are interested."""


class MemberStanding(Snapshot):
    """As much of `members.member.v1` as a service reads that needs to know neither name nor address."""

    topic: ClassVar[str] = MemberSnapshot.topic
    personal: ClassVar[bool] = True

    status: Literal["unconfirmed", "active", "blocked"]
    roles: tuple[Role, ...] = ()


class ChallengeSnapshot(Snapshot):
    """Something that one mailbox is asked to prove: sign-in, an answer to a survey, an invitation.

    It carries no secret: link and code in the mail are derived from its id under a key that members and notifications
    share (`shared.links`). A sign-in for an address that nobody has is a challenge without a member, which no mail
    follows.
    """

    topic: ClassVar[str] = "members.challenge.v1"

    status: Literal["open", "used", "closed"]
    """`closed`: expired, withdrawn, or too many wrong codes."""
    kind: Literal["sign_in", "confirmation", "invitation"]
    member: Id | None = None
    """Who is asked; for a used confirmation the person who confirmed."""
    organisation: Id | None = None
    """For a used confirmation the company that the person acts for; for an invitation where to."""
    network: Id | None = None
    language: Language = Language.DE
    expires_at: Moment
