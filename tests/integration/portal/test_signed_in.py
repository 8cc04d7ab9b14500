"""People walk through the signed-in pages, before the real services, without JavaScript."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from services.matching.domain.fencing import Fence
from services.matching.store import Store as MatchingStore
from services.members.store import Store as MembersStore
from services.surveys.store import Store as SurveysStore
from shared.copies import Received
from shared.events import ResultSnapshot
from shared.events.matching import Criterion, Match, pair_of
from shared.links import challenge_url, code_of, need_url
from tests.builders import (
    ASKER,
    COMPANY,
    NETWORK,
    NOW,
    PROVIDER,
    TEACHER,
    a_member,
    a_network,
    a_teacher,
    an_offer,
    an_organisation,
)
from tests.integration.portal.conftest import LINK_KEY, PUBLIC_URL
from tests.unit.portal.pretending import Browser

SignIn = Callable[[str], Awaitable[Browser]]
PETRA, JOERG = "petra@metallbau.example", "joerg@bildung.example"


@pytest.fixture
async def people(members: MembersStore) -> frozenset[str]:
    await members.networks.add(a_network())
    await members.organisations.add(an_organisation())
    await members.organisations.add(an_organisation(id=PROVIDER, name="Bildungswerk Muster gGmbH", kinds={"provider"}))
    for member in (a_member(), a_teacher()):
        await members.members.add(member)
    return frozenset({PETRA, JOERG})


@pytest.fixture
def sign_in(browser: httpx.AsyncClient, people: frozenset[str]) -> SignIn:
    async def signed_in(email: str) -> Browser:
        assert email in people
        walker = Browser(browser)
        await walker.open("/anmelden")
        await walker.send("/anmelden", email=email)
        challenge = str(browser.cookies["__Host-sign-in"]).split(".")[0]
        await walker.send("/anmelden/code", code=code_of(LINK_KEY, challenge))
        assert "Guten Tag" in walker.page.text
        return walker

    return signed_in


async def opened(walker: Browser, *addresses: str) -> None:
    for address in addresses:
        page = await walker.open(address)
        assert page.status_code == 200, address


async def only(owned: Any) -> Any:
    [one] = await owned.find({}, limit=10)
    return one


async def test_a_company_signs_in_enters_a_need_changes_and_withdraws_it(
    sign_in: SignIn, surveys: SurveysStore
) -> None:
    walker = await sign_in(PETRA)
    await opened(walker, "/bedarfe", "/bedarfe/neu")

    await walker.send("/bedarfe/neu", title="WIG-Schweißen", persons_min="3", place__postal_code="04109")
    need = await only(surveys.needs)
    assert "Ihr Bedarf ist eingetragen" in walker.page.text
    assert (need.title, need.persons_min, need.organisation, need.contact) == ("WIG-Schweißen", 3, COMPANY, ASKER)
    assert (need.networks, need.status, need.radius_km) == ((NETWORK,), "open", 50)

    at = f"/bedarfe/{need.id}"
    await opened(walker, f"{at}/aendern")
    await walker.send(f"{at}/aendern", persons_min="drei")
    assert walker.page.status_code == 422
    assert 'href="#persons_min"' in walker.page.text
    await walker.send(f"{at}/aendern", persons_min="4", title="WIG-Schweißen für vier")
    assert (await only(surveys.needs)).persons_min == 4

    await opened(walker, at, "/", "/bedarfe?status=open&mine=yes", f"{at}/zurueckziehen")
    await walker.send(f"{at}/zurueckziehen")
    assert (await only(surveys.needs)).status == "withdrawn"


async def test_who_may_not_see_a_need_finds_nothing(sign_in: SignIn, surveys: SurveysStore) -> None:
    walker = await sign_in(PETRA)
    await walker.open("/bedarfe/neu")
    await walker.send("/bedarfe/neu", title="Nur für die Koordination", visibility="coordinator")
    need = await only(surveys.needs)
    walker.client.cookies.clear()

    foreign = await sign_in(JOERG)

    for address in (f"/bedarfe/{need.id}", f"/bedarfe/{need.id}/aendern", f"/bedarfe/{need.id}/zurueckziehen"):
        assert (await foreign.open(address)).status_code == 404
    assert "Nur für die Koordination" not in (await foreign.open("/bedarfe")).text


async def test_a_provider_enters_an_offer_that_everybody_reads(
    sign_in: SignIn, surveys: SurveysStore, browser: httpx.AsyncClient
) -> None:
    walker = await sign_in(JOERG)
    await opened(walker, "/angebote/neu")
    await walker.send(
        "/angebote/neu",
        title="WIG-Schweißen Grundkurs",
        price_eur="1.290",
        dates__0__starts_on="2099-03-01",
        dates__0__place__postal_code="04109",
    )
    offer = await only(surveys.offers)
    assert (offer.provider, offer.contact, offer.networks, offer.price_eur) == (PROVIDER, TEACHER, (), 1290)
    assert offer.dates[0].place.lat is not None

    await opened(walker, f"/angebote/{offer.id}/aendern")
    await walker.send(f"/angebote/{offer.id}/aendern", dates__0__places_left="5", azav="yes")
    changed = await only(surveys.offers)
    assert (changed.dates[0].id, changed.dates[0].places_left, changed.azav) == (offer.dates[0].id, 5, True)

    browser.cookies.clear()
    assert "WIG-Schweißen Grundkurs" in (await browser.get("/angebote?words=grundkurs")).text
    assert "<h1>WIG-Schweißen Grundkurs</h1>" in (await browser.get(f"/angebote/{offer.id}")).text


async def test_somebody_keeps_the_account_in_order(sign_in: SignIn, members: MembersStore) -> None:
    walker = await sign_in(PETRA)
    await opened(
        walker, "/konto/sitzungen", "/konto/abrufe", "/konto/programme", "/konto/daten", "/konto/loeschen", "/konto"
    )
    await walker.send("/konto", name="Petra Neu", phone="0341 1", wants_mails=[])
    member = await members.members.get(ASKER)
    assert member is not None
    assert (member.name, member.phone, member.consents[0].withdrawn_at is None) == ("Petra Neu", "0341 1", False)

    await walker.open("/konto/programme")
    await walker.send("/konto/programme", label="Website", scopes=["surveys:read"], expires_on="2020-01-01")
    assert 'href="#expires_on"' in walker.page.text

    await walker.open("/konto/loeschen")
    await walker.send("/konto/loeschen", sure="yes")
    assert "Ihr Konto ist gelöscht" in walker.page.text
    assert await members.members.get(ASKER) is None


async def test_a_company_adds_moves_and_deletes_a_location_and_invites_somebody(
    sign_in: SignIn, members: MembersStore
) -> None:
    walker = await sign_in(PETRA)
    await opened(walker, f"/organisation/{COMPANY}", f"/organisation/{COMPANY}/aendern", "/standorte/neu")
    await walker.send("/standorte/neu", name="Werk", postal_code="04109", town="Leipzig")
    location = await only(members.locations)
    assert location.place.lat is not None

    await opened(walker, "/standorte", f"/standorte/{location.id}/aendern")
    await walker.send(f"/standorte/{location.id}/aendern", postal_code="06108", town="Halle (Saale)")
    moved = await only(members.locations)
    assert moved.place.town == "Halle (Saale)"
    assert moved.place.lat != location.place.lat

    await opened(walker, f"/standorte/{location.id}/loeschen")
    await walker.send(f"/standorte/{location.id}/loeschen")
    assert "Gelöscht." in walker.page.text
    assert await members.locations.get(location.id) is None

    await opened(walker, "/einladungen")
    await walker.send("/einladungen", name="Jan Beispiel", email="jan@metallbau.example")
    assert "Die Einladung ist per E-Mail unterwegs." in walker.page.text
    assert "jan@metallbau.example" in walker.page.text


@pytest.mark.usefixtures("people")
async def test_scanners_open_a_mailed_link_and_only_its_button_signs_in_once(
    browser: httpx.AsyncClient, members: MembersStore
) -> None:
    walker = Browser(browser)
    await walker.open("/anmelden")
    await walker.send("/anmelden", email=PETRA)
    challenge = str(browser.cookies["__Host-sign-in"]).split(".")[0]
    link = challenge_url(PUBLIC_URL, LINK_KEY, challenge).removeprefix(PUBLIC_URL)
    browser.cookies.clear()

    for _ in range(20):
        await browser.get(link)
        await browser.head(link)
    before = await members.challenges.get(challenge)
    assert before is not None
    assert before.status == "open"

    await walker.open(link)
    await walker.send()
    assert "Guten Tag, Petra Beispiel" in walker.page.text
    browser.cookies.clear()
    again = await walker.open(link)
    assert "schon benutzt" in again.text
    assert (await walker.client.post(link, headers={"Origin": PUBLIC_URL})).status_code == 404


async def test_signing_out_ends_the_session(sign_in: SignIn, browser: httpx.AsyncClient) -> None:
    walker = await sign_in(PETRA)
    secret = browser.cookies["__Host-session"]
    await walker.open("/")
    await walker.send("/abmelden")
    browser.cookies.set("__Host-session", secret, domain="verbund.example")

    page = await walker.open("/konto")

    assert page.status_code == 303
    assert page.headers["location"].startswith("/anmelden")


async def test_the_mailed_question_is_answered_without_signing_in(
    sign_in: SignIn, surveys: SurveysStore, browser: httpx.AsyncClient
) -> None:
    walker = await sign_in(PETRA)
    await walker.open("/bedarfe/neu")
    await walker.send("/bedarfe/neu", title="WIG-Schweißen")
    need = await only(surveys.needs)
    browser.cookies.clear()
    link = need_url(PUBLIC_URL, LINK_KEY, ASKER, need.id).removeprefix(PUBLIC_URL)

    await walker.open(link)
    assert (await only(surveys.needs)).status == "open"
    await walker.send(answer="covered")

    assert (await only(surveys.needs)).status == "covered"
    assert (await walker.open(link.replace("sig=", "sig=x"))).status_code == 404


async def test_a_match_is_answered_from_the_page_of_the_need(
    sign_in: SignIn, surveys: SurveysStore, matching: MatchingStore
) -> None:
    walker = await sign_in(PETRA)
    await walker.open("/bedarfe/neu")
    await walker.send("/bedarfe/neu", title="WIG-Schweißen")
    need, offer = await only(surveys.needs), an_offer()
    for copies, snapshot in ((matching.needs, need), (matching.offers, offer)):
        await copies.apply([Received(snapshot.id, snapshot.version, snapshot.model_dump(mode="json"))])
    assert "Wir suchen gerade nach Angeboten" in (await walker.open(f"/bedarfe/{need.id}")).text
    match = Match(
        offer=offer.id,
        pair=pair_of(need.id, offer.id),
        probability=0.9,
        fit=0.9,
        announced=True,
        criteria=(Criterion(code="content", verdict="fits"), Criterion(code="price", verdict="unknown")),
        found_at=NOW,
    )
    head = {"id": need.id, "version": 1, "changed_at": NOW, "status": "current", "need_version": need.version}
    await matching.keep_result(None, ResultSnapshot(**head, model="m", matches=(match,)), Fence(1, 1, 1))

    page = await walker.open(f"/bedarfe/{need.id}")
    assert "WIG-Schweißen Grundkurs" in page.text
    place = f"/bedarfe/{need.id}/passend/{offer.id}"
    await walker.send(place, said="interested")
    assert "Sie haben Ihr Interesse mitgeteilt" in walker.page.text
    response = await matching.responses.get(pair_of(need.id, offer.id))
    assert response is not None
    assert response.company is not None
    assert response.company.what == "interested"

    await walker.send(place, said="nothing")
    again = await matching.responses.get(pair_of(need.id, offer.id))
    assert again is not None
    assert again.company is None
