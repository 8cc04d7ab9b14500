"""How much is said of a need or an offer, of all that helps others to judge it, and what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.events.surveys import CourseDate, Delivery, NeedSnapshot, OfferSnapshot

ENOUGH_WORDS: Final = 12
"""A description of fewer words says little more than the title."""
AWAY_FROM_PLACES: Final = frozenset({Delivery.ONLINE, Delivery.SELF_PACED, Delivery.DISTANCE})
WHOLE: Final = 100


@dataclass(frozen=True)
class Completeness:
    """A figure from 0 to 100, and the fields that would raise it, the weightiest first."""

    figure: int
    missing: tuple[str, ...]


_COURSE: Final[Mapping[str, int]] = {
    "description": 15,
    "dates": 15,
    "price_eur": 10,
    "hours": 10,
    "place": 10,
    "delivery": 8,
    "contact": 8,
    "topics": 6,
    "target_group": 6,
    "azav": 6,
    "certificate": 6,
}
"""Weights by how much a company needs it to decide; they make 100."""
_INITIATIVE: Final[Mapping[str, int]] = {
    "description": 30,
    "initiative": 20,
    "contact": 20,
    "topics": 15,
    "ends_on": 15,
}
_NEED: Final[Mapping[str, int]] = {
    "description": 20,
    "persons_min": 15,
    "place": 15,
    "topics": 10,
    "earliest_start": 10,
    "delivery": 10,
    "contact": 10,
    "max_price_eur": 5,
    "target_groups": 5,
}


def of_offer(offer: OfferSnapshot) -> Completeness:
    """Return how complete an offer is; `place` and `delivery` are those of its course dates."""
    if offer.kind == "initiative":
        said = {
            "description": _tells(offer.description),
            "initiative": offer.initiative is not None,
            "contact": offer.contact is not None or offer.link is not None,
            "topics": bool(offer.topics or offer.skills or offer.keywords),
            "ends_on": offer.ends_on is not None or offer.status == "permanent",
        }
        return _figure(said, _INITIATIVE)
    said = {
        "description": _tells(offer.description),
        "dates": bool(offer.dates),
        "price_eur": offer.price_eur is not None,
        "hours": offer.hours is not None or offer.teaching_units is not None,
        "place": bool(offer.in_house_possible) or _all(offer.dates, _has_place),
        "delivery": _all(offer.dates, lambda course: course.delivery is not None),
        "contact": offer.contact is not None or offer.link is not None,
        "topics": bool(offer.topics or offer.skills or offer.keywords),
        "target_group": bool(offer.target_group or offer.target_groups or offer.entry_requirements),
        "azav": offer.azav is not None,
        "certificate": offer.certificate is not None,
    }
    return _figure(said, _COURSE)


def of_need(need: NeedSnapshot) -> Completeness:
    """Return how complete a need is."""
    anywhere = bool(need.delivery) and need.delivery <= AWAY_FROM_PLACES
    said = {
        "description": _tells(need.description),
        "persons_min": need.persons_min is not None or need.persons_max is not None,
        "place": anywhere or need.place.postal_code is not None or need.place.town is not None,
        "topics": bool(need.topics or need.skills),
        "earliest_start": need.earliest_start is not None or need.latest_start is not None,
        "delivery": bool(need.delivery),
        "contact": need.contact is not None,
        "max_price_eur": need.max_price_eur is not None,
        "target_groups": bool(need.target_groups) or need.level is not None or need.eqf is not None,
    }
    return _figure(said, _NEED)


def _figure(said: Mapping[str, bool], weights: Mapping[str, int]) -> Completeness:
    whole = sum(weights.values())
    reached = sum(weight for field, weight in weights.items() if said[field])
    missing = sorted((field for field in weights if not said[field]), key=lambda field: -weights[field])
    return Completeness(reached * WHOLE // whole, tuple(missing))


def _tells(description: str) -> bool:
    return len(description.split()) >= ENOUGH_WORDS


def _all(dates: Sequence[CourseDate], holds: Callable[[CourseDate], bool]) -> bool:
    return bool(dates) and all(holds(course) for course in dates)


def _has_place(course: CourseDate) -> bool:
    return course.delivery in AWAY_FROM_PLACES or course.place.postal_code is not None or course.place.town is not None
