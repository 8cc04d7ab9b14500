"""One need's whole result, computed from what is stored now and put in place if nobody newer wrote."""

from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter

from services.matching.catalogue import Catalogue
from services.matching.domain import ScoredOffer, findings
from services.matching.domain.fencing import Fence
from services.matching.scoring.text import saying_of, text_of_need
from services.matching.store import Kept, Store, Stored, found_at
from services.matching.vectors import Vectors
from shared.clock import now
from shared.copies import Due
from shared.events import NeedSnapshot, ResultSnapshot
from shared.events.base import Erased
from shared.failpoints import pass_point

_computed: Final = Counter("matching_results", "Results computed, by what became of them", ["outcome"])


class Superseded(RuntimeError):  # noqa: N818 - it names what happened, not an error of the program
    """A worker with a higher number has written: this one's term is over."""


@dataclass
class Results:
    """Computes results under one lease and one model."""

    store: Store
    vectors: Vectors
    catalogue: Catalogue
    epoch: int
    activation: int = 0
    """Set at the takeover, when it is known which model was in force before."""

    async def compute(self, due: Due[NeedSnapshot]) -> Kept:
        """Bring the result of a need up to date; REFUSED means: it was changed meanwhile, look again.

        Raises Superseded when a worker with a higher number has written.
        """
        before = await self.store.result(due.id)
        fence = Fence(self.epoch, self.activation, due.version)
        result = await self._result(due, before)
        await pass_point("matching.computed")
        kept = await self.store.keep_result(before, result, fence)
        if kept is Kept.REFUSED:
            kept = await self._why_refused(due)
        _computed.labels(kept.value).inc()
        return kept

    async def _result(self, due: Due[NeedSnapshot], before: Stored | None) -> ResultSnapshot | Erased:
        need = due.snapshot
        if isinstance(need, Erased):
            self.catalogue.drop_need(due.id)
            await self.store.erase_responses({"need": due.id})
            await self.store.leave_pool(due.id)
            return Erased(id=due.id, version=1, changed_at=now())
        if need.status != "open":
            self.catalogue.drop_need(due.id)
            return ResultSnapshot(
                id=need.id,
                version=1,
                changed_at=now(),
                status="closed",
                need_version=need.version,
                model=self.catalogue.model.version,
            )
        vector = await self.vectors.of(need)
        self.catalogue.put_need(need.id, vector)
        reading = self.catalogue.model.reading(saying_of(need), vector)
        scored = {one.offer.id: one for one in self.catalogue.candidates(reading)}
        of_interest = await self.store.offers_of_interest(need.id)
        for offer in (await self.store.offers.get_many(of_interest - scored.keys())).values():
            taught = self.catalogue.model.reading(saying_of(offer), await self.vectors.of(offer))
            probability = self.catalogue.model.probability(reading, taught)
            scored[offer.id] = ScoredOffer(offer, probability, saying_of(offer).text)
        told = findings(
            need,
            text_of_need(need),
            scored.values(),
            self.catalogue.model.thresholds,
            of_interest=of_interest,
            found=found_at(before),
            now=now(),
        )
        return ResultSnapshot(
            id=need.id,
            version=1,
            changed_at=now(),
            status="current",
            need_version=need.version,
            model=self.catalogue.model.version,
            matches=told.matches,
            near_misses=told.near_misses,
            advice=told.advice,
        )

    async def _why_refused(self, due: Due[NeedSnapshot]) -> Kept:
        found = await self.store.result(due.id)
        if found and (found.fence.epoch > self.epoch or found.fence.activation > self.activation):
            raise Superseded
        return Kept.OUTDATED if found and found.fence.need_version > due.version else Kept.REFUSED
