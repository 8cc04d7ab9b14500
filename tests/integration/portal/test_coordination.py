"""Coordinators before the real services: figures, gaps, follow-ups, duplicates, Sachbericht; a company joins a pool."""

import re
from collections.abc import Awaitable, Callable
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook

from services.matching.domain.pools import PoolJoin
from services.matching.store import Store as MatchingStore
from services.members.store import Store as MembersStore
from services.surveys.store import Store as SurveysStore
from shared.copies import Received
from shared.events import NeedSnapshot, ResultSnapshot
from shared.events.members import Role
from shared.ids import new_id
from shared.links import code_of
from tests.builders import ASKER, COMPANY, LEIPZIG, NETWORK, NOW, a_member, a_need, a_network, an_id, an_organisation
from tests.integration.portal.conftest import LINK_KEY
from tests.unit.portal.pretending import Browser

SignIn = Callable[[str], Awaitable[Browser]]
KARLA, PETRA = "karla@verbund.example", "petra@metallbau.example"
OFFICE, COORDINATOR = an_id(950), an_id(951)


@pytest.fixture
async def needs(surveys: SurveysStore, matching: MatchingStore, members: MembersStore) -> list[NeedSnapshot]:
    """Return four needs of three companies, which nothing fits; the last two say the same."""
    coordinating = (Role(organisation=OFFICE, network=NETWORK, role="coordinator"),)
    await members.networks.add(a_network())
    await members.organisations.add(an_organisation(id=COMPANY, head_count=11))
    await members.organisations.add(an_organisation(id=OFFICE, name="Verbundbüro Muster", kinds={"network_office"}))
    await members.members.add(a_member(id=COORDINATOR, email=KARLA, name="Karla Muster", roles=coordinating))
    await members.members.add(a_member(id=ASKER, email=PETRA))
    titles = ("WIG-Schweißen", "Schweißen für drei", "Schweißkurs WIG", "Schweißkurs WIG")
    companies = (COMPANY, an_id(971), an_id(972), an_id(972))
    made = [
        await surveys.needs.add(
            a_need(
                id=new_id(),
                title=title,
                organisation=company,
                contact=None,
                place=LEIPZIG,
                radius_km=50,
                topics=("metal.welding",),
                persons_min=2,
                pooling=True,
                follow_up_on="2026-01-11" if company == COMPANY else None,
            )
        )
        for title, company in zip(titles, companies, strict=True)
    ]
    for need in made:
        await matching.needs.apply([Received(need.id, need.version, need.model_dump(mode="json"))])
        await matching.results.add(
            ResultSnapshot(
                id=need.id, version=1, changed_at=NOW, status="current", need_version=need.version, model="m"
            )
        )
    return made


@pytest.fixture
def sign_in(browser: httpx.AsyncClient, needs: list[NeedSnapshot]) -> SignIn:
    async def signed_in(email: str) -> Browser:
        assert needs
        walker = Browser(browser)
        await walker.open("/anmelden")
        await walker.send("/anmelden", email=email)
        challenge = str(browser.cookies["__Host-sign-in"]).split(".")[0]
        await walker.send("/anmelden/code", code=code_of(LINK_KEY, challenge))
        return walker

    return signed_in


async def test_a_coordinator_reads_figures_gaps_and_the_report(sign_in: SignIn) -> None:
    walker = await sign_in(KARLA)

    figures = await walker.open("/auswertung")
    gaps = await walker.open("/luecken")
    shared = await walker.open("/gemeinsam")
    follow_ups = await walker.open("/wiedervorlagen")
    report = await walker.open("/sachbericht")
    workbook = await walker.open("/sachbericht.xlsx")

    for page in (figures, gaps, shared, follow_ups, report, workbook):
        assert page.status_code == 200, page.text
    assert "Schweißen: 8" in figures.text
    assert "4 Bedarfe · 3 Betriebe · 8 Personen" in gaps.text
    assert "3 Betriebe" in shared.text
    assert "überfällig seit 11. Januar 2026" in follow_ups.text
    assert re.search(r'Schweißen</th><td class="number">4</td><td class="number">3</td>', report.text)
    rows = [
        [cell.value for cell in line] for line in load_workbook(BytesIO(workbook.content)).worksheets[0].iter_rows()
    ]
    assert ["Bedarfe nach Thema", "Schweißen", "Personen", "8"] in rows


async def test_of_two_like_needs_a_coordinator_keeps_one(sign_in: SignIn, surveys: SurveysStore) -> None:
    walker = await sign_in(KARLA)
    await walker.open("/dubletten")

    page = await walker.send(walker.forms()[-1][0])

    assert "Die beiden Bedarfe sind jetzt einer." in page.text
    assert "Es gibt keine Bedarfe, die sich gleichen." in page.text
    assert sorted(need.status for need in await surveys.needs.find({})) == ["open", "open", "open", "withdrawn"]


async def test_a_company_joins_others_without_a_name(
    sign_in: SignIn, needs: list[NeedSnapshot], matching: MatchingStore
) -> None:
    walker = await sign_in(PETRA)
    address = f"/bedarfe/{needs[0].id}"

    page = await walker.open(address)
    assert "Zwei weitere Betriebe in Ihrem Umkreis suchen das Gleiche." in page.text
    page = await walker.send(f"{address}/gemeinsam", answer="yes")

    assert "Sie haben gesagt, dass Sie mitmachen würden." in page.text
    assert [type(one) for one in await matching.joins.find({})] == [PoolJoin]
    assert (await walker.open("/luecken")).status_code == 404
