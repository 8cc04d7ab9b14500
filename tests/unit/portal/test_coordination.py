"""The pages of those who look after a network, with services that answer what a test says."""

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.builders import an_id
from tests.unit.portal.pretending import COMPANY, NETWORK, Pretended, a_browser
from tests.unit.portal.test_needs import answered

NEED, OTHER, OFFER = an_id(1), an_id(2), an_id(101)
TOPICS = {"items": [{"code": "metal.welding", "name": "Schweißen"}]}
NOBODY = {"needs": 0, "companies": 0, "persons": 0, "urgent": 0}
FAR = {"code": "place", "verdict": "not", "weight": 0, "params": {"km": 100.1, "radius_km": 50, "how": "distance"}}


def row(value: str, needs: int | None = 4, companies: int | None = 3, persons: int | None = 11) -> dict[str, Any]:
    return {"value": value, "needs": needs, "companies": companies, "persons": persons}


def pairs(value: str, pairs: int | None = 5) -> dict[str, Any]:
    return {"value": value, "pairs": pairs, "companies": pairs and 3, "persons": pairs and 0}


FIGURES = {
    "network": NETWORK,
    "needs": {
        "total": row("total"),
        "by_status": [row("open"), row("covered", None, None, None)],
        "by_topic": [row("metal.welding"), row("", None, None, None)],
        "by_area": [row("041"), row("")],
        "by_month": [row("2026-10", 0, 0, 0), row("2026-11"), row("2026-12", None, None, None)],
        "by_source": [row("visit")],
    },
    "offers": {
        "total": 2,
        "by_status": [{"value": "published", "count": 2}],
        "by_topic": [{"value": "metal.welding", "count": 2}],
    },
    "visits": {"visits": 7, "companies": 6, "by_month": []},
    "assessments": 1,
    "answers": {"answers": None, "companies": None},
    "due": {"visits": 1, "needs": 1, "duplicates": 1},
    "visited": [COMPANY],
    "unlisted": [11, None],
}
MATCHES = {
    "matches": pairs("matches"),
    "announced": pairs("announced"),
    "company": [pairs("interested"), pairs("booked", None)],
    "provider": [pairs("contacted")],
    "dismissed": [pairs("too_far"), pairs("")],
}
GAP = {"topic": "metal.welding", "area": "041", "found": "nothing", "needs": 4, "companies": 3, "persons": 11}
UNMET = {
    "need": {
        "id": NEED,
        "title": "WIG-Schweißen für Schlosser",
        "persons_min": 3,
        "persons_max": None,
        "earliest_start": None,
    },
    "urgency": "high",
    "found": "nothing",
    "nearest": {
        "offer": OFFER,
        "course_date": None,
        "probability": 0.9,
        "criteria": [FAR],
        "about": {"title": "WIG-Schweißen Grundkurs", "provider_name": "Bildungswerk Muster gGmbH"},
    },
    "advice": [{"code": "radius", "params": {"from": 50, "to": 150}, "adds": 1}],
}
GAPS = {
    "nothing": {**NOBODY, "needs": 4, "companies": 3, "persons": 11, "urgent": 1},
    "uncertain": NOBODY,
    "gaps": [
        {**GAP, "urgent": 1, "wanted": [NEED]},
        {**GAP, "area": None, "needs": 1, "companies": 1, "persons": 1, "urgent": 0, "wanted": []},
    ],
    "needs": [UNMET],
}
SIZES = {
    "companies": 8,
    "eu": {"micro": 5, "small": 3, "medium": 0, "large": 0, "": 0},
    "sgb": {"below_50": 8, "50_to_499": None, "500_and_more": 0, "": None},
}


def services(*roles: str) -> Pretended:
    made = Pretended(*roles)
    made.says("GET /api/v1/topics", TOPICS)
    made.says("GET /api/v1/organisations", {"items": [{"id": COMPANY, "name": "Muster Metallbau GmbH"}]})
    made.says("GET /api/v1/gaps", GAPS)
    made.says("POST /api/v1/figures/companies", SIZES)
    # Two services answer to the same path; what is asked of either is in both.
    made.says("GET /api/v1/figures", {**FIGURES, **MATCHES})
    return made


async def opened(pretended: Pretended, address: str) -> Any:
    async with a_browser(pretended) as browser:
        return await browser.open(address)


