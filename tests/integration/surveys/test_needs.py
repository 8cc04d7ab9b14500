"""Needs over HTTP: told, read, listed, changed, withdrawn, erased."""

import httpx
import pytest

from services.surveys import examples
from services.surveys.store import Store
from shared.copies import Received
from tests.builders import ASKER, COMPANY, NETWORK, TEACHER, a_member, a_teacher, an_id
from tests.integration.surveys.conftest import stored
from tests.integration.surveys.people import COLLEAGUE, COORDINATOR, as_

NEED = {
    "title": "  Hydraulik für Instandhalter ",
    "organisation": COMPANY,
    "contact": ASKER,
    "networks": [NETWORK, NETWORK],
    "persons_min": 3,
    "delivery": ["online", "on_site"],
    "place": {"postal_code": "04109", "town": "Leipzig"},
    "radius_km": 50,
    "max_price_eur": 900,
}


async def test_a_need_is_told_and_read_back(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED)

    read = await http.get(f"/needs/{told.json()['id']}")

    assert told.status_code == 201
    assert read.json() == told.json()
    assert read.headers["ETag"] == told.headers["ETag"] == f'"{told.json()["version"]}"'
    need = read.json()
    assert (need["status"], need["title"], need["contact"]) == ("open", "Hydraulik für Instandhalter", ASKER)
    assert need["networks"] == [NETWORK]
    assert need["delivery"] == ["on_site", "online"]
    assert need["place"]["lat"] == pytest.approx(51.34, abs=0.05)
    assert need["hints"] == []


async def test_a_need_of_somebody_nobody_knows_yet_is_accepted(http: httpx.AsyncClient) -> None:
    answer = await http.post("/needs", json={"title": "Kranschein", "contact": an_id(12345)})

    assert answer.status_code == 201


async def test_what_is_stored_is_marked_for_publishing(http: httpx.AsyncClient, store: Store) -> None:
    need = (await http.post("/needs", json=NEED)).json()

    document = await store.needs.collection.find_one({"_id": need["id"]})

    assert document is not None
    assert document["version"] == document["record"]["version"] == need["version"]
    assert document["unpublished"]["token"]


async def test_a_postcode_without_known_place_is_accepted_with_a_hint(http: httpx.AsyncClient) -> None:
    bulk_mail = {"title": "Kranschein", "place": {"postal_code": "04092"}}

    unknown = (await http.post("/needs", json=bulk_mail)).json()
    helped = (
        await http.post("/needs", json={**bulk_mail, "place": {"postal_code": "04092", "town": "Leipzig"}})
    ).json()

    assert unknown["place"]["lat"] is None
    assert [(hint["field"], hint["code"]) for hint in unknown["hints"]] == [("place", "place_unknown")]
    assert helped["hints"] == []


async def test_a_change_says_the_need_anew(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED)
    address = f"/needs/{told.json()['id']}"

    changed = await http.put(address, json={"title": "Pneumatik"}, headers={"If-Match": told.headers["ETag"]})

    need = changed.json()
    assert changed.status_code == 200
    assert need["version"] == told.json()["version"] + 1
    assert (need["title"], need["status"], need["persons_min"]) == ("Pneumatik", "open", None)
    assert (await http.get(address)).json() == need


async def test_whose_a_need_is_stays_unless_it_is_said_anew(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED)
    address = f"/needs/{told.json()['id']}"

    stayed = await http.put(address, json={"title": "Pneumatik"}, headers={"If-Match": told.headers["ETag"]})
    removed = await http.put(
        address,
        json={"title": "Pneumatik", "contact": None, "networks": []},
        headers={"If-Match": stayed.headers["ETag"]},
    )

    assert [stayed.json()[name] for name in ("organisation", "contact", "networks")] == [COMPANY, ASKER, [NETWORK]]
    assert [removed.json()[name] for name in ("organisation", "contact", "networks")] == [COMPANY, None, []]


async def test_a_change_that_changes_nothing_takes_no_version(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED)

    again = await http.put(f"/needs/{told.json()['id']}", json=NEED, headers={"If-Match": told.headers["ETag"]})

    assert again.json() == told.json()


async def test_a_draft_is_opened_and_covered_and_then_closed_for_good(http: httpx.AsyncClient) -> None:
    draft = await http.post("/needs", json={**NEED, "status": "draft"})
    address, tag = f"/needs/{draft.json()['id']}", draft.headers["ETag"]

    seen = []
    for status in ("open", "covered", "open"):
        answer = await http.put(address, json={**NEED, "status": status}, headers={"If-Match": tag})
        tag = answer.headers.get("ETag", tag)
        seen.append(answer.status_code)

    assert seen == [200, 200, 409]
    assert (await http.get(address)).json()["status"] == "covered"


async def test_a_withdrawn_need_stays_readable_and_is_withdrawn_once(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED)
    address, tag = f"/needs/{told.json()['id']}", {"If-Match": told.headers["ETag"]}

    first = await http.post(f"{address}/withdrawal", headers=tag)
    again = await http.post(f"{address}/withdrawal", headers=tag)

    assert first.json()["status"] == "withdrawn"
    assert first.json()["version"] == told.json()["version"] + 1
    assert again.json() == first.json()
    assert (await http.get(address)).json() == first.json()


