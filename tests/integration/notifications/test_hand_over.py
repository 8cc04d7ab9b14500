"""Crashes, refusals and silences at the hand-over: what is repeated, what is parked, and what never leaves."""

import asyncio
import contextlib
from datetime import timedelta

from services.notifications.mail.courier import Courier, Server
from shared.clock import now
from tests.builders import ASKER, a_member, a_need, a_teacher, an_id, an_offer
from tests.integration.notifications.conftest import Household, a_pair, a_result
from tests.waiting import eventually

PETRA = "petra@metallbau.example"


async def a_queued_mail(house: Household, number: int = 1) -> None:
    need, offer = a_pair(number)
    await house.hear(need, offer, a_result(need, offer))
    await house.build()


async def test_a_crash_between_build_and_hand_over_repeats_nothing(house: Household) -> None:
    await a_queued_mail(house)
    dead = house.new_sender()
    assert await house.store.mails.claim(dead._run, now())
    assert await house.states() == ["claimed"]

    await house.build()
    await house.send()
    await house.build_and_send()

    assert await house.states() == ["sent"]
    assert await house.mailbox.count() == 1


async def test_a_sender_that_slept_cannot_hand_over_what_another_has_taken(house: Household) -> None:
    await a_queued_mail(house)
    slow = house.new_sender()
    mail = await house.store.mails.claim(slow._run, now())
    assert mail is not None
    await house.new_sender().recover()

    await slow._send(mail, house.courier)
    assert await house.mailbox.count() == 0
    await house.send()

    assert await house.states() == ["sent"]
    assert await house.mailbox.count() == 1


