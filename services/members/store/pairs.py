"""Copies of needs, offers and responses, no more of each than decides whose contact somebody is shown."""

from services.members.domain.pairs import NeedStanding, OfferStanding, Pair
from shared.copies import Copies
from shared.events import ResponseSnapshot
from shared.events.matching import pair_of
from shared.mongo import Database


class Pairs:
    """What members knows of needs, offers and what was said about them."""

    def __init__(self, database: Database) -> None:
        self.needs = Copies(database, NeedStanding, "needs", due=False, whole=False)
        self.offers = Copies(database, OfferStanding, "offers", due=False, whole=False)
        self.responses = Copies(database, ResponseSnapshot, "responses", due=False)

    async def get(self, need: str, offer: str) -> Pair | None:
        """Return the pair; None when one of the two has not come yet, or was erased."""
        there, here = await self.needs.get(need), await self.offers.get(offer)
        if there is None or here is None:
            return None
        return Pair(there, here, await self.responses.get(pair_of(need, offer)))
