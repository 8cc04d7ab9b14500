"""Who makes a network's surveys over HTTP, and how they change."""

from typing import Any

import httpx
import pytest

from services.surveys.domain.asking import bedarfsabfrage
from tests.builders import NETWORK, an_id
from tests.integration.surveys.conftest import a_token

OFFICE, OTHER = an_id(910), an_id(911)
COORDINATOR = f"coordinator:{OFFICE}:{NETWORK}"


def as_(*rights: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {a_token(*rights)}"}


def match(survey: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{survey["version"]}"'}


async def made(http: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"network": NETWORK, "definition": bedarfsabfrage().model_dump(mode="json"), **changes}
    answer = await http.post("/surveys", json=body, headers=as_(COORDINATOR))
    assert answer.status_code == 201, answer.text
    survey: dict[str, Any] = answer.json()
    return survey


@pytest.mark.parametrize(
    ("rights", "reading", "making"),
    [
        ((COORDINATOR,), 200, 201),
        (("operator",), 200, 201),
        ((f"coordinator:{OFFICE}:{OTHER}",), 404, 403),
        ((f"company:{OFFICE}:{NETWORK}",), 404, 403),
        ((f"provider:{OFFICE}:{NETWORK}",), 404, 403),
        ((f"adviser:{OFFICE}:{NETWORK}",), 404, 403),
    ],
    ids=lambda value: value[0].split(":")[0] if isinstance(value, tuple) else str(value),
)
async def test_a_survey_is_the_business_of_its_networks_coordinators(
    http: httpx.AsyncClient, rights: tuple[str, ...], reading: int, making: int
) -> None:
    survey = await made(http)
    at, who = f"/surveys/{survey['id']}", as_(*rights)

    for path in (at, f"{at}/definition", f"{at}/results", f"{at}/results.csv", f"{at}/results.xlsx"):
        assert (await http.get(path, headers=who)).status_code == reading
    assert len((await http.get("/surveys", headers=who)).json()["items"]) == (1 if reading == 200 else 0)
    assert (await http.post("/surveys/ready-made", json={"network": NETWORK}, headers=who)).status_code == making
    assert (await http.post(f"{at}/copies", headers=who)).status_code == (201 if reading == 200 else 404)
    for step in ("opening", "closing"):
        if reading != 200:
            assert (await http.post(f"{at}/{step}", headers={**who, **match(survey)})).status_code == 404
    if reading != 200:
        assert (await http.delete(at, headers={**who, **match(survey)})).status_code == 404


async def test_a_definition_that_was_exported_can_be_imported(http: httpx.AsyncClient) -> None:
    survey = await made(http)
    exported = (await http.get(f"/surveys/{survey['id']}/definition")).json()

    copy = await made(http, definition=exported)

    assert copy["definition"] == survey["definition"]
    assert copy["id"] != survey["id"]


async def test_a_fault_in_a_definition_is_told_at_its_place(http: httpx.AsyncClient) -> None:
    definition = bedarfsabfrage().model_dump(mode="json")
    definition["sections"][1]["questions"][2]["choices"][0]["value"] = "far"

    refused = await http.post("/surveys", json={"network": NETWORK, "definition": definition})

    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == ("definition.sections.1.questions.2.choices.0.value", "fills_value")


async def test_a_survey_is_opened_changed_closed_and_opened_again(http: httpx.AsyncClient) -> None:
    draft = await made(http)
    at = f"/surveys/{draft['id']}"

    opened = (await http.post(f"{at}/opening", headers=match(draft))).json()
    definition = {**draft["definition"], "title": {"de": "Neu", "en": "New"}}
    changed = (await http.put(at, json={"definition": definition}, headers=match(opened))).json()
    late = await http.put(at, json={"definition": definition}, headers=match(opened))
    closed = (await http.post(f"{at}/closing", headers=match(changed))).json()
    again = (await http.post(f"{at}/opening", headers=match(closed))).json()

    assert [one["status"] for one in (opened, changed, closed, again)] == ["open", "open", "closed", "open"]
    assert [one["edition"] for one in (opened, changed, again)] == [1, 2, 2]
    assert late.status_code == 412
    assert (await http.delete(at, headers=match(again))).status_code == 409


async def test_a_draft_can_be_erased(http: httpx.AsyncClient) -> None:
    draft = await made(http)

    gone = await http.delete(f"/surveys/{draft['id']}", headers=match(draft))

    assert gone.status_code == 204
    assert (await http.get(f"/surveys/{draft['id']}")).status_code == 404


async def test_the_same_request_again_makes_no_second_survey(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}
    first = await http.post("/surveys/ready-made", json={"network": NETWORK}, headers=key)
    second = await http.post("/surveys/ready-made", json={"network": NETWORK}, headers=key)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
