import re
from typing import Any

import httpx
import pytest

from tests.builders import an_id
from tests.unit.portal.pretending import COMPANY, NETWORK, Pretended, a_browser

VISIT, NEED = an_id(801), an_id(1)
PATH = f"/api/v1/visits/{VISIT}"
OFFER = {
    "offer": an_id(101),
    "about": {
        "title": "WIG-Schweißen Grundkurs",
        "provider_name": "Bildungswerk Muster gGmbH",
        "price_eur": 840,
        "link": "https://bildung.example/wig",
        "place": {"postal_code": "04109", "town": "Leipzig"},
    },
    "starts_on": "2027-03-01",
}
SUGGESTED = {
    "title": "WIG-Schweißen",
    "description": "3 Leute, WIG-Schweißen, ab März",
    "topics": ["metal.welding"],
    "fields": {
        "persons_min": 3,
        "earliest_start": "2027-03-01",
        "place": {"town": "Wurzen"},
        "delivery": ["in_house"],
        "follow_up_on": "2027-01-11",
    },
    "found": [{"field": "persons_min", "value": 3, "text": "3 Leute"}],
}


def a_visit(**changes: Any) -> dict[str, Any]:
    defaults = {
        "id": VISIT,
        "version": 7,
        "status": "noted",
        "network": NETWORK,
        "organisation": None,
        "company": {"name": "Tischlerei Muster", "postal_code": "04808", "town": "Wurzen", "head_count": 11},
        "visited_on": "2026-11-20",
        "notes": "Drei Leute sollen schweißen lernen.",
        "consent": {"how": "spoken", "given_on": "2026-11-20", "given_by": None, "recorded_by": None},
        "follow_up_on": "2027-01-11",
        "needs": [NEED],
    }
    return {**defaults, **changes}


@pytest.fixture
def services() -> Pretended:
    services = Pretended("coordinator")
    services.says("GET /api/v1/organisations", {"items": [{"id": COMPANY, "name": "Muster Metallbau GmbH"}]})
    services.says("POST /api/v1/suggestions", {"needs": [SUGGESTED], "topics": ["metal.welding"]})
    services.says("POST /api/v1/previews", {"model": "m", "matches": [OFFER], "near_misses": [], "advice": []})
    services.says("POST /api/v1/visits", a_visit(), 201)
    services.says(f"POST {PATH}/needs", {"needs": [{"id": NEED}]}, 201)
    services.says(f"GET {PATH}", a_visit(), etag='"7"')
    services.says(f"PUT {PATH}", a_visit())
    need = {"id": NEED, "title": "WIG-Schweißen", "persons_min": 3, "status": "open"}
    dates = {"earliest_start": "2027-03-01", "latest_start": None}
    services.says(f"GET /api/v1/needs/{NEED}", {**need, **dates, "place": {"postal_code": None, "town": "Wurzen"}})
    return services


async def proposed(browser: Any, **typed: Any) -> httpx.Response:
    await browser.open("/besuche/neu")
    page: httpx.Response = await browser.send(
        "/besuche/neu",
        company__name="Tischlerei Muster",
        notes="3 Leute, WIG-Schweißen, ab März",
        step="propose",
        **typed,
    )
    return page


async def test_notes_become_a_proposal_with_the_words_behind_it_and_the_best_offers(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await proposed(browser)

    assert page.status_code == 200
    assert "Erkannt: „3 Leute“" in page.text
    assert 'name="needs.0.persons_min" type="text" value="3"' in page.text
    assert "WIG-Schweißen Grundkurs" in page.text
    shown = " ".join(re.sub("<[^>]+>", " ", page.text).split())
    assert "Bildungswerk Muster gGmbH · 1. März 2027 · Leipzig · 840 €" in shown
    asked = services.sent("POST /api/v1/previews")
    assert (asked["title"], asked["persons_min"], asked["place"]["town"]) == ("WIG-Schweißen", 3, "Wurzen")
    assert not services.was_asked("POST /api/v1/visits")


async def test_what_was_checked_is_saved_as_visit_and_needs(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await proposed(browser)
        page = await browser.send(
            "/besuche/neu",
            step="save",
            needs__0__persons_min="4",
            consent__how="spoken",
            consent__given_on="2026-11-20",
            visibility="anonymous",
        )

    visit = services.sent("POST /api/v1/visits")
    assert visit["company"]["name"] == "Tischlerei Muster"
    assert visit["notes"] == "3 Leute, WIG-Schweißen, ab März"
    assert visit["follow_up_on"] == "2027-01-11"
    assert (visit["consent"]["how"], visit["consent"]["given_on"]) == ("spoken", "2026-11-20")
    (need,) = services.sent(f"POST {PATH}/needs")["needs"]
    assert (need["title"], need["persons_min"], need["visibility"]) == ("WIG-Schweißen", 4, "anonymous")
    assert (need["topics"], need["delivery"], need["place"]["town"]) == (["metal.welding"], ["in_house"], "Wurzen")
    assert page.url.path == f"/besuche/{VISIT}"
    assert "Gespeichert." in page.text


async def test_a_need_that_is_not_ticked_is_not_entered(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await proposed(browser)
        await browser.send("/besuche/neu", step="save", needs__0__take=[])

    assert services.was_asked("POST /api/v1/visits")
    assert not services.was_asked(f"POST {PATH}/needs")


async def test_a_fault_in_a_need_is_shown_at_its_field_and_the_visit_is_not_noted_twice(services: Pretended) -> None:
    services.says("POST /api/v1/suggestions", {"needs": [SUGGESTED, {**SUGGESTED, "title": "Excel"}], "topics": []})
    services.refuses(f"POST {PATH}/needs", "needs.0.latest_start", "Dieser Tag ist vorbei.")
    async with a_browser(services) as browser:
        await proposed(browser)
        refused = await browser.send("/besuche/neu", step="save", needs__0__take=[])
        services.says(f"POST {PATH}/needs", {"needs": []}, 201)
        again = await browser.send("/besuche/neu", step="save")

    assert refused.status_code == 422
    assert 'href="#needs-1-latest_start"' in refused.text
    assert again.url.path == f"/besuche/{VISIT}"
    assert sum(request.url.path == "/api/v1/visits" for request in services.asked) == 1
    assert services.was_asked(f"PUT {PATH}")


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"company__name": ""}, "company-name"), ({"notes": ""}, "notes")],
)
async def test_what_is_missing_is_said_before_anything_is_asked(
    services: Pretended, typed: dict[str, str], field: str
) -> None:
    async with a_browser(services) as browser:
        await browser.open("/besuche/neu")
        given = {"company__name": "Tischlerei", "notes": "Excel", **typed}
        page = await browser.send("/besuche/neu", step="propose", **given)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert not services.was_asked("POST /api/v1/suggestions")


