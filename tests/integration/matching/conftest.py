"""Matching on a database of its own, with an embedder for which equal words are equal directions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar
from zlib import crc32

import numpy as np
import pytest

from services.matching.domain import Findings, Thresholds
from services.matching.reference import reference, without_times
from services.matching.scoring.embedder import DIMENSIONS, Vector
from services.matching.scoring.model import Centre, Model
from services.matching.scoring.text import Side
from services.matching.store import Store
from services.matching.work import Matcher
from shared.copies import Copies, Received
from shared.events.base import Erased, Snapshot
from shared.events.matching import ResultSnapshot
from shared.mongo import Database
from tests.builders import NOW
from tests.waiting import eventually

S = TypeVar("S", bound=Snapshot)


class Words:
    """An embedder: a text's vector is the sum of its words' random directions, so like texts have like vectors."""

    name = "words"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, side: Side, text: str) -> Vector:
        self.embedded.append(f"{side}: {text}")
        directions = [np.random.default_rng(crc32(w.encode())).normal(size=DIMENSIONS) for w in text.lower().split()]
        total = np.sum(directions, axis=0) if directions else np.ones(DIMENSIONS)
        vector: Vector = (total / np.linalg.norm(total)).astype(np.float32)
        return vector


def a_model(version: str = "words-1", *, show: float = 0.2, announce: float = 0.5) -> Model:
    """Return a model for which half of the words in common is even odds."""
    return Model(
        version=version,
        embedder=Words.name,
        centres=(Centre(np.full(DIMENSIONS, 0.001), np.full(DIMENSIONS, -0.002)),),
        intercept=-4.0,
        weights={"first": 8.0},
        candidate_from=0.25,
        thresholds=Thresholds(show=show, announce=announce),
    )


@pytest.fixture
async def store(database: Database) -> Store:
    made = Store(database)
    await made.results.prepare()
    await made.responses.prepare()
    await made.prepare()
    return made


@pytest.fixture
def words() -> Words:
    return Words()


def received(snapshot: Snapshot | Erased) -> Received:
    return Received(snapshot.id, snapshot.version, snapshot.model_dump(mode="json"))


async def come(copies: Copies[S], *snapshots: S | Erased) -> None:
    """Let snapshots arrive, as consuming stores them."""
    await copies.apply([received(one) for one in snapshots])


def erased(entity: str, version: int = 99) -> Erased:
    return Erased(id=entity, version=version, changed_at=NOW)


@asynccontextmanager
async def a_worker(
    store: Store, words: Words, *, model: Model | None = None, epoch: int = 1, sweep_every: float = 600
) -> AsyncIterator[Matcher]:
    """Run a worker's term; ends it at the end."""
    matcher = Matcher(store, words, model or a_model(), epoch=epoch, sweep_every=sweep_every)
    serving = asyncio.create_task(matcher.serve())
    try:
        yield matcher
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def by_hand(store: Store, words: Words) -> AsyncIterator[Matcher]:
    """Take over and do all there is to do; the stream is followed, but the loop stands still."""
    matcher = Matcher(store, words, a_model(), epoch=1)
    async with store.changes() as changes:
        following = asyncio.create_task(matcher._follow(changes))
        await matcher.take_over()
        while await matcher.step():
            pass
        yield matcher
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def result(store: Store, need: str) -> ResultSnapshot | Erased | None:
    stored = await store.result(need)
    return stored.result if stored else None


async def offers_matched(store: Store, need: str) -> list[str]:
    """Return the offers in a need's result, best first."""
    found = await result(store, need)
    return [match.offer for match in found.matches] if isinstance(found, ResultSnapshot) else []


async def held(store: Store) -> dict[str, Findings]:
    """Return what the running system holds, as the reference tells it."""
    return {one.id: without_times(one) for one in await store.results.find({}, limit=10_000)}


async def expected(store: Store, model: Model) -> dict[str, Findings]:
    return reference(
        await store.needs.find({}),
        await store.offers.find({}),
        await store.responses.find({}, limit=10_000),
        Words(),
        model,
    )


async def settled(store: Store, model: Model | None = None) -> None:
    """Wait until nothing is marked and every result is the reference's."""

    async def is_settled() -> bool:
        assert await held(store) == await expected(store, model or a_model())
        return not [*await store.due_ids(store.needs), *await store.due_ids(store.offers)]

    await eventually(is_settled)
