"""A visit from notes to needs, and an assessment by a personal link, before the real services, without JavaScript."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from services.members.store import Store as MembersStore
from services.surveys.store import Store as SurveysStore
from shared.events.members import Role
from shared.links import code_of
from tests.builders import COMPANY, NETWORK, PROVIDER, a_member, a_network, an_id, an_organisation
from tests.integration.portal.conftest import LINK_KEY
from tests.unit.portal.pretending import Browser

SignIn = Callable[[str], Awaitable[Browser]]
OFFICE, COORDINATOR, BOSS = an_id(950), an_id(951), an_id(952)
KARLA, PETRA = "karla@verbund.example", "petra@metallbau.example"


@pytest.fixture
def sign_in(browser: httpx.AsyncClient, members: MembersStore) -> SignIn:
    async def signed_in(email: str) -> Browser:
        await members.networks.add(a_network())
        for one in (
            an_organisation(id=COMPANY),
            an_organisation(id=OFFICE, name="Verbundbüro Muster", kinds={"network_office"}),
            an_organisation(id=PROVIDER, name="Bildungswerk Muster gGmbH", kinds={"provider"}),
        ):
            await members.organisations.add(one)
        coordinating = (Role(organisation=OFFICE, network=NETWORK, role="coordinator"),)
        await members.members.add(a_member(id=COORDINATOR, email=KARLA, name="Karla Muster", roles=coordinating))
        await members.members.add(a_member(id=BOSS, email=PETRA))
        walker = Browser(browser)
        await walker.open("/anmelden")
        await walker.send("/anmelden", email=email)
        challenge = str(browser.cookies["__Host-sign-in"]).split(".")[0]
        await walker.send("/anmelden/code", code=code_of(LINK_KEY, challenge))
        assert "Guten Tag" in walker.page.text
        return walker

    return signed_in


async def test_notes_become_needs_of_the_company_with_consent_and_follow_up(
    sign_in: SignIn, surveys: SurveysStore
) -> None:
    walker = await sign_in(KARLA)
    notes = "- 3 Leute WIG-Schweißen, ab März, in Wurzen\n- Excel für zwei Azubis, online\nIm Januar wieder melden."

    await walker.open("/besuche/neu")
    page = await walker.send("/besuche/neu", organisation=COMPANY, notes=notes, step="propose")
    assert page.status_code == 200, page.text
    assert await surveys.visiting.visits.count({}) == 0
    page = await walker.send("/besuche/neu", step="save", consent__how="spoken", visibility="anonymous")

    assert "Gespeichert." in page.text, page.text
    [visit] = await surveys.visiting.visits.find({})
    needs = {need.title: need for need in await surveys.needs.find({})}
    assert set(needs) == {"WIG-Schweißen", "Excel"}
    assert visit.needs == (needs["WIG-Schweißen"].id, needs["Excel"].id)
    assert (visit.organisation, visit.network, visit.entered_by) == (COMPANY, NETWORK, COORDINATOR)
    welding = needs["WIG-Schweißen"]
    assert (welding.persons_min, welding.place.town, welding.visibility) == (3, "Wurzen", "anonymous")
    assert (welding.source, welding.organisation, welding.entered_by) == ("visit", COMPANY, COORDINATOR)
    assert welding.consent is not None
    assert (welding.consent.how, welding.consent.recorded_by) == ("spoken", COORDINATOR)
    assert str(visit.follow_up_on).endswith("-01-01")
    for address in ("/besuche", f"/besuche/{visit.id}/druck", f"/besuche/{visit.id}/aendern"):
        assert (await walker.open(address)).status_code == 200, address

    await walker.open(f"/besuche/{visit.id}")
    await walker.send(f"/besuche/{visit.id}/wiedervorlage", follow_up_on="")
    [visit] = await surveys.visiting.visits.find({})
    assert visit.follow_up_on is None
    assert visit.consent is not None


async def test_an_agency_answers_by_its_link_and_the_coordinator_reads_it(
    sign_in: SignIn, browser: httpx.AsyncClient, surveys: SurveysStore
) -> None:
    walker = await sign_in(KARLA)
    await walker.open("/einschaetzungen/anfragen")
    page = await walker.send("/einschaetzungen/anfragen", asked="Agentur Musterstadt", expires_on="2199-01-31")
    link = page.text.split("/einschaetzung/")[1].split("<")[0]

    session = browser.cookies.get("__Host-session")
    browser.cookies.clear()
    await walker.open(f"/einschaetzung/{link}")
    assert "Weiterbildungsverbund Muster fragt Sie" in walker.page.text
    await walker.send(f"/einschaetzung/{link}", text="")
    assert walker.page.status_code == 422
    await walker.send(f"/einschaetzung/{link}", text="Es fehlen Köche.", persons="12")
    assert "Vielen Dank!" in walker.page.text

    browser.cookies.set("__Host-session", session or "", domain="verbund.example")
    assert "Es fehlen Köche." in (await walker.open("/einschaetzungen")).text
    assert await surveys.visiting.assessments.count({}) == 1


async def test_a_company_finds_neither_visits_nor_assessments(sign_in: SignIn) -> None:
    walker = await sign_in(PETRA)

    for address in ("/besuche", "/besuche/neu", "/einschaetzungen", "/einschaetzungen/anfragen"):
        assert (await walker.open(address)).status_code == 404
