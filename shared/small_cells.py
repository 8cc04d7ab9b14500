"""Sums that name nobody: what fewer than three companies stand behind is hidden, and what would give it away."""

from collections.abc import Hashable, Mapping
from typing import Final, TypeVar

FEWEST: Final = 3
"""Companies in a cell that may be shown."""

K = TypeVar("K", bound=Hashable)


def protected(cells: Mapping[K, int], *, total_shown: bool = True) -> dict[K, int | None]:
    """Return the cells with small ones (1 or 2) as None; empty ones may be seen.

    Where the total is shown and a single cell is hidden, it could be computed: then the next smallest is hidden, too.
    """
    shown: dict[K, int | None] = {name: None if 0 < count < FEWEST else count for name, count in cells.items()}
    hidden = [name for name, count in shown.items() if count is None]
    if total_shown and len(hidden) == 1:
        others = [(count, place) for place, (_, count) in enumerate(shown.items()) if count]
        if others:
            shown[list(shown)[min(others)[1]]] = None
    return shown


def is_small(companies: int) -> bool:
    """Tell whether a figure about so many companies must not be shown on its own."""
    return 0 < companies < FEWEST
