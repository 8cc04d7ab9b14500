"""Imports over HTTP: a result for each record, nothing twice, and files of other kinds refused by name."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import NETWORK, TEACHER, an_id
from tests.integration.surveys.conftest import stored
from tests.unit.surveys.samples import a_page, a_termin, midnight

REAL = Path(__file__).parents[4] / "shared/data/ba/weiterbildungssuche-page.json"
PAST: dict[str, Any] = {"beginn": midnight(2023, 9, 4), "ende": midnight(2023, 9, 8)}
FAR: dict[str, Any] = {"beginn": midnight(2190, 3, 1), "ende": midnight(2190, 3, 5)}


async def import_ba(http: httpx.AsyncClient, body: bytes, network: str | None = NETWORK) -> Any:
    answer = await http.post("/imports/ba", content=body, params={"network": network} if network else {})
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcomes(told: Any) -> list[tuple[str | None, str]]:
    return [(result["number"], result["outcome"]) for result in told["results"]]


async def test_records_become_offers_that_nobody_is_mailed_about(http: httpx.AsyncClient) -> None:
    told = await import_ba(http, a_page(a_termin(1, **FAR), a_termin(2, angebot={"id": 7001, "titel": "Alt"}, **PAST)))

    assert outcomes(told) == [("1", "created"), ("2", "ended")]
    assert told["counts"] == {"created": 1, "unchanged": 0, "updated": 0, "ended": 1, "refused": 0}
    first, second = await stored(http, "offers")
    assert (first["source"], first["own_number"], first["status"]) == ("ba", "7000", "published")
    assert (second["status"], second["own_number"]) == ("ended", "7001")
    assert [result["offer"] for result in told["results"]] == [first["id"], second["id"]]
    assert first["contact"] is None
    assert first["networks"] == [NETWORK]
    assert first["provider_name"] == "Lernwerk Beispielstadt gGmbH"


async def test_the_same_file_twice_changes_nothing(http: httpx.AsyncClient) -> None:
    file = a_page(a_termin(1, **FAR), a_termin(2, **PAST), a_termin(3, angebot={"id": 7001}, **PAST))
    await import_ba(http, file)
    before = await stored(http, "offers")

    again = await import_ba(http, file)

    assert outcomes(again) == [("1", "unchanged"), ("2", "unchanged"), ("3", "unchanged")]
    assert await stored(http, "offers") == before


async def test_a_changed_record_changes_its_offer_and_keeps_what_people_added(http: httpx.AsyncClient) -> None:
    await import_ba(http, a_page(a_termin(1, **FAR)))
    (offer,) = await stored(http, "offers")
    looked_after = await http.put(
        f"/offers/{offer['id']}",
        json={"title": offer["title"], "contact": TEACHER, "networks": [NETWORK]},
        headers={"If-Match": f'"{offer["version"]}"'},
    )

    told = await import_ba(http, a_page(a_termin(1, angebot={"titel": "Hydraulik II"}, **FAR)))

    (changed,) = await stored(http, "offers")
    assert outcomes(told) == [("1", "updated")]
    assert (changed["id"], changed["title"], changed["contact"]) == (offer["id"], "Hydraulik II", TEACHER)
    assert changed["version"] == looked_after.json()["version"] + 1


async def test_records_of_one_course_are_one_offer_without_its_past_dates(http: httpx.AsyncClient) -> None:
    told = await import_ba(http, a_page(a_termin(1, **FAR), a_termin(2, **PAST), a_termin(3, **FAR)))

    (offer,) = await stored(http, "offers")
    assert outcomes(told) == [("1", "created"), ("2", "ended"), ("3", "created")]
    assert len(offer["dates"]) == 2


async def test_a_broken_third_record_does_not_stop_the_others(http: httpx.AsyncClient) -> None:
    broken = a_termin(3, angebot={"id": 7003, "titel": {"$ne": ""}}, **FAR)
    others = [a_termin(n, angebot={"id": 7000 + n}, **FAR) for n in (1, 2, 4)]

    told = await import_ba(http, a_page(*others[:2], broken, others[2]))

    assert outcomes(told) == [("1", "created"), ("2", "created"), ("3", "refused"), ("4", "created")]
    assert [(problem["field"], problem["code"]) for problem in told["results"][2]["problems"]] == [
        ("_embedded.termine.2.angebot.titel", "record_field_unreadable")
    ]
    assert len(await stored(http, "offers")) == 3


async def test_a_title_of_version_is_stored_as_it_is(http: httpx.AsyncClient) -> None:
    await import_ba(http, a_page(a_termin(1, angebot={"titel": "$version"}, **FAR)))

    assert [offer["title"] for offer in await stored(http, "offers")] == ["$version"]


async def test_an_offer_withdrawn_here_is_not_brought_back(http: httpx.AsyncClient) -> None:
    await import_ba(http, a_page(a_termin(1, **FAR)))
    (offer,) = await stored(http, "offers")
    await http.post(f"/offers/{offer['id']}/withdrawal", headers={"If-Match": f'"{offer["version"]}"'})

    told = await import_ba(http, a_page(a_termin(1, angebot={"titel": "Neu"}, **FAR)))

    assert outcomes(told) == [("1", "refused")]
    assert [problem["code"] for problem in told["results"][0]["problems"]] == ["offer_withdrawn"]
    assert [(kept["title"], kept["status"]) for kept in await stored(http, "offers")] == [(offer["title"], "withdrawn")]


async def test_a_second_network_joins_the_first(http: httpx.AsyncClient) -> None:
    await import_ba(http, a_page(a_termin(1, **FAR)))

    await import_ba(http, a_page(a_termin(1, **FAR)), network=an_id(901))

    assert [offer["networks"] for offer in await stored(http, "offers")] == [[NETWORK, an_id(901)]]


async def test_hundreds_of_courses_are_taken_in(http: httpx.AsyncClient) -> None:
    file = a_page(*(a_termin(n, angebot={"id": 10_000 + n}, **FAR) for n in range(1, 402)))

    first, again = await import_ba(http, file), await import_ba(http, file)

    assert (first["counts"]["created"], again["counts"]["unchanged"]) == (401, 401)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (b"", "body", "import_empty"),
        (a_page(a_termin(1, **FAR))[:500], "body", "import_cut_off"),
        (b"<!DOCTYPE html><html></html>", "body", "import_is_a_web_page"),
        (b"Titel;Beginn", "body", "import_not_json"),
        (b'{"$where": "sleep(1000)"}', "_embedded.termine", "import_wrong_shape"),
        (b'{"_embedded": {"termine": {"$ne": ""}}}', "_embedded.termine", "import_wrong_shape"),
    ],
)
async def test_a_file_of_another_kind_is_refused_by_name(
    refusing: httpx.AsyncClient, body: bytes, field: str, code: str
) -> None:
    answer = await refusing.post("/imports/ba", content=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(fault["field"], fault["code"]) for fault in answer.json()["errors"]] == [(field, code)]
    assert await stored(refusing, "offers") == []


async def test_a_file_of_fifty_megabytes_is_refused_unread(refusing: httpx.AsyncClient) -> None:
    answer = await refusing.post("/imports/ba", content=b" " * 50_000_000)

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert await stored(refusing, "offers") == []


async def test_a_file_larger_than_other_bodies_is_taken(http: httpx.AsyncClient) -> None:
    told = await import_ba(http, a_page(a_termin(1, angebot={"inhalt": "Ventile " * 11_000}, **FAR)))

    (offer,) = await stored(http, "offers")
    assert outcomes(told) == [("1", "created")]
    assert len(offer["description"]) <= 20_000
    assert offer["description"].endswith("…")


@pytest.mark.skipif(not REAL.exists(), reason="uses the Bundesagentur's six real records, which lie beside the project")
async def test_six_of_six_real_records_are_imported_and_three_of_them_ended(http: httpx.AsyncClient) -> None:
    first, again = await import_ba(http, REAL.read_bytes()), await import_ba(http, REAL.read_bytes())

    assert first["counts"] == {"created": 3, "unchanged": 0, "updated": 0, "ended": 3, "refused": 0}
    assert again["counts"]["unchanged"] == 6
    assert sorted(offer["status"] for offer in await stored(http, "offers")) == ["ended"] * 3 + ["published"] * 3


async def test_two_imports_at_once_make_no_offer_twice(http: httpx.AsyncClient) -> None:
    file = a_page(*(a_termin(n, angebot={"id": 20_000 + n}, **FAR) for n in range(1, 41)))

    both = await asyncio.gather(import_ba(http, file), import_ba(http, file))

    assert [told["counts"]["refused"] for told in both] == [0, 0]
    assert sum(told["counts"]["created"] for told in both) == 40
    assert len(await stored(http, "offers")) == 40
