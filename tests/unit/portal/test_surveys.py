"""The pages of surveys, with services that answer what a test says."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.surveys.domain.asking import bedarfsabfrage
from tests.builders import NETWORK, an_id
from tests.unit.portal.pretending import Browser, Pretended, a_browser

SURVEY, CHALLENGE, ANSWER = an_id(700), an_id(701), an_id(702)
PAGE = f"/umfragen/{SURVEY}"
CONTACT: dict[str, Any] = {
    "company__name": "Muster Metallbau GmbH",
    "company__postal_code": "04109",
    "name": "Petra Beispiel",
    "email": "petra@metallbau.example",
    "privacy": "yes",
}


@pytest.fixture
def services() -> Pretended:
    pretended = Pretended()
    asked = {
        "id": SURVEY,
        "network": NETWORK,
        "standing": "open",
        "version": 3,
        "definition": bedarfsabfrage().model_dump(mode="json"),
        "opens_on": None,
        "closes_on": None,
        "form": "1793610000.nonce.seal",
    }
    pretended.says(f"GET /api/v1/public/surveys/{SURVEY}", asked)
    pretended.says(f"GET /api/v1/networks/{NETWORK}", {"id": NETWORK, "name": "Verbund Nord"})
    pretended.says(f"POST /api/v1/public/surveys/{SURVEY}/checks", None, 204)
    pretended.says("POST /api/v1/registrations", {"challenge": CHALLENGE, "expires_in": 600}, 202)
    kept = {"id": ANSWER, "secret": "s" * 32}
    pretended.says(f"POST /api/v1/public/surveys/{SURVEY}/answers", kept, 202)
    pretended.says("POST /api/v1/public/drafts", {**kept, "until": "2026-12-02T09:00:00Z"}, 201)
    return pretended


@pytest.fixture
async def phone(services: Pretended) -> AsyncIterator[Browser]:
    async with a_browser(services, signed_in=False) as browser:
        yield browser


def sent(services: Pretended, what: str) -> Any:
    return services.sent(f"POST /api/v1{what}")


async def test_the_page_asks_for_at_most_seven_things(phone: Browser) -> None:
    page = await phone.open(PAGE)

    assert page.status_code == 200
    assert "Verbund Nord" in page.text
    assert "Was sollen Ihre Leute lernen?" in page.text
    # the seventh is the box of consent, which is required without the word
    assert page.text.count(" required") == 6


async def test_the_answer_goes_to_surveys_without_name_and_address(phone: Browser, services: Pretended) -> None:
    await phone.open(PAGE)
    page = await phone.send(
        do="send", needs__0__title="WIG-Schweißen", needs__0__persons="2", values__head_count="11", **CONTACT
    )

    assert "Bitte bestätigen Sie die Mail" in page.text
    assert f"{PAGE}?vorlage={ANSWER}.{'s' * 32}" in page.text
    assert sent(services, "/registrations") == {
        "email": "petra@metallbau.example",
        "name": "Petra Beispiel",
        "language": "de",
        "network": NETWORK,
        "company": {"name": "Muster Metallbau GmbH", "postal_code": "04109", "head_count": 11},
        "text_version": "umfrage-2026-11",
        "wants_mails": False,
    }
    assert sent(services, f"/public/surveys/{SURVEY}/answers") == {
        "challenge": CHALLENGE,
        "version": 3,
        "form": "1793610000.nonce.seal",
        "language": "de",
        "place": {"postal_code": "04109", "town": None},
        "values": {"head_count": 11.0},
        "needs": [{"title": "WIG-Schweißen", "persons": 2.0}],
    }


async def test_nobody_is_mailed_while_anything_needs_another_look(phone: Browser, services: Pretended) -> None:
    services.refuses(f"POST /api/v1/public/surveys/{SURVEY}/checks", "needs.0.title", "Bitte beantworten Sie das.")
    await phone.open(PAGE)

    page = await phone.send(do="send", email="petra@metallbau.example")

    assert page.status_code == 422
    assert 'href="#needs-0-title"' in page.text
    assert 'href="#company-name"' in page.text
    assert 'href="#privacy"' in page.text
    assert "Bitte beantworten Sie das." in page.text
    assert 'value="petra@metallbau.example"' in page.text
    assert not services.was_asked("POST /api/v1/registrations")


async def test_another_need_is_added_and_taken_away_without_a_script(phone: Browser, services: Pretended) -> None:
    await phone.open(PAGE)
    await phone.send(do="more", needs__0__title="WIG-Schweißen")
    await phone.send(do="more", needs__1__title="Excel")
    page = await phone.send(do="less-0")

    assert page.text.count(">Bedarf ") == 0
    assert 'value="Excel"' in page.text
    assert 'value="WIG-Schweißen"' not in page.text

    await phone.send(do="more")
    await phone.send(do="send", needs__0__persons="1", needs__1__title="Word", needs__1__persons="4", **CONTACT)
    needs = sent(services, f"/public/surveys/{SURVEY}/answers")["needs"]
    assert [need["title"] for need in needs] == ["Excel", "Word"]


async def test_a_program_that_fills_in_every_field_is_thanked_and_forgotten(
    phone: Browser, services: Pretended
) -> None:
    await phone.open(PAGE)

    page = await phone.send(do="send", website="https://spam.example", needs__0__title="x", **CONTACT)

    assert "Vielen Dank" in page.text
    assert not [one for one in services.asked if one.method == "POST"]


async def test_an_answer_is_kept_for_later_without_name_and_address(phone: Browser, services: Pretended) -> None:
    await phone.open(PAGE)

    page = await phone.send(do="keep", needs__0__title="Excel", **CONTACT)

    assert f"https://verbund.example{PAGE}?entwurf={ANSWER}.{'s' * 32}" in page.text
    assert sent(services, "/public/drafts") == {
        "survey": SURVEY,
        "version": 3,
        "values": {},
        "needs": [{"title": "Excel"}],
    }


@pytest.mark.parametrize(("kind", "name"), [("drafts", "entwurf"), ("answers", "vorlage")])
async def test_what_was_answered_earlier_fills_the_page(
    phone: Browser, services: Pretended, kind: str, name: str
) -> None:
    earlier = {
        "survey": SURVEY,
        "version": 2,
        "values": {"head_count": 28},
        "needs": [{"title": "Excel", "persons": 2, "delivery": ["online"]}, {"title": "Word", "radius": "50"}],
        "place": {"postal_code": "04109", "town": None, "lat": 51.3, "lon": 12.3},
    }
    services.says(f"GET /api/v1/public/{kind}/{ANSWER}", earlier)

    page = await phone.open(f"{PAGE}?{name}={ANSWER}.{'s' * 32}")

    ((_, fields),) = [form for form in phone.forms() if "needs.0.title" in form[1]]
    assert page.status_code == 200
    assert fields["needs.0.title"] == ["Excel"]
    assert fields["needs.0.delivery"] == ["online"]
    assert (fields["needs.1.title"], fields["needs.1.radius"]) == (["Word"], ["50"])
    assert (fields["values.head_count"], fields["company.postal_code"]) == (["28"], ["04109"])


async def test_the_page_is_there_in_english(phone: Browser) -> None:
    page = await phone.open(f"{PAGE}?lang=en")

    assert "What do your people need to learn?" in page.text
    assert "Add another need" in page.text


async def test_who_is_asked_to_agree_can_read_how_the_network_protects_the_data(phone: Browser) -> None:
    page = await phone.open(PAGE)

    assert page.text.count(f'href="/netzwerke/{NETWORK}/datenschutz"') == 2  # beside the box, and in the footer


async def test_pages_hold_no_style_and_no_script(phone: Browser) -> None:
    page = await phone.open(PAGE)

    assert "style=" not in page.text
    assert "<script" not in page.text


async def test_a_fault_in_a_part_of_an_answer_is_shown_at_that_part(phone: Browser, services: Pretended) -> None:
    definition = bedarfsabfrage().model_dump(mode="json")
    where = {**definition["sections"][0]["questions"][0], "key": "where", "kind": "place", "fills": None}
    definition["sections"][0]["questions"].append(where)
    asked = {"id": SURVEY, "network": NETWORK, "standing": "open", "version": 3, "definition": definition}
    services.says(f"GET /api/v1/public/surveys/{SURVEY}", {**asked, "opens_on": None, "form": "1.2.3"})
    services.refuses(f"POST /api/v1/public/surveys/{SURVEY}/checks", "needs.0.where.place.postal_code", "Fünf Ziffern!")
    await phone.open(PAGE)

    page = await phone.send(do="send", needs__0__where__postal_code="1", **CONTACT)

    assert services.sent(f"POST /api/v1/public/surveys/{SURVEY}/checks")["needs"] == [
        {"where": {"postal_code": "1", "town": None}}
    ]
    assert '<a href="#needs-0-where-postal_code">' in page.text


async def test_somebody_signed_in_begins_from_an_earlier_answer(services: Pretended) -> None:
    own = {"id": ANSWER, "secret": "s" * 32, "survey": SURVEY, "given_at": "2026-11-02T09:00:00Z", "needs": []}
    services.says("GET /api/v1/answers", [own])
    async with a_browser(services) as petra:
        survey = await petra.open(PAGE)
        page = await petra.open("/meine-antworten")

    assert 'href="/meine-antworten"' in survey.text
    assert f'href="{PAGE}?vorlage={ANSWER}.{"s" * 32}"' in page.text
