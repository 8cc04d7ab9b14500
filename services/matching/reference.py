"""What the results must be, in a few lines over everything, without index, order, marks or memory.

Tests compare the running system with it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from services.matching.domain import Findings, ScoredOffer, findings, takes_interest
from services.matching.scoring.embedder import Embedder
from services.matching.scoring.model import Model
from services.matching.scoring.reading import embedded
from services.matching.scoring.text import saying_of, text_of_need
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot, ResultSnapshot

NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for every `found_at`, which is no part of what is compared."""


def reference(
    needs: Iterable[NeedSnapshot],
    offers: Iterable[OfferSnapshot],
    responses: Iterable[ResponseSnapshot],
    embedder: Embedder,
    model: Model,
) -> dict[str, Findings]:
    """Return what the result of each need must tell."""
    offers = list(offers)
    taught = {offer.id: model.reading(saying_of(offer), embedded(saying_of(offer), embedder)) for offer in offers}
    wanted = {(response.need, response.offer) for response in responses if takes_interest(response)}
    found = {}
    for need in needs:
        asked = model.reading(saying_of(need), embedded(saying_of(need), embedder))
        of_interest = {offer.id for offer in offers if (need.id, offer.id) in wanted}
        scored = [
            ScoredOffer(offer, model.probability(asked, taught[offer.id]), saying_of(offer).text)
            for offer in offers
            if model.cosine(asked.vector, taught[offer.id].vector) >= model.candidate_from or offer.id in of_interest
        ]
        text = text_of_need(need)
        found[need.id] = findings(need, text, scored, model.thresholds, of_interest=of_interest, found={}, now=NO_TIME)
    return found


def without_times(result: ResultSnapshot) -> Findings:
    """Return a result as the reference tells it."""
    matches = tuple(match.model_copy(update={"found_at": NO_TIME}) for match in result.matches)
    return Findings(matches, result.near_misses, result.advice)