async def test_an_erased_need_leaves_nothing_but_that_it_was(http: httpx.AsyncClient, store: Store) -> None:
    told = await http.post("/needs", json=NEED, headers={"Idempotency-Key": "k"})
    address, tag = f"/needs/{told.json()['id']}", {"If-Match": told.headers["ETag"]}

    erased = await http.delete(address, headers=tag)

    document = await store.needs.collection.find_one({"_id": told.json()["id"]})
    assert erased.status_code == 204
    assert document is not None
    assert set(document["record"]) == {"id", "version", "status", "changed_at"}
    assert document["unpublished"]["token"]
    assert [(await http.get(address)).status_code, (await http.delete(address, headers=tag)).status_code] == [404, 404]
    assert await stored(http, "needs") == []


async def test_lists_are_filtered_and_paged_oldest_first(http: httpx.AsyncClient) -> None:
    made = [
        (await http.post("/needs", json={"title": f"Bedarf {n}", "organisation": COMPANY if n % 2 else None})).json()
        for n in range(5)
    ]
    await http.post(f"/needs/{made[3]['id']}/withdrawal", headers={"If-Match": f'"{made[3]["version"]}"'})

    first = (await http.get("/needs", params={"status": "open", "limit": 3})).json()
    rest = (await http.get("/needs", params={"status": "open", "limit": 3, "after": first["next"]})).json()
    of_company = (await http.get("/needs", params={"organisation": COMPANY})).json()

    assert [need["title"] for need in first["items"]] == ["Bedarf 0", "Bedarf 1", "Bedarf 2"]
    assert [need["title"] for need in rest["items"]] == ["Bedarf 4"]
    assert rest["next"] is None
    assert [need["title"] for need in of_company["items"]] == ["Bedarf 1", "Bedarf 3"]


async def test_needs_are_listed_by_network(http: httpx.AsyncClient) -> None:
    await http.post("/needs", json=NEED)
    await http.post("/needs", json={"title": "Woanders", "networks": [an_id(2)]})

    found = (await http.get("/needs", params={"network": NETWORK})).json()

    assert [need["title"] for need in found["items"]] == ["Hydraulik für Instandhalter"]


async def test_the_whole_of_a_need_is_told_and_read_back(http: httpx.AsyncClient) -> None:
    told = (await http.post("/needs", json=examples.NEED_IN_FULL, headers=as_("coordinator"))).json()
    kept = {name: value for name, value in examples.NEED_IN_FULL.items() if name not in {"place", "company_name"}}

    read = (await http.get(f"/needs/{told['id']}")).json()

    recorded = {**kept["consent"], "recorded_by": COORDINATOR}
    assert {name: read[name] for name in kept} == {**kept, "consent": recorded, "delivery": ["in_house", "on_site"]}
    assert read["entered_by"] == COORDINATOR


async def test_what_is_left_out_of_a_change_to_stay_stays_and_who_recorded_a_consent_too(
    http: httpx.AsyncClient,
) -> None:
    full = examples.NEED_IN_FULL
    told = await http.post("/needs", json=full, headers=as_("coordinator"))
    path = f"/needs/{told.json()['id']}"

    bare = await http.put(path, json={"title": "Neu"}, headers=as_("operator", told.headers["ETag"]))
    same = await http.put(path, json=full, headers=as_("operator", bare.headers["ETag"]))
    none = await http.put(path, json={**full, "consent": None}, headers=as_("operator", same.headers["ETag"]))

    assert (bare.json()["follow_up_on"], bare.json()["topics"]) == (full["follow_up_on"], [])
    assert bare.json()["consent"] == same.json()["consent"] == told.json()["consent"]
    assert none.json()["consent"] is None


async def test_a_company_names_no_contact_who_is_known_to_act_elsewhere(http: httpx.AsyncClient, store: Store) -> None:
    for member in (a_member(id=COLLEAGUE), a_teacher()):
        await store.members.apply([Received(member.id, 1, member.model_dump(mode="json"))])

    async def told(who: str, contact: str) -> int:
        answer = await http.post("/needs", json={"title": "Hydraulik", "contact": contact}, headers=as_(who))
        return answer.status_code

    assert await told("asker", TEACHER) == 422
    assert await told("asker", COLLEAGUE) == 201
    assert await told("asker", an_id(12345)) == 201
    assert await told("coordinator", TEACHER) == 201


async def test_needs_to_be_seen_again_are_listed_by_day(http: httpx.AsyncClient) -> None:
    for day in ("2027-01-14", "2027-01-15", None):
        await http.post("/needs", json={"title": f"bis {day}", "follow_up_on": day}, headers=as_("coordinator"))

    async def titles(who: str, **params: str | bool) -> list[str]:
        answer = await http.get("/needs", params=params, headers=as_(who))
        return [need["title"] for need in answer.json()["items"]]

    assert await titles("coordinator", follow_up_until="2027-01-14") == ["bis 2027-01-14"]
    assert await titles("rival", follow_up_until="2027-12-31") == []
    assert await titles("coordinator", newest_first=True, mine=True) == ["bis None", "bis 2027-01-15", "bis 2027-01-14"]
    assert await titles("rival", mine=True) == []


async def test_the_description_of_the_api_has_examples_and_statuses(http: httpx.AsyncClient) -> None:
    paths = (await http.get("http://surveys/openapi.json")).json()["paths"]

    create = paths["/api/v1/needs"]["post"]
    assert {"200", "201", "401", "403", "409", "413", "422", "503"} <= set(create["responses"])
    assert create["requestBody"]["content"]["application/json"]["schema"]["examples"]
    assert {"412", "428", "404"} <= set(paths["/api/v1/needs/{need}"]["put"]["responses"])
    assert paths["/api/v1/imports/ba"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert {"name": "Idempotency-Key", "in": "header"}.items() <= create["parameters"][0].items()
