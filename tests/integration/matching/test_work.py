"""What follows from stored needs, offers and responses, on a real database."""

import asyncio
import random
from datetime import date, timedelta

import pytest

from services.matching.scoring.embedder import Vector
from services.matching.scoring.text import Side
from services.matching.store import Kept, Store
from services.matching.work import Matcher, match_while_held
from services.matching.work.results import Superseded
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot
from shared.events.base import Erased
from shared.events.matching import ResultSnapshot, Said, pair_of
from shared.events.surveys import Delivery
from shared.leases import Lease
from shared.mongo import Database
from tests.builders import ASKER, DRESDEN, LEIPZIG, NOW, a_date, a_need, an_id, an_offer
from tests.integration.matching.conftest import (
    Words,
    a_model,
    a_worker,
    by_hand,
    come,
    erased,
    expected,
    held,
    offers_matched,
    received,
    result,
    settled,
)
from tests.waiting import eventually

N1, N2, O1, O2 = an_id(1), an_id(2), an_id(101), an_id(102)
WELDING = "wig schweißen grundkurs"


def a_response(need: str = N1, offer: str = O1, what: str = "interested") -> ResponseSnapshot:
    said = Said.model_validate({"what": what, "by": ASKER, "at": NOW})
    return ResponseSnapshot(
        id=pair_of(need, offer), version=1, changed_at=NOW, status="current", need=need, offer=offer, company=said
    )


async def current(store: Store, need: str = N1) -> ResultSnapshot:
    found = await result(store, need)
    assert isinstance(found, ResultSnapshot)
    return found


@pytest.mark.parametrize("need_first", [True, False])
async def test_need_and_offer_find_each_other_whichever_came_first(
    store: Store, words: Words, need_first: bool
) -> None:
    async with a_worker(store, words):
        for kind in ("need", "offer") if need_first else ("offer", "need"):
            if kind == "need":
                await come(store.needs, a_need(id=N1, title=WELDING))
            else:
                await come(store.offers, an_offer(id=O1, title=WELDING), an_offer(id=O2, title="lohn und gehalt"))
            await settled(store)

    assert await offers_matched(store, N1) == [O1]


async def test_what_came_while_nobody_worked_is_matched_at_the_takeover(store: Store, words: Words) -> None:
    await come(store.offers, an_offer(id=O1, title=WELDING))
    await come(store.needs, a_need(id=N1, title=WELDING))

    async with a_worker(store, words):
        await settled(store)

    assert await offers_matched(store, N1) == [O1]


async def test_a_need_without_matches_has_an_empty_result(store: Store, words: Words) -> None:
    async with a_worker(store, words):
        await come(store.needs, a_need(id=N1, title=WELDING))
        await settled(store)

    assert (await current(store)).matches == ()


async def test_an_offer_that_ends_or_is_erased_disappears(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING))
    async with a_worker(store, words):
        await come(store.offers, an_offer(id=O1, title=WELDING), an_offer(id=O2, title=WELDING))
        await eventually(lambda: _matched(store, [O1, O2]))

        await come(store.offers, an_offer(id=O1, version=2, title=WELDING, status="ended"))
        await eventually(lambda: _matched(store, [O2]))
        await come(store.offers, erased(O2))
        await eventually(lambda: _matched(store, []))
        await settled(store)


async def _matched(store: Store, offers: list[str]) -> bool:
    return await offers_matched(store, N1) == offers and await result(store, N1) is not None


@pytest.mark.parametrize("status", ["covered", "withdrawn", "expired"])
async def test_a_need_that_is_no_longer_open_has_an_empty_closed_result(
    store: Store, words: Words, status: str
) -> None:
    await come(store.offers, an_offer(id=O1, title=WELDING))
    async with a_worker(store, words):
        await come(store.needs, a_need(id=N1, title=WELDING))
        await eventually(lambda: _matched(store, [O1]))
        await come(store.needs, a_need(id=N1, version=2, title=WELDING, status=status))
        await eventually(lambda: _matched(store, []))

    closed = await current(store)
    assert (closed.status, closed.need_version) == ("closed", 2)