def asked(pretended: Pretended, path: str) -> list[dict[str, str]]:
    return [dict(one.url.params) for one in pretended.asked if one.url.path == path]


async def test_figures_are_drawn_with_a_title_a_description_and_their_table() -> None:
    pretended = services("coordinator")

    page = await opened(pretended, "/auswertung?von=2026-10-01&bis=2026-12-31")

    assert page.status_code == 200, page.text
    drawn = re.search(
        r'<svg class="chart" role="img" aria-labelledby="topics-title topics-desc".*?</svg>', page.text, re.DOTALL
    )
    assert drawn
    assert '<title id="topics-title">Personen nach Thema</title>' in drawn[0]
    assert "Schweißen: 11; sonstige Themen: verborgen" in drawn[0]
    assert re.search(r'<th scope="row">Schweißen</th><td class="number">4</td>', page.text)
    assert "style=" not in page.text
    assert "2 Wiedervorlagen sind fällig" in page.text
    for wanted in asked(pretended, "/api/v1/figures"):
        assert wanted == {"network": NETWORK, "from": "2026-10-01", "to": "2026-12-31", "exact": "true"}


async def test_a_month_that_is_hidden_leaves_a_hole_in_the_line() -> None:
    page = await opened(services("coordinator"), "/auswertung")

    months = re.search(r'aria-labelledby="months-title.*?</svg>', page.text, re.DOTALL)
    assert months
    assert (months[0].count("<circle"), months[0].count('class="course"')) == (2, 1)


async def test_advisers_read_sums_without_what_waits_for_the_coordination() -> None:
    pretended = services("adviser")
    pretended.says("GET /api/v1/figures", {**FIGURES, **MATCHES, "due": None})

    page = await opened(pretended, "/auswertung")

    assert "Zahlen zu weniger als drei Betrieben sind verborgen" in page.text
    assert "/dubletten" not in page.text
    assert (await opened(pretended, "/sachbericht")).status_code == 404
    assert (await opened(pretended, "/dubletten")).status_code == 404


@pytest.mark.parametrize(
    "address", ["/auswertung", "/luecken", "/gemeinsam", "/wiedervorlagen", "/dubletten", "/sachbericht"]
)
@pytest.mark.parametrize("role", ["company", "provider"])
async def test_nobody_else_finds_these_pages(address: str, role: str) -> None:
    assert (await opened(services(role), address)).status_code == 404


@pytest.mark.parametrize("address", ["/auswertung", "/luecken", "/gemeinsam", "/dubletten", "/sachbericht"])
async def test_another_network_is_not_found(address: str) -> None:
    assert (await opened(services("coordinator"), f"{address}?network={an_id(999)}")).status_code == 404


async def test_a_refused_period_is_told_with_the_form_still_there() -> None:
    pretended = services("coordinator")
    pretended.refuses("GET /api/v1/figures", "to", "Der Zeitraum endet vor seinem Beginn.")

    page = await opened(pretended, "/auswertung?von=2026-12-01&bis=2026-01-01")

    assert page.status_code == 422
    assert "Der Zeitraum endet vor seinem Beginn." in page.text
    assert 'value="2026-12-01"' in page.text


@pytest.mark.parametrize("typed", ["0", "gestern", "2026-02-30", "<b>"])
async def test_what_is_no_day_is_left_out(typed: str) -> None:
    pretended = services("coordinator")

    page = await opened(pretended, f"/sachbericht?von={typed}&bis=2026-12-31")

    assert page.status_code == 200
    assert typed not in {wanted["from"] for wanted in asked(pretended, "/api/v1/figures")}
    assert {wanted["to"] for wanted in asked(pretended, "/api/v1/figures")} == {"2026-12-31"}


async def test_gaps_tell_what_is_in_the_way_and_lead_to_a_planned_offer() -> None:
    page = await opened(services("coordinator"), "/luecken")

    assert "Schweißen, 041xx" in page.text
    assert "4 Bedarfe · 3 Betriebe · 11 Personen" in page.text
    assert re.search(r"Passt inhaltlich, ist aber 100\skm entfernt; Ihr Umkreis beträgt 50\skm\.", page.text)
    assert re.search(r"Mit einem Umkreis von 150\skm", page.text)
    assert "/angebote/neu?thema=metal.welding" in page.text


