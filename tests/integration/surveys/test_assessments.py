from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.surveys.api.assessment_links import LOOKS
from services.surveys.store import Store
from shared.ids import new_id
from tests.integration.surveys.conftest import a_token
from tests.signing import Signed

NETWORK, OTHER = new_id(), new_id()
OFFICE, COMPANY = new_id(), new_id()
COORDINATOR, ADVISER, SECOND_ADVISER, BOSS, STRANGER = (new_id() for _ in range(5))
SAID = {"text": "Es fehlen Schweißer.", "region": "Landkreis Leipzig", "topics": ["metal.welding"], "persons": 40}


def as_(member: str, *rights: str) -> Mapping[str, str]:
    return Signed(lambda: a_token(*rights, subject=member))


COORDINATING = as_(COORDINATOR, f"coordinator:{OFFICE}:{NETWORK}")
ADVISING = as_(ADVISER, f"adviser:{OFFICE}:{NETWORK}")
ADVISING_TOO = as_(SECOND_ADVISER, f"adviser:{OFFICE}:{NETWORK}")
IN_COMPANY = as_(BOSS, f"company:{COMPANY}:{NETWORK}")
TEACHING = as_(BOSS, f"provider:{COMPANY}:{NETWORK}")
ELSEWHERE = as_(STRANGER, f"coordinator:{OFFICE}:{OTHER}")


async def asked(http: httpx.AsyncClient, **said: Any) -> dict[str, Any]:
    body = {"asked": "Agentur Musterstadt", "asked_for": "Verbund Muster", "expires_on": "2199-01-31", **said}
    answer = await http.post("/assessments/requests", json=body, headers=COORDINATING)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> httpx.AsyncClient:
    client = httpx.AsyncClient(transport=http._transport, base_url=http.base_url)
    client.headers["Accept-Language"] = "en"
    return client


async def test_an_adviser_gives_an_assessment_in_their_own_name(http: httpx.AsyncClient) -> None:
    answer = await http.post("/assessments", json=SAID, headers=ADVISING)

    assert answer.status_code == 201
    given = answer.json()
    assert (given["network"], given["given_by"], given["recorded_by"]) == (NETWORK, ADVISER, ADVISER)
    assert given["may_change"]


async def test_a_coordinator_records_one_with_its_source_and_day(http: httpx.AsyncClient) -> None:
    without = await http.post("/assessments", json=SAID, headers=COORDINATING)
    said = {**SAID, "source": "Agentur Musterstadt", "assessed_on": "2026-11-02"}

    given = (await http.post("/assessments", json=said, headers=COORDINATING)).json()

    assert [one["code"] for one in without.json()["errors"]] == ["assessment_without_source"]
    assert (given["source"], given["assessed_on"]) == ("Agentur Musterstadt", "2026-11-02")
    assert (given["given_by"], given["recorded_by"]) == (None, COORDINATOR)


async def test_coordinators_and_advisers_of_the_network_read_companies_and_others_do_not(
    http: httpx.AsyncClient,
) -> None:
    own = (await http.post("/assessments", json=SAID, headers=ADVISING)).json()["id"]

    for who in (COORDINATING, ADVISING, ADVISING_TOO):
        assert [one["id"] for one in (await http.get("/assessments", headers=who)).json()["items"]] == [own]
        assert (await http.get(f"/assessments/{own}", headers=who)).status_code == 200
    assert (await http.get("/assessments", headers=ELSEWHERE)).json()["items"] == []
    for who in (IN_COMPANY, TEACHING):
        assert (await http.get("/assessments", headers=who)).status_code == 403
        assert (await http.post("/assessments", json=SAID, headers=who)).status_code == 403
    for who in (IN_COMPANY, TEACHING, ELSEWHERE):
        assert (await http.get(f"/assessments/{own}", headers=who)).status_code == 404


async def test_only_who_gave_it_and_coordinators_change_it(http: httpx.AsyncClient) -> None:
    first = await http.post("/assessments", json=SAID, headers=ADVISING)
    path, headers = f"/assessments/{first.json()['id']}", {"If-Match": first.headers["ETag"]}
    said = {**SAID, "text": "Es fehlen viele Schweißer."}

    foreign = await http.put(path, json=said, headers={**ADVISING_TOO, **headers})
    own = await http.put(path, json=said, headers={**ADVISING, **headers})
    gone = await http.delete(path, headers={**COORDINATING, "If-Match": own.headers["ETag"]})

    assert foreign.status_code == 403
    assert own.json()["text"] == "Es fehlen viele Schweißer."
    assert own.json()["given_by"] == ADVISER
    assert gone.status_code == 204
    assert (await http.get(path, headers=ADVISING)).status_code == 404


