"""What a need would find before it is stored: matching's preview, as far as a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.portal.neighbours import Away, NothingHere, Refused, TooOften
from services.portal.visitors import Visitor
from shared.language import euros, long_day

ASKED: Final = (
    *("title", "description", "persons_min", "persons_max", "earliest_start", "latest_start", "latest_end"),
    *("delivery", "time_models", "place", "radius_km", "max_price_eur", "azav_wanted", "level", "cefr"),
)
MOST: Final = 3


@dataclass(frozen=True)
class Offered:
    """An offer in short, in the reader's language."""

    offer: str
    title: str
    provider: str | None
    start: str | None
    town: str | None
    price: str | None
    link: str | None


@dataclass(frozen=True)
class Found:
    """The best offers for a need; `known` is False where matching could not be asked."""

    offers: tuple[Offered, ...] = ()
    near: tuple[Offered, ...] = ()
    """Offers that would fit but for one limit."""
    known: bool = True


async def found_for(visitor: Visitor, need: Mapping[str, Any], network: str = "") -> Found:
    """Return what a need would find; a page must not fail because matching is away or the need is half written."""
    asked = {name: need[name] for name in ASKED if need.get(name) is not None}
    if not asked.get("title"):
        return Found(known=False)
    networks = {"networks": [network]} if network else {}
    try:
        told = (await visitor.post("matching", "/api/v1/previews", {**asked, **networks})).body
    except (Refused, Away, TooOften, NothingHere):
        return Found(known=False)
    return Found(
        tuple(_offered(visitor, one) for one in told["matches"][:MOST]),
        tuple(_offered(visitor, one) for one in told["near_misses"][:MOST]) if not told["matches"] else (),
    )


def _offered(visitor: Visitor, told: Any) -> Offered:
    about = told["about"]
    start = told.get("starts_on") or about.get("starts_on")
    price, link = about.get("price_eur"), about.get("link")
    return Offered(
        offer=told["offer"],
        title=about["title"],
        provider=about.get("provider_name"),
        start=long_day(date.fromisoformat(start), visitor.language) if start else None,
        town=(about.get("place") or {}).get("town"),
        price=euros(price, visitor.language) if price is not None else None,
        link=link if link and link.startswith(("https://", "http://")) else None,
    )
