"""Whose contact the two sides of a match are shown: both interested, or published by the person."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from services.members.domain.seeing import Viewer
from shared.events.base import Id, Snapshot
from shared.events.matching import ResponseSnapshot, Said, pair_of
from shared.events.members import MemberSnapshot
from shared.events.surveys import NeedSnapshot, OfferSnapshot, Visibility

Side = Literal["company", "provider"]
INTEREST: Final = frozenset({"interested", "contacted", "booked"})
CLOSED: Final = frozenset({Visibility.ANONYMOUS, Visibility.COORDINATOR})


class NeedStanding(Snapshot):
    """As much of `surveys.need.v1` as decides about contacts; what people are to learn is not kept here."""

    topic: ClassVar[str] = NeedSnapshot.topic

    organisation: Id | None = None
    contact: Id | None = None
    networks: tuple[Id, ...] = ()
    visibility: Visibility = Visibility.NETWORK


class OfferStanding(Snapshot):
    """As much of `surveys.offer.v1` as decides about contacts."""

    topic: ClassVar[str] = OfferSnapshot.topic

    provider: Id | None = None
    contact: Id | None = None
    networks: tuple[Id, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A need, an offer, and what both sides said."""

    need: NeedStanding
    offer: OfferStanding
    response: ResponseSnapshot | None

    @property
    def id(self) -> str:
        """The pair's id."""
        return pair_of(self.need.id, self.offer.id)

    def contact(self, side: Side) -> str | None:
        """Return the member who is this side's contact."""
        return self.need.contact if side == "company" else self.offer.contact

    @property
    def is_mutual(self) -> bool:
        """Whether both sides want to talk to each other."""
        said = self.response
        return said is not None and _wants(said.company) and _wants(said.provider)


def _wants(said: Said | None) -> bool:
    return said is not None and said.what in INTEREST


def side_of(pair: Pair, viewer: Viewer, *, by_link: bool) -> Side | None:
    """Return on which side the viewer stands; None for neither, or for both, where there is nobody to be shown.

    `by_link` says that a mailed link opened this pair: then its member is one of the contacts or nobody.
    """
    company = viewer.subject == pair.need.contact
    provider = viewer.subject == pair.offer.contact
    if not by_link:
        company = company or pair.need.organisation in viewer.organisations("company")
        provider = provider or pair.offer.provider in viewer.organisations("provider")
    if company == provider:
        return None
    return "company" if company else "provider"


def other(side: Side) -> Side:
    """Return the side across the table."""
    return "provider" if side == "company" else "company"


def shows_contact(pair: Pair, viewer: Viewer, of: Side, person: MemberSnapshot, *, by_link: bool) -> bool:
    """Tell whether the viewer, from the other side, is shown this person's contact details."""
    if person.status == "blocked":
        return False
    if pair.is_mutual:
        return True
    if not person.publishes_contact or person.status != "active":
        return False
    return _is_open(pair, viewer, of, by_link=by_link)


def _is_open(pair: Pair, viewer: Viewer, of: Side, *, by_link: bool) -> bool:
    """Tell whether the viewer sees the need or offer itself; a mailed link proves that for its pair."""
    if of == "provider":
        networks = pair.offer.networks
        return pair.offer.status in {"preparing", "published", "permanent"} and (
            by_link or not networks or not viewer.networks().isdisjoint(networks)
        )
    if pair.need.status != "open" or pair.need.visibility in CLOSED:
        return False
    everywhere = by_link or pair.need.visibility is Visibility.OPEN
    return everywhere or not viewer.networks().isdisjoint(pair.need.networks)
