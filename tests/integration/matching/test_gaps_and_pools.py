"""Gaps, pools and figures over HTTP: coordinators read all of their network, advisers sums, companies counts."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.matching.store import Store
from shared.events.surveys import NeedSnapshot, Visibility
from tests.builders import DRESDEN, LEIPZIG, NETWORK, a_date, a_need, an_id, an_offer
from tests.integration.matching.conftest import Words, a_worker, come, erased, settled
from tests.integration.matching.test_api import O1, WELDING, bearer, code, http
from tests.integration.matching.test_rights import ADVISER, BOSS, COORDINATOR, FAR_COORDINATOR, SCHOOL
from tests.waiting import eventually

__all__ = ["http"]

OF_NETWORK = {"network": NETWORK}
POOL = f"/needs/{an_id(1)}/pool"


def wanted(number: int, **changes: Any) -> NeedSnapshot:
    own = {"id": an_id(number), "organisation": an_id(600 + number), "contact": None, "title": WELDING}
    where = {"place": LEIPZIG, "radius_km": 50, "topics": ("metal.welding",), "persons_min": 2}
    return a_need(**{**own, **where, "pooling": True, **changes})


def of_company(number: int) -> Mapping[str, str]:
    return bearer(an_id(700 + number), f"company:{an_id(600 + number)}:{NETWORK}")


async def told(store: Store, *needs: NeedSnapshot, offer: Any = None) -> None:
    far = an_offer(id=O1, title=WELDING, dates=(a_date(place=DRESDEN, participants_min=8),))
    async with a_worker(store, Words()):
        await come(store.offers, offer or far)
        await come(store.needs, *needs)
        await settled(store)


async def test_gaps_tell_what_is_missing_where_and_what_would_have_to_change(
    http: httpx.AsyncClient, store: Store
) -> None:
    await told(store, wanted(1), wanted(2, urgency="high"), wanted(3, status="withdrawn"))

    gaps = (await http.get("/gaps", params=OF_NETWORK, headers=COORDINATOR)).json()

    assert gaps["nothing"] == {"needs": 2, "companies": 2, "persons": 4, "urgent": 1}
    [gap] = gaps["gaps"]
    assert (gap["topic"], gap["area"], gap["wanted"]) == ("metal.welding", "041", [an_id(1), an_id(2)])
    nearest = gaps["needs"][0]["nearest"]
    assert nearest["offer"] == O1
    excludes = [one["code"] for one in nearest["criteria"] if one["verdict"] == "not" and not one["weight"]]
    assert excludes == ["place"]
    assert gaps["needs"][0]["advice"][0]["code"] == "radius"


async def test_a_need_with_a_match_is_no_gap(http: httpx.AsyncClient, store: Store) -> None:
    await told(store, wanted(1, place=DRESDEN), wanted(2))

    gaps = (await http.get("/gaps", params=OF_NETWORK)).json()

    assert [one["need"]["id"] for one in gaps["needs"]] == [an_id(2)]


async def test_advisers_read_sums_of_three_companies_or_more(http: httpx.AsyncClient, store: Store) -> None:
    hidden = wanted(6, visibility=Visibility.COORDINATOR)
    await told(store, *(wanted(n) for n in (1, 2, 3)), wanted(4, topics=()), wanted(5, topics=()), hidden)

    gaps = (await http.get("/gaps", params=OF_NETWORK, headers=ADVISER)).json()

    assert gaps["needs"] == []
    assert gaps["nothing"]["needs"] == 5
    assert {gap["topic"]: gap["companies"] for gap in gaps["gaps"]} == {"metal.welding": None, "other": None}
    assert all(gap["wanted"] == [] and gap["needs"] is None and gap["persons"] is None for gap in gaps["gaps"])


@pytest.mark.parametrize("path", ["/gaps", "/pools", "/figures"])
async def test_reports_are_for_the_networks_own_coordinators_and_advisers(
    http: httpx.AsyncClient, store: Store, path: str
) -> None:
    await told(store, wanted(1))

    found = {
        name: await http.get(path, params=OF_NETWORK, headers=who)
        for name, who in {"coordinator": COORDINATOR, "adviser": ADVISER}.items()
    }

    assert {name: answer.status_code for name, answer in found.items()} == {"coordinator": 200, "adviser": 200}
    assert code(await http.get(path, params=OF_NETWORK, headers=FAR_COORDINATOR)) == (404, "missing")
    assert code(await http.get(path, params=OF_NETWORK, headers=BOSS)) == (403, "forbidden")
    assert code(await http.get(path, params=OF_NETWORK, headers=SCHOOL)) == (403, "forbidden")
    assert (await http.get(path, params=OF_NETWORK, headers={"Authorization": ""})).status_code == 401


async def test_a_company_hears_how_many_others_look_for_the_same_and_never_who(
    http: httpx.AsyncClient, store: Store
) -> None:
    near = an_offer(id=O1, title=WELDING, dates=(a_date(place=LEIPZIG, participants_min=9),))
    await told(store, wanted(1), wanted(2), wanted(3, visibility=Visibility.ANONYMOUS), offer=near)

    answer = await http.get(POOL, headers=of_company(1))

    assert answer.json() == {"joined": False, "hint": {"companies": 3, "persons": 6, "joined": 0, "missing": 3}}


async def test_two_companies_are_too_few_to_be_told_of(http: httpx.AsyncClient, store: Store) -> None:
    await told(store, wanted(1), wanted(2), wanted(3, pooling=False), wanted(4, visibility=Visibility.COORDINATOR))

    assert (await http.get(POOL, headers=of_company(1))).json()["hint"] is None


async def test_joining_is_counted_without_a_name_and_can_be_taken_back(http: httpx.AsyncClient, store: Store) -> None:
    await told(store, wanted(1), wanted(2), wanted(3))

    for number in (1, 2, 3):
        answer = await http.put(f"/needs/{an_id(number)}/pool", headers=of_company(number))
        assert answer.json()["joined"] is True
    assert (await http.put(POOL, headers=of_company(1))).json()["hint"]["joined"] == 3
    assert (await http.delete(POOL, headers=of_company(1))).json()["joined"] is False
    assert (await http.get(POOL, headers=of_company(1))).json()["hint"]["joined"] == 0

    [pool] = (await http.get("/pools", params=OF_NETWORK, headers=COORDINATOR)).json()["items"]
    assert (pool["companies"], pool["joined_needs"]) == (3, [an_id(2), an_id(3)])


async def test_a_pool_is_joined_by_its_own_company_alone(http: httpx.AsyncClient, store: Store) -> None:
    await told(store, wanted(1), wanted(2, pooling=False))

    assert code(await http.put(POOL, headers=of_company(2))) == (404, "missing")
    assert code(await http.put(POOL, headers=FAR_COORDINATOR)) == (404, "missing")
    assert code(await http.put(POOL, headers=COORDINATOR)) == (403, "forbidden")
    assert code(await http.put(f"/needs/{an_id(2)}/pool", headers=of_company(2))) == (422, "not_poolable")


async def test_what_an_erased_need_joined_is_forgotten(http: httpx.AsyncClient, store: Store) -> None:
    await told(store, wanted(1))
    await http.put(POOL, headers=of_company(1))

    async with a_worker(store, Words(), epoch=2):
        await come(store.needs, erased(an_id(1)))
        await eventually(lambda: _is_forgotten(store))


async def _is_forgotten(store: Store) -> bool:
    return not await store.joined([an_id(1)])


async def test_figures_count_matches_and_what_was_said_last(http: httpx.AsyncClient, store: Store) -> None:
    near = an_offer(id=O1, title=WELDING, dates=(a_date(place=LEIPZIG),))
    await told(store, *(wanted(n) for n in (1, 2, 3)), offer=near)
    for number in (1, 2, 3):
        path = f"/pairs/{an_id(number)}/{O1}/responses/company"
        said = {"what": "booked", "persons": 2} if number < 3 else {"what": "dismissed", "reason": "too_far"}
        assert (await http.put(path, json=said)).status_code == 200

    hidden = (await http.get("/figures", params=OF_NETWORK, headers=COORDINATOR)).json()
    exact = (await http.get("/figures", params={**OF_NETWORK, "exact": True}, headers=COORDINATOR)).json()
    adviser = (await http.get("/figures", params={**OF_NETWORK, "exact": True}, headers=ADVISER)).json()
    long_ago = {**OF_NETWORK, "from": "2020-01-01", "to": "2020-12-31"}

    assert (hidden["matches"]["pairs"], hidden["announced"]["companies"]) == (3, 3)
    assert {row["value"]: row["pairs"] for row in hidden["company"]} == {
        "interested": 0,
        "contacted": 0,
        "booked": None,
        "dismissed": None,
    }
    rows = {row["value"]: row for row in exact["company"]}
    assert (rows["booked"]["pairs"], rows["booked"]["persons"], rows["dismissed"]["pairs"]) == (2, 4, 1)
    assert adviser == hidden
    assert (await http.get("/figures", params=long_ago)).json()["matches"]["pairs"] == 0
    backwards = {**OF_NETWORK, "from": "2026-02-01", "to": "2026-01-01"}
    assert code(await http.get("/figures", params=backwards)) == (422, "period_backwards")
