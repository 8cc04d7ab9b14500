from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.surveys.store import Store
from shared.ids import new_id
from tests.integration.surveys.conftest import a_token
from tests.signing import Signed

NETWORK, OTHER = new_id(), new_id()
OFFICE, COMPANY = new_id(), new_id()
COORDINATOR, ADVISER, SECOND_ADVISER, BOSS, STRANGER = (new_id() for _ in range(5))
WORKSHOP = {"name": "Metallbau Muster GmbH", "postal_code": "04808", "town": "Wurzen", "head_count": 11}


def as_(member: str, *rights: str) -> Mapping[str, str]:
    return Signed(lambda: a_token(*rights, subject=member))


COORDINATING = as_(COORDINATOR, f"coordinator:{OFFICE}:{NETWORK}")
ADVISING = as_(ADVISER, f"adviser:{OFFICE}:{NETWORK}")
ADVISING_TOO = as_(SECOND_ADVISER, f"adviser:{OFFICE}:{NETWORK}")
IN_COMPANY = as_(BOSS, f"company:{COMPANY}:{NETWORK}")
ELSEWHERE = as_(STRANGER, f"coordinator:{OFFICE}:{OTHER}")


async def noted(http: httpx.AsyncClient, who: Mapping[str, str] = COORDINATING, **said: Any) -> httpx.Response:
    answer = await http.post("/visits", json={"company": WORKSHOP, **said}, headers=who)
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_company_is_all_that_a_visit_needs(http: httpx.AsyncClient) -> None:
    visit = (await noted(http)).json()

    assert visit["network"] == NETWORK
    assert visit["company"] == WORKSHOP
    assert visit["entered_by"] == COORDINATOR
    assert visit["visited_on"] == visit["changed_at"][:10]
    assert (await http.get(f"/visits/{visit['id']}", headers=COORDINATING)).json() == visit


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"company": None}, "company.name", "visit_without_company"),
        ({"organisation": COMPANY}, "company.name", "visit_company_twice"),
        ({"visited_on": "2199-01-01"}, "visited_on", "visit_in_future"),
        ({"consent": {"how": "spoken", "given_on": "2199-01-01"}}, "consent.given_on", "consent_in_future"),
    ],
)
async def test_what_cannot_be_names_its_field(
    http: httpx.AsyncClient, said: dict[str, Any], field: str, code: str
) -> None:
    answer = await http.post("/visits", json={"company": WORKSHOP, **said}, headers=COORDINATING)

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


async def test_coordinators_see_all_of_their_network_advisers_their_own_and_others_nothing(
    http: httpx.AsyncClient,
) -> None:
    theirs, own = (await noted(http)).json(), (await noted(http, ADVISING)).json()

    async def seen(who: Mapping[str, str]) -> set[str]:
        return {one["id"] for one in (await http.get("/visits", headers=who)).json()["items"]}

    assert await seen(COORDINATING) == {theirs["id"], own["id"]}
    assert await seen(ADVISING) == {own["id"]}
    assert await seen(ADVISING_TOO) == set()
    assert await seen(ELSEWHERE) == set()
    assert (await http.get("/visits", headers=IN_COMPANY)).status_code == 403
    for who in (ADVISING, ADVISING_TOO, ELSEWHERE, IN_COMPANY):
        assert (await http.get(f"/visits/{theirs['id']}", headers=who)).status_code == 404
    assert (await http.post("/visits", json={"company": WORKSHOP}, headers=IN_COMPANY)).status_code == 403


async def test_nobody_notes_visits_in_a_foreign_network(http: httpx.AsyncClient) -> None:
    answer = await http.post("/visits", json={"company": WORKSHOP, "network": OTHER}, headers=COORDINATING)

    assert answer.status_code == 403


async def test_follow_ups_come_in_the_order_in_which_they_are_due_page_by_page(http: httpx.AsyncClient) -> None:
    late = (await noted(http, follow_up_on="2027-03-01")).json()["id"]
    never = (await noted(http)).json()["id"]
    soon = (await noted(http, follow_up_on="2027-01-11")).json()["id"]
    newest = (await noted(http)).json()["id"]

    listed: list[str] = []
    after: str | None = None
    for _ in range(4):
        params: dict[str, Any] = {"limit": 1, **({"after": after} if after else {})}
        page = (await http.get("/visits", params=params, headers=COORDINATING)).json()
        listed += [one["id"] for one in page["items"]]
        after = page["next"]

    assert listed == [soon, late, newest, never]
    assert after is None
    due = await http.get("/visits", params={"follow_up_until": "2027-01-31"}, headers=COORDINATING)
    assert [one["id"] for one in due.json()["items"]] == [soon]


async def test_a_change_needs_the_version_that_was_read_and_keeps_who_recorded_the_consent(
    http: httpx.AsyncClient,
) -> None:
    consent = {"how": "spoken", "given_on": "2026-11-01"}
    first = await noted(http, ADVISING, consent=consent)
    path = f"/visits/{first.json()['id']}"
    said = {"company": WORKSHOP, "notes": "Angerufen", "consent": consent, "follow_up_on": None}

    changed = await http.put(path, json=said, headers={**COORDINATING, "If-Match": first.headers["ETag"]})
    late = await http.put(path, json=said, headers={**COORDINATING, "If-Match": first.headers["ETag"]})

    assert changed.json()["notes"] == "Angerufen"
    assert changed.json()["consent"]["recorded_by"] == ADVISER
    assert changed.json()["visited_on"] == first.json()["visited_on"]
    assert late.status_code == 412


