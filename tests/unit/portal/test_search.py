"""The pages of search and the feed of a saved search."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from lxml import etree

from tests.builders import an_id, an_offer
from tests.unit.portal.pretending import Pretended, a_browser

OFFERS, NEEDS = "GET /api/v1/search/offers", "GET /api/v1/search/needs"
OFFER = an_id(101)
NAMES = {"a": "http://www.w3.org/2005/Atom"}


def found(*hits: Any, **more: Any) -> dict[str, Any]:
    facets = {"delivery": [{"value": "online", "count": 2}], "topic": [{"value": "welding", "count": None}]}
    return {"items": hits, "total": len(hits), "next": None, "facets": facets, "place": None, **more}


def a_hit(distance: float | None = None, **changes: Any) -> dict[str, Any]:
    offer = an_offer(**{"id": OFFER, "title": "WIG-Schweißen Grundkurs", **changes}).model_dump(mode="json")
    return {"found": {**offer, "may_change": False, "hints": [], "reduced": True}, "distance_km": distance}


def asked(services: Pretended) -> dict[str, list[str]]:
    request = next(one for one in reversed(services.asked) if "/search/" in one.url.path)
    return parse_qs(request.url.query.decode())


@pytest.fixture
def services() -> Pretended:
    services = Pretended("provider")
    services.says(OFFERS, found(a_hit(12.4, price_eur=1290)))
    services.says("GET /api/v1/topics", {"items": [{"code": "welding", "name": "Schweißen"}]})
    return services


async def test_everybody_searches_offers_and_reads_how_many_were_found(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open("/angebote?words=wig&place=Leipzig&radius_km=&delivery=online&unknown=x")

    assert '<p role="status" class="outcome"><strong>1 Angebot gefunden</strong>' in page.text
    assert "12 km entfernt" in page.text
    assert "1.290\u00a0€" in page.text
    assert asked(services) == {"words": ["wig"], "place": ["Leipzig"], "delivery": ["online"], "limit": ["20"]}
    assert "authorization" not in services.asked[-1].headers
    assert "Neues Angebot" not in page.text


async def test_facets_are_boxes_with_counts_and_hidden_counts_are_left_out(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open("/angebote?delivery=online&topic=welding")

    assert 'name="delivery" value="online" checked' in page.text
    assert '(2<span class="unseen"> gefunden</span>)' in page.text
    assert ">Schweißen</label>" in page.text


async def test_the_address_says_the_search_and_leads_to_its_feed_and_to_mein_now(services: Pretended) -> None:
    services.says(OFFERS, found(a_hit(), next="onward"))
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open("/angebote?words=wig+kurs&azav=yes")

    query = "words=wig+kurs&amp;azav=yes"
    assert f'href="/angebote.atom?{query}"' in page.text
    assert f'href="/angebote?{query}&amp;after=onward"' in page.text
    there = (
        'href="https://mein-now.de/weiterbildungssuche/?sw=wig+kurs" target="_blank" rel="noopener noreferrer external"'
    )
    assert there in page.text


async def test_a_price_is_read_as_people_write_it(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        await browser.open("/angebote?price_to=1.250,50")

    assert asked(services)["price_to"] == ["1250.5"]


async def test_a_place_nobody_knows_is_said_at_its_field(services: Pretended) -> None:
    services.refuses(OFFERS, "place", "Diesen Ort kennen wir nicht.")
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open("/angebote?place=Nirgendwo")

    assert page.status_code == 422
    assert '<a href="#place">Postleitzahl oder Ort: Diesen Ort kennen wir nicht.</a>' in page.text
    assert 'value="Nirgendwo"' in page.text


async def test_a_feed_has_what_was_found_and_is_sent_once(services: Pretended) -> None:
    services.says(OFFERS, found(a_hit(description="Für <Schlosser>", contact=an_id(3))))
    async with a_browser(services) as browser:
        first = await browser.open("/angebote.atom?words=wig&sort=price")
        again = await browser.client.get(
            "/angebote.atom?words=wig&sort=price", headers={"If-None-Match": first.headers["ETag"]}
        )

    feed: Any = etree.fromstring(first.content)
    assert feed.xpath("string(a:entry/a:link/@href)", namespaces=NAMES) == f"https://verbund.example/angebote/{OFFER}"
    assert feed.xpath("string(a:entry/a:summary)", namespaces=NAMES) == "Für <Schlosser>"
    assert feed.xpath("string(a:link[@rel='alternate']/@href)", namespaces=NAMES).endswith("/angebote?words=wig")
    assert an_id(3) not in first.text
    assert asked(services)["sort"] == ["newest"]
    assert (again.status_code, again.content) == (304, b"")
    assert all("authorization" not in one.headers for one in services.asked if "/search/" in one.url.path)


async def test_what_changes_gives_the_feed_another_tag(services: Pretended) -> None:
    async with a_browser(services) as browser:
        first = await browser.open("/angebote.atom")
        services.says(OFFERS, found(a_hit(title="MAG-Schweißen")))
        second = await browser.client.get("/angebote.atom", headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 200
    assert "MAG-Schweißen" in second.text


async def test_needs_are_searched_by_people_who_are_signed_in(services: Pretended) -> None:
    services.says(NEEDS, found())
    async with a_browser(services) as browser:
        page = await browser.open("/bedarfe/suche?words=kran")
    async with a_browser(services, signed_in=False) as browser:
        away = await browser.client.get("/bedarfe/suche")

    assert "0 Bedarfe gefunden" in page.text
    assert away.status_code == 303
