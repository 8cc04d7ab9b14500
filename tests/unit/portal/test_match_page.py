from typing import Any

import httpx
import pytest

from shared.events.matching import Criterion, FundingHint
from tests.builders import ASKER, LEIPZIG, TEACHER, a_need, an_offer
from tests.unit.portal.conftest import ADDRESS, NEED, OFFER, Others, a_match, a_response, said

PROVIDERS = ADDRESS.replace(ASKER, TEACHER)


async def test_a_company_sees_the_offer_with_reasons_and_what_is_open(
    browser: httpx.AsyncClient, others: Others
) -> None:
    others.offer = an_offer(price_eur=1290, link="https://bildung.example/wig")
    others.starts_on = "2027-01-12"

    page = await browser.get(ADDRESS)

    assert page.status_code == 200
    assert "<h1>WIG-Schweißen Grundkurs</h1>" in page.text
    assert "Zu Ihrem Bedarf „WIG-Schweißen für unsere Schlosser“:" in page.text
    assert "Bildungswerk Muster gGmbH" in page.text
    assert "12. Januar 2027" in page.text
    assert "1.290\u00a0€" in page.text
    assert 'href="https://bildung.example/wig"' in page.text
    assert (
        page.text.index("Was passt</h2>") < page.text.index("Schweißen.") < page.text.index("Was noch offen ist</h2>")
    )
    assert "Was nicht passt" not in page.text


async def test_a_company_sees_what_might_help_to_pay_and_a_provider_does_not(
    browser: httpx.AsyncClient, others: Others
) -> None:
    short = {"above": 120, "hours": 24}
    others.funding = (
        FundingHint(rule="a", title="Hilfe (§ 1)", verdict="fails", condition="hours", params=short),
        FundingHint(rule="b", title="Aufstieg", verdict="may_apply", applicant="learner"),
    )

    company, provider = await browser.get(ADDRESS), await browser.get(PROVIDERS)

    assert "Mögliche Förderung" in company.text
    assert "Hilfe (§ 1): kommt nicht in Frage, denn der Kurs hat 24 Stunden; nötig sind mehr als 120." in company.text
    assert "Aufstieg: kommt eventuell in Frage" in company.text
    assert "Förderung" not in provider.text
    assert "Hilfe (§ 1)" not in provider.text


async def test_a_provider_sees_the_need(browser: httpx.AsyncClient, others: Others) -> None:
    others.need = a_need(persons_min=2, persons_max=4, place=LEIPZIG, description="Am liebsten abends.")

    page = await browser.get(PROVIDERS)

    assert "<h1>WIG-Schweißen für unsere Schlosser</h1>" in page.text
    assert "Zu Ihrem Angebot „WIG-Schweißen Grundkurs“:" in page.text
    assert "<dd>Leipzig</dd>" in page.text
    assert "<dd>2\N{EN DASH}4</dd>" in page.text
    assert "Am liebsten abends." in page.text


async def test_a_provider_does_not_learn_where_an_anonymous_company_is(
    browser: httpx.AsyncClient, others: Others
) -> None:
    far = Criterion(
        code="place", verdict="fits", params={"km": 73.0, "radius_km": 100, "town": "Dresden", "how": "distance"}
    )
    others.match = a_match(criteria=(far,))
    assert "73" in (await browser.get(PROVIDERS)).text

    others.need = a_need(visibility="anonymous")

    assert "73" not in (await browser.get(PROVIDERS)).text
    assert "73" in (await browser.get(ADDRESS)).text


async def test_english_is_shown_when_asked_for(browser: httpx.AsyncClient) -> None:
    by_browser = await browser.get(ADDRESS, headers={"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"})
    by_address = await browser.get(ADDRESS + "&lang=en", headers={"Accept-Language": "de"})
    assert "lang" in browser.cookies  # what was chosen is kept
    browser.cookies.clear()
    french = await browser.get(ADDRESS + "&lang=fr", headers={"Accept-Language": "fr"})

    for page in (by_browser, by_address):
        assert '<html lang="en">' in page.text
        assert "For your need “WIG-Schweißen für unsere Schlosser”:" in page.text
        assert page.headers["content-language"] == "en"
    assert '<html lang="de">' in french.text


async def test_changing_the_language_keeps_the_link(browser: httpx.AsyncClient) -> None:
    page = await browser.get(ADDRESS + "&lang=en")

    assert f'href="?member={ASKER}&amp;sig=good&amp;lang=de"' in page.text


async def test_what_people_wrote_is_text_and_never_markup(browser: httpx.AsyncClient, others: Others) -> None:
    hostile = '<script>alert(1)</script>" onload="x" {{ 7*7 }} %(x)s %s'
    others.need, others.offer = a_need(title=hostile), an_offer(title=hostile, provider_name=hostile)
    others.match = a_match(criteria=(Criterion(code="content", verdict="fits", params={"words": (hostile,)}),))

    for address in (ADDRESS, PROVIDERS, ADDRESS + "&lang=en"):
        page = await browser.get(address)

        assert page.status_code == 200
        assert "<script" not in page.text
        assert 'onload="' not in page.text
        assert "{{ 7*7 }} %(x)s %s" in page.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/matches/x"])
