import re
from typing import Any

from services.portal.pages import HERE
from tests.builders import ASKER, a_need, an_id
from tests.unit.portal.pretending import Pretended, a_browser

NEED = an_id(1)


def need(**changes: Any) -> dict[str, Any]:
    more = {"area": None, "persons_band": None}
    answered: dict[str, Any] = a_need(**changes).model_dump(mode="json")
    return answered | more


def fitting(*said: str | None) -> list[dict[str, Any]]:
    """Return matches, each with what the company said about it."""
    return [
        {"about": {"title": f"Kurs {number}"}, "announced": True, "said": one and {"company": {"what": one}}}
        for number, one in enumerate(said, 1)
    ]


async def test_a_company_sees_what_fits_what_it_is_asked_and_what_it_has_not_finished() -> None:
    services = Pretended("company")
    drafted = need(id=an_id(3), title="Noch ein Gedanke", status="draft")
    needs = [need(asked_on="2026-11-01"), need(id=an_id(2), title="Staplerschein"), drafted]
    services.says("GET /api/v1/needs", {"items": needs, "next": None})
    services.says(f"GET /api/v1/needs/{an_id(2)}/matches", {"matches": fitting("dismissed", None, None)})
    async with a_browser(services) as browser:
        page = await browser.open("/")

    assert f'action="/bedarfe/{NEED}/noch-gebraucht"' in page.text
    assert f'href="/bedarfe/{an_id(3)}"' in page.text
    assert re.search(r"<strong>2</strong>\s*Angebote zum Ansehen", page.text)
    assert "An erster Stelle: Kurs 2" in page.text
    assert "Zu diesen Angeboten haben Sie noch nicht gesagt" in page.text


async def test_a_company_without_needs_is_shown_the_way_to_the_first() -> None:
    services = Pretended("company")
    services.says("GET /api/v1/needs", {"items": [], "next": None})
    async with a_browser(services) as browser:
        page = await browser.open("/")

    assert "Sie haben noch keinen Bedarf eingetragen." in page.text
    assert page.text.count('href="/bedarfe/neu"') == 2


async def test_a_coordinator_sees_what_waits_and_what_came_this_week() -> None:
    services = Pretended("coordinator")
    figures = {
        "due": {"visits": 2, "needs": 1, "duplicates": 4},
        "needs": {"total": {"needs": 7}},
        "answers": {"answers": 1},
    }
    services.says("GET /api/v1/figures", figures)
    services.says("GET /api/v1/needs", {"items": [need(follow_up_on="2026-01-02")], "next": None})
    async with a_browser(services) as browser:
        page = await browser.open("/")

    told = dict(re.findall(r'href="([\w/?=-]+)"><strong>(\S+)</strong>', page.text))
    assert told["/wiedervorlagen"] == "3"
    assert told["/bedarfe?status=open"] == "7"
    assert told["/dubletten"] == "4"
    assert told["/luecken"] == "–", "the gaps cannot be said at the moment"
    assert "seit 2. Januar 2026" in page.text
    asked = next(one for one in services.asked if one.url.path == "/api/v1/figures")
    assert set(asked.url.params) == {"network", "exact", "from", "to"}


async def test_a_part_that_is_away_leaves_the_rest_of_the_page() -> None:
    services = Pretended("company", "provider", "coordinator", "adviser")
    for kind in ("needs", "offers", "visits", "gaps", "figures", "surveys", "assessments"):
        services.says(f"GET /api/v1/{kind}", {"code": "unavailable"}, 503)
    async with a_browser(services) as browser:
        page = await browser.open("/")

    assert page.status_code == 200
    assert "Guten Tag, Petra Beispiel" in page.text
    assert "zurzeit nicht erreichbar" in page.text


async def test_an_operator_sees_which_service_is_away() -> None:
    services = Pretended()
    services.operator = True
    services.says("GET /api/v1/standing", {"ready": False, "problems": ["broker"], "dead_letters": 3})
    async with a_browser(services) as browser:
        page = await browser.open("/")

    assert page.text.count("noch nicht bereit") == 4
    assert page.text.count('href="/betrieb/unzustellbar">3<') == 4


async def test_everybody_is_shown_three_ways_in() -> None:
    services = Pretended()
    survey = {"id": an_id(7), "network": an_id(8), "title": {"de": "Was sollen Ihre Leute lernen?"}}
    services.says("GET /api/v1/public/surveys", {"items": [survey]})
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open("/")

        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
        sizes = [len((await browser.client.get(sheet)).content) for sheet in sheets]

    for way in (f"/umfragen/{an_id(7)}", "/angebote", "/anmelden"):
        assert re.search(rf'<a class="button[^"]*" href="{way}"', page.text)
    assert len(page.content) + sum(sizes) < 60_000


async def test_the_mailed_question_is_answered_by_a_button_alone() -> None:
    services = Pretended()
    services.says("POST /api/v1/tokens", {"token": "need-token", "expires_in": 600})
    services.says(f"GET /api/v1/needs/{NEED}", need(expires_on="2026-12-24"), etag='"1"')
    link = f"/still-needed/{NEED}?member={ASKER}&sig=mailed"
    async with a_browser(services, signed_in=False) as browser:
        for _ in range(3):
            page = await browser.open(link)
            await browser.client.head(link)
        assert not services.was_asked(f"POST /api/v1/needs/{NEED}/still-needed")
        assert "24. Dezember 2026" in page.text
        answered = await browser.send(answer="covered")

    expected = {"purpose": "need", "member": ASKER, "need": NEED, "signature": "mailed"}
    assert services.sent("POST /api/v1/tokens") == expected
    assert services.sent(f"POST /api/v1/needs/{NEED}/still-needed") == {"answer": "covered"}
    assert services.asked[-1].headers["authorization"] == "Bearer need-token"
    assert "Wir suchen für diesen Bedarf keine Angebote mehr." in answered.text


def test_every_form_that_changes_something_proves_that_it_is_ours() -> None:
    for path in (HERE / "templates").rglob("*.html"):
        forms = re.findall(r'<form method="post"[^>]*>\s*(.*?)\n', path.read_text(), re.DOTALL)
        if path.name not in {"match.html", "unsubscribe.html"}:  # links of mails, without a session
            assert all("{{ csrf }}" in form for form in forms), path
