"""From results to mails, on the real database and a real SMTP server: who gets what, and how often."""

from datetime import timedelta

import pytest

from services.notifications.domain.gathering import RIDES_ALONG_FOR
from shared.clock import now
from shared.events import MemberSnapshot, ResponseSnapshot
from shared.events.matching import Said, pair_of
from shared.events.members import Consent
from tests.builders import ASKER, TEACHER, a_member, a_need, a_teacher, an_id, an_offer
from tests.integration.notifications.conftest import LATER, Household, a_match, a_pair, a_result

PETRA, JOERG = "petra@metallbau.example", "joerg@bildung.example"


async def test_one_mail_tells_everything_that_came_within_a_moment(house: Household) -> None:
    need, first = a_pair(1)
    second = an_offer(id=an_id(102), title="Aufbaukurs Schweißen", contact=None)
    await house.hear(need, first, second, a_result(need, first, second))

    await house.build_and_send()

    [mail] = await house.mailbox.messages(PETRA)
    assert mail["subject"] == "2 passende Angebote für Ihren Bedarf"
    assert "Kurs 1" in mail["text"]
    assert "Aufbaukurs Schweißen" in mail["text"]
    assert "Ob noch Plätze frei sind, ist nicht bekannt." in mail["html"]
    assert await house.states() == ["sent"]


async def test_both_sides_are_told_each_in_their_language(house: Household) -> None:
    need, offer = a_pair(1, contact=TEACHER)
    await house.hear(a_teacher(language="en"), need, offer, a_result(need, offer))

    await house.build_and_send()

    assert await house.subjects(PETRA) == ["Passendes Angebot: Kurs 1"]
    assert await house.subjects(JOERG) == ["A need fits your offer: WIG-Schweißen für unsere Schlosser"]


async def test_nothing_is_told_twice_however_often_the_result_comes(house: Household) -> None:
    need, offer = a_pair(1)
    for _ in range(3):
        await house.hear(need, offer, a_result(need, offer))
        await house.build_and_send()
    await house.hear(a_result(need))
    await house.build_and_send()
    await house.hear(a_result(need, offer))
    await house.build_and_send()

    assert await house.mailbox.count() == 1


async def test_a_mail_waits_for_what_has_not_come_yet(house: Household) -> None:
    need, offer = a_pair(1, contact=an_id(7))
    await house.hear(a_result(need, offer))
    await house.build_and_send()
    await house.hear(offer)
    await house.build_and_send()
    assert await house.mailbox.count() == 0

    await house.hear(need)
    await house.build_and_send()
    assert await house.subjects(PETRA) == ["Passendes Angebot: Kurs 1"]

    await house.hear(a_member(id=an_id(7), email="spaet@bildung.example"))
    await house.build_and_send()
    assert len(await house.subjects("spaet@bildung.example")) == 1
    assert await house.mailbox.count() == 2


async def test_items_are_gathered_before_a_mail_is_built(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))

    await house.build(after=timedelta(milliseconds=0))
    assert await house.states() == []

    await house.build(after=timedelta(milliseconds=200))
    assert await house.states() == ["pending"]


async def test_a_match_that_is_gone_before_the_mail_leaves_is_not_told(house: Household) -> None:
    need, first = a_pair(1)
    second = an_offer(id=an_id(102), title="Aufbaukurs", contact=None)
    await house.hear(need, first, second, a_result(need, first, second))
    await house.build()
    await house.hear(a_result(need, second))

    await house.send()

    assert await house.subjects(PETRA) == ["Passendes Angebot: Aufbaukurs"]
    await house.hear(a_result(need, first, second))
    await house.build_and_send()
    assert await house.subjects(PETRA) == ["Passendes Angebot: Aufbaukurs", "Passendes Angebot: Kurs 1"]