async def test_an_erased_need_leaves_an_erased_result_and_erased_responses(store: Store, words: Words) -> None:
    await come(store.offers, an_offer(id=O1, title=WELDING))
    async with a_worker(store, words):
        await come(store.needs, a_need(id=N1, title=WELDING))
        await store.responses.add(a_response())
        await eventually(lambda: _matched(store, [O1]))
        await come(store.needs, erased(N1))

        async def is_gone() -> bool:
            return isinstance(await result(store, N1), Erased) and await store.responses.get(pair_of(N1, O1)) is None

        await eventually(is_gone)

    document = await store.results.collection.find_one({"_id": N1})
    assert document is not None
    assert set(document["record"]) == {"id", "version", "status", "changed_at"}


async def test_interest_keeps_a_pair_listed_after_it_no_longer_fits(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING))
    await come(store.offers, an_offer(id=O1, title=WELDING))
    async with a_worker(store, words):
        await eventually(lambda: _matched(store, [O1]))
        await store.responses.add(a_response())
        await come(store.offers, an_offer(id=O1, version=2, title=WELDING, status="ended"))

        async def is_marked() -> bool:
            (match,) = (await current(store)).matches
            return [c.code for c in match.criteria if c.verdict == "not"] == ["lifecycle"] and not match.announced

        await eventually(is_marked)
        await store.responses.replace(a_response(what="dismissed"), expected=(await _response(store)).version)
        await eventually(lambda: _matched(store, []))


async def _response(store: Store) -> ResponseSnapshot:
    found = await store.responses.get(pair_of(N1, O1))
    assert found is not None
    return found


async def test_a_text_is_embedded_once_however_often_its_entity_changes(store: Store, words: Words) -> None:
    async with a_worker(store, words):
        for version in range(1, 4):
            await come(store.needs, a_need(id=N1, version=version, title=WELDING, persons_min=version))
            await come(store.offers, an_offer(id=O1, version=version, title=WELDING, price_eur=version))
            await settled(store)
    async with a_worker(store, words, epoch=2):
        await settled(store)

    assert sorted(words.embedded) == [f"need: {WELDING}", f"offer: {WELDING}"]


async def test_found_at_and_version_stay_while_nothing_changes(store: Store, words: Words) -> None:
    await come(store.offers, an_offer(id=O1, title=WELDING))
    await come(store.needs, a_need(id=N1, title=WELDING))
    async with a_worker(store, words):
        await settled(store)
    before = await current(store)

    async with a_worker(store, words, epoch=2):
        await come(store.offers, an_offer(id=O2, title=WELDING))
        await eventually(lambda: _matched(store, [O1, O2]))
    after = await current(store)

    assert after.matches[0].found_at == before.matches[0].found_at < after.matches[1].found_at
    assert after.version == before.version + 1


async def test_a_takeover_stamps_every_result_without_a_new_version(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING), a_need(id=N2, title="excel", status="withdrawn"))
    async with a_worker(store, words):
        await settled(store)
    await store.results.collection.update_many({}, {"$unset": {"unpublished": ""}})
    versions = {n: (await current(store, n)).version for n in (N1, N2)}

    async with a_worker(store, words, epoch=7):
        await eventually(lambda: _stamped(store, epoch=7))

    assert {n: (await current(store, n)).version for n in (N1, N2)} == versions
    assert await store.results.collection.count_documents({"unpublished": {"$exists": True}}) == 0


async def _stamped(store: Store, *, epoch: int) -> bool:
    return await store.results.collection.count_documents({"epoch": {"$ne": epoch}}) == 0


async def test_a_worker_of_the_past_changes_no_result_and_clears_no_mark(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING))
    await come(store.offers, an_offer(id=O1, title=WELDING))
    async with a_worker(store, words, epoch=5):
        await settled(store)
    past = Matcher(store, words, a_model(), epoch=4)
    await past.take_over()
    await come(store.needs, a_need(id=N1, version=2, title="etwas ganz anderes"))

    with pytest.raises(Superseded):
        await _all_of(past)

    assert await offers_matched(store, N1) == [O1]
    assert await store.due_ids(store.needs) == [N1]


async def _all_of(matcher: Matcher) -> None:
    while await matcher.step():
        pass