async def test_the_page_works_without_matching(services: Pretended) -> None:
    services.says("POST /api/v1/previews", {"code": "unavailable", "title": "weg"}, 503)
    async with a_browser(services) as browser:
        page = await proposed(browser)

    assert page.status_code == 200
    assert "Die Angebote lassen sich gerade nicht abrufen." in page.text


async def test_the_notes_are_still_there_on_the_way_back(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await proposed(browser)
        page = await browser.send("/besuche/neu", step="back")

    assert "3 Leute, WIG-Schweißen, ab März" in page.text
    assert 'value="Tischlerei Muster"' in page.text


async def test_the_list_shows_whom_to_see_again(services: Pretended) -> None:
    services.says(
        "GET /api/v1/visits", {"items": [a_visit(), a_visit(company=None, organisation=COMPANY)], "next": None}
    )
    async with a_browser(services) as browser:
        page = await browser.open("/besuche")

    assert "Tischlerei Muster" in page.text
    assert "Muster Metallbau GmbH" in page.text
    assert "Wiedervorlage am 11. Januar 2027" in page.text
    assert "1 Bedarf" in page.text


async def test_the_printed_page_holds_company_needs_offers_and_the_next_step(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open(f"/besuche/{VISIT}/druck")

    for text in ("Tischlerei Muster", "WIG-Schweißen", "3 Personen", "Leipzig", "https://bildung.example/wig"):
        assert text in page.text
    assert "Wir melden uns am 11. Januar 2027." in page.text
    assert "Drei Leute sollen schweißen lernen." not in page.text  # notes are for the office alone


async def test_a_follow_up_is_done_and_nothing_else_changes(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open(f"/besuche/{VISIT}")
        await browser.send(f"/besuche/{VISIT}/wiedervorlage", follow_up_on="")

    said = services.sent(f"PUT {PATH}")
    assert said["follow_up_on"] is None
    assert said["consent"] == {"how": "spoken", "given_on": "2026-11-20", "given_by": None}
    assert (said["notes"], said["company"]) == (a_visit()["notes"], a_visit()["company"])


async def test_a_visit_is_changed_and_erased_after_a_question(services: Pretended) -> None:
    services.says(f"DELETE {PATH}", None, 204)
    async with a_browser(services) as browser:
        await browser.open(f"/besuche/{VISIT}/aendern")
        await browser.send(f"/besuche/{VISIT}/aendern", notes="Neu")
        await browser.open(f"/besuche/{VISIT}/loeschen")
        await browser.send("", follow=False)

    assert services.sent(f"PUT {PATH}")["notes"] == "Neu"
    assert services.sent(f"PUT {PATH}")["company"]["head_count"] == 11
    assert services.was_asked(f"DELETE {PATH}")


@pytest.mark.parametrize("role", ["company", "provider"])
async def test_companies_and_providers_find_nothing(role: str) -> None:
    async with a_browser(Pretended(role)) as browser:
        for address in ("/besuche", "/besuche/neu", f"/besuche/{VISIT}", "/einschaetzungen", "/einschaetzungen/neu"):
            assert (await browser.open(address)).status_code == 404


async def test_in_english(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open("/besuche/neu?lang=en")

    assert "Note a visit" in page.text
    assert "Show the proposal" in page.text
