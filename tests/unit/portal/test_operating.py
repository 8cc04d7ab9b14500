from typing import Any

import httpx
import pytest

from services.portal.operating.asking import SERVICES
from tests.builders import ASKER, an_id
from tests.unit.portal.pretending import NAMES, NETWORK, ORIGIN, OTHER_NETWORK, Pretended, a_browser

LETTER = "ab" * 12
PAGES = ("", "/unzustellbar", "/mails", "/anmeldungen", "/protokoll", "/verbuende", "/verbuende/neu")
MOMENT = "2026-11-22T09:30:00.000000Z"


def a_standing(**changes: Any) -> dict[str, Any]:
    lease = {"name": "relay", "epoch": 2, "here": True, "alive": True}
    waits = {"collection": "needs", "topic": "surveys.need.v1", "published": True, "documents": 1200, "waiting": 3}
    told = {"service": "surveys", "role": "both", "release": "0.1.0", "migration": 0, "ready": True, "problems": []}
    backlog = [{**waits, "repeated": 0, "parked": 0, "oldest": MOMENT}]
    return {**told, "warnings": [], "backlog": backlog, "leases": [lease], "dead_letters": 0, **changes}


def a_letter(**changes: Any) -> dict[str, Any]:
    place = {"topic": "surveys.need.v1", "partition": 1, "offset": 77, "size": 2048, "why": "shape title:missing"}
    return {"id": LETTER, "at": MOMENT, **place, "hash": "0" * 64, "has_content": True, **changes}


def a_mail(**changes: Any) -> dict[str, Any]:
    parts = {"kind": "matches", "about": None, "items": [an_id(4)], "made_at": MOMENT, "attempts": 1, "reason": None}
    ends = {"answer": None, "next_try_at": None, "handed_over_at": None, "finished_at": None, "seen_at": None}
    return {"id": an_id(3), "recipient": ASKER, "state": "unknown", **parts, **ends, **changes}


def a_network(network: str = NETWORK, **changes: Any) -> dict[str, Any]:
    days = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    return {"id": network, "version": 7, "name": NAMES[network], "status": "active", **days, **changes}


def everything() -> Pretended:
    told = Pretended()
    told.operator = True
    told.says("GET /api/v1/standing", a_standing())
    told.says("GET /api/v1/dead-letters", {"items": [a_letter()], "next": None})
    told.says(f"GET /api/v1/dead-letters/{LETTER}", {**a_letter(), "content": {"title": "<14 characters>"}})
    told.says("GET /api/v1/mails", {"items": [a_mail()], "next": None})
    told.says(
        "GET /api/v1/mails/counts",
        [{"state": "sent", "mails": 9, "unseen": 9}, {"state": "unknown", "mails": 2, "unseen": 1}],
    )
    came = {"day": "2026-11-21", "network": NETWORK, "unconfirmed": 1, "active": 4, "blocked": 0}
    waiting = {"member": an_id(5), "name": "Dora Neu", "network": NETWORK, "since": MOMENT, "expires_at": MOMENT}
    counts = {"people": {"active": 41}, "open": {"confirmation": 1}}
    told.says("GET /api/v1/sign-ups", {**counts, "days": [came], "waiting": [waiting]})
    told.says("GET /api/v1/invitations", {"items": [], "next": None})
    told.says("GET /api/v1/networks", {"items": [a_network(), a_network(OTHER_NETWORK, status="ended")], "next": None})
    told.says("GET /api/v1/legal", [{"id": NETWORK, "name": "x", "status": "active", "missing": ["imprint"]}])
    told.says(f"GET /api/v1/networks/{NETWORK}", a_network(), etag='"7"')
    who = {"id": an_id(6), "name": "Carla Muster"}
    entry = {"id": an_id(7), "at": MOMENT, "what": "contact_viewed", "by": who["id"], "member": an_id(8), "role": None}
    about = {"id": an_id(8), "name": None}
    told.says(
        "GET /api/v1/audit",
        {"items": [{**entry, "network": NETWORK, "actor": who, "about": about}], "next": an_id(7)},
    )
    return told


@pytest.mark.parametrize("page", PAGES)
async def test_the_pages_open_for_operators(page: str) -> None:
    async with a_browser(everything()) as browser:
        shown = await browser.open(f"/betrieb{page}")
        english = await browser.open(f"/betrieb{page}?lang=en")

    assert (shown.status_code, english.status_code) == (200, 200), shown.text
    assert shown.text.count("<h1") == 1


