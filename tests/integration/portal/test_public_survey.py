"""From the public page to an open need, with the real members and surveys behind the portal."""

import httpx
import pytest

from services.members.store import Store as MembersStore
from services.surveys.domain.asking import Survey, bedarfsabfrage
from services.surveys.store import Store as SurveysStore
from services.surveys.work.confirming import confirm_answers
from shared.copies import Received
from shared.links import challenge_url
from tests.builders import NETWORK, NOW, a_network, an_id
from tests.integration.portal.conftest import LINK_KEY, PUBLIC_URL
from tests.unit.portal.pretending import Browser

SURVEY = an_id(700)


@pytest.fixture
async def phone(browser: httpx.AsyncClient, members: MembersStore, surveys: SurveysStore) -> Browser:
    """A phone before a network with an open survey."""
    await members.networks.add(a_network())
    opened = Survey(id=SURVEY, version=1, changed_at=NOW, status="open", network=NETWORK, definition=bedarfsabfrage())
    await surveys.asking.surveys.add(opened)
    return Browser(browser)


async def _challenge_heard(members: MembersStore, surveys: SurveysStore) -> str:
    """Carry the newest confirmation to surveys, as Kafka does; return its id."""
    (challenge,) = await members.challenges.find({"kind": "confirmation"})
    record = challenge.model_dump(mode="json")
    await surveys.asking.challenges.apply([Received(challenge.id, challenge.version, record)])
    return challenge.id


async def test_an_answer_on_the_page_is_an_open_need_once_the_mail_is_confirmed(
    phone: Browser, members: MembersStore, surveys: SurveysStore
) -> None:
    page = await phone.open(f"/umfragen/{SURVEY}")
    assert "Weiterbildungsverbund Muster" in page.text

    thanks = await phone.send(
        do="send",
        needs__0__title="WIG-Schweißen",
        needs__0__persons="2",
        values__head_count="11",
        values__who_sees_it="anonymous",
        company__name="Muster Metallbau GmbH",
        company__postal_code="04109",
        name="Petra Beispiel",
        email="petra@metallbau.example",
        privacy="yes",
        wants_mails="yes",
    )
    assert "Bitte bestätigen Sie die Mail" in thanks.text
    challenge = await _challenge_heard(members, surveys)
    await confirm_answers(surveys)
    assert await surveys.needs.find({}) == []

    link = challenge_url(PUBLIC_URL, LINK_KEY, challenge)
    await phone.open(link.removeprefix(PUBLIC_URL))
    (action,) = [at for at, fields in phone.forms() if "abmelden" not in at and "csrf" not in fields]
    await phone.send(action)
    await _challenge_heard(members, surveys)
    await confirm_answers(surveys)

    (need,) = await surveys.needs.find({})
    (company,) = await members.organisations.find({})
    (person,) = await members.members.find({})
    assert (need.title, need.status, need.persons_min) == ("WIG-Schweißen", "open", 2)
    assert (need.organisation, need.contact, need.visibility) == (company.id, person.id, "anonymous")
    assert (company.head_count, person.status) == (11, "active")
    assert [consent.text_version for consent in person.consents] == ["umfrage-2026-11"]


async def test_surveys_never_holds_name_or_address(
    phone: Browser, members: MembersStore, surveys: SurveysStore
) -> None:
    await phone.open(f"/umfragen/{SURVEY}")
    await phone.send(
        do="send",
        needs__0__title="Excel",
        needs__0__persons="1",
        company__name="Muster Metallbau GmbH",
        company__postal_code="04109",
        name="Petra Beispiel",
        email="petra@metallbau.example",
        privacy="yes",
    )
    await _challenge_heard(members, surveys)

    database = surveys.asking.answers.collection.database
    for name in await database.list_collection_names():
        async for document in database[name].find({}):
            assert "petra" not in str(document).lower()
            assert "Metallbau" not in str(document)
    assert len(await surveys.asking.answers.find({})) == 1


async def test_what_members_refuses_is_shown_beside_its_field(phone: Browser, surveys: SurveysStore) -> None:
    await phone.open(f"/umfragen/{SURVEY}")

    page = await phone.send(
        do="send",
        needs__0__title="Excel",
        needs__0__persons="1",
        company__name="Muster Metallbau GmbH",
        company__postal_code="04109",
        name="Petra Beispiel",
        email="petra at metallbau",
        privacy="yes",
    )

    assert page.status_code == 422
    assert 'href="#email"' in page.text
    assert await surveys.asking.answers.find({}) == []