async def test_what_a_predecessor_marked_done_is_still_seen(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING))
    async with a_worker(store, words, epoch=2):
        await settled(store)
        await come(store.offers, an_offer(id=O1, title=WELDING))
        await store.offers.collection.update_one({"_id": O1}, {"$unset": {"due": ""}})
        await eventually(lambda: _matched(store, [O1]))


async def test_a_new_model_raises_the_activation_and_computes_everything_again(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING))
    await come(store.offers, an_offer(id=O1, title="wig schweißen für profis morgens"))
    async with a_worker(store, words):
        await settled(store)
    assert await offers_matched(store, N1) == [O1]

    stricter = a_model("words-2", show=0.99, announce=0.995)
    async with a_worker(store, words, model=stricter, epoch=2):
        await settled(store, stricter)

    document = await store.results.collection.find_one({"_id": N1})
    assert document is not None
    assert document["activation"] == 2
    assert await offers_matched(store, N1) == []


async def test_the_sweep_repairs_nothing_when_nothing_is_wrong(store: Store, words: Words) -> None:
    await come(store.needs, *(a_need(id=an_id(n), title=WELDING) for n in range(1, 6)))
    await come(store.offers, *(an_offer(id=an_id(n), title=WELDING) for n in range(101, 106)))
    async with by_hand(store, words) as matcher:
        assert await matcher.sweep.run() == 0


async def test_the_sweep_repairs_memory_and_results(store: Store, words: Words) -> None:
    await come(store.needs, a_need(id=N1, title=WELDING), a_need(id=N2, title=WELDING))
    await come(store.offers, an_offer(id=O1, title=WELDING), an_offer(id=O2, title=WELDING, status="ended"))
    async with by_hand(store, words) as matcher:
        matcher.catalogue.drop_offer(O1)
        matcher.catalogue.put_offer(an_offer(id=O2, title=WELDING), words.embed("offer", WELDING))

        assert await matcher.sweep.run() == 2
        assert await held(store) == await expected(store, a_model())

        await store.results.collection.update_one({"_id": N2}, {"$set": {"record.matches": []}})

        assert await matcher.sweep.run() == 1
        assert await held(store) == await expected(store, a_model())


