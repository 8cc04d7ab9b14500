"""What the page of a match shows: the reader's own side, the other side, the reasons, and what was answered."""

from dataclasses import dataclass
from typing import Final, Literal

from services.portal.neighbours import NothingHere, Pair
from shared.events.base import Language
from shared.events.matching import Match, Said
from shared.explaining import reasons
from shared.language import euros, long_day

Side = Literal["company", "provider"]
CLOSED_OFFERS: Final = frozenset({"ended", "blocked", "withdrawn"})


@dataclass(frozen=True)
class Shown:
    """A match as one of its two sides sees it."""

    side: Side
    own: str
    """Title of what the reader entered: the need, or the offer."""
    other: str
    """Title of what fits it."""
    provider: str | None
    start: str | None
    price: str | None
    fits: tuple[str, ...]
    unknown: tuple[str, ...]
    lacks: tuple[str, ...]
    is_match: bool
    need_is_open: bool
    offer_is_open: bool
    link: str | None
    """Of the offer, only to the web."""
    answered: str | None
    """What the reader said last."""


def shown(pair: Pair, member: str, language: Language) -> Shown:
    """Return what this member may see; NothingHere for somebody who is not the contact of either side."""
    side = side_of(pair, member)
    for_company = side == "company"
    link = pair.offer.link
    price = pair.offer.price_eur
    return Shown(
        side=side,
        own=pair.need.title if for_company else pair.offer.title,
        other=pair.offer.title if for_company else pair.need.title,
        provider=pair.offer.provider_name if for_company else None,
        start=long_day(pair.match.starts_on, language) if pair.match and pair.match.starts_on else None,
        price=euros(price, language) if price is not None else None,
        **_reasons(pair, side, language),
        is_match=pair.match is not None,
        need_is_open=pair.need.status == "open",
        offer_is_open=pair.offer.status not in CLOSED_OFFERS,
        link=link if for_company and link and link.startswith(("https://", "http://")) else None,
        answered=_answer(pair, side),
    )


def side_of(pair: Pair, member: str) -> Side:
    """Return which side the member is the contact of; the company's when of both."""
    if member == pair.need.contact:
        return "company"
    if member == pair.offer.contact:
        return "provider"
    raise NothingHere


def _reasons(pair: Pair, side: Side, language: Language) -> dict[str, tuple[str, ...]]:
    found = _worded(pair.match, pair, side, language) if pair.match else []
    return {
        name: tuple(text for verdict, text in found if verdict == wanted)
        for name, wanted in (("fits", "fits"), ("unknown", "unknown"), ("lacks", "not"))
    }


def _worded(match: Match, pair: Pair, side: Side, language: Language) -> list[tuple[str, str]]:
    anonymous = pair.need.visibility == "anonymous"
    return [
        (each.verdict, each.text)
        for each in reasons(match, language, side, anonymous=anonymous)
        # That an offer exists and may be seen goes without saying where it is shown.
        if not (each.verdict == "fits" and each.code in {"lifecycle", "visibility"})
    ]


def _answer(pair: Pair, side: Side) -> str | None:
    if pair.response is None:
        return None
    said: Said | None = pair.response.company if side == "company" else pair.response.provider
    return said.what if said else None