@pytest.mark.parametrize("page", [*PAGES, f"/unzustellbar/surveys/{LETTER}", f"/verbuende/{NETWORK}/beenden"])
async def test_everybody_else_finds_nothing(page: str) -> None:
    told = everything()
    told.operator = False
    told.roles = Pretended("coordinator", "company").roles
    async with a_browser(told) as browser:
        shown = await browser.open(f"/betrieb{page}")

    assert shown.status_code == 404
    assert "Hier ist leider nichts zu finden" in shown.text
    assert told.asked == []


async def test_health_names_reasons_what_waits_and_what_nobody_does() -> None:
    told = everything()
    lease = {"name": "matching", "epoch": 4, "here": False, "alive": False}
    warning = {"code": "legal_texts_missing", "about": [{"id": NETWORK, "name": "Verbund Nord"}]}
    reasons = ["changes have been waiting"]
    told.says("GET /api/v1/standing", a_standing(ready=False, problems=reasons, leases=[lease], warnings=[warning]))
    async with a_browser(told) as browser:
        page = await browser.open("/betrieb")

    assert "changes have been waiting" in page.text
    assert "gerade erledigt das niemand" in page.text
    assert "1.200" in page.text
    assert f'href="/netzwerke/{NETWORK}/rechtliches"' in page.text
    assert "Alles läuft." not in page.text


async def test_a_service_that_is_away_leaves_the_others_on_the_page() -> None:
    told = everything()
    usual = told.answer

    def away(request: httpx.Request) -> httpx.Response:
        if request.url.host == "matching.example":
            raise httpx.ConnectError("away", request=request)
        return usual(request)

    told.answer = away  # type: ignore[method-assign]
    async with a_browser(told) as browser:
        health, letters = await browser.open("/betrieb"), await browser.open("/betrieb/unzustellbar")

    assert health.text.count("nicht erreichbar") == letters.text.count("nicht erreichbar") == 1
    assert letters.text.count("surveys.need.v1") == len(SERVICES) - 1


async def test_a_letter_is_shown_by_its_form_and_tried_again() -> None:
    told = everything()
    told.says(f"POST /api/v1/dead-letters/{LETTER}/replay", {"topic": "surveys.need.v1", "entity": an_id(1)})
    async with a_browser(told) as browser:
        page = await browser.open(f"/betrieb/unzustellbar/matching/{LETTER}")
        done = await browser.send(f"/betrieb/unzustellbar/matching/{LETTER}/erneut")

    assert "&lt;14 characters&gt;" in page.text
    assert "war jetzt lesbar" in done.text
    assert told.was_asked(f"POST /api/v1/dead-letters/{LETTER}/replay")
    assert {one.url.host for one in told.asked if one.method == "POST"} == {"matching.example"}


async def test_why_a_letter_cannot_be_tried_again_is_said_on_its_page() -> None:
    told = everything()
    told.says(
        f"POST /api/v1/dead-letters/{LETTER}/replay", {"code": "x", "title": "Sie ist noch immer nicht lesbar."}, 409
    )
    async with a_browser(told) as browser:
        await browser.open(f"/betrieb/unzustellbar/matching/{LETTER}")
        page = await browser.send(f"/betrieb/unzustellbar/matching/{LETTER}/erneut")

    assert page.status_code == 409
    assert "Sie ist noch immer nicht lesbar." in page.text


async def test_a_letter_is_discarded_only_after_a_question() -> None:
    told = everything()
    address = f"/betrieb/unzustellbar/members/{LETTER}/verwerfen"
    async with a_browser(told) as browser:
        await browser.open(address)
        assert not told.was_asked(f"DELETE /api/v1/dead-letters/{LETTER}")
        told.says(f"DELETE /api/v1/dead-letters/{LETTER}", None, 204)
        page = await browser.send(address)

    assert told.was_asked(f"DELETE /api/v1/dead-letters/{LETTER}")
    assert "Die Nachricht ist verworfen." in page.text


async def test_of_a_letter_without_content_nothing_can_be_tried_again() -> None:
    told = everything()
    kept = a_letter(topic="members.member.v1", has_content=False)
    told.says(f"GET /api/v1/dead-letters/{LETTER}", {**kept, "content": None})
    async with a_browser(told) as browser:
        page = await browser.open(f"/betrieb/unzustellbar/surveys/{LETTER}")

    assert "Erneut versuchen" not in page.text
    assert "Namen und Adressen" in page.text


@pytest.mark.parametrize("address", [f"/nobody/{LETTER}", "/surveys/zz", f"/portal/{LETTER}"])
async def test_odd_addresses_of_letters_are_pages_that_do_not_exist(address: str) -> None:
    async with a_browser(everything()) as browser:
        page = await browser.open(f"/betrieb/unzustellbar{address}")

    assert page.status_code == 404