async def test_only_links_to_the_web_are_links(browser: httpx.AsyncClient, others: Others, link: str) -> None:
    others.offer = an_offer(link=link)

    assert link not in (await browser.get(ADDRESS)).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"offer": an_offer(status="ended")}, "Dieses Angebot ist nicht mehr verfügbar."),
        ({"offer": an_offer(status="withdrawn")}, "Dieses Angebot ist nicht mehr verfügbar."),
        ({"need": a_need(status="covered")}, "Dieser Bedarf ist nicht mehr offen."),
        ({"match": None}, "Beides passt nicht mehr zusammen"),
    ],
)
async def test_a_match_that_is_over_says_why(
    browser: httpx.AsyncClient, others: Others, changes: dict[str, Any], sentence: str
) -> None:
    for name, value in changes.items():
        setattr(others, name, value)

    assert sentence in (await browser.get(ADDRESS)).text


async def test_opening_the_page_says_nothing_in_anybodys_name(browser: httpx.AsyncClient, others: Others) -> None:
    await browser.get(ADDRESS)
    assert (await browser.head(ADDRESS)).status_code == 200

    assert others.done == []


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ({"said": "interested"}, ("PUT", {"what": "interested"})),
        ({"said": "dismissed", "reason": "price"}, ("PUT", {"what": "dismissed", "reason": "price"})),
        ({"said": "nothing", "reason": "price"}, ("DELETE", None)),
    ],
)
async def test_an_answer_is_given_as_the_readers_side(
    browser: httpx.AsyncClient, others: Others, form: dict[str, str], asked: tuple[str, Any]
) -> None:
    others.response = a_response(company=said("seen"))
    answers = [await browser.post(address, data=form) for address in (ADDRESS, PROVIDERS)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert str(answers[0].next_request and answers[0].next_request.url) == f"https://verbund.example{ADDRESS}"
    path = f"/api/v1/pairs/{NEED}/{OFFER}/responses"
    assert others.done == [(asked[0], f"{path}/{side}", asked[1]) for side in ("company", "provider")]


@pytest.mark.parametrize("form", [{}, {"said": "booked"}, {"said": "dismissed", "reason": "x"}])
async def test_an_answer_that_no_button_gives_is_refused(
    browser: httpx.AsyncClient, others: Others, form: dict[str, str]
) -> None:
    answer = await browser.post(ADDRESS, data=form)

    assert answer.status_code == 422
    assert "Das hat nicht geklappt" in answer.text
    assert others.done == []


async def test_the_first_to_answer_needs_to_have_read_no_version(browser: httpx.AsyncClient, others: Others) -> None:
    await browser.post(ADDRESS, data={"said": "interested"})

    assert [body for _, _, body in others.done] == [{"what": "interested"}]


async def test_an_answer_counts_though_the_other_side_speaks_at_the_same_time(
    browser: httpx.AsyncClient, others: Others
) -> None:
    others.response, others.others_speak_first = a_response(provider=said("seen")), 1

    answer = await browser.post(ADDRESS, data={"said": "interested"})

    assert answer.status_code == 303
    assert len(others.done) == 1


async def test_an_answer_that_never_gets_through_is_not_claimed(browser: httpx.AsyncClient, others: Others) -> None:
    others.others_speak_first = 100

    assert (await browser.post(ADDRESS, data={"said": "interested"})).status_code == 503
    assert others.done == []


async def test_taking_back_what_was_never_said_changes_nothing(browser: httpx.AsyncClient, others: Others) -> None:
    answer = await browser.post(ADDRESS, data={"said": "nothing"})

    assert answer.status_code == 303
    assert others.done == []


async def test_an_answer_can_be_seen_and_taken_back(browser: httpx.AsyncClient, others: Others) -> None:
    others.response = a_response(company=said("interested"))

    companys, providers = await browser.get(ADDRESS), await browser.get(PROVIDERS)

    assert "Sie haben Ihr Interesse mitgeteilt" in companys.text
    assert 'value="nothing"' in companys.text
    assert 'value="interested"' not in companys.text
    assert 'value="interested"' in providers.text


async def test_having_only_seen_it_is_no_answer(browser: httpx.AsyncClient, others: Others) -> None:
    others.response = a_response(company=said("seen"))

    assert 'value="interested"' in (await browser.get(ADDRESS)).text


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.replace("good", "bad"),
        ADDRESS.replace("&sig=good", ""),
        f"/matches/{NEED}/{OFFER}",
        "/matches/x/y?member=z&sig=%00",
        "/nowhere",
        "/matches",
    ],
)
async def test_a_link_that_is_not_valid_leads_to_a_friendly_page(browser: httpx.AsyncClient, address: str) -> None:
    page = await browser.get(address)

    assert page.status_code == 404
    assert "Hier ist leider nichts zu finden" in page.text


@pytest.mark.parametrize("service", ["members", "matching"])
async def test_a_service_that_is_away_makes_a_friendly_page(
    browser: httpx.AsyncClient, others: Others, service: str
) -> None:
    others.away = {service}
    away = await browser.get(ADDRESS)
    others.away, others.failing = set(), {service}
    failing = await browser.post(ADDRESS, data={"said": "interested"})

    for page in (away, failing):
        assert page.status_code == 503
        assert "Einen Moment bitte" in page.text
        assert page.headers["retry-after"] == "10"
    assert others.done == []
