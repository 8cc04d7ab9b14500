"""What a script changes in place: nothing that a page does not do without it."""

import json
import re

from services.portal.pages import HERE
from tests.unit.portal.pretending import Pretended, a_browser

SCRIPT = "/static/vendor/htmx/htmx.min.js"


async def test_the_script_comes_from_the_installed_package() -> None:
    async with a_browser(Pretended()) as browser:
        script = await browser.open(SCRIPT)

    assert script.status_code == 200
    assert 'version:"2.0' in script.text
    assert not list((HERE / "static").rglob("htmx*"))


def test_it_keeps_to_the_policy_and_stores_no_pages_in_the_browser() -> None:
    asked = (HERE / "templates" / "enhanced.html").read_text()
    config = json.loads(re.findall(r"content='(.*?)'", asked)[0])

    unwanted = ("includeIndicatorStyles", "allowEval", "allowScriptTags", "historyCacheSize")
    assert not any(config[name] for name in unwanted)
    assert config["selfRequestsOnly"]


def test_what_a_script_fetches_is_what_the_link_or_form_leads_to_without_one() -> None:
    for path in (HERE / "templates").rglob("*.html"):
        for tag in re.findall(r"<(?:form|a)\b[^>]*hx-(?:get|post)[^>]*>", path.read_text()):
            plain = re.search(r'(?:action|href)="([^"]*)"', tag)
            assert plain, (path, tag)
            assert f'hx-get="{plain[1]}"' in tag or f'hx-post="{plain[1]}"' in tag, path


async def test_who_is_signed_out_meanwhile_is_led_to_the_sign_in_not_shown_it_inside_a_part() -> None:
    async with a_browser(Pretended(), signed_in=False) as browser:
        plain = await browser.client.get("/bedarfe")
        asked = await browser.client.get("/bedarfe", headers={"HX-Request": "true"})

    assert plain.status_code == 303
    assert (asked.status_code, asked.headers["hx-redirect"]) == (204, plain.headers["location"])