async def test_a_personal_link_takes_one_assessment_which_stays_changeable(
    http: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    secret = (await asked(http))["secret"]

    before = (await nobody.get(f"/public/assessments/{secret}")).json()
    await nobody.post(f"/public/assessments/{secret}", json=SAID)
    after = await nobody.post(f"/public/assessments/{secret}", json={**SAID, "persons": 50})

    assert before["asked"] == "Agentur Musterstadt"
    assert before["given"] is None
    assert after.json()["given"]["persons"] == 50
    (given,) = (await http.get("/assessments", headers=COORDINATING)).json()["items"]
    assert (given["persons"], given["source"], given["recorded_by"]) == (50, "Agentur Musterstadt", None)
    (request,) = (await http.get("/assessments/requests", headers=COORDINATING)).json()["items"]
    assert (request["status"], request["assessment"]) == ("submitted", given["id"])


async def test_looking_at_a_link_changes_nothing(http: httpx.AsyncClient, nobody: httpx.AsyncClient) -> None:
    made = await asked(http)

    for _ in range(5):
        await nobody.get(f"/public/assessments/{made['secret']}")

    (request,) = (await http.get("/assessments/requests", headers=COORDINATING)).json()["items"]
    assert request == {name: value for name, value in made.items() if name != "secret"}


async def test_a_secret_is_long_kept_as_a_hash_and_shown_once(http: httpx.AsyncClient, store: Store) -> None:
    secret = (await asked(http))["secret"]

    assert len(secret) >= 32
    assert secret not in str([document async for document in store.visiting.requests.collection.find({})])
    assert secret not in (await http.get("/assessments/requests", headers=COORDINATING)).text


async def test_a_link_that_is_wrong_closed_or_expired_leads_nowhere(
    http: httpx.AsyncClient, nobody: httpx.AsyncClient, store: Store
) -> None:
    closed, expired = await asked(http), await asked(http)
    path = f"/assessments/requests/{closed['id']}/closing"
    shut = await http.post(path, headers={**COORDINATING, "If-Match": f'"{closed["version"]}"'})
    await store.visiting.requests.collection.update_one(
        {"_id": expired["id"]}, {"$set": {"record.expires_on": "2026-01-01"}}
    )

    answers = [
        await nobody.request(method, f"/public/assessments/{secret}", json=SAID if method == "POST" else None)
        for secret in (closed["secret"], expired["secret"], "no-such-secret")
        for method in ("GET", "POST")
    ]

    assert shut.json()["status"] == "closed"
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} == {"link_not_valid"}
    assert await store.visiting.assessments.count({}) == 0


async def test_only_coordinators_make_links(http: httpx.AsyncClient) -> None:
    body = {"asked": "Agentur Musterstadt", "expires_on": "2199-01-31"}

    for who in (ADVISING, IN_COMPANY, TEACHING):
        assert (await http.post("/assessments/requests", json=body, headers=who)).status_code == 403
    theirs = await http.post("/assessments/requests", json={**body, "network": NETWORK}, headers=ELSEWHERE)
    assert theirs.status_code == 403
    past = await http.post("/assessments/requests", json={**body, "expires_on": "2026-01-01"}, headers=COORDINATING)
    assert [one["field"] for one in past.json()["errors"]] == ["expires_on"]


async def test_trying_links_is_limited_for_each_address(http: httpx.AsyncClient, nobody: httpx.AsyncClient) -> None:
    secret = (await asked(http))["secret"]
    headers = {"Client-Address": "192.0.2.8"}

    for number in range(LOOKS.most):
        await nobody.get(f"/public/assessments/guess-{number}", headers=headers)
    refused = await nobody.get(f"/public/assessments/{secret}", headers=headers)
    elsewhere = await nobody.get(f"/public/assessments/{secret}", headers={"Client-Address": "192.0.2.9"})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert elsewhere.status_code == 200


async def test_an_erased_persons_id_leaves_assessments_and_requests(http: httpx.AsyncClient, store: Store) -> None:
    await http.post("/assessments", json=SAID, headers=ADVISING)
    await asked(http)

    assert await store.visiting.forget_member(ADVISER) == 1
    assert await store.visiting.forget_member(COORDINATOR) == 1

    kept = [
        document
        for owned in (store.visiting.assessments, store.visiting.requests)
        async for document in owned.collection.find({})
    ]
    assert len(kept) == 2
    assert ADVISER not in str(kept)
    assert COORDINATOR not in str(kept)