async def test_a_planned_offer_begins_with_its_topic() -> None:
    page = await opened(services("coordinator"), "/angebote/neu?thema=metal.welding")

    assert re.search(r'value="preparing" (selected|checked)', page.text)
    assert re.search(r'value="metal.welding" (selected|checked)', page.text)


async def test_follow_ups_come_oldest_first_and_are_done_with_a_button() -> None:
    pretended = services("coordinator")
    visit = {
        "id": an_id(801),
        "organisation": None,
        "company": {"name": "Tischlerei Muster"},
        "visited_on": "2026-11-01",
        "follow_up_on": "2020-01-11",
    }
    later = {"id": NEED, "title": "Später", "follow_up_on": "2026-11-12", "may_change": True}
    earlier = {"id": OTHER, "title": "Früher", "follow_up_on": "2020-02-01", "may_change": True}
    pretended.says("GET /api/v1/visits", {"items": [visit], "next": None})
    pretended.says("GET /api/v1/needs", {"items": [later, earlier], "next": None})

    page = await opened(pretended, "/wiedervorlagen")

    assert "Tischlerei Muster" in page.text
    assert "überfällig seit 11. Januar 2020" in page.text
    assert page.text.index("Früher") < page.text.index("Später")
    assert f'action="/besuche/{an_id(801)}/wiedervorlage"' in page.text


def a_pair() -> dict[str, Any]:
    def need(entity: str, version: int) -> dict[str, Any]:
        return {
            "id": entity,
            "version": version,
            "title": "WIG-Schweißen",
            "description": "",
            "organisation": COMPANY,
            "persons_min": 3,
            "persons_max": 5,
            "place": {"postal_code": "04109", "town": "Leipzig"},
            "earliest_start": None,
        }

    return {"likeness": 0.93, "one": need(NEED, 7), "other": need(OTHER, 8)}


async def test_of_two_like_needs_one_is_kept() -> None:
    pretended = services("coordinator")
    pretended.says("GET /api/v1/duplicates", {"items": [a_pair()]})
    pretended.says(f"POST /api/v1/needs/{OTHER}/merge", {})

    async with a_browser(pretended) as browser:
        page = await browser.open("/dubletten")
        done = await browser.send(f"/dubletten/{OTHER}")

    assert "Ähnlichkeit: 93 von 100" in page.text
    assert page.text.count("Muster Metallbau GmbH") == 2
    assert pretended.sent(f"POST /api/v1/needs/{OTHER}/merge") == {"into": NEED}
    merging = next(one for one in pretended.asked if one.url.path.endswith("/merge"))
    assert merging.headers["if-match"] == '"8"'
    assert "Die beiden Bedarfe sind jetzt einer." in done.text


async def test_a_merge_that_is_refused_says_why() -> None:
    pretended = services("coordinator")
    pretended.says("GET /api/v1/duplicates", {"items": [a_pair()]})
    pretended.refuses(f"POST /api/v1/needs/{OTHER}/merge", "into", "Der andere Bedarf ist schon abgeschlossen.", 409)

    async with a_browser(pretended) as browser:
        await browser.open("/dubletten")
        page = await browser.send(f"/dubletten/{OTHER}")

    assert page.status_code == 422
    assert "Der andere Bedarf ist schon abgeschlossen." in page.text


async def test_the_report_hides_small_figures_and_says_how_it_counts() -> None:
    pretended = services("coordinator")

    page = await opened(pretended, "/sachbericht?von=2026-01-01&bis=2026-12-31")

    assert page.status_code == 200, page.text
    assert "Zeitraum: 1. Januar 2026 bis 31. Dezember 2026" in page.text
    assert re.search(r"weniger als 10 Beschäftigte</th><td class=\"number\">5<", page.text)
    assert re.search(r"Schweißen, Ort nicht bekannt</th><td class=\"number\">verborgen<", page.text)
    assert re.search(r"Schweißen, 041xx</th><td class=\"number\">verborgen<", page.text), "else it could be computed"
    assert "Bedarfe ohne genannten Betrieb zählen zusammen als ein Betrieb." in page.text
    assert pretended.sent("POST /api/v1/figures/companies") == {
        "network": NETWORK,
        "organisations": [COMPANY],
        "head_counts": [11, None],
    }
    assert all("exact" not in wanted for wanted in asked(pretended, "/api/v1/figures"))