async def test_a_mail_with_nothing_left_is_cancelled(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build()
    await house.hear(a_need(status="withdrawn"))

    await house.send()

    assert await house.states() == ["cancelled"]
    assert await house.mailbox.count() == 0


async def test_a_consent_withdrawn_between_build_and_hand_over_counts(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build()
    withdrawn = Consent(purpose="matches", given_at=now(), text_version="1", withdrawn_at=now())
    await house.hear(a_member(consents=(withdrawn,)))

    await house.send()

    [mail] = await house.store.mails.find({}, after=None, limit=10)
    assert (mail.state, mail.reason) == ("cancelled", "not_wanted")
    assert await house.mailbox.count() == 0


async def test_who_unsubscribed_gets_nothing_until_a_return_and_then_only_what_is_new(house: Household) -> None:
    need, offer = a_pair(1)
    await house.store.preferences.unsubscribe(ASKER, now())
    found = now() - timedelta(hours=2)
    await house.hear(need, offer, a_result(need, matches=(a_match(need, offer, found_at=found),)))
    await house.build_and_send()
    assert await house.mailbox.count() == 0

    await house.store.preferences.subscribe_again(ASKER, now())
    await house.store.members.mark_due({"id": ASKER})
    other = an_offer(id=an_id(102), title="Neuer Kurs", contact=None)
    await house.hear(other, a_result(need, matches=(a_match(need, offer, found_at=found), a_match(need, other))))
    await house.build_and_send()

    assert await house.subjects(PETRA) == ["Passendes Angebot: Neuer Kurs"]


async def test_a_changed_address_is_the_one_that_is_used(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build()
    await house.hear(a_member(email="neu@metallbau.example"))

    await house.send()

    assert len(await house.subjects("neu@metallbau.example")) == 1
    assert await house.mailbox.count() == 1


async def test_an_erased_member_leaves_nothing_behind(house: Household) -> None:
    need, offer = a_pair(1)
    await house.store.preferences.subscribe_again(ASKER, now())
    await house.hear(need, offer, a_result(need, offer))
    await house.build()
    await house.hear_erased(MemberSnapshot, ASKER)

    await house.follow()
    await house.send()

    assert await house.mailbox.count() == 0
    for collection in (house.store.items.collection, house.store.mails.collection, house.store.preferences.collection):
        assert await collection.count_documents({"$or": [{"recipient": ASKER}, {"_id": ASKER}]}) == 0


async def test_an_answered_match_is_not_mailed_to_who_answered(house: Household) -> None:
    need, offer = a_pair(1, contact=TEACHER)
    pair = pair_of(need.id, offer.id)
    said = Said(what="interested", by=ASKER, at=now())
    response = ResponseSnapshot(
        id=pair, version=1, changed_at=now(), status="current", need=need.id, offer=offer.id, company=said
    )
    await house.hear(need, offer, response, a_result(need, offer))

    await house.build_and_send()

    assert await house.subjects(PETRA) == []
    assert len(await house.subjects(JOERG)) == 1


@pytest.mark.parametrize(
    "title", ["Kurs\u2028Bcc: x@y.example", "=?utf-8?q?=0d=0aBcc:_x?=", "$version", "\x85\x0b\x1c"]
)
async def test_a_hostile_title_stops_nobody(house: Household, title: str) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer.model_copy(update={"title": title}), a_result(need, offer))

    await house.build_and_send()

    [mail] = await house.mailbox.messages(PETRA)
    assert await house.states() == ["sent"]
    assert "bcc" not in {name.lower() for name in mail["headers"]}


async def test_nothing_from_before_the_watermark_is_announced(house: Household) -> None:
    need, offer = a_pair(1)
    old = a_match(need, offer, found_at=now() - timedelta(minutes=5))
    await house.hear(need, offer, a_result(need, matches=(old,)))

    await house.build_and_send()

    assert await house.states() == []


async def test_an_older_result_that_a_slow_process_still_holds_changes_nothing(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need), a_result(need, offer))
    await house.follow()

    from services.notifications.store.items import Truth  # noqa: PLC0415 - the slow process's last write

    await house.store.items.agree([Truth(need.id, [], 1)])
    await house.build_and_send()

    assert len(await house.subjects(PETRA)) == 1


async def test_an_item_given_back_goes_with_the_next_mail_or_alone_after_a_day(house: Household) -> None:
    await house.mailbox.misbehave(answer="drop_before_250", times=1)
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build_and_send()

    await house.build(after=RIDES_ALONG_FOR - timedelta(minutes=1))
    assert await house.states() == ["unknown"]

    await house.build(after=RIDES_ALONG_FOR + LATER)
    assert await house.states() == ["unknown", "pending"]
