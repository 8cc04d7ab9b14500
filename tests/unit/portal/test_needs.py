from typing import Any

import pytest

from tests.builders import a_need, an_id, an_offer
from tests.unit.portal.conftest import a_match, a_response, said
from tests.unit.portal.pretending import COMPANY, NETWORK, OTHER_NETWORK, Pretended, a_browser, a_role

NEED, OFFER = an_id(1), an_id(101)
ONE, MATCHES = f"GET /api/v1/needs/{NEED}", f"GET /api/v1/needs/{NEED}/matches"
PAIR, RESPONSE = f"GET /api/v1/pairs/{NEED}/{OFFER}", f"/api/v1/pairs/{NEED}/{OFFER}/responses/company"
EXTRA = {"hints": [], "reduced": False, "area": None, "persons_band": None, "completeness": 55, "missing": ["place"]}


def answered(**changes: Any) -> dict[str, Any]:
    may_change = changes.pop("may_change", True)
    return {**a_need(**changes).model_dump(mode="json"), **EXTRA, "may_change": may_change}


def a_result(**changes: Any) -> dict[str, Any]:
    return {"need": NEED, "status": "current", "matches": [], "near_misses": [], "advice": [], **changes}


def an_offer_in_short(title: str = "WIG-Schweißen Grundkurs") -> dict[str, Any]:
    return {**an_offer(price_eur=1290, title=title).model_dump(mode="json"), "starts_on": "2027-01-12"}


def found(response: Any = None, title: str = "WIG-Schweißen Grundkurs", **match: Any) -> dict[str, Any]:
    told = {"side": "company", "about": an_offer_in_short(title), "said": response and response.model_dump(mode="json")}
    return {**a_match(**match).model_dump(mode="json"), **told}


def a_pair(response: Any = None) -> dict[str, Any]:
    return {
        "side": "company",
        "need": a_need().model_dump(mode="json"),
        "offer": an_offer_in_short(),
        "match": a_match().model_dump(mode="json"),
        "response": response and response.model_dump(mode="json"),
        "funding": [],
    }


@pytest.fixture
def services() -> Pretended:
    services = Pretended("company")
    services.says("GET /api/v1/topics", {"items": [{"code": "metal.welding", "name": "Schweißen"}]})
    services.says("POST /api/v1/needs/similar", {"items": []})
    services.says("POST /api/v1/needs", answered(), 201)
    services.says(ONE, answered(), etag='"7"')
    services.says(MATCHES, a_result(matches=[found()]))
    services.says(PAIR, a_pair())
    return services


async def test_the_list_shows_needs_and_asks_for_a_status(services: Pretended) -> None:
    services.says("GET /api/v1/needs", {"items": [answered(persons_min=1)], "next": an_id(5)})
    async with a_browser(services) as browser:
        page = await browser.open("/bedarfe?status=open")

    assert f'<a href="/bedarfe/{NEED}">WIG-Schweißen für unsere Schlosser</a>' in page.text
    assert "ab 1 Person" in page.text
    assert f"after={an_id(5)}" in page.text
    assert dict(services.asked[-1].url.params) == {"status": "open", "limit": "20", "newest_first": "true"}


