"""Who came in on which day, and into which network."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["unconfirmed", "active", "blocked"]


@dataclass(frozen=True)
class SignUp:
    """A person who was entered on a day, with the networks in which they have a role by now."""

    day: date
    status: Status
    networks: tuple[str, ...] = ()


def per_day(people: Iterable[SignUp]) -> dict[tuple[date, str | None], Counter[Status]]:
    """Return how many came, newest day first, by network; who has a role in two counts in both, in none under None."""
    counted: dict[tuple[date, str | None], Counter[Status]] = {}
    for person in people:
        for network in dict.fromkeys(person.networks) or (None,):
            counted.setdefault((person.day, network), Counter())[person.status] += 1
    return dict(sorted(counted.items(), key=lambda one: (-one[0][0].toordinal(), one[0][1] or "")))
