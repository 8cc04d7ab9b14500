"""Search over HTTP: words, places, days, facets, and what each caller finds."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.settings import ServiceSettings
from tests.builders import NETWORK, PROVIDER
from tests.integration.surveys.conftest import running
from tests.integration.surveys.people import ELSEWHERE, as_

WIG: dict[str, Any] = {
    "title": "WIG-Schweißen Grundkurs",
    "provider": PROVIDER,
    "price_eur": 840,
    "azav": True,
    "dates": [
        {"starts_on": "2199-03-01", "delivery": "on_site", "place": {"postal_code": "04109", "town": "Leipzig"}},
        {"starts_on": "2199-05-01", "delivery": "online"},
    ],
}
EXCEL: dict[str, Any] = {
    "title": "Excel für die Werkstatt",
    "provider": PROVIDER,
    "price_eur": 200,
    "description": "Tabellen für Führungskräfte",
    "dates": [{"starts_on": "2199-04-01", "delivery": "on_site", "place": {"postal_code": "01067", "town": "Dresden"}}],
}
QUIET: dict[str, Any] = {"title": "Schweißerprüfung nur im Verbund", "provider": PROVIDER, "networks": [NETWORK]}
NEED: dict[str, Any] = {
    "title": "Wir suchen einen Schweißkurs",
    "organisation": None,
    "networks": [NETWORK],
    "visibility": "network",
    "place": {"postal_code": "04109"},
    "persons_min": 2,
}


@pytest.fixture
async def http(settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    """A service of its own for each test: what can be found is held in memory."""
    async with running(settings) as client:
        yield client


@pytest.fixture
async def filled(http: httpx.AsyncClient) -> httpx.AsyncClient:
    for offer in (WIG, EXCEL, QUIET):
        (await http.post("/offers", json=offer)).raise_for_status()
    return http


async def titles(http: httpx.AsyncClient, who: str = "nobody", kind: str = "offers", **asked: Any) -> list[str]:
    answer = await http.get(f"/search/{kind}", params=asked, headers=as_(who))
    assert answer.status_code == 200, answer.text
    return [hit["found"]["title"] for hit in answer.json()["items"]]


@pytest.mark.parametrize("words", ["schweissen", "Schweiß", "SCHWEISSER", "wig grund", "Schweißen im Grundkurs"])
async def test_words_are_found_in_other_forms_and_spellings(filled: httpx.AsyncClient, words: str) -> None:
    assert await titles(filled, words=words) == ["WIG-Schweißen Grundkurs"]


@pytest.mark.parametrize("words", ["Führung", "Fuehrungskraft", "fuhrung", "kräfte"])
async def test_umlauts_and_parts_of_compounds_are_found(filled: httpx.AsyncClient, words: str) -> None:
    assert await titles(filled, words=words) == ["Excel für die Werkstatt"]


async def test_all_words_must_be_found_and_signs_are_no_pattern(filled: httpx.AsyncClient) -> None:
    assert await titles(filled, words="Excel Schweißen") == []
    assert await titles(filled, words="Exc.l") == []


async def test_an_offer_to_a_network_is_found_and_counted_inside_it_alone(filled: httpx.AsyncClient) -> None:
    found = {who: await titles(filled, who, words="Schweißerprüfung") for who in ("nobody", "rival", "elsewhere")}

    assert found == {"nobody": [], "rival": [QUIET["title"]], "elsewhere": []}


async def test_place_and_day_must_hold_of_one_date(filled: httpx.AsyncClient) -> None:
    near: dict[str, Any] = {"place": "Leipzig", "radius_km": 25}

    assert await titles(filled, **near) == ["WIG-Schweißen Grundkurs"]
    assert await titles(filled, **near, delivery="on_site", starts_to="2199-03-31") == ["WIG-Schweißen Grundkurs"]
    assert await titles(filled, **near, delivery="on_site", starts_from="2199-04-15") == []


async def test_facets_count_what_the_other_conditions_leave(filled: httpx.AsyncClient) -> None:
    answer = (await filled.get("/search/offers", params={"delivery": "online"}, headers=as_("nobody"))).json()

    assert answer["total"] == 1
    assert {one["value"]: one["count"] for one in answer["facets"]["delivery"]} == {"on_site": 2, "online": 1}
    assert {one["value"]: one["count"] for one in answer["facets"]["price_band"]} == {"to_1000": 1}
    assert {one["value"]: one["count"] for one in answer["facets"]["month"]} == {"2199-05": 1}


async def test_pages_go_on_where_the_last_ended(filled: httpx.AsyncClient) -> None:
    first = (await filled.get("/search/offers", params={"sort": "price", "limit": 1}, headers=as_("rival"))).json()
    rest = await titles(filled, "rival", sort="price", after=first["next"])

    assert [hit["found"]["title"] for hit in first["items"]] == [EXCEL["title"]]
    assert rest == [WIG["title"], QUIET["title"]]
    assert first["total"] == 3


async def test_a_change_is_found_at_once_and_what_is_withdrawn_is_not(filled: httpx.AsyncClient) -> None:
    made = await filled.post("/offers", json={"title": "Kranführer", "provider": PROVIDER})
    assert await titles(filled, words="Kran") == ["Kranführer"]

    path, tag = f"/offers/{made.json()['id']}", made.headers["ETag"]
    changed = await filled.put(path, json={"title": "Stapler", "provider": PROVIDER}, headers={"If-Match": tag})
    assert (await titles(filled, words="Kran"), await titles(filled, words="Stapler")) == ([], ["Stapler"])

    await filled.post(f"{path}/withdrawal", headers={"If-Match": changed.headers["ETag"]})
    assert await titles(filled, words="Stapler") == []


async def test_a_place_nobody_knows_is_a_fault_with_a_way_out(filled: httpx.AsyncClient) -> None:
    answer = await filled.get("/search/offers", params={"place": "Nirgendwo"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "place_not_known")


async def test_needs_are_for_people_who_are_signed_in(http: httpx.AsyncClient) -> None:
    assert (await http.get("/search/needs", headers=as_("nobody"))).status_code == 401


async def test_an_anonymous_need_is_found_by_what_is_shown_of_it_alone(http: httpx.AsyncClient) -> None:
    need = {**NEED, "visibility": "anonymous", "level": "expert", "max_price_eur": 100}
    (await http.post("/needs", json=need)).raise_for_status()

    assert await titles(http, "provider", "needs", words="Schweißkurs") == [NEED["title"]]
    assert await titles(http, "elsewhere", "needs", words="Schweißkurs") == []
    assert await titles(http, "provider", "needs", level="expert") == []
    assert await titles(http, "provider", "needs", price_to=500) == []
    assert await titles(http, "coordinator", "needs", price_to=500, level="expert") == [NEED["title"]]


async def test_an_anonymous_need_does_not_tell_a_network_that_the_caller_is_not_in(http: httpx.AsyncClient) -> None:
    need = {**NEED, "visibility": "anonymous", "networks": [NETWORK, ELSEWHERE]}
    (await http.post("/needs", json=need)).raise_for_status()

    assert await titles(http, "provider", "needs", network=NETWORK) == [NEED["title"]]
    assert await titles(http, "provider", "needs", network=ELSEWHERE) == []


async def test_figures_of_few_companies_are_hidden_among_needs(http: httpx.AsyncClient) -> None:
    (await http.post("/needs", json={**NEED, "delivery": ["on_site"]})).raise_for_status()

    facets = (await http.get("/search/needs", headers=as_("provider"))).json()["facets"]

    assert facets["delivery"] == [{"value": "on_site", "count": None}]
