from dataclasses import replace

import httpx
import pytest

from services.surveys.api import suggestions


async def test_topics_are_told_to_everybody_in_the_language_asked_for(http: httpx.AsyncClient) -> None:
    del http.headers["Authorization"]

    english = (await http.get("/topics")).json()
    german = (await http.get("/topics", headers={"Accept-Language": "de"})).json()

    assert len(english["items"]) >= 60
    assert {"code": "metal.welding", "group": "metal", "name": "Welding", "de": "Schweißen", "en": "Welding"} in (
        english["items"]
    )
    assert german["items"][0]["name"] == "Schweißen"
    assert {one["group"] for one in german["items"]} == {one["code"] for one in german["groups"]}


@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_text_tells_needs_whose_fields_can_be_sent_as_they_are(
    http: httpx.AsyncClient, *, signed_in: bool
) -> None:
    operator = dict(http.headers)
    if not signed_in:
        del http.headers["Authorization"]
    text = "Drei Leute brauchen WIG-Schweißen, ab März, max. 800 Euro pro Person, in Leipzig, online oder abends"

    answer = await http.post("/suggestions", json={"text": text}, headers={"Client-Address": "192.0.2.7"})

    assert answer.status_code == 200
    (need,) = answer.json()["needs"]
    assert need["title"] == "WIG-Schweißen"
    assert need["topics"] == ["metal.welding"] == answer.json()["topics"]
    assert {"field": "persons_min", "value": 3, "text": "Drei Leute"} in need["found"]
    told = {"title": need["title"], "description": need["description"], "topics": need["topics"], **need["fields"]}
    http.headers.update(operator)
    assert (await http.post("/needs", json=told)).status_code == 201


async def test_a_text_without_words_tells_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.post("/suggestions", json={"text": "…"})

    assert answer.json() == {"needs": [], "topics": []}


async def test_too_many_texts_of_one_address_are_refused_for_a_while(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "ASKED", replace(suggestions.ASKED, most=1))
    del http.headers["Authorization"]
    headers = {"Client-Address": "192.0.2.7"}

    answers = [await http.post("/suggestions", json={"text": "Excel"}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
