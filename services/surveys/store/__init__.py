"""The service's collections: needs and offers, which it alone writes and publishes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from services.surveys.domain.needs import ASKED_BEFORE
from services.surveys.domain.offers import LIVING
from services.surveys.domain.searching import cards_of_need, cards_of_offer
from services.surveys.domain.seeing import IN_SIGHT
from services.surveys.formats.feeds import middle_of
from services.surveys.store.asking import Asking
from services.surveys.store.imports import Imports
from services.surveys.store.searching import Searching
from services.surveys.store.visiting import Visiting
from shared.copies import Copies
from shared.events.base import Snapshot
from shared.events.members import MemberStanding
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.mongo import Database
from shared.publishing import Owned

S = TypeVar("S", bound=Snapshot)
AT_ONCE: Final = 100


class Store:
    """Needs and offers as they stand now."""

    def __init__(self, database: Database) -> None:
        self.needs: Owned[NeedSnapshot] = Owned(database, NeedSnapshot, "needs")
        self.offers: Owned[OfferSnapshot] = Owned(
            database, OfferSnapshot, "offers", unique={"own_number": ("source", "own_number")}
        )
        self.asking = Asking(database)
        self.imports = Imports(database)
        self.members: Copies[MemberStanding] = Copies(database, MemberStanding, "members", whole=False)
        """Who people are and in which networks; nobody's name or address."""
        self.visiting = Visiting(database)
        self.searched_offers = Searching(self.offers, tuple(sorted(IN_SIGHT)), cards_of_offer)
        self.searched_needs = Searching(self.needs, ("open",), lambda need: cards_of_need(need, middle_of))

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await self.needs.prepare()
        await self.offers.prepare()
        await self.asking.prepare()
        await self.imports.prepare()
        await self.members.prepare()
        await self.visiting.prepare()
        await self.searched_offers.prepare()
        await self.searched_needs.prepare()
        for field in ("status", "networks", "organisation", "contact", "entered_by"):
            await self.needs.collection.create_index([(f"record.{field}", 1), ("_id", 1)], name=f"by_{field}")
        for field in ("consent.given_by", "consent.recorded_by"):
            await self.needs.collection.create_index(f"record.{field}", name=f"by_{field}", sparse=True)
        for field in ("status", "networks", "provider", "contact", "entered_by"):
            await self.offers.collection.create_index([(f"record.{field}", 1), ("_id", 1)], name=f"by_{field}")

    async def read_what_is_searched(self) -> None:
        """Take in what can be found, which takes seconds where there is much, before somebody searches."""
        await self.searched_offers.index()
        await self.searched_needs.index()

    async def look_again_at(self, *members: str | None) -> None:
        """Have those of the members forgotten again who were erased: something that names them was just stored."""
        await self.members.mark_due({"id": {"$in": [one for one in members if one]}, "status": "erased"})

    async def offers_by_number(self, source: str, numbers: Sequence[str]) -> dict[str, OfferSnapshot]:
        """Return the offers that came from a source under these numbers, by number."""
        found = await self.offers.find({"source": source, "own_number": {"$in": list(numbers)}}, limit=len(numbers))
        return {offer.own_number: offer for offer in found if offer.own_number is not None}

    async def note_merged(self, need: str, into: str) -> None:
        """Remember which need says what this one said; not published, and erased with it."""
        await self.needs.collection.update_one(
            {"_id": need, "record.status": {"$ne": "erased"}}, {"$set": {"private.merged_into": into}}
        )

    async def merged_into(self, need: str) -> str | None:
        """Return the need that stays instead of this one; None for one that was not merged."""
        return (await self.needs.private(need)).get("merged_into")

    async def merged_needs(self, network: str) -> set[str]:
        """Return a network's needs that others stand for."""
        query = {"private.merged_into": {"$exists": True}, "record.networks": network}
        return {document["_id"] async for document in self.needs.collection.find(query, {"_id": 1})}

    async def needs_to_look_at(self, today: date) -> AsyncIterator[NeedSnapshot]:
        """Go through the open needs that may expire, or be asked about, as of today; the domain decides."""
        soon = {"expires_on": {"$lte": (today + ASKED_BEFORE).isoformat()}, "asked_on": None}
        over = [{"expires_on": None}, {"expires_on": _before(today)}, {"latest_start": _before(today)}]
        async for need in _each(self.needs, {"status": "open", "$or": [*over, soon]}):
            yield need

    async def offers_to_look_at(self, today: date) -> AsyncIterator[OfferSnapshot]:
        """Go through the offers with a date, or a funding, that is over; the domain decides what follows."""
        past_dates = {"dates": {"$elemMatch": _is_past(today)}}
        past_initiative = {"kind": "initiative", "ends_on": _before(today)}
        living = {"status": {"$in": sorted(LIVING)}}
        async for offer in _each(self.offers, {**living, "$or": [past_dates, past_initiative]}):
            yield offer


async def _each(owned: Owned[S], query: Mapping[str, Any]) -> AsyncIterator[S]:
    """Go through what matches, some at a time; what changes meanwhile may be missed until the next round."""
    after: str | None = None
    while some := await owned.find(query, after=after, limit=AT_ONCE):
        for one in some:
            yield one
        after = some[-1].id


def _before(today: date) -> dict[str, str]:
    """Days are stored as ISO texts, which sort as days do."""
    return {"$lt": today.isoformat()}


def _is_past(today: date) -> dict[str, Any]:
    return {
        "$or": [
            {"entry": "fixed", "starts_on": _before(today)},
            {"entry": "fixed", "starts_on": None, "ends_on": _before(today)},
            {"entry": {"$ne": "fixed"}, "ends_on": _before(today)},
        ]
    }
