"""What the search knows of an offer or a need: one card for all that is said, one for what is left when anonymous."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from services.surveys.domain.searching.asked import band_of_price
from services.surveys.domain.seeing import ANONYMOUS, IN_SIGHT
from shared.events.members import Place
from shared.events.surveys import CourseDate, Delivery, NeedSnapshot, OfferSnapshot, TimeModel, Visibility
from shared.places import area_of

Face = Literal["full", "reduced"]
Middle = Callable[[str], tuple[float, float] | None]
"""Gives longitude and latitude of the middle of a postal area."""
EVER: Final = (-(10**7), 10**7)
"""Any day, as ordinals of days."""
ANYWHERE: Final = frozenset({Delivery.ONLINE, Delivery.SELF_PACED, Delivery.DISTANCE, Delivery.IN_HOUSE})
"""These have no distance: they come to whoever learns."""


class Run(NamedTuple):
    """One course date, or what a need wants of one."""

    starts: tuple[int, int] | None = None
    """First and last day on which it may start, as ordinals; None when not said."""
    lat: float | None = None
    lon: float | None = None
    anywhere: bool = False
    delivery: frozenset[str] = frozenset()
    time_model: frozenset[str] = frozenset()
    area: str | None = None
    month: str | None = None


class Texts(NamedTuple):
    """What is searched for words, the weightiest first."""

    title: str
    marks: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the search knows of one thing."""

    id: str
    version: int
    face: Face
    who: tuple[object, ...]
    """All that decides who sees it: equal for two things that the same people see."""
    texts: Texts
    runs: tuple[Run, ...]
    facets: dict[str, frozenset[str]]
    price: float | None = None
    networks: frozenset[str] = frozenset()
    company: str | None = None
    """Whose it is, to hide figures of few companies."""
    until: int = EVER[1]
    """Last day on which it is shown."""
    changed: float = 0.0


def cards_of_offer(offer: OfferSnapshot) -> Iterator[Card]:
    """Give the card of an offer; none when it is shown to nobody but its own side."""
    if offer.status not in IN_SIGHT:
        return
    facets = {
        "topic": frozenset(offer.topics),
        "level": _one(offer.level),
        "kind": _one(offer.kind),
        "azav": _one({True: "yes", False: "no"}.get(offer.azav) if offer.azav is not None else None),
        "price_band": _one(band_of_price(offer.price_eur)),
    }
    words = (offer.aims, offer.description, offer.target_group, offer.entry_requirements)
    more = (offer.certificate or "", offer.examining_body or "", *(date.place.town or "" for date in offer.dates))
    yield Card(
        id=offer.id,
        version=offer.version,
        face="full",
        who=(offer.status, offer.networks, offer.provider, offer.contact, offer.entered_by),
        texts=Texts(
            offer.title,
            " ".join((*offer.keywords, *offer.skills, *offer.topics, offer.provider_name or "")),
            " ".join((*words, *more)),
        ),
        runs=tuple(_runs(offer)),
        facets=facets,
        price=offer.price_eur,
        networks=frozenset(offer.networks),
        company=offer.provider,
        changed=offer.changed_at.timestamp(),
    )


def _runs(offer: OfferSnapshot) -> Iterator[Run]:
    """Give the dates that are not cancelled; a date of which nothing is said where there is, or may be, none."""
    left = [date for date in offer.dates if not date.cancelled]
    for course in left:
        yield _run(course)
    if offer.kind == "initiative" and not left and (offer.starts_on or offer.ends_on):
        yield Run(_between(offer.starts_on, offer.ends_on))
    elif not left or offer.status == "permanent":
        yield Run()


def _run(course: CourseDate) -> Run:
    fixed = course.entry == "fixed"
    if fixed:
        starts = _between(course.starts_on, course.starts_on) if course.starts_on else None
    else:
        starts = _between(None, course.ends_on)
    anywhere = course.delivery in ANYWHERE
    return Run(
        starts,
        course.place.lat,
        course.place.lon,
        anywhere,
        _one(course.delivery),
        frozenset(course.time_models),
        area_of(course.place),
        f"{course.starts_on:%Y-%m}" if fixed and course.starts_on else None,
    )


def cards_of_need(need: NeedSnapshot, middle_of: Middle) -> Iterator[Card]:
    """Give the cards of a need."""
    if need.status != "open":
        return
    yield _card(need, "full", need.place, area_of(need.place))
    if need.visibility is Visibility.ANONYMOUS:
        area = area_of(need.place)
        lon, lat = (middle_of(area) if area else None) or (None, None)
        shown = {name: getattr(need, name) for name in ANONYMOUS}
        yield _card(
            NeedSnapshot(**shown, networks=need.networks),
            "reduced",
            Place(lat=lat, lon=lon),
            area,
            whole=need,
        )


def _card(need: NeedSnapshot, face: Face, place: Place, area: str | None, whole: NeedSnapshot | None = None) -> Card:
    """Return the card of what is shown of a need; who sees it is decided by the `whole`."""
    whole = whole or need
    facets = {
        "topic": frozenset(need.topics),
        "level": _one(need.level),
        "azav": _one("yes" if need.azav_wanted else None),
        "price_band": _one(band_of_price(need.max_price_eur)),
    }
    said = need.earliest_start or need.latest_start
    run = Run(
        _between(need.earliest_start, need.latest_start) if said else None,
        place.lat,
        place.lon,
        anywhere=False,
        delivery=frozenset(need.delivery or Delivery),
        time_model=frozenset() if face == "reduced" else frozenset(need.time_models or TimeModel),
        area=area,
        month=f"{need.earliest_start:%Y-%m}" if need.earliest_start else None,
    )
    return Card(
        id=need.id,
        version=need.version,
        face=face,
        who=(whole.status, whole.visibility, whole.organisation, whole.networks, whole.contact, whole.entered_by),
        texts=Texts(need.title, " ".join((*need.skills, *need.topics)), need.description),
        runs=(run,),
        facets=facets,
        price=need.max_price_eur,
        networks=frozenset(need.networks),
        company=whole.organisation,
        until=whole.expires_on.toordinal() if whole.expires_on else EVER[1],
        changed=whole.changed_at.timestamp(),
    )


def _between(first: date | None, last: date | None) -> tuple[int, int]:
    return first.toordinal() if first else EVER[0], last.toordinal() if last else EVER[1]


def _one(value: str | None) -> frozenset[str]:
    return frozenset() if value is None else frozenset({str(value)})