async def test_vectors_that_no_text_uses_are_forgotten(
    store: Store, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.matching.store.FORGET_AFTER", timedelta(0))
    await come(store.needs, a_need(id=N1, title=WELDING), a_need(id=N2, title="geheim"))
    async with by_hand(store, words) as matcher:
        await come(store.needs, erased(N2))
        await matcher.sweep.run()

    left = [document["_id"] async for document in store._embeddings.find({})]
    assert left == [matcher.vectors.key(a_need(title=WELDING))]


class Choking(Words):
    def embed(self, side: Side, text: str) -> Vector:
        if "gift" in text:
            raise ValueError(text)
        return super().embed(side, text)


async def test_one_bad_entity_does_not_stop_the_others(store: Store) -> None:
    async with a_worker(store, Choking()):
        await come(store.offers, an_offer(id=O2, title="gift"), an_offer(id=O1, title=WELDING))
        await come(store.needs, a_need(id=N2, title="gift"), a_need(id=N1, title=WELDING))
        await eventually(lambda: _matched(store, [O1]))
        await come(store.needs, a_need(id=N2, version=2, title=WELDING))

        async def is_matched() -> bool:
            return await offers_matched(store, N2) == [O1]

        await eventually(is_matched)


async def test_a_need_is_matched_even_if_the_first_try_died_halfway(
    store: Store, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    await come(store.offers, an_offer(id=O1, title=WELDING))
    await come(store.needs, a_need(id=N1, title=WELDING))
    with monkeypatch.context() as patched:
        patched.setattr(store, "keep_result", _dies)
        with pytest.raises(ConnectionError):
            await Matcher(store, words, a_model(), epoch=1).serve()

    async with a_worker(store, words, epoch=2):
        await settled(store)

    assert await offers_matched(store, N1) == [O1]


async def _dies(*_: object) -> Kept:
    raise ConnectionError


async def test_a_standby_takes_over_from_a_worker_that_stopped_beating(
    store: Store, words: Words, database: Database
) -> None:
    first, second = (Lease(database, "matching", owner, patience=0.6) for owner in ("first", "second"))
    await come(store.offers, an_offer(id=O1, title=WELDING))
    await first.try_once()  # and never again
    standby = asyncio.create_task(second.hold_and(lambda: match_while_held(store, words, a_model(), second)))
    try:
        await come(store.needs, a_need(id=N1, title=WELDING))
        await eventually(lambda: _matched(store, [O1]))
        await eventually(lambda: _stamped(store, epoch=2))
    finally:
        standby.cancel()
        await asyncio.gather(standby, return_exceptions=True)


VOCABULARY = ("wig", "schweißen", "excel", "grundkurs", "stapler", "lohn", "führung")


def a_random_need(rng: random.Random, number: int, version: int) -> NeedSnapshot | Erased:
    if rng.random() < 0.1:
        return erased(an_id(number), version)
    return a_need(
        id=an_id(number),
        version=version,
        title=" ".join(rng.choices(VOCABULARY, k=rng.randint(1, 3))),
        status=rng.choice(["open"] * 5 + ["covered", "draft"]),
        place=LEIPZIG,
        radius_km=rng.choice([None, 50, 150]),
        delivery=rng.choice([set(), {Delivery.ON_SITE}]),
        latest_end=rng.choice([None, date(2027, 6, 1)]),
    )


def a_random_offer(rng: random.Random, number: int, version: int) -> OfferSnapshot | Erased:
    if rng.random() < 0.1:
        return erased(an_id(number), version)
    dates = tuple(
        a_date(
            id=an_id(500 + n),
            starts_on=date(2027, 4, rng.randint(1, 28)),
            delivery=rng.choice([None, Delivery.ON_SITE, Delivery.ONLINE]),
            place=rng.choice([LEIPZIG, DRESDEN]),
            ends_on=rng.choice([None, date(2027, 5, 1), date(2027, 7, 1)]),
        )
        for n in range(rng.randint(0, 2))
    )
    return an_offer(
        id=an_id(number),
        version=version,
        title=" ".join(rng.choices(VOCABULARY, k=rng.randint(1, 3))),
        status=rng.choice(["published"] * 4 + ["preparing", "ended"]),
        dates=dates,
    )


def a_history(rng: random.Random) -> list[NeedSnapshot | OfferSnapshot | Erased]:
    """Return all versions of a dozen needs and offers, in any order."""
    history: list[NeedSnapshot | OfferSnapshot | Erased] = []
    for number in range(1, 13):
        history += [a_random_need(rng, number, version) for version in range(1, rng.randint(2, 4))]
        history += [a_random_offer(rng, 100 + number, version) for version in range(1, rng.randint(2, 4))]
    rng.shuffle(history)
    return history


async def happens(store: Store, one: NeedSnapshot | OfferSnapshot | Erased, rng: random.Random) -> None:
    """Let a snapshot come; now and then somebody answers to a pair."""
    if isinstance(one, OfferSnapshot) or one.id > an_id(100):
        await store.offers.apply([received(one)])
    else:
        await store.needs.apply([received(one)])
    pair = an_id(rng.randint(1, 12)), an_id(100 + rng.randint(1, 12))
    if rng.random() < 0.15 and await store.responses.collection.find_one({"_id": pair_of(*pair)}) is None:
        await store.responses.add(a_response(*pair))


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_comes_in_whatever_order_the_results_are_the_references(
    store: Store, words: Words, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - an order that can be repeated
    history = a_history(rng)

    for epoch, part in enumerate((history[:20], history[20:40], history[40:]), start=1):
        async with a_worker(store, words, epoch=epoch):  # a new worker takes over each time
            for one in part:
                await happens(store, one, rng)
            if epoch == 3 or rng.random() < 0.7:
                await settled(store)


@pytest.mark.parametrize("seed", range(3, 6))
async def test_a_predecessor_that_goes_on_working_spoils_nothing(store: Store, words: Words, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - an order that can be repeated
    history = a_history(rng)

    async with a_worker(store, words, epoch=1):
        for one in history[:15]:
            await happens(store, one, rng)
        async with a_worker(store, Words(), epoch=2):
            for one in history[15:]:
                await happens(store, one, rng)
            await settled(store)
