"""A network's surveys in the portal: made, edited with plain forms, shown around, and their results."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.surveys.domain.asking import bedarfsabfrage
from tests.builders import NETWORK, an_id
from tests.unit.portal.pretending import Browser, Pretended, a_browser

SURVEY = an_id(700)
AT = f"/umfragen/{SURVEY}"
API = f"/api/v1/surveys/{SURVEY}"


def a_survey(**changes: Any) -> dict[str, Any]:
    given = {"id": SURVEY, "network": NETWORK, "status": "draft", "edition": 1, "opens_on": None, "closes_on": None}
    return {**given, "version": 4, "definition": bedarfsabfrage().model_dump(mode="json"), **changes}


@pytest.fixture
def services() -> Pretended:
    pretended = Pretended("coordinator")
    pretended.says("GET /api/v1/surveys", {"items": [a_survey()], "next": None})
    pretended.says(f"GET {API}", a_survey(), etag='"4"')
    pretended.says(f"PUT {API}", a_survey(), etag='"5"')
    pretended.says("POST /api/v1/surveys/ready-made", a_survey(), 201)
    pretended.says("POST /api/v1/surveys", a_survey(), 201)
    return pretended


@pytest.fixture
async def desk(services: Pretended) -> AsyncIterator[Browser]:
    async with a_browser(services) as browser:
        yield browser


async def test_a_survey_is_made_by_one_button(desk: Browser, services: Pretended) -> None:
    await desk.open("/umfragen")

    page = await desk.send("/umfragen", network=NETWORK)

    assert services.sent("POST /api/v1/surveys/ready-made") == {"network": NETWORK, "status": "draft"}
    assert str(page.url).endswith(f"{AT}/verwalten?done=saved")
    assert "Für Antworten öffnen" in page.text


@pytest.mark.parametrize("address", ["/umfragen", f"{AT}/verwalten", f"{AT}/fragen", f"{AT}/ergebnisse", f"{AT}/qr"])
async def test_other_roles_find_nothing_here(address: str) -> None:
    services = Pretended("company")
    async with a_browser(services) as company:
        assert (await company.open(address)).status_code == 404


@pytest.mark.parametrize("path", ["verwalten", "fragen", "angaben", "abschnitte/0", "abschnitte/neu", "vorschau", "qr"])
async def test_every_page_is_there_in_both_languages_without_styles_of_its_own(desk: Browser, path: str) -> None:
    for language in ("de", "en"):
        page = await desk.open(f"{AT}/{path}?lang={language}")

        assert page.status_code == 200
        assert "style=" not in page.text


async def test_every_question_can_be_opened_and_saved_without_changing_it(desk: Browser, services: Pretended) -> None:
    before = a_survey()["definition"]
    for number, section in enumerate(before["sections"]):
        for place in range(len(section["questions"])):
            await desk.open(f"{AT}/abschnitte/{number}/fragen/{place}")
            await desk.send()
            assert services.sent(f"PUT {API}")["definition"] == before


async def test_a_question_is_changed_and_another_is_added(desk: Browser, services: Pretended) -> None:
    await desk.open(f"{AT}/abschnitte/0/fragen/0")
    await desk.send(label__de="Was fehlt Ihren Leuten?")
    changed = services.sent(f"PUT {API}")["definition"]
    await desk.open(f"{AT}/abschnitte/2/fragen/neu")
    await desk.send(kind="choice", label__de="Wie groß?", label__en="How large?", choices="klein\nbig | groß | large")
    added = services.sent(f"PUT {API}")["definition"]

    assert changed["sections"][0]["questions"][0]["label"]["de"] == "Was fehlt Ihren Leuten?"
    new = added["sections"][2]["questions"][-1]
    assert (new["key"], new["kind"], new["required"]) == ("wie_gross", "choice", False)
    assert new["choices"] == [
        {"value": "klein", "label": {"de": "klein", "en": "klein"}},
        {"value": "big", "label": {"de": "groß", "en": "large"}},
    ]


async def test_what_is_wrong_with_a_question_is_said_beside_its_field(desk: Browser, services: Pretended) -> None:
    services.refuses(f"PUT {API}", "definition.sections.0.questions.0.label.en", "Dieser Text fehlt.")
    await desk.open(f"{AT}/abschnitte/0/fragen/0")

    page = await desk.send(label__en="")

    assert page.status_code == 422
    assert 'href="#label-en"' in page.text
    assert "Dieser Text fehlt." in page.text


async def test_questions_are_moved_and_deleted(desk: Browser, services: Pretended) -> None:
    await desk.open(f"{AT}/fragen")
    await desk.client.post(f"{AT}/fragen", data=_button(desk, "down", "0", "0"), headers=_ORIGIN)
    moved = services.sent(f"PUT {API}")["definition"]["sections"][0]["questions"]
    await desk.client.post(f"{AT}/fragen", data=_button(desk, "delete", "0", "1"), headers=_ORIGIN)
    left = services.sent(f"PUT {API}")["definition"]["sections"][0]["questions"]

    assert [question["key"] for question in moved] == ["persons", "title"]
    assert [question["key"] for question in left] == ["title"]


_ORIGIN = {"Origin": "https://verbund.example"}


def _button(desk: Browser, do: str, section: str, question: str) -> dict[str, str]:
    token = next(fields["csrf"][0] for _, fields in desk.forms() if "csrf" in fields)
    return {"csrf": token, "do": do, "section": section, "question": question}


async def test_title_languages_and_days_are_changed(desk: Browser, services: Pretended) -> None:
    await desk.open(f"{AT}/angaben")
    await desk.send(title__de="Unsere Abfrage", languages=["de"], closes_on="2027-03-31")

    sent = services.sent(f"PUT {API}")
    assert (sent["definition"]["title"]["de"], sent["definition"]["languages"]) == ("Unsere Abfrage", ["de"])
    assert (sent["opens_on"], sent["closes_on"]) == (None, "2027-03-31")


async def test_a_survey_is_exported_and_imported(desk: Browser, services: Pretended) -> None:
    definition = a_survey()["definition"]
    services.says(f"GET {API}/definition", definition)
    await desk.open("/umfragen")
    exported = await desk.client.get(f"{AT}/definition.json")
    _, fields = next(form for form in desk.forms() if form[0] == "/umfragen/importieren")

    await desk.client.post(
        "/umfragen/importieren",
        data={"csrf": fields["csrf"][0], "network": NETWORK},
        files={"file": ("abfrage.json", exported.content, "application/json")},
        headers=_ORIGIN,
    )

    assert json.loads(exported.content) == definition
    assert services.sent("POST /api/v1/surveys") == {"network": NETWORK, "definition": definition}


async def test_the_qr_code_is_a_picture_of_the_public_link(desk: Browser) -> None:
    page = await desk.open(f"{AT}/qr")
    code = await desk.client.get(f"{AT}/qr.svg")

    assert f"https://verbund.example{AT}" in page.text
    assert code.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in code.content
    assert b"style=" not in code.content


async def test_results_are_tables_with_bars_and_small_cells_are_said_to_be_hidden(
    desk: Browser, services: Pretended
) -> None:
    label = {"de": "Förderung?", "en": "Funding?"}
    cells = [
        {"value": "yes", "label": {"de": "ja", "en": "yes"}, "companies": 8},
        {"value": "no", "label": {"de": "nein", "en": "no"}, "companies": 4},
        {"value": "x", "label": {"de": "weiß nicht", "en": "?"}, "companies": None},
    ]
    counted = {"question": {"label": label}, "companies": 13, "cells": cells, "median": None, "texts": []}
    written = {**counted, "cells": [], "texts": ["<b>mehr Excel</b>"]}
    found = {"title": label, "companies": 13, "needs": 20, "outcomes": [counted, written]}
    services.says(f"GET {API}/results", found)

    page = await desk.open(f"{AT}/ergebnisse")

    assert page.text.count("weniger als 3") == 1
    assert [f'<rect width="{width}"' in page.text for width in (100, 50, 0)] == [True] * 3
    assert "&lt;b&gt;mehr Excel&lt;/b&gt;" in page.text
    assert "style=" not in page.text
