"""What the worker holds in memory: vectors of open needs and of offers, and what limits ask of the offers."""

from collections.abc import Sequence
from typing import Final

from services.matching.domain import ScoredOffer
from services.matching.domain.limits import AVAILABLE
from services.matching.index import VectorIndex
from services.matching.scoring.embedder import DIMENSIONS, Vector
from services.matching.scoring.model import Model
from services.matching.scoring.reading import Reading
from services.matching.scoring.text import Saying, saying_of
from shared.events import OfferSnapshot

_UNREAD_BY_LIMITS: Final = {"description": "", "target_group": "", "keywords": (), "link": None}


class Catalogue:
    """Needs and offers as far as they were taken in; candidates are found exactly."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._offers = VectorIndex(model.mean_offer)
        self._needs = VectorIndex(model.mean_need)
        self._facts: dict[str, OfferSnapshot] = {}
        self._vectors: dict[str, Vector] = {}
        self._sayings: dict[str, Saying] = {}
        self._readings: dict[str, Reading] = {}
        """Of offers that were candidates; words are taken apart for these alone."""

    def put_offer(self, offer: OfferSnapshot, vector: Vector) -> None:
        """Take an offer in, or take it out when its lifecycle no longer allows a match."""
        if offer.status not in AVAILABLE:
            self.drop_offer(offer.id)
            return
        self.drop_offer(offer.id)
        self._offers.put(offer.id, vector[:DIMENSIONS])
        self._vectors[offer.id] = vector
        requires = offer.entry_requirements.strip()[:1]  # limits ask only whether there are any
        self._sayings[offer.id] = saying_of(offer)
        self._facts[offer.id] = offer.model_copy(update={**_UNREAD_BY_LIMITS, "entry_requirements": requires})

    def drop_offer(self, offer: str) -> None:
        """Take an offer out."""
        self._offers.remove(offer)
        self._facts.pop(offer, None)
        self._vectors.pop(offer, None)
        self._sayings.pop(offer, None)
        self._readings.pop(offer, None)

    def put_need(self, need: str, vector: Vector) -> None:
        """Take an open need in."""
        self._needs.put(need, vector[:DIMENSIONS])

    def drop_need(self, need: str) -> None:
        """Take a need out."""
        self._needs.remove(need)

    def offer_versions(self) -> dict[str, int]:
        """Return the version of each offer that was taken in."""
        return {offer.id: offer.version for offer in self._facts.values()}

    def candidates(self, need: Reading) -> list[ScoredOffer]:
        """Return every offer whose canonical cosine is at least the model's `c`, with its probability."""
        near = self._offers.near(self.model.need_direction(need.vector), self.model.candidate_from)
        cosines = self.model.cosines(need.vector, self._offers.vectors(near)).tolist() if near else []
        return self._scored(need, [o for o, c in zip(near, cosines, strict=True) if c >= self.model.candidate_from])

    def ranked(self, need: Reading) -> list[ScoredOffer]:
        """Return all offers by their probability, best first; ties in the order in which they were taken in."""
        return sorted(self._scored(need, list(self._facts)), key=lambda one: -one.probability)

    def _scored(self, need: Reading, offers: Sequence[str]) -> list[ScoredOffer]:
        """Return offers with their probability: the one place where it is computed for a need's offers."""
        probabilities = self.model.probabilities(need, [self._reading(offer) for offer in offers])
        return [
            ScoredOffer(self._facts[offer], probability, self._sayings[offer].text)
            for offer, probability in zip(offers, probabilities, strict=True)
        ]

    def _reading(self, offer: str) -> Reading:
        if offer not in self._readings:
            self._readings[offer] = self.model.reading(self._sayings[offer], self._vectors[offer])
        return self._readings[offer]

    def needs_near_before(self, offer: str) -> list[str]:
        """Return the needs for which an offer, as it was last taken in, may be a candidate, and few others."""
        vector = self._offers.vector(offer)
        return [] if vector is None else self.needs_near(vector)

    def needs_near(self, offer: Vector) -> list[str]:
        """Return every need for which an offer with this vector may be a candidate, and few others."""
        return self._needs.near(self.model.offer_direction(offer), self.model.candidate_from)
