"""The mail that asks a contact whether a need is still open: once for each asking, taken back when answered."""

from datetime import timedelta

import pytest

from shared.clock import now
from shared.events import MemberSnapshot
from shared.events.base import Day
from shared.language import HOME
from shared.links import need_url
from tests.builders import ASKER, a_member, a_need, a_teacher, an_id
from tests.integration.notifications.conftest import Household

PETRA = "petra@metallbau.example"


def today() -> Day:
    return now().astimezone(HOME).date()


async def test_each_asking_is_mailed_once_with_the_link_to_the_answer(house: Household) -> None:
    for _ in range(3):
        await house.hear(a_need(asked_on=today()), a_member())
        await house.build_and_send()
    [mail] = await house.mailbox.messages(PETRA)
    assert mail["subject"] == "Noch aktuell? WIG-Schweißen für unsere Schlosser"
    assert need_url("http://127.0.0.1:8100", bytes(32), ASKER, a_need().id) in mail["text"]
    assert "list-unsubscribe" in {name.lower() for name in mail["headers"]}

    await house.hear(a_need(asked_on=None))
    await house.hear(a_need(asked_on=today() + timedelta(days=60)))
    await house.build_and_send()

    assert len(await house.subjects(PETRA)) == 2


@pytest.mark.parametrize(
    "changes", [{"asked_on": None}, {"status": "covered"}, {"contact": None}, {"contact": an_id(799)}]
)
async def test_nobody_is_asked(house: Household, changes: dict[str, object]) -> None:
    await house.hear(a_need(**{"asked_on": today(), **changes}))

    await house.build_and_send()

    assert await house.states() == []


async def test_only_who_wants_mails_is_asked_and_whoever_agrees_later_then(house: Household) -> None:
    await house.hear(a_member(consents=()), a_need(asked_on=today()))
    await house.build_and_send()
    assert await house.states() == []

    await house.hear(a_member())
    await house.build_and_send()

    assert len(await house.subjects(PETRA)) == 1


async def test_the_question_waits_for_its_contact(house: Household) -> None:
    await house.hear(a_need(contact=an_id(720), asked_on=today()))
    await house.build_and_send()
    await house.hear(a_member(id=an_id(720), email="spaet@metallbau.example"))
    await house.build_and_send()

    assert len(await house.subjects("spaet@metallbau.example")) == 1


async def test_the_question_is_taken_back_when_it_is_answered_and_may_come_again(house: Household) -> None:
    await house.hear(a_need(asked_on=today()))
    await house.follow()
    await house.hear(a_need(status="covered", asked_on=None))
    await house.build_and_send()
    assert await house.states() == ["cancelled"]
    assert await house.mailbox.count() == 0

    await house.hear(a_need(asked_on=today()))
    await house.build_and_send()

    assert await house.states() == ["sent"]


async def test_a_consent_withdrawn_or_another_contact_before_the_hand_over_counts(house: Household) -> None:
    await house.hear(a_need(asked_on=today()), a_need(id=an_id(2), asked_on=today()))
    await house.follow()
    await house.store.preferences.unsubscribe(ASKER, now())
    await house.hear(a_teacher(), a_need(contact=a_teacher().id, asked_on=today()))

    await house.build_and_send()

    assert sorted(await house.states()) == ["cancelled", "cancelled", "sent"]
    assert len(await house.subjects("joerg@bildung.example")) == 1


async def test_a_database_made_anew_does_not_ask_about_the_past(house: Household) -> None:
    await house.hear(a_need(asked_on=today() - timedelta(days=3)))

    await house.build_and_send()

    assert await house.states() == []


async def test_of_an_erased_member_no_question_is_left(house: Household) -> None:
    await house.hear(a_need(asked_on=today()))
    await house.follow()
    await house.hear_erased(MemberSnapshot, ASKER)

    await house.follow()
    await house.send()

    assert await house.mailbox.count() == 0
    assert await house.store.mails.collection.count_documents({}) == 0
