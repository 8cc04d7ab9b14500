from typing import Any

import pytest

from tests.builders import a_need, an_id, an_offer
from tests.unit.portal.pretending import Pretended, a_browser

NEED, OFFER = an_id(1), an_id(101)


def changed(**was: Any) -> dict[str, Any]:
    return {"items": [{"version": 2, "at": "2026-11-20T09:00:00.000000Z", "by": None, "was": was}], "merged_into": None}


@pytest.fixture
def services() -> Pretended:
    services = Pretended("company")
    services.says("GET /api/v1/topics", {"items": [{"code": "metal.welding", "name": "Schweißen"}]})
    services.says(f"GET /api/v1/needs/{NEED}", a_need().model_dump(mode="json"))
    services.says(f"GET /api/v1/offers/{OFFER}", an_offer().model_dump(mode="json"))
    return services


@pytest.mark.parametrize(
    ("was", "told"),
    [
        ({"persons_min": 3}, "Mindestens wie viele Personen: 3"),
        ({"max_price_eur": 1250.5}, "Budget pro Person, in Euro: 1.250,5"),
        ({"latest_start": "2027-03-01"}, "Spätester Beginn: 1. März 2027"),
        ({"delivery": ["online", "on_site"]}, "Unterrichtsform: vor Ort, online, live"),
        ({"topics": ["metal.welding"]}, "Themen: Schweißen"),
        ({"place": {"postal_code": "04109", "town": "Leipzig"}}, "Ort: 04109 Leipzig"),
        ({"place": {"postal_code": None, "town": None}}, "Ort: nichts"),
        ({"azav_wanted": False}, "Eine AZAV-Zulassung ist nötig: Nein"),
        ({"level": None}, "Niveau: nichts"),
        ({"status": "draft"}, "Zustand: Entwurf"),
        ({"skills": ["MAG", "<b>WIG</b>"]}, "Kenntnisse: MAG, &lt;b&gt;WIG&lt;/b&gt;"),
        ({"networks": [an_id(5)]}, "In welchen Verbünden: etwas anderes als jetzt"),
        ({"confirmed": False}, "nur, was das System selbst vermerkt"),
    ],
)
async def test_what_was_changed_of_a_need_is_told_in_words(services: Pretended, was: dict[str, Any], told: str) -> None:
    services.says(f"GET /api/v1/needs/{NEED}/history", changed(**was))
    async with a_browser(services) as browser:
        page = await browser.open(f"/bedarfe/{NEED}/verlauf")

    assert told in page.text.replace('<span class="quiet">', "").replace("</span>", "")


async def test_an_offer_has_a_history_too(services: Pretended) -> None:
    services.says(f"GET /api/v1/offers/{OFFER}/history", changed(price_eur=990, dates=[{}, {}]))
    async with a_browser(services) as browser:
        page = await browser.open(f"/angebote/{OFFER}/verlauf")

    text = page.text.replace('<span class="quiet">', "").replace("</span>", "")
    assert "Preis pro Person, in Euro: 990" in text
    assert "Termine: 2 Termine" in text


async def test_nothing_changed_is_said(services: Pretended) -> None:
    services.says(f"GET /api/v1/needs/{NEED}/history", {"items": [], "merged_into": None})
    async with a_browser(services) as browser:
        page = await browser.open(f"/bedarfe/{NEED}/verlauf")

    assert "Bisher wurde nichts geändert." in page.text
