"""What strangers send: each fault is answered with a problem that names the field, and nothing is stored."""

import json
from typing import Any

import httpx
import pytest

from tests.builders import ASKER, COMPANY, an_id
from tests.integration.surveys.conftest import a_token, stored

NEED = {"title": "Hydraulik für Instandhalter"}
OFFER = {"title": "Hydraulik Grundkurs"}


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Return field and code of each fault of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return [(fault["field"], fault["code"]) for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"titel": "x"}, "titel", "field_unknown"),
        ({"place": {"plz": "04109"}}, "place.plz", "field_unknown"),
        ({"$where": "sleep(1000)"}, "$where", "field_unknown"),
        ({"version": 7}, "version", "field_unknown"),
        ({"title": 7}, "title", "not_a_text"),
        ({"title": {"$ne": ""}}, "title", "not_a_text"),
        ({"title": ["x"]}, "title", "not_a_text"),
        ({"title": None}, "title", "not_a_text"),
        ({"organisation": {"$ne": ""}}, "organisation", "not_a_text"),
        ({"organisation": "drop table"}, "organisation", "pattern"),
        ({"persons_min": "3"}, "persons_min", "not_a_whole_number"),
        ({"persons_min": 2.5}, "persons_min", "not_a_whole_number"),
        ({"persons_min": True}, "persons_min", "not_a_whole_number"),
        ({"pooling": "yes"}, "pooling", "not_a_yes_or_no"),
        ({"delivery": "on_site"}, "delivery", "not_a_list"),
        ({"delivery": ["by_post"]}, "delivery.0", "not_one_of"),
        ({"place": "Leipzig"}, "place", "not_an_object"),
        ({"title": ""}, "title", "text_empty"),
        ({"title": " \t\u00a0 "}, "title", "text_empty"),
        ({"title": "x" * 201}, "title", "text_too_long"),
        ({"description": "x" * 20_001}, "description", "text_too_long"),
        ({"place": {"town": "x" * 101}}, "place.town", "text_too_long"),
        ({"networks": [an_id(n) for n in range(51)]}, "networks", "list_too_long"),
        ({"title": "Hydraulik\x00"}, "title", "control_character"),
        ({"title": "Hydraulik\x1b[31m"}, "title", "control_character"),
        ({"title": "Hydraulik\r\nBcc: x@y.example"}, "title", "control_character"),
        ({"title": "Hydraulik\u2028Kurs"}, "title", "control_character"),
        ({"title": "Hydraulik\u202eKurs"}, "title", "control_character"),
        ({"description": "Zeile\u2028Zeile"}, "description", "control_character"),
        ({"description": "Zeile\x00"}, "description", "control_character"),
        ({"earliest_start": "2027-03-02", "latest_start": "2027-03-01"}, "latest_start", "latest_before_earliest"),
        ({"earliest_start": "2027-03-02", "latest_end": "2027-03-01"}, "latest_end", "end_before_start"),
        ({"latest_start": "2020-01-01"}, "latest_start", "day_is_past"),
        ({"latest_start": "31.12.2027"}, "latest_start", "not_a_day"),
        ({"latest_start": "2027-02-30"}, "latest_start", "not_a_day"),
        ({"latest_start": "9999-12-31"}, "latest_start", "number_too_large"),
        ({"place": {"postal_code": "0410"}}, "place.postal_code", "not_a_postal_code"),
        ({"place": {"postal_code": "D-04109"}}, "place.postal_code", "not_a_postal_code"),
        ({"place": {"postal_code": "00000"}}, "place.postal_code", "not_a_postal_code"),
        ({"place": {"postal_code": 4109}}, "place.postal_code", "not_a_text"),
        ({"persons_min": 0}, "persons_min", "number_too_small"),
        ({"persons_min": -1}, "persons_min", "number_too_small"),
        ({"persons_min": 10**9}, "persons_min", "number_too_large"),
        ({"persons_max": 10**30}, "persons_max", "number_too_large"),
        ({"persons_min": 5, "persons_max": 4}, "persons_max", "persons_max_below_min"),
        ({"radius_km": 50}, "place", "radius_without_place"),
        ({"status": "expired"}, "status", "not_one_of"),
        ({"status": "covered"}, "status", "need_step"),
        ({"esco": ["https://esco.example/skill/1"]}, "esco.0", "not_an_esco_address"),
        ({"esco": ["http://data.europa.eu/esco/"]}, "esco.0", "not_an_esco_address"),
        ({"kldb": ["B24422"]}, "kldb.0", "pattern"),
        ({"eqf": 9}, "eqf", "number_too_large"),
        ({"hours_max": 0}, "hours_max", "number_not_above"),
        ({"course_languages": ["deutsch"]}, "course_languages.0", "pattern"),
        ({"topics": ["x"] * 21}, "topics", "list_too_long"),
        ({"entered_by": ASKER}, "entered_by", "field_unknown"),
        ({"consent": {"how": "spoken"}}, "consent.given_on", "field_missing"),
        ({"consent": {"how": "spoken", "given_on": "2199-01-01"}}, "consent.given_on", "consent_in_future"),
        ({"latest_start": "2199-01-01", "decide_by": "2199-01-02"}, "decide_by", "decide_after_start"),
    ],
)
async def test_a_faulty_need_is_refused_by_field(
    refusing: httpx.AsyncClient, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = await refusing.post("/needs", json={**NEED, **changes})

    assert answer.status_code == 422
    assert faults(answer) == [(field, code)]
    assert await stored(refusing, "needs") == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"source": "ba"}, "source", "field_unknown"),
        ({"title": "x" * 201}, "title", "text_too_long"),
        ({"price_eur": -1}, "price_eur", "number_too_small"),
        ({"price_eur": "480"}, "price_eur", "not_a_number"),
        ({"link": "javascript:alert(1)"}, "link", "not_a_web_address"),
        ({"keywords": ["gut", ""]}, "keywords.1", "text_empty"),
        (
            {"dates": [{"starts_on": "2027-03-02", "ends_on": "2027-03-01"}]},
            "dates.0.ends_on",
            "end_before_start",
        ),
        ({"dates": [{}, {"beginn": "2027-03-02"}]}, "dates.1.beginn", "field_unknown"),
        (
            {"dates": [{"participants_min": 9, "participants_max": 8}]},
            "dates.0.participants_max",
            "persons_max_below_min",
        ),
        ({"dates": [{"id": COMPANY}, {"id": COMPANY}]}, "dates.1.id", "date_twice"),
        ({"dates": [{}] * 501}, "dates", "list_too_long"),
        ({"kind": "initiative", "price_eur": 5}, "price_eur", "initiative_without_price"),
        ({"ends_on": "2027-03-01"}, "ends_on", "course_ends_by_dates"),
        ({"initiative": "advice"}, "initiative", "only_initiatives"),
        ({"kind": "initiative", "dates": [{"places_left": 3}]}, "dates.0.places_left", "initiative_without_seats"),
        ({"dates": [{"form_code": "106"}]}, "dates.0.form_code", "pattern"),
        ({"dates": [{"weekdays": [0]}]}, "dates.0.weekdays.0", "number_too_small"),
        ({"dates": [{"starts_at": "25:00"}]}, "dates.0.starts_at", "pattern"),
        ({"dates": [{"starts_at": "09:00", "ends_at": "09:00"}]}, "dates.0.ends_at", "times_reversed"),
        ({"land_numbers": [{"land": "XX", "number": "1"}]}, "land_numbers.0.land", "not_one_of"),
        ({"currency": "Euro"}, "currency", "pattern"),
    ],
)
async def test_a_faulty_offer_is_refused_by_field(
    refusing: httpx.AsyncClient, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = await refusing.post("/offers", json={**OFFER, **changes})

    assert answer.status_code == 422
    assert faults(answer) == [(field, code)]
    assert await stored(refusing, "offers") == []


async def test_every_fault_is_named_at_once(refusing: httpx.AsyncClient) -> None:
    answer = await refusing.post("/needs", json={"title": "", "persons_min": 0, "place": {"postal_code": "1"}})

    assert [field for field, _ in faults(answer)] == ["title", "persons_min", "place.postal_code"]


@pytest.mark.parametrize("body", [b"", b"title=Hydraulik", b'{"title": "Hydr', b"<need/>", b"\xff\xfe{}"])
async def test_what_is_not_json_is_refused(refusing: httpx.AsyncClient, body: bytes) -> None:
    answer = await refusing.post("/needs", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert faults(answer)[0][1] in {"not_json", "field_missing"}
    assert await stored(refusing, "needs") == []


async def test_json_nested_without_end_is_refused(refusing: httpx.AsyncClient) -> None:
    answer = await refusing.post("/needs", content=b"[" * 30_000, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert await stored(refusing, "needs") == []


@pytest.mark.parametrize("body", [b"[]", b'"title"', b"null", b"7"])
async def test_json_that_is_no_object_is_refused(refusing: httpx.AsyncClient, body: bytes) -> None:
    answer = await refusing.post("/needs", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert faults(answer)[0][0] == "body"


async def test_a_body_over_the_limit_is_refused_unread(refusing: httpx.AsyncClient) -> None:
    answer = await refusing.post("/needs", json={**NEED, "description": "x" * 70_000})

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_large"
    assert await stored(refusing, "needs") == []


@pytest.mark.parametrize("title", ["$version", "$$ROOT", "{$ne: 1}", "a.b.$c", "'; DROP TABLE needs; --"])
async def test_a_title_that_looks_like_a_command_is_stored_as_it_is(http: httpx.AsyncClient, title: str) -> None:
    made = (await http.post("/needs", json={"title": title})).json()
    changed = await http.put(
        f"/needs/{made['id']}", json={"title": f"{title}!"}, headers={"If-Match": f'"{made["version"]}"'}
    )

    assert made["title"] == title
    assert changed.json()["title"] == f"{title}!"
    assert [need["title"] for need in await stored(http, "needs")] == [f"{title}!"]


async def test_a_change_of_an_old_version_is_refused_and_the_newer_one_stays(http: httpx.AsyncClient) -> None:
    made = await http.post("/needs", json=NEED)
    address, first = f"/needs/{made.json()['id']}", made.headers["ETag"]
    second = await http.put(address, json={"title": "Pneumatik"}, headers={"If-Match": first})

    for late in (
        await http.put(address, json={"title": "Elektrik"}, headers={"If-Match": first}),
        await http.post(f"{address}/withdrawal", headers={"If-Match": first}),
        await http.delete(address, headers={"If-Match": first}),
    ):
        assert late.status_code == 412
        assert faults(late) == [("If-Match", "stale")]

    assert second.status_code == 200
    assert [(need["title"], need["status"]) for need in await stored(http, "needs")] == [("Pneumatik", "open")]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "if_match_missing"),
        ({"If-Match": "*"}, 422, "if_match_malformed"),
        ({"If-Match": '"1e3"'}, 422, "if_match_malformed"),
    ],
)
async def test_a_change_must_say_which_version_it_is_about(
    http: httpx.AsyncClient, headers: dict[str, str], status: int, code: str
) -> None:
    need = (await http.post("/needs", json=NEED)).json()

    for answer in (
        await http.put(f"/needs/{need['id']}", json={"title": "Pneumatik"}, headers=headers),
        await http.post(f"/needs/{need['id']}/withdrawal", headers=headers),
        await http.delete(f"/needs/{need['id']}", headers=headers),
    ):
        assert answer.status_code == status
        assert faults(answer) == [("If-Match", code)]

    assert await stored(http, "needs") == [need]


async def test_the_same_key_with_other_content_is_refused_and_the_first_need_stays(http: httpx.AsyncClient) -> None:
    once = {"Idempotency-Key": "abc-1"}
    await http.post("/needs", json=NEED, headers=once)

    answer = await http.post("/needs", json={"title": "Etwas anderes"}, headers=once)

    assert answer.status_code == 422
    assert faults(answer) == [("Idempotency-Key", "idempotency_key_reused")]
    assert [need["title"] for need in await stored(http, "needs")] == [NEED["title"]]


async def test_the_same_key_with_the_same_content_is_the_same_need(http: httpx.AsyncClient) -> None:
    once = {"Idempotency-Key": "abc-1"}

    first = await http.post("/needs", json=NEED, headers=once)
    again = await http.post("/needs", json=NEED, headers=once)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(await stored(http, "needs")) == 1


async def test_the_same_key_of_another_caller_is_another_need(http: httpx.AsyncClient) -> None:
    once = {"Idempotency-Key": "abc-1"}
    other = {"Authorization": f"Bearer {a_token('operator', subject=an_id(5))}"}

    await http.post("/needs", json=NEED, headers=once)
    answer = await http.post("/needs", json=NEED, headers={**once, **other})

    assert answer.status_code == 201
    assert len(await stored(http, "needs")) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "ä"])
