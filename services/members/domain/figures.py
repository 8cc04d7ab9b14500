"""Which companies a network reached, by their size under both rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, get_args

from services.members.domain.organisations import EuSize, SgbSize, eu_size, sgb_size
from shared.small_cells import is_small, protected

UNKNOWN: Final = ""
"""Companies that have not said how many people they employ."""
EU: Final[tuple[str, ...]] = (*get_args(EuSize), UNKNOWN)
SGB: Final[tuple[str, ...]] = (*get_args(SgbSize), UNKNOWN)


@dataclass(frozen=True)
class Reached:
    """How many companies, in all and by size; None where so few that they could be recognised."""

    companies: int | None
    eu: dict[str, int | None]
    sgb: dict[str, int | None]


def reached(head_counts: Iterable[int | None], *, exact: bool) -> Reached:
    """Count companies, given the head count of each."""
    heads = list(head_counts)
    eu, sgb = dict.fromkeys(EU, 0), dict.fromkeys(SGB, 0)
    for head_count in heads:
        eu[eu_size(head_count) or UNKNOWN] += 1
        sgb[sgb_size(head_count) or UNKNOWN] += 1
    if exact:
        return Reached(len(heads), {**eu}, {**sgb})
    whole = None if is_small(len(heads)) else len(heads)
    return Reached(whole, protected(eu), protected(sgb))