async def test_the_report_is_a_workbook_too_with_the_same_figures() -> None:
    file = await opened(services("coordinator"), "/sachbericht.xlsx?von=2026-01-01&bis=2026-12-31")

    assert file.status_code == 200
    assert 'filename="sachbericht-2026-01-01-2026-12-31.xlsx"' in file.headers["content-disposition"]
    book = load_workbook(BytesIO(file.content))
    told, notes = book["Sachbericht"], book["Hinweise"]
    rows = [[cell.value for cell in line] for line in told.iter_rows()]
    assert rows[0] == ["Abschnitt", "Zeile", "Was gezählt ist", "Zahl"]
    assert ["Bedarfe nach Thema", "Schweißen", "Personen", "11"] in rows
    assert ["Bedarfe nach Thema", "sonstige Themen", "Personen", "verborgen"] in rows
    assert any("weniger als drei Betriebe" in str(line[0].value) for line in notes.iter_rows())


async def test_pools_name_their_members_to_the_coordination() -> None:
    pretended = services("coordinator")
    pool = {"topics": ["metal.welding"], "areas": ["041"], "needs": 3, "companies": 3, "persons": 5, "urgent": 0}
    about = {"id": OFFER, "title": "WIG-Schweißen Grundkurs", "provider_name": None, "starts_on": "2027-03-01"}
    members = [{"id": NEED, "title": "WIG für Schlosser"}, {"id": OTHER, "title": "Schweißen"}]
    more = {"missing": 3, "joined": 1, "offer": about, "members": members, "joined_needs": [OTHER]}
    pretended.says("GET /api/v1/pools", {"items": [{**pool, **more}]})

    page = await opened(pretended, "/gemeinsam")

    assert "Schweißen, 041xx" in page.text
    assert "3 Betriebe · 5 Personen · 1 würde mitmachen" in page.text
    assert "Noch 3 Personen fehlen." in page.text
    assert re.search(rf'/bedarfe/{OTHER}">Schweißen</a> · würde mitmachen', page.text)


POOL = f"/api/v1/needs/{NEED}/pool"
HINT = {"companies": 3, "persons": 5, "joined": 0, "missing": 3}


def a_company(pool: dict[str, Any], **changes: Any) -> Pretended:
    pretended = services("company")
    told = answered(**{"pooling": True, "radius_km": 50, **changes})
    pretended.says(f"GET /api/v1/needs/{NEED}", told, etag='"7"')
    for method in ("GET", "PUT", "DELETE"):
        pretended.says(f"{method} {POOL}", pool)
    return pretended


async def test_a_company_hears_of_others_in_counts_and_joins_without_a_name() -> None:
    pretended = a_company({"joined": False, "hint": HINT})

    async with a_browser(pretended) as browser:
        page = await browser.open(f"/bedarfe/{NEED}")
        await browser.send(f"/bedarfe/{NEED}/gemeinsam", answer="yes")

    assert "Noch 3 Personen fehlen. Zwei weitere Betriebe in Ihrem Umkreis suchen das Gleiche." in " ".join(
        page.text.split()
    )
    assert pretended.was_asked(f"PUT {POOL}")


async def test_who_joined_can_take_it_back() -> None:
    pretended = a_company({"joined": True, "hint": {**HINT, "missing": 0, "joined": 3}}, radius_km=None)

    async with a_browser(pretended) as browser:
        page = await browser.open(f"/bedarfe/{NEED}")
        await browser.send(f"/bedarfe/{NEED}/gemeinsam", answer="no")

    assert "Zusammen sind Sie genug für einen Kurs." in page.text
    assert "3 Betriebe haben gesagt, dass sie mitmachen würden." in page.text
    assert pretended.was_asked(f"DELETE {POOL}")


@pytest.mark.parametrize(
    ("pool", "changes"),
    [
        ({"joined": False, "hint": None}, {}),
        ({"joined": False, "hint": HINT}, {"pooling": False}),
        ({"joined": False, "hint": HINT}, {"status": "covered"}),
        ({"joined": False, "hint": HINT}, {"may_change": False}),
    ],
)
async def test_nothing_is_said_where_there_is_nothing_to_share(pool: dict[str, Any], changes: dict[str, Any]) -> None:
    page = await opened(a_company(pool, **changes), f"/bedarfe/{NEED}")

    assert page.status_code == 200
    assert "Gemeinsam zum Kurs" not in page.text
