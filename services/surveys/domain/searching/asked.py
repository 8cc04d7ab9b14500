"""What somebody searches for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from shared.events.members import Place

Sort = Literal["relevance", "start", "distance", "price", "newest"]
SORTS: Final[tuple[Sort, ...]] = ("relevance", "start", "distance", "price", "newest")

OF_DATES: Final = ("delivery", "time_model", "area", "month")
"""Facets of a course date: one single date has to meet all that is asked of dates and place."""
OF_CARDS: Final = ("topic", "level", "kind", "azav", "price_band")
FACETS: Final = (*OF_DATES, *OF_CARDS)

BANDS: Final = ((0, "free"), (250, "to_250"), (500, "to_500"), (1000, "to_1000"), (2500, "to_2500"))
"""Of prices in euros, upper ends included."""
BEYOND: Final = "over_2500"


def band_of_price(price: float | None) -> str | None:
    """Return the band of a price; None when it is not known."""
    if price is None:
        return None
    return next((name for most, name in BANDS if price <= most), BEYOND)


@dataclass(frozen=True)
class Asked:
    """All conditions must hold; of several values of one facet, one."""

    words: str = ""
    near: Place | None = None
    """With coordinates."""
    radius_km: float | None = None
    since: date | None = None
    until: date | None = None
    """The start is to lie between these, both days included."""
    price_to: float | None = None
    network: str | None = None
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Chosen values by facet; empty for any."""
    unsaid: bool = False
    """Whether that passes, too, of which it is not known."""
    sort: Sort = "relevance"
