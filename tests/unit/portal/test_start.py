import re
from typing import Any

from services.portal.pages import HERE
from tests.builders import ASKER, a_need, an_id
from tests.unit.portal.pretending import Pretended, a_browser

NEED = an_id(1)


def need(**changes: Any) -> dict[str, Any]:
    answered: dict[str, Any] = a_need(**changes).model_dump(mode="json")
    return answered


async def test_a_company_sees_its_needs_and_what_it_is_asked() -> None:
    services = Pretended("company")
    needs = [need(asked_on="2026-11-01"), need(id=an_id(2), title="Staplerschein")]
    services.says("GET /api/v1/needs", {"items": needs, "next": None})
    async with a_browser(services) as browser:
        page = await browser.open("/")

    assert page.text.count(f'href="/bedarfe/{NEED}"') == 2
    assert page.text.count(f'href="/bedarfe/{an_id(2)}"') == 1
    assert "Noch gebraucht?" in page.text


async def test_a_part_that_is_away_leaves_the_rest_of_the_page() -> None:
    services = Pretended("company", "provider", "coordinator")
    for kind in ("needs", "offers"):
        services.says(f"GET /api/v1/{kind}", {"code": "unavailable"}, 503)
    async with a_browser(services) as browser:
        page = await browser.open("/")

    assert page.status_code == 200
    assert "Guten Tag, Petra Beispiel" in page.text


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