async def test_parked_mails_come_first_and_are_taken_note_of() -> None:
    told = everything()
    told.says(f"POST /api/v1/mails/{an_id(3)}/acknowledgement", a_mail(seen_at=MOMENT))
    async with a_browser(told) as browser:
        page = await browser.open("/betrieb/mails")
        asked = told.asked[-1].url.params
        done = await browser.send(f"/betrieb/mails/{an_id(3)}/gesehen?zustand=unknown")

    assert (asked["state"], asked["newest_first"]) == ("unknown", "true")
    assert page.text.count("eine nicht angesehen") == 1
    assert told.was_asked(f"POST /api/v1/mails/{an_id(3)}/acknowledgement")
    assert "Vermerkt." in done.text


async def test_a_failed_mail_shows_the_servers_code_and_no_address() -> None:
    told = everything()
    failed = a_mail(state="failed", reason="refused", answer="recipient 550 5.1.1")
    told.says("GET /api/v1/mails", {"items": [failed], "next": None})
    async with a_browser(told) as browser:
        page = await browser.open("/betrieb/mails?zustand=failed")

    assert "recipient 550 5.1.1" in page.text
    assert "@" not in page.text


async def test_sign_ups_are_shown_by_day_and_network_with_who_is_waited_for() -> None:
    told = everything()
    async with a_browser(told) as browser:
        page = await browser.open("/betrieb/anmeldungen?tage=7")

    assert next(one for one in told.asked if one.url.path.endswith("sign-ups")).url.params["days"] == "7"
    for sentence in ("Die letzten 7 Tage", "21. November 2026", "Verbund Nord", "Dora Neu"):
        assert sentence in page.text


async def test_the_audit_log_is_filtered_and_read_on() -> None:
    told = everything()
    async with a_browser(told) as browser:
        page = await browser.open(f"/betrieb/protokoll?art=contact_viewed&verbund={NETWORK}&person={an_id(6)}")
        strange = await browser.open("/betrieb/protokoll?art=murder")

    asked = next(one for one in told.asked if one.url.path.endswith("audit")).url.params
    assert dict(asked) == {"what": "contact_viewed", "network": NETWORK, "member": an_id(6)}
    assert f'<a href="/betrieb/protokoll?person={an_id(6)}">Carla Muster</a>' in page.text
    assert f"art=contact_viewed&amp;verbund={NETWORK}&amp;person={an_id(6)}&amp;after={an_id(7)}" in page.text
    assert strange.status_code == 422


async def test_a_network_is_founded_once_and_changed() -> None:
    told = everything()
    told.says(f"PUT /api/v1/networks/{NETWORK}", a_network())
    async with a_browser(told) as browser:
        await browser.open("/betrieb/verbuende/neu")
        await browser.send("/betrieb/verbuende/neu", name="Verbund West", starts_on="2027-01-01")
        founded = next(one for one in told.asked if one.method == "POST")
        await browser.open(f"/betrieb/verbuende/{NETWORK}")
        await browser.send(f"/betrieb/verbuende/{NETWORK}", name="Verbund Nordost")

    expected = {"name": "Verbund West", "starts_on": "2027-01-01", "ends_on": None}
    assert told.sent("POST /api/v1/networks") == expected
    assert founded.headers["idempotency-key"]
    changed = next(one for one in told.asked if one.method == "PUT")
    assert changed.headers["if-match"] == '"7"'
    days = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    assert told.sent(f"PUT /api/v1/networks/{NETWORK}") == {"name": "Verbund Nordost", "status": "active", **days}


@pytest.mark.parametrize(("before", "after"), [("active", "ended"), ("ended", "active")])
async def test_a_network_is_ended_after_a_question_and_taken_up_again(before: str, after: str) -> None:
    told = everything()
    told.says(f"GET /api/v1/networks/{NETWORK}", a_network(status=before), etag='"7"')
    told.says(f"PUT /api/v1/networks/{NETWORK}", a_network())
    address = f"/betrieb/verbuende/{NETWORK}/beenden"
    async with a_browser(told) as browser:
        await browser.open(address)
        assert not any(one.method == "PUT" for one in told.asked)
        await browser.send(address)

    days = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    assert told.sent(f"PUT /api/v1/networks/{NETWORK}") == {"name": NAMES[NETWORK], "status": after, **days}


async def test_another_site_makes_nobody_discard_anything() -> None:
    told = everything()
    async with a_browser(told) as browser:
        forged = await browser.client.post(
            f"/betrieb/unzustellbar/members/{LETTER}/verwerfen", data={}, headers={"Origin": ORIGIN}
        )

    assert forged.status_code == 403
    assert told.asked == []
