"""What the public form may say: every fault at its place, nothing hostile, nothing hurried, nothing without end."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.surveys.store import Store
from shared.ids import new_id
from shared.limits import Limit
from tests.integration.surveys.test_public import ANSWERS, a_survey, answered, opened


async def test_all_faults_are_told_at_once_at_their_questions(http: httpx.AsyncClient, store: Store) -> None:
    survey = await a_survey(http)
    wrong: dict[str, Any] = {
        "values": {"who_sees_it": "nobody", "invented": "x"},
        "needs": [{"persons": 0}, {"title": "Excel", "persons": 2, "latest_start": "2020-01-01"}],
    }

    refused = await answered(http, survey["id"], new_id(), **wrong)

    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {
        "values.who_sees_it",
        "values.invented",
        "needs.0.title",
        "needs.0.persons",
    }
    late = await answered(http, survey["id"], new_id(), values={}, needs=wrong["needs"][1:])
    assert [error["field"] for error in late.json()["errors"]] == ["needs.0.latest_start"]
    assert await store.asking.answers.find({}) == []


async def test_an_answer_that_would_be_refused_is_refused_before_anybody_is_mailed(http: httpx.AsyncClient) -> None:
    survey = await a_survey(http)
    form = await opened(http, survey["id"])

    fine = await http.post(f"/public/surveys/{survey['id']}/checks", json={**ANSWERS, "form": form})
    wrong = await http.post(f"/public/surveys/{survey['id']}/checks", json={**ANSWERS, "form": form, "needs": []})

    assert (fine.status_code, wrong.status_code) == (204, 422)


async def test_a_form_that_was_not_given_out_or_lay_too_long_is_refused(http: httpx.AsyncClient) -> None:
    survey = await a_survey(http)
    real = await opened(http, survey["id"])
    opened_at, nonce, seal = real.split(".")
    older = f"{int(opened_at) - 90_000}.{nonce}.{seal}"

    for form in ("nonsense", older, real + "x"):
        refused = await answered(http, survey["id"], new_id(), form=form)
        assert refused.json()["errors"][0]["code"] == "form_too_old"


async def test_one_address_cannot_fill_the_database(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = await a_survey(http)
    monkeypatch.setattr("services.surveys.api.public.DRAFTS", Limit("survey_draft", 2, timedelta(hours=1)))
    half = {"survey": survey["id"], "version": 1, "needs": [{"title": "Excel"}]}

    kept = [await http.post("/public/drafts", json=half, headers={"Client-Address": "203.0.113.7"}) for _ in range(3)]
    other = await http.post("/public/drafts", json=half, headers={"Client-Address": "203.0.113.8"})

    assert [one.status_code for one in kept] == [201, 201, 429]
    assert int(kept[2].headers["retry-after"]) > 0
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("WIG\u202eSchweißen", "control_character"),
        ("x" * 5001, "text_too_long"),
        (["ok", "\x00"], "control_character"),
        ({"$where": "1"}, "field_unknown"),
        ({"postal_code": "1"}, "not_a_postal_code"),
        (None, "not_a_text"),
    ],
)
async def test_a_hostile_answer_is_told_once_at_its_place(http: httpx.AsyncClient, said: Any, code: str) -> None:
    survey = await a_survey(http)

    refused = await answered(http, survey["id"], new_id(), needs=[{"title": said, "persons": 1}])

    (error,) = refused.json()["errors"]
    assert error["field"].startswith("needs.0.title")
    assert error["code"] == code


@pytest.mark.parametrize("key", ["$where", "a.b", "A", "x" * 41])
async def test_a_hostile_key_is_refused(http: httpx.AsyncClient, key: str) -> None:
    survey = await a_survey(http)

    assert (await answered(http, survey["id"], new_id(), values={key: "x"})).status_code == 422
