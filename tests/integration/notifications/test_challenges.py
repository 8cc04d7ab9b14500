"""Mails that ask a mailbox to prove something: one for each challenge, first of all, never too late."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.notifications.domain.sending import NAMES_WAITED_FOR
from services.notifications.work import sending
from shared.clock import now
from shared.events import ChallengeSnapshot, MemberSnapshot
from shared.links import challenge_url, code_of
from tests.builders import ASKER, COMPANY, NETWORK, a_member, a_network, an_id, an_organisation
from tests.integration.notifications.conftest import Household, a_pair, a_result

PETRA, ANNA = "petra@metallbau.example", "anna@neu.example"
SIGN_IN, NEWCOMER = an_id(700), an_id(701)


def a_challenge(**changes: Any) -> ChallengeSnapshot:
    made = {
        "id": SIGN_IN,
        "version": 1,
        "changed_at": now(),
        "status": "open",
        "kind": "sign_in",
        "member": ASKER,
        "expires_at": now() + timedelta(minutes=10),
    }
    return ChallengeSnapshot.model_validate({**made, **changes})


def a_newcomer(**changes: object) -> MemberSnapshot:
    return a_member(**{"id": NEWCOMER, "email": ANNA, "status": "unconfirmed", "consents": (), "roles": (), **changes})


async def reasons(house: Household) -> list[tuple[str, str | None]]:
    return [(mail.state, mail.reason) for mail in await house.store.mails.find({}, after=None, limit=10)]


async def test_a_sign_in_is_mailed_once_with_link_and_code_without_any_consent(house: Household) -> None:
    await house.hear(a_member(consents=()), a_challenge())
    await house.follow()
    await house.send()
    await house.hear(a_challenge(), a_member(consents=()))
    await house.build_and_send()

    [mail] = await house.mailbox.messages(PETRA)
    assert mail["subject"] == "Ihre Anmeldung bei Bedarfswerk"
    assert code_of(bytes(32), SIGN_IN) in mail["text"]
    assert challenge_url("http://127.0.0.1:8100", bytes(32), SIGN_IN) in mail["text"]
    assert "list-unsubscribe" not in {name.lower() for name in mail["headers"]}


@pytest.mark.parametrize("order", list(permutations(["challenge", "member", "network", "organisation"])))
async def test_an_invitation_is_mailed_once_whatever_came_first(house: Household, order: tuple[str, ...]) -> None:
    there, for_whom = an_id(702), an_id(703)
    coming = {
        "challenge": a_challenge(
            kind="invitation", member=NEWCOMER, network=there, organisation=for_whom, language="en"
        ),
        "member": a_newcomer(),
        "network": a_network(id=there, name="Verbund Nord"),
        "organisation": an_organisation(id=for_whom, name="Neu GmbH"),
    }
    for name in order:
        await house.hear(coming[name])
        await house.follow()
        await house.send()
        await house.due_again(now())
    await house.send()

    [mail] = await house.mailbox.messages(ANNA)
    assert mail["subject"] == "Invitation from Verbund Nord"
    assert "You would act there for: Neu GmbH" in mail["text"]
    assert await house.states() == ["sent"]


async def test_a_mail_goes_without_names_that_do_not_come(house: Household) -> None:
    await house.hear(a_newcomer(), a_challenge(kind="confirmation", member=NEWCOMER, network=an_id(799)))
    await house.follow()
    await house.send()
    assert await house.states() == ["pending"]

    await house.store.mails.collection.update_many({}, {"$set": {"made_at": now() - NAMES_WAITED_FOR}})
    await house.due_again(now())
    await house.send()

    [mail] = await house.mailbox.messages(ANNA)
    assert "bei einer Antwort auf eine Bedarfsabfrage zur Weiterbildung" in mail["text"]


async def test_a_confirmation_goes_to_an_unconfirmed_address_and_says_what_is_confirmed(house: Household) -> None:
    await house.hear(
        a_newcomer(name="Gewinn auf www.betrug.example"),
        a_challenge(kind="confirmation", member=NEWCOMER, network=NETWORK, expires_at=now() + timedelta(days=7)),
    )

    await house.build_and_send()

    [mail] = await house.mailbox.messages(ANNA)
    assert mail["subject"] == "Bitte bestätigen Sie Ihre E-Mail-Adresse"
    assert "Bedarfsabfrage von „Weiterbildungsverbund Muster“" in mail["text"]
    assert f"http://127.0.0.1:8100/netzwerke/{NETWORK}/impressum" in mail["html"]
    assert "betrug" not in mail["text"] + mail["html"]


async def test_a_sign_in_overtakes_what_has_waited_longer(house: Household) -> None:
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build()
    await house.hear(a_challenge())
    await house.follow()

    assert await house.new_sender().send_one(house.courier)

    assert await house.subjects(PETRA) == ["Ihre Anmeldung bei Bedarfswerk"]


@pytest.mark.parametrize(
    "challenge",
    [
        {"member": None},
        {"status": "used"},
        {"status": "closed"},
        {"expires_at": now() - timedelta(seconds=1)},
        {"member": an_id(799)},
    ],
)
async def test_nothing_is_mailed_about(house: Household, challenge: dict[str, Any]) -> None:
    await house.hear(a_challenge(**challenge))

    await house.build_and_send()

    assert await house.states() == []


async def test_a_blocked_member_gets_nothing_also_when_blocked_late(house: Household) -> None:
    await house.hear(a_member(status="blocked"), a_challenge())
    await house.build_and_send()
    assert await house.states() == []

    await house.hear(a_member())
    await house.follow()
    await house.hear(a_member(status="blocked"))
    await house.send()

    assert await reasons(house) == [("cancelled", "not_wanted")]
    assert await house.mailbox.count() == 0


async def test_a_challenge_that_is_over_before_the_mail_leaves_is_not_mailed(house: Household) -> None:
    await house.hear(a_challenge())
    await house.follow()
    await house.hear(a_challenge(status="used"))

    await house.send()

    assert await reasons(house) == [("cancelled", "nothing_left")]
    assert await house.mailbox.count() == 0


async def test_an_expired_challenge_is_never_handed_over(house: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.hear(a_challenge())
    await house.follow()
    expired = now() + timedelta(minutes=11)
    sender = house.new_sender()
    mail = await house.store.mails.claim(sender._run, now())
    assert mail is not None
    monkeypatch.setattr(sending, "now", lambda: expired)  # the clock runs out while the server is being reached

    await sender._send(mail, house.courier)
    monkeypatch.setattr("services.notifications.work.letters.now", lambda: expired)
    await house.send()

    assert await reasons(house) == [("cancelled", "expired")]
    assert await house.mailbox.count() == 0


async def test_a_refused_sign_in_is_tried_again_only_as_long_as_it_is_valid(house: Household) -> None:
    await house.mailbox.misbehave(answer="450 4.2.0 later", at="recipient", times=2)
    await house.hear(a_challenge(), a_challenge(id=an_id(705), expires_at=now() + timedelta(seconds=50)))
    await house.follow()
    await house.send()
    assert sorted(await reasons(house)) == [("failed", "given_up"), ("pending", "later")]

    await house.due_again(now())
    await house.send()

    assert sorted(await house.states()) == ["failed", "sent"]


async def test_a_sign_in_that_may_have_arrived_is_not_sent_again(house: Household) -> None:
    await house.mailbox.misbehave(answer="drop_before_250", times=1)
    await house.hear(a_challenge())
    await house.build_and_send()

    await house.hear(a_challenge())
    await house.build_and_send()

    assert await house.states() == ["unknown"]


async def test_with_mail_off_no_challenge_is_sent_now_or_later(house: Household) -> None:
    await house.hear(a_challenge())
    await house.follow()
    sender = house.new_sender()
    sender._mode = "off"
    await house.send(sender)

    await house.hear(a_member(), a_challenge())
    await house.build_and_send()

    assert await reasons(house) == [("cancelled", "mail_mode_off")]


async def test_of_an_erased_member_no_challenge_and_no_mail_is_left(house: Household) -> None:
    await house.hear(a_challenge())
    await house.follow()
    await house.hear_erased(MemberSnapshot, ASKER)

    await house.follow()
    await house.send()
    await house.hear(a_challenge(id=an_id(706)))
    await house.build_and_send()

    assert await house.mailbox.count() == 0
    assert await house.store.mails.collection.count_documents({}) == 0
    assert await house.store.challenges.find({"id": SIGN_IN}) == []


async def test_no_missing_name_delays_a_sign_in(house: Household) -> None:
    await house.hear(a_challenge(network=an_id(798), organisation=COMPANY))
    await house.follow()

    await house.send()

    assert await house.subjects(PETRA) == ["Ihre Anmeldung bei Bedarfswerk"]
