from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.members import work
from services.members.domain.challenges import KEPT, LASTS
from services.members.store import Store
from shared.clock import now
from shared.events import MemberSnapshot
from shared.events.members import Consent, Kind, Role
from tests.builders import ASKER, COMPANY, NETWORK, NOW, a_member, a_network, an_id, an_organisation
from tests.integration.members.conftest import Caller
from tests.integration.members.letting_in import challenge_in, link, met

JAN = "jan@schlosserei.example"
NOT_MET = (422, "challenge_not_met")


@pytest.fixture(autouse=True)
async def network(store: Store) -> str:
    await store.networks.add(a_network())
    return NETWORK


def an_answer(**changes: Any) -> dict[str, Any]:
    company = {"name": "Schlosserei Muster", "postal_code": "01067", "town": "Dresden", "head_count": 9}
    said = {"email": JAN, "name": "Jan Muster", "network": NETWORK, "company": company}
    return {**said, "language": "de", "text_version": "2026-11", "wants_mails": True, **changes}


async def registered(caller: Caller, **changes: Any) -> str:
    headers = {name: changes.pop(name) for name in ("Idempotency_Key", "Client_Address") if name in changes}
    answer = await caller.send("POST", "/registrations", an_answer(**changes), **headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["challenge"])


async def person(store: Store, email: str = JAN) -> MemberSnapshot:
    (found,) = await store.members.find({"email": email})
    return found


async def test_an_unknown_address_is_nobodys_until_it_is_confirmed(stranger: Caller, store: Store) -> None:
    challenge = await registered(stranger)

    member = await person(store)
    asked = await store.challenges.get(challenge)
    assert asked is not None
    assert (member.status, member.roles, member.consents) == ("unconfirmed", (), ())
    assert (asked.kind, asked.member, asked.network, asked.organisation) == ("confirmation", member.id, NETWORK, None)
    assert await store.organisations.count({}) == 0


async def test_confirming_makes_the_person_active_for_a_new_company_with_proof_of_the_consent(
    stranger: Caller, store: Store
) -> None:
    challenge = await registered(stranger)

    done = await met(stranger, challenge)

    member = await person(store)
    (company,) = await store.organisations.find({})
    used = await store.challenges.get(challenge)
    assert used is not None
    assert (done["kind"], done["member"]) == ("confirmation", member.id)
    assert (used.status, used.member, used.organisation, used.network) == ("used", member.id, company.id, NETWORK)
    assert (member.status, member.name) == ("active", "Jan Muster")
    assert member.roles == (Role(organisation=company.id, network=NETWORK, role="company"),)
    (consent,) = member.consents
    assert (consent.text_version, consent.challenge, consent.withdrawn_at) == ("2026-11", challenge, None)
    assert abs(consent.given_at - now()) < timedelta(minutes=1)
    assert (company.name, company.kinds, company.networks) == (
        "Schlosserei Muster",
        frozenset({Kind.COMPANY}),
        (NETWORK,),
    )
    assert (company.head_count, company.place.postal_code, company.place.town) == (9, "01067", "Dresden")
    assert company.place.lat == pytest.approx(51.05, abs=0.1)
    assert [one.what for one in await store.audit.entries({"member": member.id})] == ["role_given"]


async def test_who_wants_no_mails_gives_no_consent(stranger: Caller, store: Store) -> None:
    await met(stranger, await registered(stranger, wants_mails=False))

    assert (await person(store)).consents == ()


async def test_of_a_known_person_nothing_changes_before_the_owner_of_the_mailbox_confirms(
    stranger: Caller, store: Store
) -> None:
    await store.organisations.add(an_organisation())
    known = await store.members.add(a_member(email=JAN, consents=()))
    challenge = await registered(stranger, name="Somebody Else")
    assert await store.members.get(ASKER) == known

    await met(stranger, challenge)

    member = await person(store)
    used = await store.challenges.get(challenge)
    assert used is not None
    assert (member.name, member.roles) == (known.name, known.roles)
    assert [one.challenge for one in member.consents] == [challenge]
    assert used.organisation == COMPANY
    assert await store.organisations.count({}) == 1


