from typing import Any

import pytest

from tests.builders import an_id, an_organisation
from tests.unit.portal.pretending import COMPANY, NETWORK, Pretended, a_browser

PLACE = an_id(950)
ONE = f"GET /api/v1/organisations/{COMPANY}"


def organisation(**changes: Any) -> dict[str, Any]:
    whole = changes.pop("whole", True)
    made = an_organisation(id=COMPANY, networks=(NETWORK,), **changes).model_dump(mode="json")
    return {**made, "whole": whole, "size_eu": None, "size_sgb3": None}


def location(**changes: Any) -> dict[str, Any]:
    place = {"postal_code": "04109", "town": "Leipzig", "lat": 51.34, "lon": 12.37}
    made = {"id": PLACE, "version": 1, "status": "active", "organisation": COMPANY, "name": "Werk Süd", "own": True}
    return {**made, "kind": "company", "place": place, "street": "Weg 1", "privacy": "town", **changes}


@pytest.fixture
def services() -> Pretended:
    services = Pretended("company")
    services.says(ONE, organisation(), etag='"2"')
    services.says(f"PUT /api/v1/organisations/{COMPANY}", organisation())
    services.says("GET /api/v1/locations", {"items": [location(), location(id=an_id(951), own=False)], "next": None})
    services.says(f"GET /api/v1/locations/{PLACE}", location(), etag='"4"')
    services.says(f"PUT /api/v1/locations/{PLACE}", location())
    services.says(f"DELETE /api/v1/locations/{PLACE}", {"status": "erased"})
    services.says("GET /api/v1/invitations", {"items": [], "next": None})
    return services


async def test_somebody_of_one_company_is_led_there_and_changes_it(services: Pretended) -> None:
    async with a_browser(services) as browser:
        led = await browser.open("/organisation")
        assert led.headers["location"] == f"/organisation/{COMPANY}"
        await browser.open(f"/organisation/{COMPANY}/aendern")
        await browser.send(f"/organisation/{COMPANY}/aendern", head_count="1.200", training_agreement="no")

    sent = services.sent(f"PUT /api/v1/organisations/{COMPANY}")
    assert (sent["head_count"], sent["training_agreement"], sent["networks"]) == (1200, False, [NETWORK])
    assert set(sent["place"]) == {"postal_code", "town"}


async def test_a_card_of_another_organisation_cannot_be_changed(services: Pretended) -> None:
    services.roles = Pretended("adviser").roles
    services.says(ONE, organisation(whole=False), etag='"2"')
    async with a_browser(services) as browser:
        page = await browser.open(f"/organisation/{COMPANY}")
        edit = await browser.open(f"/organisation/{COMPANY}/aendern")

    assert page.status_code == 200
    assert "Ändern" not in page.text
    assert edit.status_code == 404


async def test_a_coordinator_enters_an_organisation(services: Pretended) -> None:
    services.roles = Pretended("coordinator").roles
    services.says("POST /api/v1/organisations", {"id": COMPANY}, 201)
    async with a_browser(services) as browser:
        await browser.open("/organisation/neu")
        await browser.send("/organisation/neu", name="Neu GmbH")

    sent = services.sent("POST /api/v1/organisations")
    assert (sent["name"], sent["kinds"], sent["networks"]) == ("Neu GmbH", ["company"], [NETWORK])


async def test_locations_are_added_by_postcode_or_coordinates(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/standorte/neu")
        await browser.send("/standorte/neu", name="Werk", postal_code="04109", lat="51,3", lon="12.4")

    sent = services.sent("POST /api/v1/locations")
    assert (sent["organisation"], sent["postal_code"], sent["lat"], sent["lon"]) == (COMPANY, "04109", 51.3, 12.4)
    assert (sent["kind"], sent["privacy"], sent["street"]) == ("company", "town", None)


async def test_only_own_locations_can_be_changed(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/standorte")
        assert page.text.count("/aendern") == 1
        await browser.open(f"/standorte/{PLACE}/aendern")
        await browser.send(f"/standorte/{PLACE}/aendern", name="Werk Nord")

    sent = services.sent(f"PUT /api/v1/locations/{PLACE}")
    assert (sent["name"], sent["lat"], sent["lon"]) == ("Werk Nord", 51.34, 12.37)


async def test_a_location_that_moves_by_its_postcode_loses_its_old_point(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open(f"/standorte/{PLACE}/aendern")
        await browser.send(f"/standorte/{PLACE}/aendern", postal_code="06108", town="Halle")

    sent = services.sent(f"PUT /api/v1/locations/{PLACE}")
    assert (sent["postal_code"], sent["lat"], sent["lon"]) == ("06108", None, None)


async def test_a_location_is_deleted_only_after_a_question(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open(f"/standorte/{PLACE}/loeschen")
        assert not services.was_asked(f"DELETE /api/v1/locations/{PLACE}")
        page = await browser.send(f"/standorte/{PLACE}/loeschen")

    [asked] = [one for one in services.asked if one.method == "DELETE"]
    assert asked.headers["if-match"] == '"4"'
    assert "Gelöscht." in page.text


async def test_somebody_is_invited_into_ones_own_role(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/einladungen")
        assert "Koordination" not in page.text
        await browser.send("/einladungen", name="Jan", email="jan@metallbau.example")

    role = {"role": "company", "organisation": COMPANY, "network": NETWORK}
    expected = {"email": "jan@metallbau.example", "name": "Jan", "language": "de", "roles": [role]}
    assert services.sent("POST /api/v1/invitations") == expected


async def test_what_is_wrong_with_an_invitation_is_shown_at_its_field(services: Pretended) -> None:
    services.refuses("POST /api/v1/invitations", "roles.0.network", "Gehört nicht dazu.")
    async with a_browser(services) as browser:
        await browser.open("/einladungen")
        page = await browser.send("/einladungen", name="Jan", email="jan@metallbau.example")

    assert '<a href="#roles-0-network">In welchem Verbund: Gehört nicht dazu.</a>' in page.text


async def test_an_open_invitation_can_be_withdrawn(services: Pretended) -> None:
    invitation = {
        "id": an_id(70),
        "status": "open",
        "email": "jan@metallbau.example",
        "name": "Jan",
        "roles": [],
        "expires_at": "2026-12-01T00:00:00Z",
    }
    services.says("GET /api/v1/invitations", {"items": [invitation], "next": None})
    services.says(f"DELETE /api/v1/invitations/{an_id(70)}", status=204)
    async with a_browser(services) as browser:
        await browser.open("/einladungen")
        await browser.send(f"/einladungen/{an_id(70)}/zurueckziehen")

    assert services.was_asked(f"DELETE /api/v1/invitations/{an_id(70)}")
