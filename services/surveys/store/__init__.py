"""The service's collections: needs and offers, which it alone writes and publishes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.surveys.domain.offers import LIVING
from services.surveys.store.asking import Asking
from services.surveys.store.visiting import Visiting
from services.surveys.store.imports import Imports
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.mongo import Database
from shared.publishing import Owned

AT_ONCE: Final = 100


class Store:
    """Needs and offers as they stand now."""

    def __init__(self, database: Database) -> None:
        self.needs: Owned[NeedSnapshot] = Owned(database, NeedSnapshot, "needs")
        self.offers: Owned[OfferSnapshot] = Owned(
            database, OfferSnapshot, "offers", unique={"own_number": ("source", "own_number")}
        )
        self.asking = Asking(database)
        self.visiting = Visiting(database)
        self.imports = Imports(database)

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await self.needs.prepare()
        await self.offers.prepare()
        await self.asking.prepare()
        await self.visiting.prepare()
        await self.imports.prepare()
        for field in ("status", "networks", "organisation"):
            await self.needs.collection.create_index([(f"record.{field}", 1), ("_id", 1)], name=f"by_{field}")
        for field in ("status", "networks", "provider"):
            await self.offers.collection.create_index([(f"record.{field}", 1), ("_id", 1)], name=f"by_{field}")

    async def offers_by_number(self, source: str, numbers: Sequence[str]) -> dict[str, OfferSnapshot]:
        """Return the offers that came from a source under these numbers, by number."""
        found = await self.offers.find({"source": source, "own_number": {"$in": list(numbers)}}, limit=len(numbers))
        return {offer.own_number: offer for offer in found if offer.own_number is not None}

    async def needs_past(self, today: date) -> list[NeedSnapshot]:
        """Return some of the open needs whose latest start lies before today."""
        return await self.needs.find({"status": "open", "latest_start": _before(today)}, limit=AT_ONCE)

    async def offers_past(self, today: date) -> list[OfferSnapshot]:
        """Return some of the offers with a date, or a funding, that is over; the domain decides what follows."""
        living: dict[str, Any] = {"status": {"$in": sorted(LIVING)}}
        with_past_dates = await self.offers.find({**living, "dates": {"$elemMatch": _is_past(today)}}, limit=AT_ONCE)
        past_initiatives = {**living, "kind": "initiative", "ends_on": _before(today)}
        return with_past_dates or await self.offers.find(past_initiatives, limit=AT_ONCE)


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