async def test_a_consent_given_before_keeps_its_proof(stranger: Caller, store: Store) -> None:
    await store.organisations.add(an_organisation())
    known = await store.members.add(a_member(email=JAN))

    await met(stranger, await registered(stranger, text_version="2027-01"))

    assert (await person(store)).consents == known.consents


async def test_a_withdrawn_consent_can_be_given_again(stranger: Caller, store: Store) -> None:
    await store.organisations.add(an_organisation())
    gone = Consent(purpose="matches", given_at=NOW, withdrawn_at=NOW, text_version="2026-11")
    await store.members.add(a_member(email=JAN, consents=(gone,)))

    challenge = await registered(stranger)
    await met(stranger, challenge)

    assert [(one.challenge, one.withdrawn_at) for one in (await person(store)).consents] == [(challenge, None)]


async def test_a_company_of_the_same_name_is_not_joined_by_claiming_to_belong_to_it(
    stranger: Caller, store: Store
) -> None:
    await store.organisations.add(an_organisation(name="Schlosserei Muster"))

    await met(stranger, await registered(stranger))

    assert COMPANY not in {role.organisation for role in (await person(store)).roles}


async def test_known_unknown_blocked_and_unconfirmed_addresses_get_the_same_answer(
    stranger: Caller, store: Store
) -> None:
    await store.members.add(a_member(id=an_id(6), email="active@metallbau.example"))
    await store.members.add(a_member(id=an_id(7), email="blocked@metallbau.example", status="blocked"))
    await store.members.add(a_member(id=an_id(8), email="new@metallbau.example", status="unconfirmed"))

    answers = [
        await stranger.send("POST", "/registrations", an_answer(email=f"{name}@metallbau.example"))
        for name in ("active", "nobody", "blocked", "new")
    ]

    assert len({(one.status_code, tuple(one.json()), len(one.content)) for one in answers}) == 1
    assert len({round(one.json()["expires_in"], -2) for one in answers}) == 1
    blocked = await store.challenges.get(answers[2].json()["challenge"])
    assert blocked is not None
    assert blocked.member is None


