"""Who sees what of a need and its pairs: the table of `domain.md`, as far as matching shows needs."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from services.matching.domain.limits import AVAILABLE
from services.matching.domain.responding import Side
from shared.events.surveys import NeedSnapshot, OfferSnapshot, Visibility

Sight = Literal["all", "unnamed", "public", "hidden"]
"""`unnamed`: without the company. `public`: without the contact. `hidden`: no more than an anonymous need tells."""

BANDS: Final = ((2, "1-2"), (5, "3-5"), (10, "6-10"))
BEYOND: Final = "11+"


class Standing(NamedTuple):
    """What somebody is in one network, for one organisation."""

    role: str
    organisation: str
    network: str


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks, or speaks, as a token says it."""

    member: str | None = None
    operator: bool = False
    standings: frozenset[Standing] = frozenset()
    linked: frozenset[str] | None = None
    """The pairs that a mailed link opens, and nothing else; None for whoever is signed in."""

    def acts_for(self, organisation: str | None, role: str) -> bool:
        """Tell whether the viewer has this role for the organisation."""
        return any((one.role, one.organisation) == (role, organisation) for one in self.standings)

    def networks(self, role: str | None = None) -> frozenset[str]:
        """Return the networks in which the viewer has this role, or any."""
        return frozenset(one.network for one in self.standings if role in {None, one.role})

    def is_in(self, networks: tuple[str, ...], role: str | None = None) -> bool:
        """Tell whether the viewer has this role, or any, in one of the networks."""
        return not self.networks(role).isdisjoint(networks)


def is_own_need(need: NeedSnapshot, viewer: Viewer) -> bool:
    """Tell whether the viewer speaks for the company, entered the need, or may do everything."""
    return viewer.linked is None and (
        viewer.operator
        or viewer.acts_for(need.organisation, "company")
        or (viewer.member is not None and viewer.member in {need.contact, need.entered_by})
    )


def is_own_offer(offer: OfferSnapshot, viewer: Viewer) -> bool:
    """Tell whether the viewer speaks for the provider, entered the offer, or may do everything."""
    return viewer.linked is None and (
        viewer.operator
        or viewer.acts_for(offer.provider, "provider")
        or (viewer.member is not None and viewer.member in {offer.contact, offer.entered_by})
    )


def coordinates_need(need: NeedSnapshot, viewer: Viewer) -> bool:
    """Tell whether the viewer coordinates one of the need's networks, and the need is no draft."""
    return viewer.linked is None and need.status != "draft" and viewer.is_in(need.networks, "coordinator")


def coordinates_offer(offer: OfferSnapshot, viewer: Viewer) -> bool:
    """Tell whether the viewer coordinates one of the offer's networks; any, for an offer to everybody."""
    if viewer.linked is not None:
        return False
    return viewer.is_in(offer.networks, "coordinator") or (not offer.networks and bool(viewer.networks("coordinator")))


def sight_of(need: NeedSnapshot, viewer: Viewer) -> Sight | None:
    """Return how much of a need a viewer who is signed in sees; None for nothing, as if it were not there."""
    if is_own_need(need, viewer):
        return "all"
    if coordinates_need(need, viewer):
        return "unnamed" if need.visibility is Visibility.ANONYMOUS else "all"
    if viewer.linked is not None or need.status != "open" or need.visibility is Visibility.COORDINATOR:
        return None
    inside = viewer.is_in(need.networks)
    if need.visibility is Visibility.ANONYMOUS:
        return "hidden" if inside else None
    return "public" if inside or need.visibility is Visibility.OPEN else None


@dataclass(frozen=True)
class Seat:
    """From where somebody looks at a pair."""

    side: Side | None
    """None for operators and coordinators, who stand between both."""
    speaks_for: frozenset[Side]
    sight: Sight
    """How much of the need is seen."""
    knows_members: bool = False
    """Whether the seat tells which member said something on a side that it does not speak for."""


def seat_at(need: NeedSnapshot, offer: OfferSnapshot, pair: str, viewer: Viewer, *, said: bool) -> Seat | None:
    """Return the viewer's seat at a pair, None for nobody's who has none.

    `said` tells whether somebody answered: then both sides go on seeing the pair when it is over.
    """
    if viewer.operator:
        return Seat(None, frozenset({"company", "provider"}), "all", knows_members=True)
    if viewer.linked is not None:
        return _linked_seat(need, offer, viewer) if pair in viewer.linked else None
    own, teaches, between = (
        is_own_need(need, viewer),
        is_own_offer(offer, viewer),
        coordinates_need(need, viewer),
    )
    sight = sight_of(need, viewer)
    if sight is None and said and teaches and need.visibility is not Visibility.COORDINATOR:
        sight = _told_to_provider(need)
    in_reach = teaches or ((said or offer.status in AVAILABLE) and _is_for(offer, need, viewer))
    if sight is None or not in_reach or not (own or teaches or between):
        return None
    speaks: set[Side] = set()
    if own or (between and _represents(need, viewer)):
        speaks.add("company")
    if teaches:
        speaks.add("provider")
    side: Side | None = "company" if own else "provider" if teaches else None
    return Seat(side, frozenset(speaks), sight, knows_members=between and sight == "all")


def _linked_seat(need: NeedSnapshot, offer: OfferSnapshot, viewer: Viewer) -> Seat | None:
    """Return the seat of one who was mailed a link; None for one who is no longer the contact."""
    if viewer.member is None:
        return None
    if viewer.member == need.contact:
        return Seat("company", frozenset({"company"}), "all")
    if viewer.member == offer.contact and need.visibility is not Visibility.COORDINATOR:
        return Seat("provider", frozenset({"provider"}), _told_to_provider(need))
    return None


def _told_to_provider(need: NeedSnapshot) -> Sight:
    return "hidden" if need.visibility is Visibility.ANONYMOUS else "public"


def _is_for(offer: OfferSnapshot, need: NeedSnapshot, viewer: Viewer) -> bool:
    return not offer.networks or viewer.is_in(offer.networks) or not {*offer.networks}.isdisjoint(need.networks)


def _represents(need: NeedSnapshot, viewer: Viewer) -> bool:
    """Tell whether a coordinator answers for the company: it asked for that, or never entered the need itself."""
    return (
        need.visibility is Visibility.COORDINATOR
        or need.contact is None
        or need.consent is not None
        or need.source in {"visit", "workshop", "import"}
        or (viewer.member is not None and need.entered_by == viewer.member)
    )


def band_of(persons: int | None) -> str | None:
    """Return roughly how many persons these are."""
    if persons is None:
        return None
    return next((band for most, band in BANDS if persons <= most), BEYOND)