async def test_a_scheduler_that_died_halfway_is_finished_by_the_next(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.follow()
    [item] = await house.store.items.due_for(ASKER)
    mail = await house.store.mails.begin(ASKER, f"{item.id}:1", now())
    await house.build()
    assert [each.id for each in await house.store.mails.in_state("pending")] == [mail.id]

    second, other = a_pair(2)
    await house.hear(second, other, a_result(second, other))
    await house.follow()
    [item] = await house.store.items.due_for(ASKER)
    mail = await house.store.mails.begin(ASKER, f"{item.id}:1", now())
    await house.store.items.take([item.id], mail.id)
    await house.build_and_send()

    assert sorted(await house.subjects(PETRA)) == ["Passendes Angebot: Kurs 1", "Passendes Angebot: Kurs 2"]


async def test_a_connection_that_breaks_before_250_parks_the_mail_and_its_items_come_once_more(
    house: Household,
) -> None:
    await house.mailbox.misbehave(answer="drop_before_250", times=2)
    await a_queued_mail(house)
    await house.send()
    await house.build_and_send()
    assert await house.states() == ["unknown"]

    await a_queued_mail(house, 2)
    await house.send()
    await a_queued_mail(house, 3)
    await house.send()
    await house.build_and_send()

    assert await house.states() == ["unknown", "unknown", "sent"]
    texts = [mail["text"] for mail in await house.mailbox.messages(PETRA)]
    assert [sum(f"Kurs {number}" in text for text in texts) for number in (1, 2, 3)] == [2, 2, 1]


async def test_a_sender_killed_in_the_window_leaves_a_parked_mail(house: Household) -> None:
    await house.mailbox.misbehave(hold=True)
    await a_queued_mail(house)
    dying = asyncio.ensure_future(house.send())
    await eventually(house.mailbox.waiting)
    # What SIGKILL leaves: the process notes nothing more, neither an outcome nor its last words.
    await house.store.mails.collection.update_many({}, {"$set": {"run": "dead", "claim": "dead"}})
    await house.mailbox.misbehave()
    await dying

    await house.send()
    assert await house.states() == ["unknown"]
    await a_queued_mail(house, 2)
    await house.send()

    [first, second] = await house.mailbox.messages(PETRA)
    assert first["subject"] == "Passendes Angebot: Kurs 1"
    assert second["subject"] == "2 passende Angebote für Ihren Bedarf"
    await house.build_and_send()
    assert await house.mailbox.count() == 2


async def test_a_sender_that_died_after_noting_a_sent_mail_repeats_nothing(house: Household) -> None:
    await a_queued_mail(house)
    mail = await house.store.mails.claim("dead", now())
    assert mail is not None
    assert await house.store.mails.hand_over(mail, mail.items, now())
    assert await house.store.mails.finish(mail, "sent", now())

    await house.send()
    await house.hear(a_result(*a_pair(1)))
    await house.build_and_send()

    assert await house.states() == ["sent"]
    [item] = await house.store.items._found({})
    assert item.told_at is not None


async def test_a_stopping_sender_hears_the_server_out(house: Household) -> None:
    await house.mailbox.misbehave(delay_ms=500)
    await a_queued_mail(house)
    stopping = asyncio.ensure_future(house.send())
    await eventually(house.mailbox.waiting)

    stopping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await stopping

    assert await house.states() == ["sent"]


async def test_a_server_that_is_busy_is_asked_again_later(house: Household) -> None:
    await house.mailbox.misbehave(answer="450 4.2.0 later", at="recipient", times=1)
    await a_queued_mail(house)

    await house.send()
    [mail] = await house.store.mails.in_state("pending")
    assert mail.answer == "recipient 450 4.2.0"
    assert mail.next_try_at is not None
    assert timedelta(seconds=50) < mail.next_try_at - now() < timedelta(seconds=80)
    await house.due_again(now())
    await house.send()

    assert await house.states() == ["sent"]
    assert await house.mailbox.count() == 1


async def test_a_mail_refused_after_its_content_is_certainly_not_there_and_tried_again(house: Household) -> None:
    await house.mailbox.misbehave(answer="451 4.3.0 disk full", at="data", times=1)
    await a_queued_mail(house)
    await house.send()
    assert await house.states() == ["pending"]

    await house.due_again(now())
    await house.send()

    assert await house.states() == ["sent"]


async def test_an_address_that_does_not_exist_is_written_to_no_more(house: Household) -> None:
    await house.mailbox.misbehave(answer="550 5.1.1 no such user", at="recipient", recipient=PETRA)
    await a_queued_mail(house)
    await house.send()
    [mail] = await house.store.mails.find({}, after=None, limit=10)
    assert (mail.state, mail.reason, mail.answer) == ("failed", "no_such_address", "recipient 550 5.1.1")

    await house.mailbox.misbehave()
    await a_queued_mail(house, 2)
    await house.send()
    assert await house.mailbox.count() == 0

    await house.hear(a_member(email="neu@metallbau.example"))
    await house.build_and_send()
    [told] = await house.mailbox.messages("neu@metallbau.example")
    assert told["subject"] == "2 passende Angebote für Ihren Bedarf"


async def test_one_refused_recipient_does_not_stop_the_next(house: Household) -> None:
    await house.mailbox.misbehave(answer="550 5.7.1 not from you", at="recipient", recipient=PETRA)
    await a_queued_mail(house)
    need, offer = a_need(id=an_id(5)), an_offer(id=an_id(105), contact=an_id(904))
    await house.hear(a_teacher(id=an_id(904)), need, offer, a_result(need, offer))
    await house.build_and_send()

    assert sorted(await house.states()) == ["failed", "failed", "sent"]
    assert await house.mailbox.count() == 1


async def test_a_server_that_is_away_pauses_the_sender_and_costs_no_attempt(house: Household) -> None:
    await a_queued_mail(house)
    sender = house.new_sender()
    nowhere = Courier(Server("127.0.0.1", 9))

    assert await sender.send_one(nowhere)

    [mail] = await house.store.mails.in_state("pending")
    assert mail.attempts == 0
    assert await sender.problems() == ["the mail server takes no mail now (connect SMTPConnectError)"]
    assert not await sender.send_one(house.courier)
    await house.send()
    assert await house.states() == ["sent"]


async def test_a_server_that_wants_a_password_pauses_the_sender(house: Household) -> None:
    await house.mailbox.misbehave(answer="530 5.7.0 authenticate first", at="recipient", times=1)
    await a_queued_mail(house)
    sender = house.new_sender()

    await house.send(sender)

    assert await house.states() == ["pending"]
    assert await sender.problems() == ["the mail server takes no mail now (recipient 530 5.7.0)"]


async def test_an_address_that_cannot_be_one_fails_without_asking_a_server(house: Household) -> None:
    await house.hear(a_member(email="petra@metallbau.example\r\nBcc: x@y.example"))
    await a_queued_mail(house)

    await house.send()

    [mail] = await house.store.mails.find({}, after=None, limit=10)
    assert (mail.state, mail.reason) == ("failed", "unusable_address")
    assert await house.mailbox.count() == 0


async def test_with_mail_off_nothing_is_sent_now_or_later(house: Household) -> None:
    await a_queued_mail(house)
    sender = house.new_sender()
    sender._mode = "off"
    await house.send(sender)

    await house.build_and_send()

    assert await house.states() == ["cancelled"]
    assert await house.mailbox.count() == 0


async def test_a_kept_connection_that_the_server_closed_is_opened_anew(house: Household) -> None:
    await a_queued_mail(house)
    await house.send()
    await house.mailbox.restart()
    await a_queued_mail(house, 2)

    await house.send()

    assert await house.states() == ["sent", "sent"]
