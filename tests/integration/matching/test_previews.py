"""Previews: what a need would find before it is entered, from a process that has no worker."""

from typing import Any

import httpx
import pytest

from services.matching.store import Store
from shared.settings import ServiceSettings
from tests.builders import ASKER, COMPANY, DRESDEN, LEIPZIG, NETWORK, a_date, a_need, an_id, an_offer
from tests.integration.matching.conftest import Words, a_worker, come, erased, settled
from tests.integration.matching.test_api import N1, O1, O2, WELDING, bearer, code, http, serving
from tests.waiting import eventually

__all__ = ["http"]

BOSS = bearer(ASKER, f"company:{COMPANY}:{NETWORK}")
NEED = {"title": WELDING, "place": {"postal_code": "04109"}, "radius_km": 50}


async def offered(store: Store, *offers: Any, epoch: int = 1) -> None:
    async with a_worker(store, Words(), epoch=epoch):
        await come(store.offers, *offers)
        await settled(store)


def a_course(number: int = 101, **changes: Any) -> Any:
    return an_offer(**{"id": an_id(number), "title": WELDING, "dates": (a_date(place=LEIPZIG),), **changes})


async def found(http: httpx.AsyncClient, **changes: Any) -> list[str]:
    answer = await http.post("/previews", json={**NEED, **changes}, headers=BOSS)
    assert answer.status_code == 200, answer.text
    return [match["offer"] for match in answer.json()["matches"]]


async def test_a_preview_finds_what_the_need_would_find(http: httpx.AsyncClient, store: Store) -> None:
    far = a_course(103, title=f"{WELDING} plus", dates=(a_date(place=DRESDEN),))
    await offered(store, a_course(101), a_course(102, title=f"{WELDING} und mehr davon", price_eur=900), far)

    told = (await http.post("/previews", json=NEED, headers=BOSS)).json()

    async with a_worker(store, Words(), epoch=2):
        need = a_need(id=N1, title=WELDING, place=LEIPZIG, radius_km=50)
        await come(store.needs, need)
        await settled(store)
    entered = (await http.get(f"/needs/{N1}/matches", headers=BOSS)).json()
    assert [match["offer"] for match in told["matches"]] == [O1, O2]
    for same in ("offer", "about", "course_date", "starts_on", "probability", "fit"):
        assert [match[same] for match in told["matches"]] == [match[same] for match in entered["matches"]]
    assert [miss["about"]["id"] for miss in told["near_misses"]] == [far.id]
    assert {c["code"]: c["verdict"] for c in told["matches"][0]["criteria"]}["place"] == "fits"
    assert told["advice"][0]["code"] == "radius"


async def test_nothing_of_a_preview_is_stored(http: httpx.AsyncClient, store: Store) -> None:
    await offered(store, a_course())
    before = {name: await store._database[name].count_documents({}) for name in ("needs", "results", "embeddings")}

    await found(http, title=f"{WELDING} geheim")

    assert before == {name: await store._database[name].count_documents({}) for name in before}


async def test_a_preview_follows_the_offers(http: httpx.AsyncClient, store: Store) -> None:
    await offered(store, a_course(101), a_course(102))
    assert await found(http) == [O1, O2]

    await offered(store, a_course(103), a_course(101, version=2, status="ended"), erased(O2), epoch=2)

    async def follows() -> bool:
        return await found(http) == [an_id(103)]

    await eventually(follows)


async def test_an_offer_is_found_as_soon_as_its_vector_is_there(http: httpx.AsyncClient, store: Store) -> None:
    await come(store.offers, a_course())
    assert await found(http) == []

    async with a_worker(store, Words()):
        await settled(store)

    assert await found(http) == [O1]


async def test_at_most_ten_offers_are_told(http: httpx.AsyncClient, store: Store) -> None:
    await offered(store, *(a_course(number) for number in range(101, 113)))

    assert len(await found(http)) == 10


async def test_a_preview_finds_only_what_the_callers_networks_may_see(http: httpx.AsyncClient, store: Store) -> None:
    there = an_id(950)
    everybodys = a_course(103, networks=())
    await offered(store, a_course(101), a_course(102, networks=(there,)), everybodys)

    assert await found(http) == [O1, everybodys.id]
    foreign = await http.post("/previews", json={**NEED, "networks": [there]}, headers=BOSS)
    assert code(foreign) == (403, "forbidden")
    operators = await http.post("/previews", json={**NEED, "networks": [there]})
    assert [match["offer"] for match in operators.json()["matches"]] == [O2, everybodys.id]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"title": ""}, "text_empty"),
        ({"contact": ASKER}, "field_unknown"),
        ({"radius_km": "50"}, "not_a_whole_number"),
        ({"place": {"postal_code": "4109"}}, "not_a_postal_code"),
        ({"delivery": ["by_post"]}, "not_one_of"),
        ({"title": {"$ne": ""}}, "not_a_text"),
    ],
)
async def test_what_is_no_need_is_refused(http: httpx.AsyncClient, changes: dict[str, Any], refused: str) -> None:
    assert code(await http.post("/previews", json={**NEED, **changes}, headers=BOSS)) == (422, refused)


async def test_previews_are_for_who_is_signed_in_and_not_too_often(settings: ServiceSettings, store: Store) -> None:
    del store
    async with serving(settings, previews_a_minute=2) as http:
        assert code(await http.post("/previews", json=NEED, headers={"Authorization": ""})) == (401, "not_signed_in")
        # Five, since a minute may end in between.
        answers = [await http.post("/previews", json=NEED, headers=BOSS) for _ in range(5)]

        assert answers[0].status_code == 200
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        assert (await http.post("/previews", json=NEED)).status_code == 200
