import httpx

from services.members.store import Store as MembersStore
from services.notifications.store import Store as NotificationsStore
from shared.links import unsubscribe_url
from tests.builders import ASKER, a_member, an_id
from tests.integration.portal.conftest import LINK_KEY, PUBLIC_URL

LINK = unsubscribe_url(PUBLIC_URL, LINK_KEY, ASKER)


async def test_the_link_of_a_mail_ends_the_mails_of_its_reader_and_nobody_else(
    browser: httpx.AsyncClient, members: MembersStore, notifications: NotificationsStore
) -> None:
    await members.members.add(a_member(roles=()))
    assert (await browser.get(LINK)).status_code == 200
    assert (await notifications.preferences.get(ASKER)).unsubscribed_at is None

    page = await browser.post(LINK, data={"List-Unsubscribe": "One-Click"})

    assert page.status_code == 200
    assert (await notifications.preferences.get(ASKER)).unsubscribed_at is not None
    assert (await notifications.preferences.get(an_id(7))).unsubscribed_at is None


async def test_the_link_of_an_erased_person_leads_to_a_friendly_page(
    browser: httpx.AsyncClient, members: MembersStore
) -> None:
    member = await members.members.add(a_member(roles=()))
    await members.members.erase(ASKER, expected=member.version)

    for page in (await browser.get(LINK), await browser.post(LINK)):
        assert page.status_code == 404
        assert "Hier ist leider nichts zu finden" in page.text


async def test_a_link_signed_with_another_key_ends_nobodys_mails(
    browser: httpx.AsyncClient, members: MembersStore, notifications: NotificationsStore
) -> None:
    await members.members.add(a_member(roles=()))

    page = await browser.post(unsubscribe_url(PUBLIC_URL, bytes(32), ASKER))

    assert page.status_code == 404
    assert (await notifications.preferences.get(ASKER)).unsubscribed_at is None


async def test_a_member_service_that_answers_with_an_error_is_a_friendly_page(
    browser: httpx.AsyncClient, members: MembersStore
) -> None:
    await members.members.collection.insert_one({"_id": ASKER, "version": 1, "record": {"not": "a member"}})

    assert (await browser.get(LINK)).status_code == 503
