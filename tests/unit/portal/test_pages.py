import re
from typing import Any

import httpx
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from services.portal.main import build
from services.portal.pages import HERE
from tests.builders import ASKER
from tests.unit.portal.conftest import ADDRESS, SETTINGS, Others

UNSUBSCRIBE = f"/unsubscribe?member={ASKER}&sig=good"
ENDED = [("POST", "/api/v1/unsubscriptions", None)]


async def test_opening_the_unsubscribe_page_shows_a_button_and_ends_nothing(
    browser: httpx.AsyncClient, others: Others
) -> None:
    page = await browser.get(UNSUBSCRIBE)
    await browser.head(UNSUBSCRIBE)

    assert '<form method="post">' in page.text
    assert "Keine E-Mails mehr erhalten" in page.text
    assert others.done == []


async def test_pressing_the_button_ends_the_mails(browser: httpx.AsyncClient, others: Others) -> None:
    page = await browser.post(UNSUBSCRIBE, data={"confirm": "yes"})

    assert page.status_code == 200
    assert "Erledigt: Sie erhalten keine E-Mails mehr" in page.text
    assert others.done == ENDED


async def test_a_mail_program_ends_the_mails_with_one_click(browser: httpx.AsyncClient, others: Others) -> None:
    plain = await browser.post(UNSUBSCRIBE, data={"List-Unsubscribe": "One-Click"})
    multipart = await browser.post(UNSUBSCRIBE, files={"List-Unsubscribe": (None, "One-Click")})

    assert (plain.status_code, multipart.status_code) == (200, 200)
    assert others.done == ENDED * 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_wrong_signature_ends_nobodys_mails(browser: httpx.AsyncClient, others: Others, method: str) -> None:
    page = await browser.request(method, UNSUBSCRIBE.replace("good", "bad"))

    assert page.status_code == 404
    assert "Hier ist leider nichts zu finden" in page.text
    assert others.done == []


async def test_when_mails_cannot_be_ended_now_the_page_does_not_claim_it(
    browser: httpx.AsyncClient, others: Others
) -> None:
    others.away = {"notifications"}

    assert (await browser.post(UNSUBSCRIBE)).status_code == 503


async def test_the_status_page_tells_which_parts_can_be_reached(browser: httpx.AsyncClient, others: Others) -> None:
    fine = await browser.get("/status")
    others.away, others.failing = {"matching"}, {"surveys"}
    troubled = await browser.get("/status?lang=en")

    assert "Alles läuft." in fine.text
    assert fine.text.count('class="ready">bereit') == 4
    assert re.findall(r'row">([\w -]+)</th>\s*<td class="\w+">([\w ]+)<', troubled.text) == [
        ("People and organisations", "ready"),
        ("Needs and offers", "not ready yet"),
        ("Matching", "not reachable"),
        ("E-mails", "ready"),
    ]
    assert "Everything is running." not in troubled.text


async def test_the_portal_is_alive_though_everybody_else_is_away(browser: httpx.AsyncClient, others: Others) -> None:
    others.away = {"members", "surveys", "matching", "notifications"}

    assert (await browser.get("/health")).json() == {"status": "ok"}
    assert (await browser.get("/ready")).status_code == 200
    assert (await browser.get("/status")).status_code == 200


@pytest.mark.parametrize("address", [ADDRESS, UNSUBSCRIBE, "/status", "/nowhere", "/static/portal.css", "/health"])
async def test_every_answer_keeps_links_secret_and_strangers_out(browser: httpx.AsyncClient, address: str) -> None:
    headers = (await browser.get(address)).headers

    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == ("public, max-age=3600" if "static" in address else "no-store")


async def test_even_an_answer_that_nobody_foresaw_is_a_page_with_these_headers(
    browser: httpx.AsyncClient, others: Others, caplog: pytest.LogCaptureFixture
) -> None:
    others.broken = True

    page = await browser.get(ADDRESS)

    assert page.status_code == 500
    assert "Das hat nicht geklappt" in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    assert [record.getMessage() for record in caplog.records if record.name.startswith("services")] == ["page failed"]


@pytest.mark.parametrize("address", [ADDRESS, UNSUBSCRIBE, "/status", "/nowhere"])
async def test_pages_hold_no_scripts_and_no_styles_of_their_own(browser: httpx.AsyncClient, address: str) -> None:
    page = await browser.get(address)

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
    loaded = re.findall(r'<(?:link|img)[^>]+href="([^"]+)"', page.text)
    sheets = [f"/static/{name}.css" for name in ("tokens", "layout", "portal", "forms", "print")]
    assert loaded == [*sheets, "/static/icon.svg"]
    for file in loaded:
        assert (await browser.get(file)).status_code == 200


@pytest.mark.parametrize("address", [ADDRESS, UNSUBSCRIBE, "/status", "/nowhere"])
async def test_pages_can_be_read_by_everybody(browser: httpx.AsyncClient, address: str) -> None:
    text = (await browser.get(address)).text

    assert '<html lang="de">' in text
    assert len(re.findall(r"<h1>", text)) == 1
    assert len(re.findall(r"<title>\s*\S.* . Bedarfswerk</title>", text)) == 1
    assert '<a class="skip" href="#content">' in text
    fields = re.findall(r'<(?:select|input)[^>]* id="(\w+)"', text)
    assert all(f'<label for="{field}">' in text for field in fields)
    assert len(fields) == len(re.findall(r"<(?:select|input)", text))


async def test_behind_a_proxy_with_a_path_pages_find_their_files() -> None:
    app = build(SETTINGS.model_copy(update={"public_url": "https://region.example/bedarfswerk"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal.example") as client:
        page = await client.get("/nowhere")

    assert 'href="/bedarfswerk/static/portal.css"' in page.text


def test_every_sentence_is_there_in_german_and_none_is_left_over() -> None:
    said = _extracted()

    german: dict[Any, Any] = {}
    for path in (HERE / "locales").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if message.id:
                    assert german.setdefault(message.id, message.string) == message.string, path.name

    assert said == set(german)
    assert all(all(one) if isinstance(one, tuple) else one for one in german.values())


def _extracted() -> set[Any]:
    options = {"templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
    found = extract_from_dir(HERE, [("templates/**.html", "jinja2"), ("coordination/**.py", "python")], options)
    return {message for _, _, message, _, _ in found}


def _colours() -> list[dict[str, str]]:
    css = (HERE / "static" / "tokens.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    named = [dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks]
    return [colours for colours in named if colours]


def _brightness(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, bright = sorted((_brightness(one), _brightness(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_colours_have_the_contrast_that_wcag_asks_for_by_day_and_by_night() -> None:
    day, night = _colours()

    for colours in (day, night):
        for ground in ("ground", "card"):
            for text in ("text", "quiet", "link", "fits", "lacks", "unknown"):
                assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
            assert _contrast(colours["border"], colours[ground]) >= 3, ("border", ground)
        assert _contrast(colours["on-link"], colours["link"]) >= 4.5
        assert _contrast(colours["card"], colours["lacks"]) >= 4.5, "a button that deletes"
        for name in ("link", "fits", "lacks", "unknown"):
            for text in ("text", name):
                assert _contrast(colours[text], colours[f"{name}-tint"]) >= 4.5, (text, name)


def test_stylesheets_load_nothing_from_elsewhere() -> None:
    for sheet in (HERE / "static").glob("*.css"):
        assert not re.search(r"url\(|@import", sheet.read_text()), sheet.name
