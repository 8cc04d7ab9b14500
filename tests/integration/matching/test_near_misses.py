"""Near misses and advice of a running worker follow offers that no result names; rank tells what the service tells."""

import json
from datetime import date
from pathlib import Path

from deploy.cli.rank import Ranking, vectors_of
from deploy.cli.rows import Named, need_of, offer_of, read_rows
from services.matching.store import Store
from shared.events import NeedSnapshot, OfferSnapshot
from shared.events.matching import ResultSnapshot
from shared.events.surveys import CourseDate, Delivery
from tests.builders import DRESDEN, LEIPZIG, a_date, a_need, an_id, an_offer
from tests.integration.matching.conftest import Words, a_worker, come, erased, result, settled

N1 = an_id(1)
WELDING = "wig schweißen grundkurs"


def far(**changes: object) -> tuple[CourseDate, ...]:
    return (a_date(**{"delivery": Delivery.ON_SITE, "place": DRESDEN, **changes}),)


async def current(store: Store, need: str = N1) -> ResultSnapshot:
    found = await result(store, need)
    assert isinstance(found, ResultSnapshot)
    return found


async def adds(store: Store) -> list[tuple[str, int]]:
    return [(each.code, each.adds) for each in (await current(store)).advice]


async def test_advice_counts_offers_that_no_result_names_and_follows_them(store: Store, words: Words) -> None:
    offers = [an_offer(id=an_id(100 + n), title=WELDING, dates=far()) for n in range(1, 9)]
    async with a_worker(store, words):
        await come(store.offers, *offers)
        await come(store.needs, a_need(id=N1, title=WELDING, place=LEIPZIG, radius_km=50))
        await settled(store)
        assert len((await current(store)).near_misses) == 5
        assert await adds(store) == [("radius", 8)]

        await come(store.offers, an_offer(id=an_id(107), version=2, title="lohn und gehalt", dates=far()))
        await come(store.offers, an_offer(id=an_id(108), version=2, title=WELDING, status="ended", dates=far()))
        await come(store.offers, erased(an_id(106)))
        await settled(store)

        assert await adds(store) == [("radius", 5)]


async def test_an_offer_that_moves_into_the_radius_becomes_a_match(store: Store, words: Words) -> None:
    async with a_worker(store, words):
        await come(store.offers, an_offer(id=an_id(101), title=WELDING, dates=far()))
        await come(store.needs, a_need(id=N1, title=WELDING, place=LEIPZIG, radius_km=50))
        await settled(store)
        before = await current(store)

        await come(store.offers, an_offer(id=an_id(101), version=2, title=WELDING, dates=far(place=LEIPZIG)))
        await settled(store)

    after = await current(store)
    assert ([miss.offer for miss in before.near_misses], before.matches) == ([an_id(101)], ())
    assert ([match.offer for match in after.matches], after.near_misses, after.advice) == ([an_id(101)], (), ())
    assert after.version > before.version


async def test_a_result_whose_near_misses_alone_change_is_published(store: Store, words: Words) -> None:
    async with a_worker(store, words):
        await come(store.needs, a_need(id=N1, title=WELDING, place=LEIPZIG, radius_km=50))
        await settled(store)
        before = await current(store)
        await come(store.offers, an_offer(id=an_id(101), title=WELDING, dates=far()))
        await settled(store)

    assert (await current(store)).version > before.version


OFFERS = [
    {"id": "a", "title": WELDING, "description": "für schlosser", "price_eur": 800},
    {"id": "b", "title": "schweißen", "lat": 51.06, "lon": 13.72, "delivery": "onsite"},
    {"id": "c", "title": "wig grundkurs", "starts_on": "2027-03-01"},
    {"id": "d", "title": "lohn und gehalt"},
]
NEEDS = [
    {"id": 1, "topic": "wig", "text": "schweißen grundkurs", "lat": 51.34, "lon": 12.37, "radius_km": 50},
    {"id": 2, "text": "grundkurs wig", "max_price_eur": 500},
]


async def test_rank_and_the_service_tell_the_same_of_the_same_pairs(store: Store, words: Words, tmp_path: Path) -> None:
    (tmp_path / "offers").write_text("\n".join(map(json.dumps, OFFERS)))
    (tmp_path / "needs").write_text("\n".join(map(json.dumps, NEEDS)))
    offers = [row for row in read_rows(tmp_path / "offers", offer_of) if isinstance(row, Named)]
    needs = [row for row in read_rows(tmp_path / "needs", need_of) if isinstance(row, Named)]
    async with a_worker(store, words) as worker:
        await come(store.offers, *(OfferSnapshot.model_validate(row.snapshot.model_dump()) for row in offers))
        await come(store.needs, *(NeedSnapshot.model_validate(row.snapshot.model_dump()) for row in needs))
        await settled(store)
        model = worker.catalogue.model

    ranking = Ranking(model)
    for offer, vector in vectors_of(offers, [Words()]):
        ranking.take_in(offer, vector)

    names = {row.snapshot.id: row.id for row in offers}
    compared = 0
    for need, vector in vectors_of(needs, [Words()]):
        told = ranking.of(need, vector, date(2027, 1, 1), "de")
        served = await current(store, need.snapshot.id)
        ranked = {each["offer"]: each for each in told["verdicts"]}
        told_by_service = {match.offer: match.probability for match in served.matches}
        told_by_service |= {miss.offer: miss.probability for miss in served.near_misses}
        for offer_id, probability in told_by_service.items():
            assert ranked[names[offer_id]]["probability"] == probability  # to the last bit
            compared += 1
        assert {names[match.offer] for match in served.matches if match.announced} == {*told["announce"]}
        eligible = {each["offer"] for each in told["verdicts"] if each["eligible"]}
        assert {names[match.offer] for match in served.matches} <= eligible
        assert eligible.isdisjoint(names[miss.offer] for miss in served.near_misses)
    assert compared >= 3
