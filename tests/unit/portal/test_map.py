"""The map of locations with its equal list; the browser's part is met in tests/browser."""

import json
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from services.portal.main import build
from services.portal.settings import PortalSettings
from tests.builders import an_id
from tests.unit.portal.conftest import SETTINGS
from tests.unit.portal.pretending import COMPANY, Pretended, a_browser

HERE, MOVE = an_id(301), f"/standorte/{an_id(301)}/verschieben"


def a_location(number: int = 301, **changes: Any) -> dict[str, Any]:
    place = {"postal_code": "04109", "town": "Leipzig", "lat": 51.34, "lon": 12.37}
    return {
        "id": an_id(number),
        "version": 7,
        "organisation": COMPANY,
        "name": "Lehrwerkstatt",
        "kind": "company",
        "place": place,
        "street": "Weg 1",
        "privacy": "exact",
        "own": True,
        **changes,
    }


@pytest.fixture
def services() -> Pretended:
    services = Pretended("company")
    other = a_location(302, name="Aula", kind="training_venue", organisation=an_id(5), own=False)
    services.says("GET /api/v1/locations", {"items": [a_location(), other], "next": None})
    services.says(f"GET /api/v1/locations/{HERE}", a_location(), etag='"7"')
    services.says(f"PUT /api/v1/locations/{HERE}", a_location())
    return services


async def test_the_list_beside_the_map_does_everything_without_a_script(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/karte")

    assert "2 Standorte" in page.text
    assert page.text.index(">Aula</th>") < page.text.index(">Lehrwerkstatt</th>")
    assert f'href="/standorte/{HERE}/aendern"' in page.text
    assert f'href="/standorte/{an_id(302)}/aendern"' not in page.text
    assert "<script src=" in page.text
    assert "style=" not in page.text


async def test_the_list_is_sorted_both_ways(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/karte?sort=kind&down=yes")
        other = await browser.open("/karte?sort=kind")

    assert 'aria-sort="descending"' in page.text
    assert page.text.index(">Aula</th>") < page.text.index(">Lehrwerkstatt</th>")
    assert other.text.index(">Aula</th>") > other.text.index(">Lehrwerkstatt</th>")


async def test_the_map_gets_what_the_visitor_may_see(services: Pretended) -> None:
    async with a_browser(services) as browser:
        told = (await browser.open("/karte.geojson?kind=company")).json()

    assert services.asked[-1].url.params["kind"] == "company"
    assert services.asked[-1].headers["authorization"] == "Bearer petras-token"
    assert told["features"][0]["geometry"]["coordinates"] == [12.37, 51.34]
    assert told["features"][0]["properties"]["version"] == '"7"'


async def test_strangers_see_no_locations(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        assert [(await browser.client.get(path)).status_code for path in ("/karte", "/karte.geojson")] == [303, 303]


async def test_a_location_is_moved_with_everything_else_as_it_was(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/karte")
        csrf = next(fields["csrf"][0] for _, fields in browser.forms() if "lat" in fields)
        form = {"csrf": csrf, "lat": "51.40000", "lon": "12.50000", "version": '"7"'}
        done = await browser.client.post(MOVE, data=form, headers={"Origin": "https://verbund.example"})

    sent = services.sent(f"PUT /api/v1/locations/{HERE}")
    assert (sent["lat"], sent["lon"], sent["name"], sent["postal_code"]) == (51.4, 12.5, "Lehrwerkstatt", "04109")
    assert services.asked[-1].headers["if-match"] == '"7"'
    assert done.headers["location"] == "/karte?done=moved"


async def test_what_somebody_else_changed_meanwhile_is_not_moved(services: Pretended) -> None:
    services.says(f"PUT /api/v1/locations/{HERE}", {"code": "stale", "title": "x"}, 412)
    async with a_browser(services) as browser:
        await browser.open("/karte")
        csrf = next(fields["csrf"][0] for _, fields in browser.forms() if "lat" in fields)
        form = {"csrf": csrf, "lat": "51.4", "lon": "12.5", "version": '"6"'}
        done = await browser.client.post(MOVE, data=form, headers={"Origin": "https://verbund.example"})

    assert done.headers["location"] == "/karte?done=stale"


async def test_a_click_on_the_map_fills_in_the_coordinates(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/standorte/neu?lat=51.34&lon=12.37")

    assert 'name="lat" type="text" value="51,34"' in page.text
    assert 'name="lon" type="text" value="12,37"' in page.text


async def test_the_base_map_needs_nobody_else(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        answer = await browser.open("/karte/grund.geojson")
        again = await browser.client.get("/karte/grund.geojson", headers={"If-None-Match": answer.headers["ETag"]})

    around, ours, *towns = json.loads(answer.content)["features"]
    assert [12.37, 51.34] in ours["geometry"]["coordinates"]
    assert len(around["geometry"]["coordinates"]) > 100
    assert {"Leipzig", "Erfurt", "Magdeburg"} <= {town["properties"]["name"] for town in towns}
    assert again.status_code == 304
    assert services.asked == []


async def test_leaflet_comes_from_its_package(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        for part in ("leaflet/leaflet.js", "leaflet/leaflet.css", "markercluster/leaflet.markercluster.js"):
            assert (await browser.open(f"/static/vendor/{part}")).status_code == 200


async def test_pictures_come_from_a_tile_server_only_when_one_is_set() -> None:
    given = SETTINGS.model_dump()
    tiles = PortalSettings(**{**given, "tile_url": "https://tiles.example/{z}/{x}/{y}.png"})
    policies = []
    for settings in (SETTINGS, tiles):
        transport = httpx.ASGITransport(build(settings, httpx.MockTransport(Pretended().answer)))
        async with httpx.AsyncClient(transport=transport, base_url="https://verbund.example") as client:
            policies.append((await client.get("/anmelden")).headers["Content-Security-Policy"])

    assert "img-src" not in policies[0]
    assert policies[1] == f"{policies[0]}; img-src 'self' data: https://tiles.example"


@pytest.mark.parametrize(
    "address", ["http://tiles.example/{z}/{x}/{y}", "https://tiles.example/", "https://a b/{z}{x}{y}"]
)
def test_a_tile_server_is_https_and_has_places_for_its_tiles(address: str) -> None:
    with pytest.raises(ValidationError):
        PortalSettings(**{**SETTINGS.model_dump(), "tile_url": address})
