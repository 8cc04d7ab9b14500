"""Who sees what: the one place that decides what of a need or an offer somebody is shown.

Lists, single answers, histories and exports show what `need_for` and `offer_for` return, and nothing else.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from services.surveys.domain.viewers import Viewer
from shared.events.base import Snapshot
from shared.events.surveys import NeedSnapshot, OfferSnapshot, Visibility
from shared.places import area_of

S = TypeVar("S", bound=Snapshot)

Side = Literal["own", "coordinator", "other"]
"""`own` and `coordinator` may change it, and see its history."""

PEOPLE: Final = ("contact", "entered_by", "consent", "follow_up_on", "asked_on")
"""Of a need: who stands behind it, and what coordinators note for themselves."""
COMPANY: Final = ("organisation", "contact", "entered_by", "consent")
"""Of an anonymous need: what its coordinators do not see, unless they entered it."""
ANONYMOUS: Final = (
    *("id", "version", "status", "changed_at", "title", "description", "language", "visibility", "topics", "skills"),
    *("earliest_start", "latest_start", "latest_end", "delivery"),
)
"""All that others see of an anonymous need, beside the postal area and how many persons, roughly."""
BEHIND_OFFER: Final = ("contact", "entered_by")

BANDS: Final = ((2, "1-2"), (5, "3-5"), (10, "6-10"))
BEYOND: Final = "11+"
IN_SIGHT: Final = frozenset({"preparing", "published", "permanent"})
"""Offers that others than their own side see."""


@dataclass(frozen=True)
class View(Generic[S]):
    """What somebody sees of something; fields that are hidden hold what they hold when nothing is said."""

    shown: S
    side: Side
    hidden: frozenset[str] = frozenset()
    area: str | None = None
    """Postal area of an anonymous need: the first three digits."""
    persons_band: str | None = None

    @property
    def reduced(self) -> bool:
        """Whether there is more to it than is shown."""
        return bool(self.hidden)

    @property
    def may_change(self) -> bool:
        """Whether whoever sees this may also change it and read its history."""
        return self.side != "other"


def need_for(viewer: Viewer, need: NeedSnapshot) -> View[NeedSnapshot] | None:
    """Return what the viewer sees of a need; None for nothing, as if it were not there."""
    if is_own_need(viewer, need):
        return View(need, "own")
    if need.status == "draft" or not viewer.signed_in:
        return None
    if viewer.is_in(need.networks, "coordinator"):
        return _without(need, "coordinator", COMPANY if need.visibility is Visibility.ANONYMOUS else ())
    return _for_others(viewer, need) if need.status == "open" else None


def _for_others(viewer: Viewer, need: NeedSnapshot) -> View[NeedSnapshot] | None:
    inside = viewer.is_in(need.networks)
    if need.visibility is Visibility.ANONYMOUS:
        return _anonymous(need, viewer) if inside else None
    if need.visibility is Visibility.COORDINATOR or not (inside or need.visibility is Visibility.OPEN):
        return None
    return _without(need, "other", () if viewer.is_in(need.networks, "adviser") else PEOPLE)


def is_own_need(viewer: Viewer, need: NeedSnapshot) -> bool:
    """Return whether the viewer speaks for the company, entered the need, or may do everything."""
    if viewer.linked is not None:
        return need.id in viewer.linked and need.contact is not None and need.contact == viewer.member
    return (
        viewer.operator
        or need.organisation in viewer.organisations("company")
        or (viewer.member is not None and viewer.member in {need.contact, need.entered_by})
    )


def offer_for(viewer: Viewer, offer: OfferSnapshot) -> View[OfferSnapshot] | None:
    """Return what the viewer sees of an offer; None for nothing. Offers without networks are everybody's to see."""
    if is_own_offer(viewer, offer):
        return View(offer, "own")
    if viewer.signed_in and viewer.is_in(offer.networks, "coordinator"):
        return View(offer, "coordinator")
    looks_after_all = viewer.signed_in and not offer.networks and bool(viewer.networks("coordinator"))
    if looks_after_all:
        return View(offer, "other")
    if offer.status not in IN_SIGHT:
        return None
    inside = viewer.signed_in and viewer.is_in(offer.networks)
    return _without(offer, "other", BEHIND_OFFER) if inside or not offer.networks else None


def is_own_offer(viewer: Viewer, offer: OfferSnapshot) -> bool:
    """Return whether the viewer speaks for the provider, entered the offer, or may do everything."""
    if viewer.linked is not None:
        return False
    return (
        viewer.operator
        or offer.provider in viewer.organisations("provider")
        or (viewer.member is not None and viewer.member in {offer.contact, offer.entered_by})
    )


def tells_company(text: str, company_name: str) -> bool:
    """Return whether a text names the company, also without its legal form."""
    name = _plain(re.sub(_LEGAL_FORM, " ", company_name))
    return len(name) >= SHORTEST_NAME and f" {name} " in f" {_plain(text)} "


SHORTEST_NAME: Final = 3
_LEGAL_FORM: Final = re.compile(
    r"(?i)(?<!\w)(g?gmbh|mbh|ag|kga?a?|ohg|gbr|ug|se|eg|partg|e\.? ?k\.?|e\.? ?v\.?|haftungsbeschränkt"
    r"|(& ?|und )co\.?)(?!\w)"
)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _without(entity: S, side: Side, hidden: tuple[str, ...]) -> View[S]:
    """Hide fields; which are hidden does not depend on whether they hold anything."""
    blank: dict[str, Any] = {name: type(entity).model_fields[name].get_default() for name in hidden}
    return View(entity.model_copy(update=blank), side, frozenset(hidden))


def _anonymous(need: NeedSnapshot, viewer: Viewer) -> View[NeedSnapshot]:
    shown = {name: getattr(need, name) for name in ANONYMOUS}
    common = tuple(network for network in need.networks if network in viewer.networks())
    return View(
        NeedSnapshot(**shown, networks=common),
        "other",
        frozenset(NeedSnapshot.model_fields) - set(ANONYMOUS) - {"networks"},
        area=area_of(need.place),
        persons_band=band_of(need.persons_min or need.persons_max),
    )


def band_of(persons: int | None) -> str | None:
    """Return roughly how many persons these are."""
    if persons is None:
        return None
    return next((name for most, name in BANDS if persons <= most), BEYOND)
