from typing import Any

import pytest

from services.portal.legal import PAGES, draft
from tests.builders import an_id
from tests.unit.portal.pretending import NAMES, NETWORK, OTHER_NETWORK, Pretended, a_browser

FORM = f"/netzwerke/{NETWORK}/rechtliches"
EMPTY: dict[str, Any] = {"imprint": "", "privacy": "", "accessibility": "", "feedback_email": None}
WRITTEN = {**EMPTY, "imprint": "# Anbieter\nMuster e. V. <b>", "feedback_email": "barrieren@verbund.example"}


def services(*roles: str, texts: dict[str, Any] = EMPTY, etag: str = '"0"') -> Pretended:
    told = Pretended(*roles)
    for network in (NETWORK, OTHER_NETWORK):
        told.says(f"GET /api/v1/networks/{network}", {"id": network, "name": NAMES[network], "status": "active"})
        told.says(f"GET /api/v1/networks/{network}/legal", texts, etag=etag)
    missing = [name for name in PAGES.values() if not texts[name]]
    rows = [{"id": one, "name": NAMES[one], "status": "active"} for one in (NETWORK, OTHER_NETWORK)]
    told.says("GET /api/v1/legal", [{**row, "missing": missing} for row in rows])
    return told


@pytest.mark.parametrize(("page", "title"), [("impressum", "Impressum"), ("datenschutz", "Datenschutz")])
async def test_what_nobody_has_written_is_said_to_be_missing(page: str, title: str) -> None:
    async with a_browser(services(), signed_in=False) as browser:
        shown = await browser.open(f"/netzwerke/{NETWORK}/{page}")

    assert f"<h1>{title}</h1>" in shown.text
    assert "noch nicht" in shown.text
    assert "Texte bearbeiten" not in shown.text


async def test_a_text_is_shown_with_its_headings_and_never_as_markup() -> None:
    async with a_browser(services(texts=WRITTEN), signed_in=False) as browser:
        shown = await browser.open(f"/netzwerke/{NETWORK}/impressum")

    assert "<h2>Anbieter</h2><p>Muster e. V. &lt;b&gt;</p>" in shown.text
    assert "noch nicht" not in shown.text


async def test_the_page_on_barriers_names_whom_to_tell_and_who_helps_if_that_does_not() -> None:
    async with a_browser(services(texts=WRITTEN), signed_in=False) as browser:
        shown = await browser.open(f"/netzwerke/{NETWORK}/barrierefreiheit")

    assert 'href="mailto:barrieren@verbund.example"' in shown.text
    assert "Schlichtungsstelle BGG" in shown.text


async def test_a_network_that_does_not_exist_has_no_pages() -> None:
    async with a_browser(services(), signed_in=False) as browser:
        page = await browser.open(f"/netzwerke/{an_id(5)}/impressum")

    assert page.status_code == 404


async def test_all_networks_are_listed_and_one_may_write_ones_own() -> None:
    async with a_browser(services("coordinator")) as browser:
        page = await browser.open("/rechtliches")

    assert f'href="/netzwerke/{OTHER_NETWORK}/datenschutz"' in page.text
    assert f'href="{FORM}"' in page.text
    assert f'href="/netzwerke/{OTHER_NETWORK}/rechtliches"' not in page.text


async def test_every_page_links_the_legal_pages_of_the_visitors_network_or_of_all() -> None:
    async with a_browser(services("company")) as browser:
        own = await browser.open("/rechtliches")
    async with a_browser(services(), signed_in=False) as browser:
        public = await browser.open("/status")
        theirs = await browser.open(f"/netzwerke/{OTHER_NETWORK}/impressum")

    footers = [page.text.partition("<footer")[2] for page in (own, public, theirs)]
    assert f'href="/netzwerke/{NETWORK}/impressum"' in footers[0]
    assert 'href="/rechtliches"' in footers[1]
    assert all(f'href="/netzwerke/{OTHER_NETWORK}/{page}"' in footers[2] for page in PAGES)


async def test_a_coordinator_begins_from_the_draft_keeps_what_was_typed_and_saves() -> None:
    told = services("coordinator", etag='"7"')
    async with a_browser(told) as browser:
        await browser.open(FORM)
        begun = await browser.send(FORM, imprint="Muster e. V.", do="draft")
        fields = next(fields for at, fields in browser.forms() if at == FORM)
        await browser.send(FORM, accessibility="", feedback_email="", do="save")

    assert fields["imprint"] == ["Muster e. V."]
    assert "[Name und E-Mail-Adresse" in fields["privacy"][0]
    assert "sind noch auszufüllen" in begun.text
    sent = told.sent(f"PUT /api/v1/networks/{NETWORK}/legal")
    assert (sent["imprint"], sent["accessibility"], sent["feedback_email"]) == ("Muster e. V.", "", None)
    assert sent["privacy"].splitlines() == draft("datenschutz").strip().splitlines()
    assert next(one for one in told.asked if one.method == "PUT").headers["if-match"] == '"7"'


async def test_a_preview_shows_the_texts_and_saves_nothing() -> None:
    told = services("coordinator")
    async with a_browser(told) as browser:
        await browser.open(FORM)
        page = await browser.send(FORM, imprint="# Anbieter\nMuster e. V.", do="preview")

    assert "<h4>Anbieter</h4><p>Muster e. V.</p>" in page.text
    assert "noch ist nichts gespeichert" in page.text
    assert not any(one.method == "PUT" for one in told.asked)


async def test_what_is_refused_is_said_beside_its_field() -> None:
    told = services("coordinator")
    told.refuses(f"PUT /api/v1/networks/{NETWORK}/legal", "feedback_email", "Das ist keine Adresse.")
    async with a_browser(told) as browser:
        await browser.open(FORM)
        page = await browser.send(FORM, feedback_email="hier", do="save")

    assert page.status_code == 422
    assert "Das ist keine Adresse." in page.text
    assert 'value="hier"' in page.text


@pytest.mark.parametrize(("role", "network"), [("coordinator", OTHER_NETWORK), ("company", NETWORK)])
async def test_nobody_else_finds_the_form(role: str, network: str) -> None:
    told = services(role)
    async with a_browser(told) as browser:
        page = await browser.open(f"/netzwerke/{network}/rechtliches")
        tried = await browser.client.post(
            f"/netzwerke/{network}/rechtliches", data={"imprint": "x"}, headers={"Origin": "https://verbund.example"}
        )

    assert page.status_code == 404
    assert tried.status_code in {403, 404}
    assert not any(one.method == "PUT" for one in told.asked)


@pytest.mark.parametrize("name", PAGES)
def test_each_draft_says_what_is_still_to_be_filled_in(name: str) -> None:
    assert "[" in draft(name)


@pytest.mark.parametrize(("role", "warned"), [("coordinator", [NETWORK]), ("company", [])])
async def test_the_start_page_warns_those_who_may_write_the_texts(role: str, warned: list[str]) -> None:
    async with a_browser(services(role)) as browser:
        page = await browser.open("/")

    found = [one for one in (NETWORK, OTHER_NETWORK) if f"/netzwerke/{one}/rechtliches" in page.text]
    assert found == warned


async def test_the_start_page_warns_no_more_when_all_is_written() -> None:
    written = {"imprint": "a", "privacy": "b", "accessibility": "c", "feedback_email": None}
    async with a_browser(services("coordinator", texts=written)) as browser:
        page = await browser.open("/")

    assert page.status_code == 200
    assert f"/netzwerke/{NETWORK}/rechtliches" not in page.text