def dying_at(monkeypatch: pytest.MonkeyPatch, part: Any, method: str) -> Callable[[], None]:
    """Let the next call of a method end the process, so to speak; return what brings it back to life."""

    async def dies(*_: object, **__: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(part, method, dies)
    return monkeypatch.undo


@pytest.mark.parametrize("dead_at", ["organisations.add", "members.replace", "challenges.replace"])
async def test_a_confirmation_that_died_halfway_is_repeated_and_founds_nothing_twice(
    stranger: Caller, store: Store, monkeypatch: pytest.MonkeyPatch, dead_at: str
) -> None:
    challenge = await registered(stranger)
    collection, method = dead_at.split(".")
    alive_again = dying_at(monkeypatch, getattr(store, collection), method)
    died = await stranger.send("POST", f"/challenges/{challenge}/uses", link(challenge))
    assert died.status_code == 500
    alive_again()

    done = await met(stranger, challenge)

    member = await person(store)
    (company,) = await store.organisations.find({})
    assert done["member"] == member.id
    assert member.roles == (Role(organisation=company.id, network=NETWORK, role="company"),)
    assert len(member.consents) == 1
    used = await store.challenges.get(challenge)
    assert used is not None
    assert (used.status, used.organisation) == ("used", company.id)


async def test_a_registration_repeated_with_its_key_asks_once(stranger: Caller, store: Store) -> None:
    first = await registered(stranger, Idempotency_Key="answer-1")
    second = await registered(stranger, Idempotency_Key="answer-1")

    assert first == second
    assert await store.challenges.count({}) == await store.members.count({}) == 1
    other = await stranger.faults("POST", "/registrations", an_answer(name="Other"), Idempotency_Key="answer-1")
    assert other == (422, {"Idempotency-Key": "idempotency_key_reused"})


@pytest.mark.parametrize("status", ["ended", "none"])
async def test_nobody_registers_for_a_network_that_is_over_or_was_never_there(
    stranger: Caller, store: Store, status: str
) -> None:
    other = an_id(5)
    if status == "ended":
        await store.networks.add(a_network(id=other, status="ended"))

    assert await stranger.faults("POST", "/registrations", an_answer(network=other)) == (
        422,
        {"network": "unknown_network"},
    )
    assert await store.members.count({}) == 0


async def test_answers_and_sign_ins_for_one_mailbox_are_counted_together(stranger: Caller) -> None:
    for number in range(10):
        await registered(stranger, Client_Address=f"192.0.2.{number}")

    asked = await stranger.send("POST", "/sign-ins", {"email": JAN, "language": "de"}, Client_Address="192.0.2.99")
    refused = await stranger.send("POST", "/registrations", an_answer(), Client_Address="192.0.2.98")
    assert asked.status_code == refused.status_code == 429


async def test_whoever_never_confirms_is_erased_after_seven_days_with_all_that_was_said(
    stranger: Caller, store: Store
) -> None:
    challenge = await registered(stranger)
    later = now() + LASTS["confirmation"] + timedelta(minutes=1)

    assert await work.forget(store, later - timedelta(minutes=2)) == 0
    while await work.forget(store, later):
        pass

    assert await store.members.count({}) == 0
    assert await stranger.faults("POST", f"/challenges/{challenge}/uses", link(challenge)) == NOT_MET
    for collection in (store.members.collection, store.challenges.collection, store.audit.collection):
        documents = str([one async for one in collection.find()])
        assert not any(word in documents for word in ("Muster", "jan@", "Dresden"))


async def test_people_entered_by_an_operator_are_kept_though_they_never_confirm(stranger: Caller, store: Store) -> None:
    await store.members.add(a_member(email=JAN, status="unconfirmed", roles=()))
    await registered(stranger)

    while await work.forget(store, now() + timedelta(days=100)):
        pass

    assert (await person(store)).status == "unconfirmed"


async def test_registering_again_keeps_an_unconfirmed_person_as_long_as_the_newest_link(
    stranger: Caller, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registered(stranger)
    begun = now()
    monkeypatch.setattr("services.members.api.registrations.now", lambda: begun + timedelta(days=5))
    newest = await registered(stranger)
    monkeypatch.undo()

    while await work.forget(store, begun + timedelta(days=8)):
        pass

    assert (await person(store)).status == "unconfirmed"
    await met(stranger, newest)


async def test_confirmed_people_stay(stranger: Caller, store: Store) -> None:
    await met(stranger, await registered(stranger))

    while await work.forget(store, now() + timedelta(days=400)):
        pass

    assert (await person(store)).status == "active"


async def test_what_was_said_with_a_challenge_is_forgotten_thirty_days_after_its_end(
    stranger: Caller, store: Store
) -> None:
    challenge = await registered(stranger)
    await met(stranger, challenge)

    assert await work.forget(store, now() + KEPT - timedelta(minutes=1)) == 0
    assert await work.forget(store, now() + KEPT + timedelta(minutes=1)) == 1

    document = await challenge_in(store, challenge)
    assert document["record"]["status"] == "erased"
    assert "private" not in document


async def test_erasing_a_person_erases_what_was_said_and_ends_sessions(stranger: Caller, store: Store) -> None:
    challenge = await registered(stranger)
    secret = (await met(stranger, challenge))["session"]["secret"]
    member = await person(store)
    await store.members.erase(member.id, expected=member.version)

    while await work.forget(store, now()):
        pass

    document = await challenge_in(store, challenge)
    assert "private" not in document
    assert await store.sessions.used(secret, now()) is None
