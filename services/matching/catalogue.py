"""What the worker holds in memory: vectors of open needs and of offers, and what limits ask of the offers."""

from collections.abc import Sequence
from typing import Final

from services.matching.domain import ScoredOffer
from services.matching.domain.limits import AVAILABLE
from services.matching.index import VectorIndex
from services.matching.scoring.embedder import Vector
from services.matching.scoring.model import Model
from services.matching.scoring.text import text_of_offer
from shared.events import OfferSnapshot

_UNREAD_BY_LIMITS: Final = {"description": "", "target_group": "", "keywords": (), "link": None}


class Catalogue:
    """Needs and offers as far as they were taken in; candidates are found exactly."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._offers = VectorIndex(model.mean_offer)
        self._needs = VectorIndex(model.mean_need)
        self._facts: dict[str, OfferSnapshot] = {}
        self._texts: dict[str, str] = {}

    def put_offer(self, offer: OfferSnapshot, vector: Vector) -> None:
        """Take an offer in, or take it out when its lifecycle no longer allows a match."""
        if offer.status not in AVAILABLE:
            self.drop_offer(offer.id)
            return
        self._offers.put(offer.id, vector)
        requires = offer.entry_requirements.strip()[:1]  # limits ask only whether there are any
        self._texts[offer.id] = text_of_offer(offer)
        self._facts[offer.id] = offer.model_copy(update={**_UNREAD_BY_LIMITS, "entry_requirements": requires})

    def drop_offer(self, offer: str) -> None:
        """Take an offer out."""
        self._offers.remove(offer)
        self._facts.pop(offer, None)
        self._texts.pop(offer, None)

    def put_need(self, need: str, vector: Vector) -> None:
        """Take an open need in."""
        self._needs.put(need, vector)

    def drop_need(self, need: str) -> None:
        """Take a need out."""
        self._needs.remove(need)

    def offer_versions(self) -> dict[str, int]:
        """Return the version of each offer that was taken in."""
        return {offer.id: offer.version for offer in self._facts.values()}

    def candidates(self, need: Vector) -> list[ScoredOffer]:
        """Return every offer whose canonical cosine is at least the model's `c`, with its probability."""
        near = self._offers.near(self.model.need_direction(need), self.model.candidate_from)
        return [one for cosine, one in self._scored(need, near) if cosine >= self.model.candidate_from]

    def ranked(self, need: Vector) -> list[ScoredOffer]:
        """Return all offers by their probability, best first; ties in the order in which they were taken in."""
        scored = [one for _, one in self._scored(need, list(self._facts))]
        return sorted(scored, key=lambda one: -one.probability)

    def _scored(self, need: Vector, offers: Sequence[str]) -> list[tuple[float, ScoredOffer]]:
        """Return offers with cosine and probability: the one place where these are computed for a need's offers."""
        cosines = self.model.cosines(need, self._offers.vectors(offers)).tolist() if offers else []
        return [
            (cosine, ScoredOffer(self._facts[offer], self.model.probability_at(cosine), self._texts[offer]))
            for offer, cosine in zip(offers, cosines, strict=True)
        ]

    def needs_near_before(self, offer: str) -> list[str]:
        """Return the needs for which an offer, as it was last taken in, may be a candidate, and few others."""
        vector = self._offers.vector(offer)
        return [] if vector is None else self.needs_near(vector)

    def needs_near(self, offer: Vector) -> list[str]:
        """Return every need for which an offer with this vector may be a candidate, and few others."""
        return self._needs.near(self.model.offer_direction(offer), self.model.candidate_from)