async def test_a_need_is_entered_with_what_was_typed(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        page = await browser.send(
            "/bedarfe/neu",
            title="WIG-Schweißen",
            persons_min="3",
            delivery=["on_site", "in_house"],
            max_price_eur="1.250,50",
            skills="Edelstahl\nAluminium\n",
            topics=["metal.welding"],
            place__postal_code="04109",
            place__town="Leipzig",
        )

    sent = services.sent("POST /api/v1/needs")
    assert sent["title"] == "WIG-Schweißen"
    assert (sent["persons_min"], sent["persons_max"], sent["max_price_eur"], sent["radius_km"]) == (3, None, 1250.5, 50)
    assert sent["place"] == {"postal_code": "04109", "town": "Leipzig"}
    assert (sent["delivery"], sent["skills"]) == (["on_site", "in_house"], ["Edelstahl", "Aluminium"])
    assert (sent["visibility"], sent["topics"], sent["funding_interest"]) == ("network", ["metal.welding"], None)
    assert "organisation" not in sent
    assert "networks" not in sent
    assert "Ihr Bedarf ist eingetragen" in page.text


async def test_a_form_sent_twice_enters_one_need(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        form = browser.page
        for _ in range(2):
            browser.page = form
            await browser.send("/bedarfe/neu", title="WIG", follow=False)

    keys = [one.headers["idempotency-key"] for one in services.asked if one.url.path == "/api/v1/needs"]
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_a_radius_without_a_place_is_not_sent(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        await browser.send("/bedarfe/neu", title="WIG")

    assert services.sent("POST /api/v1/needs")["radius_km"] is None


async def test_like_needs_are_shown_before_another_is_entered(services: Pretended) -> None:
    like = {"likeness": 0.9, "need": answered(id=an_id(9), title="WIG für drei")}
    services.says("POST /api/v1/needs/similar", {"items": [like]})
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        page = await browser.send("/bedarfe/neu", title="WIG")
        assert f'<a href="/bedarfe/{an_id(9)}">WIG für drei</a>' in page.text
        assert 'value="WIG"' in page.text
        assert not services.was_asked("POST /api/v1/needs")
        await browser.send("/bedarfe/neu")

    assert services.sent("POST /api/v1/needs")["title"] == "WIG"


async def test_what_is_wrong_is_shown_at_its_field_with_everything_typed(services: Pretended) -> None:
    services.refuses("POST /api/v1/needs", "persons_min", "Das muss eine ganze Zahl sein.")
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        page = await browser.send("/bedarfe/neu", title='WIG "fein" <b>', persons_min="drei", delivery=["online"])

        assert page.status_code == 422
        assert '<a href="#persons_min">Mindestens wie viele Personen: Das muss eine ganze Zahl sein.</a>' in page.text
        fields = dict(browser.forms())["/bedarfe/neu"]
        assert (fields["title"], fields["persons_min"], fields["delivery"]) == (
            ['WIG "fein" <b>'],
            ["drei"],
            ["online"],
        )


async def test_a_text_in_own_words_fills_in_the_form(services: Pretended) -> None:
    told = {
        "title": "WIG-Schweißen",
        "description": "3 Leute, WIG",
        "topics": ["metal.welding"],
        "fields": {"persons_min": 3, "place": {"town": "Leipzig"}},
        "found": [{"field": "persons_min", "value": 3, "text": "3 Leute"}],
    }
    services.says("POST /api/v1/suggestions", {"needs": [told]})
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        page = await browser.send("/bedarfe/vorschlaege", text="3 Leute, WIG")
        fields = dict(browser.forms())["/bedarfe/neu"]
        assert (fields["title"], fields["persons_min"], fields["place.town"]) == (["WIG-Schweißen"], ["3"], ["Leipzig"])
        assert "3 Leute" in page.text

        services.says("POST /api/v1/suggestions", {"needs": [told, {**told, "title": "Zweiter"}]})
        await browser.open("/bedarfe/neu")
        await browser.send("/bedarfe/vorschlaege", text="3 Leute, WIG")
        await browser.send("/bedarfe/vorschlag")
        assert dict(browser.forms())["/bedarfe/neu"]["title"] == ["WIG-Schweißen"]


async def test_a_change_keeps_what_the_form_does_not_show(services: Pretended) -> None:
    services.says(
        ONE, answered(esco=("http://data.europa.eu/esco/skill/1",), source="visit", persons_min=2), etag='"7"'
    )
    services.says(f"PUT /api/v1/needs/{NEED}", answered())
    async with a_browser(services) as browser:
        await browser.open(f"/bedarfe/{NEED}/aendern")
        await browser.send(f"/bedarfe/{NEED}/aendern", persons_min="4")

    sent = services.sent(f"PUT /api/v1/needs/{NEED}")
    assert (sent["esco"], sent["source"], sent["persons_min"]) == (["http://data.europa.eu/esco/skill/1"], "visit", 4)
    assert sent["status"] == "open"
    [put] = [one for one in services.asked if one.method == "PUT"]
    assert put.headers["if-match"] == '"7"'


async def test_who_changed_it_meanwhile_is_not_overwritten(services: Pretended) -> None:
    services.says(f"PUT /api/v1/needs/{NEED}", {"code": "stale", "title": "x"}, 412)
    async with a_browser(services) as browser:
        await browser.open(f"/bedarfe/{NEED}/aendern")
        page = await browser.send(f"/bedarfe/{NEED}/aendern", title="Meins")

    assert page.status_code == 422
    assert "Jemand anderes hat dies inzwischen geändert" in page.text
    assert 'value="Meins"' in page.text


async def test_a_need_shows_its_matches_with_reasons_and_takes_answers(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open(f"/bedarfe/{NEED}")
        assert "WIG-Schweißen Grundkurs" in page.text
        assert "12. Januar 2027" in page.text
        assert page.text.index("Was passt</h4>") < page.text.index("Was noch offen ist</h4>")

        await browser.send(f"/bedarfe/{NEED}/passend/{OFFER}", said="dismissed", reason="too_far")

    assert services.sent(f"PUT {RESPONSE}") == {"what": "dismissed", "reason": "too_far"}


async def test_when_nothing_fits_the_page_says_what_just_missed_and_what_would_help(services: Pretended) -> None:
    far = {"code": "place", "verdict": "not", "params": {"km": 73.0, "radius_km": 50, "how": "distance"}, "weight": 0}
    miss = {"offer": OFFER, "probability": 0.9, "criteria": [far], "about": {"title": "WIG in <Dresden>"}}
    advice = {"code": "radius", "params": {"from": 50, "to": 100}, "adds": 2}
    services.says(MATCHES, a_result(near_misses=[miss], advice=[advice]))
    async with a_browser(services) as browser:
        page = await browser.open(f"/bedarfe/{NEED}")

    assert "Im Moment passt nichts" in page.text
    assert f'<a href="/angebote/{OFFER}">WIG in &lt;Dresden&gt;</a>' in page.text
    assert "73" in page.text
    assert "100" in page.text[page.text.index("Was mehr Treffer bringen würde") :]


async def test_an_answer_is_taken_back(services: Pretended) -> None:
    response = a_response(company=said("interested"))
    services.says(MATCHES, a_result(matches=[found(response)]))
    services.says(PAIR, a_pair(response))
    async with a_browser(services) as browser:
        page = await browser.open(f"/bedarfe/{NEED}")
        assert "Sie haben Ihr Interesse mitgeteilt" in page.text
        await browser.send(f"/bedarfe/{NEED}/passend/{OFFER}", said="nothing")

    [taken] = [one for one in services.asked if one.method == "DELETE"]
    assert (taken.url.path, taken.headers["if-match"]) == (RESPONSE, '"1"')


async def test_ten_matches_are_shown_and_all_when_asked_for(services: Pretended) -> None:
    many = [found(title=f"Kurs Nummer {number};", offer=an_id(200 + number)) for number in range(11)]
    many.append(found(title="Kurs Nummer 11;"))
    services.says(MATCHES, a_result(matches=many))
    async with a_browser(services) as browser:
        first = await browser.open(f"/bedarfe/{NEED}")
        assert "Nummer 9;" in first.text
        assert "Nummer 10;" not in first.text
        assert f'<a href="/bedarfe/{NEED}?alle=ja#matches">2 weitere Treffer zeigen' in first.text
        whole = await browser.open(f"/bedarfe/{NEED}?alle=ja")
        answered_there = await browser.send(f"/bedarfe/{NEED}/passend/{OFFER}", said="interested", follow=False)

    assert "Nummer 11;" in whole.text
    assert "weitere Treffer zeigen" not in whole.text
    assert answered_there.headers["location"] == f"/bedarfe/{NEED}?done=answered&alle=ja"


async def test_what_somebody_may_only_read_has_no_buttons_and_no_matches(services: Pretended) -> None:
    services.says(ONE, {**answered(may_change=False), "completeness": None})
    async with a_browser(services) as browser:
        page = await browser.open(f"/bedarfe/{NEED}")
        edit = await browser.open(f"/bedarfe/{NEED}/aendern")

    assert "Zurückziehen" not in page.text
    assert not services.was_asked(MATCHES)
    assert edit.status_code == 404


async def test_a_need_is_withdrawn_only_after_a_question(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open(f"/bedarfe/{NEED}/zurueckziehen")
        assert not services.was_asked(f"POST /api/v1/needs/{NEED}/withdrawal")
        await browser.send(f"/bedarfe/{NEED}/zurueckziehen")

    [asked] = [one for one in services.asked if one.url.path.endswith("/withdrawal")]
    assert asked.headers["if-match"] == '"7"'


async def test_somebody_who_is_asked_says_that_it_is_still_needed(services: Pretended) -> None:
    services.says(ONE, answered(asked_on="2026-11-01"), etag='"7"')
    async with a_browser(services) as browser:
        await browser.open(f"/bedarfe/{NEED}")
        await browser.send(f"/bedarfe/{NEED}/noch-gebraucht", answer="needed")

    assert services.sent(f"POST /api/v1/needs/{NEED}/still-needed") == {"answer": "needed"}


async def test_the_contact_is_asked_for_only_when_wanted(services: Pretended) -> None:
    contact = f"GET /api/v1/pairs/{NEED}/{OFFER}/contact"
    async with a_browser(services) as browser:
        await browser.open(f"/bedarfe/{NEED}/passend/{OFFER}")
        assert not services.was_asked(contact)
        hidden = await browser.open(f"/bedarfe/{NEED}/passend/{OFFER}/kontakt")
        services.says(contact, {"name": "Tom Lehrer", "email": "tom@bildung.example", "phone": None})
        shown = await browser.open(f"/bedarfe/{NEED}/passend/{OFFER}/kontakt")

    assert "sobald beide Seiten Interesse haben" in hidden.text
    assert "mailto:tom@bildung.example" in shown.text


async def test_a_coordinator_says_for_which_company(services: Pretended) -> None:
    services.roles = Pretended("coordinator").roles
    others = [{"id": COMPANY, "name": "Muster Metallbau GmbH"}, {"id": an_id(7), "name": "Beispiel AG"}]
    services.says("GET /api/v1/organisations", {"items": others, "next": None})
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        await browser.send("/bedarfe/neu", title="WIG", organisation=an_id(7))

    assert services.sent("POST /api/v1/needs")["organisation"] == an_id(7)


async def test_who_is_in_two_networks_tells_both_unless_one_is_unticked(services: Pretended) -> None:
    services.roles = [a_role("company"), a_role("company", network=OTHER_NETWORK)]
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        await browser.send("/bedarfe/neu", title="WIG")
        assert services.sent("POST /api/v1/needs")["networks"] == [NETWORK, OTHER_NETWORK]

        await browser.open("/bedarfe/neu")
        await browser.send("/bedarfe/neu", title="WIG", networks=[NETWORK])
        assert services.sent("POST /api/v1/needs")["networks"] == [NETWORK]


async def test_an_operator_says_for_whom_even_if_there_is_but_one(services: Pretended) -> None:
    services.roles, services.operator = [], True
    one = {"id": COMPANY, "name": "Muster Metallbau GmbH"}
    services.says("GET /api/v1/organisations", {"items": [one], "next": None})
    services.says("GET /api/v1/networks", {"items": [{"id": NETWORK, "name": "Verbund Nord"}], "next": None})
    async with a_browser(services) as browser:
        await browser.open("/bedarfe/neu")
        await browser.send("/bedarfe/neu", title="WIG", organisation=COMPANY)

    sent = services.sent("POST /api/v1/needs")
    assert (sent["organisation"], sent["networks"]) == (COMPANY, [NETWORK])


async def test_a_provider_does_not_enter_needs(services: Pretended) -> None:
    services.roles = Pretended("provider").roles
    async with a_browser(services) as browser:
        assert (await browser.open("/bedarfe/neu")).status_code == 404
