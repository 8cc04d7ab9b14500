"""Gaps: open needs that no offer answers, grouped by topic and postal area, and how nearly one would have."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from shared.events.matching import Criterion, NearMiss, ResultSnapshot
from shared.events.surveys import NeedSnapshot
from shared.places import area_of

Found = Literal["nothing", "uncertain"]
"""`uncertain`: matches that nobody is told of, since they are planned only or may be about something else."""

OTHER: Final = "other"
"""Stands for the topic of needs without one."""
UNNAMED: Final = ""
"""Needs whose company is not known count together as one: three of them may all come from a single one."""


@dataclass(frozen=True)
class Unmet:
    """An open need without a match that anybody is told of."""

    need: NeedSnapshot
    found: Found
    nearest: NearMiss | None
    """The offer that the fewest limits exclude."""


@dataclass(frozen=True)
class Sums:
    """What needs come to."""

    needs: int = 0
    companies: int = 0
    persons: int = 0
    """At least: the fewest that were said, and one where nothing was."""
    urgent: int = 0


@dataclass(frozen=True)
class Gap:
    """Unmet needs of one topic in one postal area."""

    topic: str
    area: str | None
    """First three digits of the postcode; None where it is not known."""
    found: Found
    needs: tuple[NeedSnapshot, ...]

    @property
    def sums(self) -> Sums:
        """What its needs come to."""
        return sums(self.needs)


def company_of(need: NeedSnapshot) -> str:
    """Return whose the need is, as far as companies are counted."""
    return need.organisation or UNNAMED


def persons_of(need: NeedSnapshot) -> int:
    """Return how many people are to be taught at least."""
    return need.persons_min or need.persons_max or 1


def sums(needs: Iterable[NeedSnapshot]) -> Sums:
    """Return how many needs, companies and persons these are, and how many of the needs are urgent."""
    told = list(needs)
    return Sums(
        len(told),
        len({company_of(need) for need in told}),
        sum(map(persons_of, told)),
        sum(need.urgency == "high" for need in told),
    )


def unmet(need: NeedSnapshot, result: ResultSnapshot) -> Unmet | None:
    """Return the need if it is open and nobody is told of a match; None otherwise."""
    if need.status != "open" or result.status != "current" or any(match.announced for match in result.matches):
        return None
    return Unmet(need, "uncertain" if result.matches else "nothing", nearest(result.near_misses))


def nearest(misses: Iterable[NearMiss]) -> NearMiss | None:
    """Return the offer that the fewest limits exclude; ties by content, then id."""
    return min(misses, key=lambda miss: (len(excluding(miss)), -miss.probability, miss.offer), default=None)


def excluding(miss: NearMiss) -> tuple[Criterion, ...]:
    """Return the limits that exclude an offer."""
    return tuple(one for one in miss.criteria if one.verdict == "not" and one.weight == 0 and one.code != "content")


def gaps(those: Iterable[Unmet]) -> tuple[Gap, ...]:
    """Return the gaps, most persons first; a need with several topics is in the gap of each."""
    groups: dict[tuple[str, str | None, Found], list[NeedSnapshot]] = defaultdict(list)
    for one in those:
        for topic in one.need.topics or (OTHER,):
            groups[topic, area_of(one.need.place), one.found].append(one.need)
    made = [Gap(*where, tuple(sorted(needs, key=lambda need: need.id))) for where, needs in groups.items()]
    return tuple(sorted(made, key=_order))


def _order(gap: Gap) -> tuple[object, ...]:
    told = gap.sums
    return -told.persons, -told.companies, gap.topic, gap.area or "", gap.found
