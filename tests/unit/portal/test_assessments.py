from typing import Any

import pytest

from tests.builders import an_id
from tests.unit.portal.pretending import NETWORK, Pretended, a_browser

ASSESSMENT, SECRET = an_id(850), "a" * 32
PUBLIC = f"/api/v1/public/assessments/{SECRET}"
ASKED = {
    "asked": "Agentur Musterstadt",
    "asked_for": "Verbund Nord",
    "expires_on": "2027-01-31",
    "given": None,
}


def an_assessment(**changes: Any) -> dict[str, Any]:
    defaults = {
        "id": ASSESSMENT,
        "version": 3,
        "network": NETWORK,
        "text": "Es fehlen <b>Schweißer</b>.",
        "region": "Landkreis Leipzig",
        "area": "046",
        "branch": "Metall",
        "topics": ["metal.welding"],
        "urgency": "high",
        "persons": 40,
        "source": "Agentur Musterstadt",
        "assessed_on": "2026-11-20",
        "may_change": True,
    }
    return {**defaults, **changes}


@pytest.fixture
def services() -> Pretended:
    services = Pretended("coordinator")
    services.says("GET /api/v1/topics", {"items": [{"code": "metal.welding", "name": "Schweißen"}]})
    services.says("GET /api/v1/assessments", {"items": [an_assessment()], "next": None})
    services.says(f"GET /api/v1/assessments/{ASSESSMENT}", an_assessment(), etag='"3"')
    request = {"id": an_id(851), "version": 5, "status": "open", "asked": "Agentur Musterstadt"}
    services.says("GET /api/v1/assessments/requests", {"items": [{**request, "expires_on": "2027-01-31"}]})
    services.says("POST /api/v1/assessments/requests", {**request, "secret": SECRET}, 201)
    services.says(f"GET {PUBLIC}", ASKED)
    services.says(f"POST {PUBLIC}", ASKED)
    return services


async def test_the_list_shows_what_was_said_and_never_as_markup(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/einschaetzungen")

    assert "Es fehlen &lt;b&gt;Schweißer&lt;/b&gt;." in page.text
    assert "20. November 2026" in page.text
    assert "etwa 40 Personen" in page.text
    assert "Schweißen" in page.text


async def test_a_coordinator_records_one_with_source_and_day(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/einschaetzungen/neu")
        page = await browser.send(
            "/einschaetzungen/neu", text="Es fehlen Köche.", source="Agentur Musterstadt", assessed_on="2026-11-02"
        )

    said = services.sent("POST /api/v1/assessments")
    assert (said["text"], said["source"], said["assessed_on"]) == (
        "Es fehlen Köche.",
        "Agentur Musterstadt",
        "2026-11-02",
    )
    assert page.url.path == "/einschaetzungen"


async def test_what_is_refused_is_shown_at_its_field_with_what_was_typed(services: Pretended) -> None:
    services.refuses("POST /api/v1/assessments", "source", "Bitte sagen Sie, von wem.")
    async with a_browser(services) as browser:
        await browser.open("/einschaetzungen/neu")
        page = await browser.send("/einschaetzungen/neu", text="Es fehlen Köche.")

    assert page.status_code == 422
    assert 'href="#source"' in page.text
    assert "Es fehlen Köche." in page.text


async def test_an_assessment_is_changed_and_erased(services: Pretended) -> None:
    services.says(f"PUT /api/v1/assessments/{ASSESSMENT}", an_assessment())
    services.says(f"DELETE /api/v1/assessments/{ASSESSMENT}", None, 204)
    address = f"/einschaetzungen/{ASSESSMENT}/aendern"
    async with a_browser(services) as browser:
        await browser.open(address)
        await browser.send(address, region="Landkreis Nordsachsen")
        await browser.open(address)
        await browser.send(address, do="delete")

    said = services.sent(f"PUT /api/v1/assessments/{ASSESSMENT}")
    assert (said["region"], said["topics"], said["persons"]) == ("Landkreis Nordsachsen", ["metal.welding"], 40)
    assert services.was_asked(f"DELETE /api/v1/assessments/{ASSESSMENT}")


async def test_a_personal_link_is_shown_once_and_closed_later(services: Pretended) -> None:
    services.says(f"POST /api/v1/assessments/requests/{an_id(851)}/closing", {})
    async with a_browser(services) as browser:
        await browser.open("/einschaetzungen/anfragen")
        made = await browser.send("/einschaetzungen/anfragen", asked="Agentur Musterstadt", expires_on="2027-01-31")
        again = await browser.open("/einschaetzungen/anfragen")
        closed = await browser.send(f"/einschaetzungen/anfragen/{an_id(851)}/schliessen")

    assert f"https://verbund.example/einschaetzung/{SECRET}" in made.text
    assert services.sent("POST /api/v1/assessments/requests")["asked_for"] == "Verbund Nord"
    assert SECRET not in again.text
    assert "Der Link ist geschlossen." in closed.text


async def test_somebody_without_an_account_gives_an_assessment_by_a_link(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open(f"/einschaetzung/{SECRET}")
        sent = await browser.send(
            f"/einschaetzung/{SECRET}", text="Es fehlen Köche.", persons="12", topics=["metal.welding"]
        )

    assert "Verbund Nord fragt Sie (Agentur Musterstadt)" in page.text
    assert "31. Januar 2027" in page.text
    said = services.sent(f"POST {PUBLIC}")
    assert (said["text"], said["persons"], said["topics"]) == ("Es fehlen Köche.", 12, ["metal.welding"])
    assert "Vielen Dank!" in sent.text
    told = next(one for one in services.asked if one.url.path == PUBLIC)
    assert told.headers["client-address"] == "203.0.113.7"


async def test_what_was_given_by_a_link_is_shown_to_be_changed(services: Pretended) -> None:
    services.says(f"GET {PUBLIC}", {**ASKED, "given": {"text": "Es fehlen Köche.", "persons": 12}})
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open(f"/einschaetzung/{SECRET}")

    assert "Es fehlen Köche." in page.text
    assert "Änderung speichern" in page.text


async def test_a_link_that_leads_nowhere_is_a_page_that_says_so(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        assert (await browser.open(f"/einschaetzung/{'b' * 32}")).status_code == 404
        assert (await browser.open("/einschaetzung/short")).status_code == 404
