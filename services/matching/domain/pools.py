"""Pools: like needs of several companies that together fill a course; companies are told counts, never each other."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from services.matching.domain.gaps import company_of, excluding, persons_of
from services.matching.domain.limits import WITHOUT_DISTANCE
from shared.events.base import Internal
from shared.events.matching import Match, NearMiss, ResultSnapshot
from shared.events.surveys import Delivery, NeedSnapshot, OfferSnapshot, Visibility
from shared.places import distance_km

FEWEST: Final = 3
"""From so many companies in all on, a company is told that others look for the same."""
LIKE: Final = 0.4
"""Cosine from which two needs mean the same; of 160 labelled needs four in five such pairs have the same answer."""
LIKE_WITH_TOPIC: Final = 0.2
"""Enough where both have a topic in common."""

Alike = Callable[[NeedSnapshot, NeedSnapshot], bool]


class PoolJoin(Internal):
    """That the company behind a need would share a course; its id is the need's."""

    status: Literal["joined"] = "joined"


@dataclass(frozen=True)
class Hint:
    """What a company is told of its pool, itself included; counts alone."""

    companies: int
    persons: int
    joined: int
    """How many of the companies have said that they would share a course; 0 while so few could be recognised."""
    missing: int | None
    """So many persons are missing to fill the course that fits best; None when no group minimum is known."""


@dataclass(frozen=True)
class Fill:
    """A course that fits, and from how many participants on it runs."""

    offer: str
    course_date: str | None
    minimum: int


def is_poolable(need: NeedSnapshot) -> bool:
    """Tell whether the company would share a course with others, now."""
    return need.status == "open" and need.pooling


def counts_for_others(need: NeedSnapshot) -> bool:
    """Tell whether other companies may hear of the need as one among several."""
    return is_poolable(need) and need.visibility is not Visibility.COORDINATOR


def likeness_says(cosine: float | None, *, share_topic: bool) -> bool:
    """Tell whether two needs mean the same by their vectors; where one is not there, the topic decides."""
    if cosine is None:
        return share_topic
    return cosine >= (LIKE_WITH_TOPIC if share_topic else LIKE)


def share_a_topic(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    """Tell whether two needs have a topic in common."""
    return not set(one.topics).isdisjoint(other.topics)


def answering(result: ResultSnapshot) -> frozenset[str]:
    """Return the offers whose content answers a need beyond doubt, whether a limit excludes them or not."""
    told = {match.offer for match in result.matches if match.announced}
    return frozenset(told | {miss.offer for miss in result.near_misses})


def could_meet(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    """Tell whether one course could serve two needs: of different companies, at a common time, in both one's reach."""
    return (
        company_of(one) != company_of(other)
        and not set(one.networks).isdisjoint(other.networks)
        and _times_overlap(one, other)
        and _forms_overlap(one, other)
        and (_needs_no_place(one, other) or _in_reach(one, other))
    )


def _times_overlap(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    starts = [need.earliest_start for need in (one, other) if need.earliest_start]
    ends = [need.latest_start for need in (one, other) if need.latest_start]
    return not starts or not ends or max(starts) <= min(ends)


def _forms(need: NeedSnapshot) -> frozenset[Delivery]:
    """Return how the company can be taught together with others."""
    return (need.delivery or frozenset(Delivery)) - {Delivery.IN_HOUSE, Delivery.SELF_PACED}


def _forms_overlap(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    return bool(_forms(one) & _forms(other))


def _needs_no_place(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    return not (_forms(one) & _forms(other) - WITHOUT_DISTANCE)


def _in_reach(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    """Tell whether each lies within the other's radius; what is not known is not near."""
    radii = [need.radius_km for need in (one, other) if need.radius_km is not None]
    if not radii:
        return True
    km = distance_km(one.place, other.place)
    return km is not None and km <= min(radii)


def partners(need: NeedSnapshot, others: Iterable[NeedSnapshot], alike: Alike) -> tuple[NeedSnapshot, ...]:
    """Return the like needs of other companies with which the need could share a course, by id."""
    found = [other for other in others if could_meet(need, other) and alike(need, other)]
    return tuple(sorted(found, key=lambda other: other.id))


def hint(
    need: NeedSnapshot, those: Collection[NeedSnapshot], joined: Collection[str], minimum: int | None
) -> Hint | None:
    """Return what the company is told of its pool; None for fewer than three companies in all."""
    pool = (need, *those)
    companies = len({company_of(one) for one in pool})
    if companies < FEWEST:
        return None
    persons = _persons_in(pool)
    together = len({company_of(one) for one in pool if one.id in joined})
    missing = None if minimum is None else max(0, minimum - persons)
    return Hint(companies, persons, together if together >= FEWEST else 0, missing)


def _persons_in(pool: Iterable[NeedSnapshot]) -> int:
    return sum(map(persons_of, pool))


def pools(needs: Iterable[NeedSnapshot], alike: Alike) -> tuple[tuple[NeedSnapshot, ...], ...]:
    """Return groups of needs of at least two companies, most persons first; each need is in one group at most.

    The need with the most partners gathers its own first (ties by id), then the next of those that are left.
    """
    left = {need.id: need for need in sorted(needs, key=lambda one: one.id)}
    of = {id_: {one.id for one in partners(need, left.values(), alike)} for id_, need in left.items()}
    made = []
    while left:
        centre = max(left, key=lambda id_: len(of[id_] & left.keys()))
        together = [centre, *sorted(of[centre] & left.keys())]
        if len(together) == 1:
            break  # nobody of those left has a partner
        made.append(tuple(left.pop(id_) for id_ in together))
    return tuple(sorted(made, key=lambda pool: (-_persons_in(pool), pool[0].id)))


def to_fill(result: ResultSnapshot, offers: Mapping[str, OfferSnapshot]) -> Fill | None:
    """Return the best fitting course whose group minimum is known.

    Courses that only the group minimum excludes count, too: filling it is what pooling is for.
    """
    matches = [match for match in result.matches if match.announced]
    almost = [miss for miss in result.near_misses if {one.code for one in excluding(miss)} == {"group_minimum"}]
    fitting: list[Match | NearMiss] = [*matches, *almost]
    for one in fitting:
        offer = offers.get(one.offer)
        date = next((date for date in offer.dates if date.id == one.course_date), None) if offer else None
        if date is not None and date.participants_min:
            return Fill(one.offer, one.course_date, date.participants_min)
    return None
