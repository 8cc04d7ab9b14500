from typing import Any

import pytest

from tests.builders import a_date, a_need, an_id, an_offer
from tests.unit.portal.conftest import a_match
from tests.unit.portal.pretending import Pretended, a_browser

NEED, OFFER = an_id(1), an_id(101)
ONE, CHANGE = f"GET /api/v1/offers/{OFFER}", f"/angebote/{OFFER}/aendern"
EXTRA = {"hints": [], "reduced": False, "completeness": 60, "missing": ["price_eur"]}


def answered(**changes: Any) -> dict[str, Any]:
    may_change = changes.pop("may_change", True)
    return {**an_offer(**changes).model_dump(mode="json"), **EXTRA, "may_change": may_change}


def found(side: str | None) -> dict[str, Any]:
    about, match = a_need().model_dump(mode="json"), a_match().model_dump(mode="json")
    return {"need": NEED, "side": side, "about": about, "match": match, "said": None}


@pytest.fixture
def services() -> Pretended:
    services = Pretended("provider")
    services.says("GET /api/v1/topics", {"items": []})
    services.says("POST /api/v1/offers", answered(), 201)
    services.says(ONE, answered(), etag='"7"')
    services.says(f"PUT /api/v1/offers/{OFFER}", answered())
    services.says(f"GET /api/v1/offers/{OFFER}/matches", {"items": [found("provider")], "next": None})
    pair = {
        "side": "provider",
        "need": a_need().model_dump(mode="json"),
        "offer": an_offer().model_dump(mode="json"),
        "match": a_match().model_dump(mode="json"),
        "response": None,
    }
    services.says(f"GET /api/v1/pairs/{NEED}/{OFFER}", pair)
    return services


async def test_everybody_reads_an_open_offer(services: Pretended) -> None:
    services.says(ONE, answered(may_change=False))
    async with a_browser(services, signed_in=False) as browser:
        one = await browser.open(f"/angebote/{OFFER}")

    assert "<h1>WIG-Schweißen Grundkurs</h1>" in one.text
    assert not services.was_asked(f"GET /api/v1/offers/{OFFER}/matches")
    assert "authorization" not in services.asked[-1].headers


async def test_an_offer_is_entered_with_its_dates(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/angebote/neu")
        await browser.send(
            "/angebote/neu", title="WIG", azav="yes", dates__1__starts_on="2027-03-01", dates__1__place__town="Halle"
        )

    sent = services.sent("POST /api/v1/offers")
    assert (sent["title"], sent["azav"], sent["in_house_possible"], sent["networks"]) == ("WIG", True, None, [])
    [date] = sent["dates"]
    assert (date["starts_on"], date["entry"], date["id"]) == ("2027-03-01", "fixed", None)
    assert date["place"] == {"postal_code": None, "town": "Halle"}


async def test_what_is_wrong_with_a_date_is_shown_in_its_row(services: Pretended) -> None:
    services.refuses("POST /api/v1/offers", "dates.0.ends_on", "Das endet vor dem Beginn.")
    async with a_browser(services) as browser:
        await browser.open("/angebote/neu")
        page = await browser.send("/angebote/neu", title="WIG", dates__1__starts_on="2027-03-01")

    assert '<a href="#dates-1-ends_on">Letzter Tag: Das endet vor dem Beginn.</a>' in page.text


async def test_more_rows_for_dates_come_without_a_script_and_keep_what_was_typed(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/angebote/neu")
        page = await browser.send("/angebote/neu", title="WIG", dates__1__starts_on="2027-03-01", more="yes")

    assert page.status_code == 200
    assert 'name="dates.3.starts_on"' in page.text
    assert 'value="2027-03-01"' in page.text
    assert not services.was_asked("POST /api/v1/offers")


async def test_a_change_keeps_what_the_form_does_not_show_of_dates_too(services: Pretended) -> None:
    kept, gone = a_date(weekdays={1, 3}, form_code="102"), a_date(id=an_id(502))
    before = answered(dates=(kept, gone), currency="EUR", zfu_number="123")
    services.says(ONE, before, etag='"7"')
    async with a_browser(services) as browser:
        await browser.open(CHANGE)
        await browser.send(CHANGE, dates__0__places_left="4", dates__1__remove="yes")

    sent = services.sent(f"PUT /api/v1/offers/{OFFER}")
    assert sent["zfu_number"] == "123"
    [date] = sent["dates"]
    assert (date["id"], date["weekdays"], date["form_code"], date["places_left"]) == (kept.id, [1, 3], "102", 4)
    assert set(date["place"]) == {"postal_code", "town"}


async def test_a_provider_sees_needs_that_fit_and_answers(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open(f"/angebote/{OFFER}")
        assert "WIG-Schweißen für unsere Schlosser" in page.text
        assert "Vollständigkeit: 60 von 100. Mehr Treffer bringen noch Angaben zu: Preis." in page.text
        await browser.send(f"/angebote/{OFFER}/passend/{NEED}", said="interested")

    assert services.sent(f"PUT /api/v1/pairs/{NEED}/{OFFER}/responses/provider") == {"what": "interested"}


async def test_who_looks_after_both_sides_sees_the_needs_of_an_offer_without_answering(services: Pretended) -> None:
    services.says(f"GET /api/v1/offers/{OFFER}/matches", {"items": [found(None)], "next": None})
    async with a_browser(services) as browser:
        page = await browser.open(f"/angebote/{OFFER}")

    assert f'<a href="/angebote/{OFFER}/passend/{NEED}">WIG-Schweißen für unsere Schlosser</a>' in page.text
    assert "Ich habe Interesse" not in page.text


async def test_a_company_does_not_enter_offers(services: Pretended) -> None:
    services.roles = Pretended("company").roles
    async with a_browser(services) as browser:
        assert (await browser.open("/angebote/neu")).status_code == 404
