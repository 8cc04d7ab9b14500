"""Which needs mean the same and could share a course: by the offers that answer them, their vectors, their topics."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.matching.domain.pools import (
    Alike,
    Fill,
    Hint,
    answering,
    could_meet,
    counts_for_others,
    hint,
    is_poolable,
    likeness_says,
    partners,
    pools,
    share_a_topic,
    to_fill,
)
from services.matching.scoring.model import Exact, Model
from services.matching.store import Store
from services.matching.vectors import key_by
from shared.events import NeedSnapshot, ResultSnapshot
from shared.events.base import Erased

POOLABLE = {"status": "open", "pooling": True}


@dataclass(frozen=True)
class Pool:
    """Needs that could share a course, who would, and which course they could fill."""

    needs: tuple[NeedSnapshot, ...]
    joined: frozenset[str]
    fill: Fill | None


@dataclass(frozen=True)
class _ByName:
    """An embedder by its name alone, to find vectors that its worker has stored."""

    name: str


class Pooling:
    """Finds the pools among stored needs; loads no embedder."""

    def __init__(self, store: Store, model: Model) -> None:
        self._store = store
        self._model = model

    async def hint_for(self, need: NeedSnapshot) -> Hint | None:
        """Return what the company of a need is told; None when there is nothing, or it shares no course."""
        if not is_poolable(need):
            return None
        found = await self._store.needs.find({**POOLABLE, "networks": {"$in": list(need.networks)}})
        near = [other for other in found if counts_for_others(other) and could_meet(need, other)]
        if not near:
            return None
        alike, results = await self._alike([need, *near])
        those = await asyncio.to_thread(partners, need, near, alike)
        joined = await self._store.joined(one.id for one in (need, *those))
        fill = await self._fill(results.get(need.id))
        return hint(need, those, joined, fill.minimum if fill else None)

    async def pools_among(self, needs: Collection[NeedSnapshot]) -> list[Pool]:
        """Return the pools of these needs, most persons first."""
        those = [need for need in needs if is_poolable(need)]
        alike, results = await self._alike(those)
        groups = await asyncio.to_thread(pools, those, alike)
        joined = await self._store.joined(need.id for group in groups for need in group)
        made = []
        for group in groups:
            fills = [await self._fill(results.get(need.id)) for need in group]
            fill = next((one for one in fills if one is not None), None)
            made.append(Pool(group, frozenset(joined & {need.id for need in group}), fill))
        return made

    async def _alike(self, needs: Collection[NeedSnapshot]) -> tuple[Alike, dict[str, ResultSnapshot]]:
        """Return how two of these needs are compared, and the results that were read for it."""
        found = await self._store.results.find({"id": {"$in": [need.id for need in needs]}}, limit=max(1, len(needs)))
        results = {one.id: one for one in found if not isinstance(one, Erased)}
        answers = {id_: answering(one) for id_, one in results.items()}
        directions = await self._directions(needs)
        nothing: frozenset[str] = frozenset()

        def alike(one: NeedSnapshot, other: NeedSnapshot) -> bool:
            if not answers.get(one.id, nothing).isdisjoint(answers.get(other.id, nothing)):
                return True
            here, there = directions.get(one.id), directions.get(other.id)
            cosine = None if here is None or there is None else float(here @ there)
            return likeness_says(cosine, share_topic=share_a_topic(one, other))

        return alike, results

    async def _directions(self, needs: Iterable[NeedSnapshot]) -> Mapping[str, Exact]:
        """Return the centred vectors of those needs whose texts the worker has embedded."""
        named = _ByName(self._model.embedder)
        keys = await asyncio.to_thread(lambda: {need.id: key_by(named, need) for need in needs})
        kept = await self._store.vectors(sorted(set(keys.values())))
        return {id_: self._model.need_direction(kept[key]) for id_, key in keys.items() if key in kept}

    async def _fill(self, result: ResultSnapshot | None) -> Fill | None:
        if result is None:
            return None
        told = {one.offer for one in result.matches} | {one.offer for one in result.near_misses}
        return to_fill(result, await self._store.offers.get_many(told))