async def test_a_key_that_is_none_is_refused(refusing: httpx.AsyncClient, key: str) -> None:
    answer = await refusing.post("/needs", json=NEED, headers=[(b"Idempotency-Key", key.encode())])

    assert faults(answer) == [("Idempotency-Key", "idempotency_key_malformed")]
    assert await stored(refusing, "needs") == []


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"status": "offen"}, "status"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"after": "{$gt: 0}"}, "after"),
        ({"network": "$where"}, "network"),
        ({"organisation": "x' || 1"}, "organisation"),
    ],
)
async def test_a_list_refuses_filters_that_are_none(
    refusing: httpx.AsyncClient, params: dict[str, str], field: str
) -> None:
    answer = await refusing.get("/needs", params=params)

    assert answer.status_code == 422
    assert [name for name, _ in faults(answer)] == [field]


@pytest.mark.parametrize("entity", ["1", "$ne", "..", an_id(1).upper()])
async def test_an_id_that_is_none_is_refused(refusing: httpx.AsyncClient, entity: str) -> None:
    assert (await refusing.get(f"/needs/{entity}")).status_code in {404, 422}


async def test_without_a_token_of_ones_own_nothing_is_told_or_taken(refusing: httpx.AsyncClient) -> None:
    by_link = a_token(f"match:{COMPANY}", subject=ASKER)

    for method, path in [("GET", "/needs"), ("POST", "/needs"), ("POST", "/offers"), ("POST", "/imports/ba")]:
        nobody = await refusing.request(method, path, content=json.dumps(NEED), headers={"Authorization": ""})
        somebody = await refusing.request(
            method, path, content=json.dumps(NEED), headers={"Authorization": f"Bearer {by_link}"}
        )
        assert (nobody.status_code, somebody.status_code) == (401, 403)
        assert nobody.headers["content-type"] == "application/problem+json"

    assert await stored(refusing, "needs") == await stored(refusing, "offers") == []


async def test_problems_come_in_german_unless_english_is_asked_for(refusing: httpx.AsyncClient) -> None:
    answer = await refusing.post("/needs", json={"title": ""}, headers={"Accept-Language": "fr, de;q=0.5"})

    assert answer.headers["Content-Language"] == "de"
