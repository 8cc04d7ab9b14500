"""What the page of a match shows: the reader's own side, the other side, the reasons, and what was answered."""

from dataclasses import dataclass
from typing import Final

from services.portal.neighbours import Pair
from shared.events.base import Language
from shared.explaining import funding, reasons
from shared.explaining.voice import Side
from shared.language import euros, long_day

CLOSED_OFFERS: Final = frozenset({"ended", "blocked", "withdrawn"})


@dataclass(frozen=True)
class Shown:
    """A match as one of its two sides sees it."""

    side: Side
    own: str
    """Title of what the reader entered: the need, or the offer."""
    other: str
    """Title of what fits it."""
    description: str
    provider: str | None
    start: str | None
    town: str | None
    price: str | None
    persons: str | None
    fits: tuple[str, ...]
    unknown: tuple[str, ...]
    lacks: tuple[str, ...]
    funding: tuple[str, ...]
    """What might help to pay, only for the company."""
    is_match: bool
    need_is_open: bool
    offer_is_open: bool
    link: str | None
    """Of the offer, only to the web."""
    answered: str | None
    """What the reader said last."""
    heard: str | None
    """What the other side said last."""
    may_answer: bool
    """Whether the reader speaks for one of the two."""


def shown(pair: Pair, language: Language, seen_from: Side = "company") -> Shown:
    """Return what the pair's reader may see, in words; `seen_from` is for a reader who is on neither side."""
    side = pair.side or seen_from
    for_company = side == "company"
    own, other = (pair.need, pair.offer) if for_company else (pair.offer, pair.need)
    said = pair.response and (pair.response.company if for_company else pair.response.provider)
    heard = pair.response and (pair.response.provider if for_company else pair.response.company)
    price, start, link = pair.offer.price_eur, pair.offer.starts_on, pair.offer.link
    return Shown(
        side=side,
        may_answer=pair.side is not None,
        own=own.title,
        other=other.title,
        description=other.description,
        provider=pair.offer.provider_name if for_company else None,
        start=long_day(start, language) if for_company and start else None,
        town=other.place.town if other.place else None,
        price=euros(price, language) if for_company and price is not None else None,
        persons=None if for_company else _persons(pair),
        **_reasons(pair, language, side),
        funding=tuple(funding(hint, language) for hint in pair.funding) if for_company and pair.match else (),
        is_match=pair.match is not None,
        need_is_open=pair.need.status == "open",
        offer_is_open=pair.offer.status not in CLOSED_OFFERS,
        link=link if for_company and link and link.startswith(("https://", "http://")) else None,
        answered=said.what if said else None,
        heard=heard.what if heard else None,
    )


def _persons(pair: Pair) -> str | None:
    bounds = sorted({number for number in (pair.need.persons_min, pair.need.persons_max) if number})
    return "\N{EN DASH}".join(map(str, bounds)) or None


def _reasons(pair: Pair, language: Language, side: Side) -> dict[str, tuple[str, ...]]:
    anonymous = pair.need.visibility == "anonymous"
    told = reasons(pair.match, language, side, anonymous=anonymous) if pair.match else []
    found = [
        (each.verdict, each.text)
        for each in told
        # That an offer exists and may be seen goes without saying where it is shown.
        if not (each.verdict == "fits" and each.code in {"lifecycle", "visibility"})
    ]
    return {
        name: tuple(text for verdict, text in found if verdict == wanted)
        for name, wanted in (("fits", "fits"), ("unknown", "unknown"), ("lacks", "not"))
    }
