"""Items: what a recipient should be told about a pair, whether it is still true, and whether it may be told at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID, uuid5

from shared.events import MemberSnapshot, NeedSnapshot, OfferSnapshot, ResponseSnapshot, ResultSnapshot
from shared.events.matching import Match

ItemKind = Literal["offer_for_need", "need_for_offer"]
"""The first is told to the company that has the need, the second to the provider that has the offer."""

CLOCKS_DIFFER: Final = timedelta(hours=1)
"""A match counts as found after a consent up to this long before it: two services' clocks stamped them."""
YOUNG: Final = timedelta(days=1)
OPEN_OFFERS: Final = frozenset({"published", "permanent"})
_ITEMS: Final = UUID("0b6d1f0e-8a57-4d0c-a6a1-2f1d6c3f9b42")


@dataclass(frozen=True)
class Item:
    """One thing that one recipient should be told; unique by recipient, pair and kind.

    Told once: afterwards a new price, date or rank is not told again, since people asked for quiet.
    """

    id: str
    recipient: str
    kind: ItemKind
    need: str
    offer: str
    pair: str
    found_at: datetime
    fits: bool = True
    """Whether it is true now."""
    told_at: datetime | None = None
    telling: int = 0
    """How often a mail took it."""
    mail: str | None = None
    """The one unfinished mail that it belongs to."""
    due_at: datetime | None = None
    """Since when it waits to be told; in the future when it only rides along with what else comes."""
    returned: int = 0
    """How often a mail with an unknown outcome gave it back."""
    dropped: str | None = None
    """Why it was given up for good: the server refused its mail, or nobody sends here."""

    @property
    def is_waiting(self) -> bool:
        """Whether it was never told and no mail has it."""
        return self.told_at is None and self.mail is None and self.dropped is None


@dataclass(frozen=True)
class Preferences:
    """What a member decided about mails from here, and what servers said about the address."""

    unsubscribed_at: datetime | None = None
    resubscribed_at: datetime | None = None
    suppressed: frozenset[str] = frozenset()
    """Hashes of addresses that do not exist (`address_mark`); another address is another matter."""


@dataclass(frozen=True)
class Known:
    """The copies that a result refers to, as far as they have come."""

    need: NeedSnapshot | None
    offers: Mapping[str, OfferSnapshot]
    responses: Mapping[str, ResponseSnapshot]


def item_id(recipient: str, pair: str, kind: ItemKind) -> str:
    """Return the id of an item, the same whoever computes it."""
    return str(uuid5(_ITEMS, f"{recipient}/{pair}/{kind}"))


def items_of(result: ResultSnapshot, known: Known) -> list[Item]:
    """Return all items that are true by this result; a contact or an offer that is not known yet tells nobody."""
    found = []
    for match in result.matches:
        for kind, recipient in recipients(result, match, known).items():
            found.append(
                Item(
                    id=item_id(recipient, match.pair, kind),
                    recipient=recipient,
                    kind=kind,
                    need=result.id,
                    offer=match.offer,
                    pair=match.pair,
                    found_at=match.found_at,
                )
            )
    return found


def recipients(result: ResultSnapshot, match: Match, known: Known) -> dict[ItemKind, str]:
    """Return whom a match is told to.

    Nobody, unless matching announces it, need and offer are open, no coordinator decides first, and neither side has
    dismissed it; a side that has already said something needs no mail to learn of it.
    """
    need, offer = known.need, known.offers.get(match.offer)
    if need is None or offer is None or not match.announced or result.status != "current":
        return {}
    if need.status != "open" or need.visibility == "coordinator" or offer.status not in OPEN_OFFERS:
        return {}
    response = known.responses.get(match.pair)
    said = {"company": response and response.company, "provider": response and response.provider}
    if any(one and one.what == "dismissed" for one in said.values()):
        return {}
    told: dict[ItemKind, str] = {}
    if need.contact and not said["company"]:
        told["offer_for_need"] = need.contact
    if offer.contact and not said["provider"]:
        told["need_for_offer"] = offer.contact
    return told


def address_mark(address: str) -> str:
    """Return what is kept of an address that does not exist."""
    return sha256(address.strip().lower().encode("utf-8", "replace")).hexdigest()


def mailed_since(member: MemberSnapshot | None, preferences: Preferences) -> datetime | None:
    """Return since when a member wants to be told; None when not at all.

    Unsubscribing ends it. Subscribing again begins it anew, and so does a consent given later: both are acts of their
    own that can be shown.
    """
    if member is None or member.status != "active" or address_mark(member.email) in preferences.suppressed:
        return None
    given = [one.given_at for one in member.consents if one.purpose == "matches" and one.withdrawn_at is None]
    if not given:
        return None
    ended = preferences.unsubscribed_at
    again = preferences.resubscribed_at
    if ended is None:
        return max(min(given), again) if again else min(given)
    anew = [moment for moment in (*given, again) if moment is not None and moment > ended]
    return min(anew) if anew else None


def may_be_told(item: Item, since: datetime | None, watermark: datetime) -> bool:
    """Return whether a waiting item is due, given since when its recipient wants to be told."""
    if since is None or not item.fits or not item.is_waiting:
        return False
    return item.found_at > since - CLOCKS_DIFFER and item.found_at > watermark


def watermark_of(created_at: datetime, founded: Iterable[datetime]) -> datetime:
    """Return the moment before which nothing is announced, for a database created at `created_at`.

    That is the founding of the oldest network if that was less than a day before, so that a first start loses nothing;
    else the creation, so that a database that was lost and made anew mails nobody about the past.
    """
    oldest = min(founded, default=created_at)
    return min(oldest, created_at) if created_at - oldest < YOUNG else created_at