async def test_an_erased_visit_is_gone_its_needs_stay(http: httpx.AsyncClient) -> None:
    visit = (await noted(http)).json()["id"]
    made = await http.post(f"/visits/{visit}/needs", json={"needs": [{"title": "Kranschein"}]}, headers=COORDINATING)
    etag = (await http.get(f"/visits/{visit}", headers=COORDINATING)).headers["ETag"]

    gone = await http.delete(f"/visits/{visit}", headers={**COORDINATING, "If-Match": etag})

    assert gone.status_code == 204
    assert (await http.get(f"/visits/{visit}", headers=COORDINATING)).status_code == 404
    need = made.json()["needs"][0]["id"]
    assert (await http.get(f"/needs/{need}", headers=COORDINATING)).json()["title"] == "Kranschein"


async def test_needs_take_company_network_consent_and_follow_up_from_the_visit(http: httpx.AsyncClient) -> None:
    consent = {"how": "written", "given_on": "2026-11-01"}
    said: dict[str, Any] = {"company": None, "organisation": COMPANY, "consent": consent}
    visit = (await noted(http, follow_up_on="2027-01-11", **said)).json()["id"]
    needs = [{"title": "WIG-Schweißen", "persons_min": 3}, {"title": "Excel", "visibility": "anonymous"}]

    answer = await http.post(f"/visits/{visit}/needs", json={"needs": needs}, headers=COORDINATING)

    assert answer.status_code == 201
    welding, excel = answer.json()["needs"]
    assert (welding["source"], welding["status"], welding["networks"]) == ("visit", "open", [NETWORK])
    assert (welding["organisation"], welding["contact"], welding["entered_by"]) == (COMPANY, None, COORDINATOR)
    assert welding["consent"] == {**consent, "given_by": None, "recorded_by": COORDINATOR}
    assert welding["confirmed"]
    assert welding["follow_up_on"] == "2027-01-11"
    assert excel["visibility"] == "anonymous"
    again = (await http.get(f"/visits/{visit}", headers=COORDINATING)).json()
    assert again["needs"] == [welding["id"], excel["id"]]


async def test_a_need_that_nobody_consented_to_is_not_confirmed(http: httpx.AsyncClient) -> None:
    visit = (await noted(http)).json()["id"]

    answer = await http.post(f"/visits/{visit}/needs", json={"needs": [{"title": "Excel"}]}, headers=COORDINATING)

    assert answer.json()["needs"][0]["confirmed"] is False


async def test_a_text_alone_makes_needs(http: httpx.AsyncClient) -> None:
    visit = (await noted(http, ADVISING)).json()["id"]
    text = "- Drei Leute sollen WIG-Schweißen lernen\n- Excel für zwei Azubis, online"

    answer = await http.post(f"/visits/{visit}/needs", json={"text": text}, headers=ADVISING)

    welding, excel = answer.json()["needs"]
    assert (welding["title"], welding["persons_min"], welding["topics"]) == ("WIG-Schweißen", 3, ["metal.welding"])
    assert (excel["title"], excel["delivery"], excel["networks"]) == ("Excel", ["online"], [NETWORK])
    assert excel["entered_by"] == ADVISER


async def test_a_fault_in_one_need_names_its_place_and_makes_none(http: httpx.AsyncClient, store: Store) -> None:
    visit = (await noted(http)).json()["id"]
    needs = [{"title": "Excel"}, {"title": "Word", "radius_km": 50}]

    answer = await http.post(f"/visits/{visit}/needs", json={"needs": needs}, headers=COORDINATING)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["needs.1.place"]
    assert await store.needs.count({}) == 0


async def test_the_same_needs_sent_twice_are_made_once(http: httpx.AsyncClient, store: Store) -> None:
    visit = (await noted(http)).json()["id"]
    headers = {**COORDINATING, "Idempotency-Key": "abc"}
    body = {"needs": [{"title": "Excel"}, {"title": "Word"}]}

    first = await http.post(f"/visits/{visit}/needs", json=body, headers=headers)
    second = await http.post(f"/visits/{visit}/needs", json=body, headers=headers)

    assert [one["id"] for one in first.json()["needs"]] == [one["id"] for one in second.json()["needs"]]
    assert await store.needs.count({}) == 2
    assert len((await http.get(f"/visits/{visit}", headers=COORDINATING)).json()["needs"]) == 2


async def test_an_erased_persons_id_leaves_visits_and_what_they_were_before(
    http: httpx.AsyncClient, store: Store
) -> None:
    first = await noted(http, ADVISING, consent={"how": "spoken", "given_on": "2026-11-01"})
    path = f"/visits/{first.json()['id']}"
    said = {"company": WORKSHOP, "notes": "Neu"}
    await http.put(path, json=said, headers={**ADVISING, "If-Match": first.headers["ETag"]})

    assert await store.visiting.forget_member(ADVISER) == 1

    assert ADVISER not in str([document async for document in store.visiting.visits.collection.find({})])
    assert (await http.get(path, headers=COORDINATING)).json()["notes"] == "Neu"
