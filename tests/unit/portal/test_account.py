from typing import Any

import pytest

from tests.builders import NOW, a_member, an_id
from tests.unit.portal.pretending import Pretended, a_browser

CONSENT = {"purpose": "matches", "given_at": NOW, "text_version": "2026-11"}
OTHER = an_id(801)


def me(**changes: Any) -> dict[str, Any]:
    answered: dict[str, Any] = a_member(roles=(), **changes).model_dump(mode="json")
    return answered


@pytest.fixture
def services() -> Pretended:
    services = Pretended("company")
    services.says("GET /api/v1/me", me(phone="0341 1"), etag='"3"')
    services.says("PUT /api/v1/me", me())
    services.says("DELETE /api/v1/me", {"status": "erased"})
    services.says("GET /api/v1/api-tokens", [])
    day = {"opened_on": "2026-11-01", "last_used_on": "2026-11-20", "expires_at": "2026-12-01T00:00:00Z"}
    services.says("GET /api/v1/sessions", [{"id": an_id(800), **day}, {"id": OTHER, **day}])
    return services


async def test_somebody_changes_what_is_theirs_and_asks_for_mails(services: Pretended) -> None:
    services.says("GET /api/v1/me", me(consents=(), phone="0341 1"), etag='"3"')
    async with a_browser(services) as browser:
        await browser.open("/konto")
        assert "wants_mails" not in dict(browser.forms())["/konto"]
        page = await browser.send("/konto", name="Petra Neu", wants_mails="yes")

    sent = services.sent("PUT /api/v1/me")
    assert (sent["name"], sent["phone"], sent["wants_mails"]) == ("Petra Neu", "0341 1", True)
    assert sent["text_version"] == "konto-2026-11"
    assert "Gespeichert." in page.text


async def test_who_gets_mails_can_stop_them(services: Pretended) -> None:
    services.says("GET /api/v1/me", me(), etag='"3"')
    async with a_browser(services) as browser:
        await browser.open("/konto")
        assert dict(browser.forms())["/konto"]["wants_mails"] == ["yes"]
        await browser.send("/konto", wants_mails=[])

    assert services.sent("PUT /api/v1/me")["wants_mails"] is False
    assert services.sent("PUT /api/v1/me")["text_version"] is None


async def test_sessions_are_ended_one_by_one_or_all_others(services: Pretended) -> None:
    services.says(f"DELETE /api/v1/sessions/{OTHER}", status=204)
    services.says("DELETE /api/v1/sessions", status=204)
    async with a_browser(services) as browser:
        page = await browser.open("/konto/sitzungen")
        assert page.text.count("dieser Browser") == 1
        await browser.send(f"/konto/sitzungen/{OTHER}")
        await browser.send("/konto/sitzungen")

    assert services.was_asked(f"DELETE /api/v1/sessions/{OTHER}")
    [every] = [one for one in services.asked if one.method == "DELETE" and one.url.path == "/api/v1/sessions"]
    assert dict(every.url.params) == {"keep": an_id(800)}


async def test_the_secret_of_a_program_is_shown_once(services: Pretended) -> None:
    services.says("POST /api/v1/api-tokens", {"id": an_id(5), "secret": "bw_geheim"}, 201)
    async with a_browser(services) as browser:
        await browser.open("/konto/programme")
        page = await browser.send("/konto/programme", label="Website", scopes=["surveys:read"], expires_on="2027-06-30")
        again = await browser.open("/konto/programme")

    expected = {"label": "Website", "scopes": ["surveys:read"], "expires_on": "2027-06-30"}
    assert services.sent("POST /api/v1/api-tokens") == expected
    assert "bw_geheim" in page.text
    assert "bw_geheim" not in again.text


async def test_everybody_sees_who_saw_their_contact_details(services: Pretended) -> None:
    entry = {
        "id": an_id(6),
        "at": "2026-11-20T09:00:00Z",
        "what": "contact_viewed",
        "actor": {"id": "x", "name": "Kim"},
    }
    services.says("GET /api/v1/audit", {"items": [entry], "next": None})
    async with a_browser(services) as browser:
        page = await browser.open("/konto/abrufe")

    assert "<strong>Kim</strong>" in page.text
    assert "hat Ihre Kontaktdaten gesehen" in page.text
    assert "20. November 2026, 10:00" in page.text


async def test_own_data_are_a_file(services: Pretended) -> None:
    services.says("GET /api/v1/me/export", {"member": {"name": "Petra"}})
    for kind in ("needs", "offers"):
        services.says(f"GET /api/v1/{kind}", {"items": [{"title": f"own {kind}"}], "next": None})
    async with a_browser(services) as browser:
        answer = await browser.open("/konto/daten")

    whole = answer.json()
    assert (whole["members"]["member"]["name"], whole["needs"]) == ("Petra", [{"title": "own needs"}])
    assert "attachment" in answer.headers["content-disposition"]


async def test_an_account_is_deleted_only_by_who_is_sure(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/konto/loeschen")
        unsure = await browser.send("/konto/loeschen")
        assert unsure.status_code == 422
        assert not services.was_asked("DELETE /api/v1/me")
        page = await browser.send("/konto/loeschen", sure="yes")

    assert services.was_asked("DELETE /api/v1/me")
    assert "Ihr Konto ist gelöscht" in page.text
    assert "__Host-session" not in browser.client.cookies
