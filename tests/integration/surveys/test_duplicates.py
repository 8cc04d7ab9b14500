"""Duplicates: shown before anything is saved, as far as they may be seen, and two needs made one."""

import httpx

from services.surveys.store import Store
from tests.builders import an_id
from tests.integration.surveys.people import ELSEWHERE, OTHER_COMPANY, as_

NEED = {"title": "WIG-Schweißen für drei Schlosser", "description": "Edelstahl, dünne Bleche."}
AGAIN = {"title": "WIG-Schweissen für 3 Schlosser"}


async def similar(http: httpx.AsyncClient, who: str, said: dict[str, str], **params: str) -> list[str]:
    answer = await http.post("/needs/similar", json=said, headers=as_(who), params=params)
    assert answer.status_code == 200, answer.text
    return [one["need"]["title"] for one in answer.json()["items"]]


async def test_what_says_nearly_the_same_is_shown_and_nothing_is_saved(http: httpx.AsyncClient, store: Store) -> None:
    await http.post("/needs", json=NEED, headers=as_("asker"))
    await http.post("/needs", json={"title": "Buchhaltung mit DATEV"}, headers=as_("asker"))

    assert await similar(http, "colleague", AGAIN) == [NEED["title"]]
    assert await store.needs.count({}) == 2


async def test_only_what_the_caller_may_see_is_shown(http: httpx.AsyncClient) -> None:
    for visibility in ("anonymous", "coordinator"):
        await http.post("/needs", json={**NEED, "visibility": visibility}, headers=as_("asker"))

    answer = await http.post("/needs/similar", json=AGAIN, headers=as_("rival"))

    (only,) = answer.json()["items"]
    assert (only["need"]["reduced"], only["need"]["organisation"]) == (True, None)
    assert len(await similar(http, "coordinator", AGAIN)) == 2
    assert await similar(http, "elsewhere", AGAIN) == []


async def test_the_need_that_is_being_changed_is_left_out(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED, headers=as_("asker"))

    assert await similar(http, "asker", AGAIN, **{"except": told.json()["id"]}) == []


async def test_nobody_asks_for_others(http: httpx.AsyncClient) -> None:
    foreign = await http.post("/needs/similar", json={**AGAIN, "organisation": OTHER_COMPANY}, headers=as_("asker"))
    elsewhere = await http.post("/needs/similar", json={**AGAIN, "networks": [ELSEWHERE]}, headers=as_("coordinator"))
    nobody = await http.post("/needs/similar", json=AGAIN, headers=as_("nobody"))

    assert [foreign.status_code, elsewhere.status_code, nobody.status_code] == [403, 403, 401]


async def test_offers_have_duplicates_too(http: httpx.AsyncClient) -> None:
    offer = {"title": "WIG-Schweißen Grundkurs"}
    await http.post("/offers", json=offer, headers=as_("provider"))

    answer = await http.post("/offers/similar", json={"title": "Grundkurs WIG Schweißen"}, headers=as_("provider"))

    assert [one["offer"]["title"] for one in answer.json()["items"]] == [offer["title"]]
    assert answer.json()["items"][0]["likeness"] > 0.9


async def test_one_of_two_needs_is_withdrawn_and_names_the_other(http: httpx.AsyncClient) -> None:
    one, other = [await http.post("/needs", json=NEED, headers=as_("asker")) for _ in range(2)]
    path, into = f"/needs/{one.json()['id']}", other.json()["id"]

    merged = await http.post(f"{path}/merge", json={"into": into}, headers=as_("coordinator", one.headers["ETag"]))

    assert (merged.status_code, merged.json()["status"]) == (200, "withdrawn")
    assert (await http.get(f"{path}/history", headers=as_("asker"))).json()["merged_into"] == into
    assert (await http.get(f"/needs/{into}", headers=as_("asker"))).json() == other.json()


async def test_only_needs_that_the_caller_may_change_are_merged(http: httpx.AsyncClient) -> None:
    mine = await http.post("/needs", json=NEED, headers=as_("asker"))
    theirs = await http.post("/needs", json=NEED, headers=as_("rival"))
    path = f"/needs/{mine.json()['id']}/merge"

    async def refused(who: str, into: str) -> tuple[int, str]:
        answer = await http.post(path, json={"into": into}, headers=as_(who, mine.headers["ETag"]))
        return answer.status_code, answer.json()["code"]

    assert await refused("asker", theirs.json()["id"]) == (403, "forbidden")
    assert await refused("coordinator", theirs.json()["id"]) == (409, "merge_elsewhere")
    assert await refused("coordinator", mine.json()["id"]) == (422, "invalid")
    assert await refused("asker", an_id(5)) == (404, "missing")
    assert (await http.get(f"/needs/{mine.json()['id']}", headers=as_("asker"))).json()["status"] == "open"
