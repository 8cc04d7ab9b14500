import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.members.domain import challenges as rules
from services.members.store import Store
from services.members.store.sessions import LONGEST, UNUSED
from shared.callers import CallerKeys
from shared.clock import now
from tests.builders import ASKER, COMPANY, NETWORK, a_member, a_network, an_id, an_organisation
from tests.integration.members.conftest import KEY, Caller
from tests.integration.members.letting_in import asked, challenge_in, code, link, met, token_of

NOT_MET = (422, "challenge_not_met")
PETRA = "petra@metallbau.example"


@pytest.fixture(autouse=True)
async def petra(store: Store) -> str:
    await store.networks.add(a_network())
    await store.organisations.add(an_organisation())
    await store.members.add(a_member())
    return ASKER


async def put_back(store: Store, challenge: str, by: timedelta) -> None:
    """Make a challenge older than it is."""
    found = await store.challenges.get(challenge)
    assert found is not None
    await store.challenges.replace(
        found.model_copy(update={"expires_at": found.expires_at - by}), expected=found.version
    )


async def used(stranger: Caller, challenge: str, given: Any) -> tuple[int, object]:
    return await stranger.faults("POST", f"/challenges/{challenge}/uses", given)


async def test_a_mailed_link_signs_a_person_in_with_all_roles(stranger: Caller, petra: str) -> None:
    challenge = (await asked(stranger))["challenge"]

    done = await met(stranger, challenge)

    session = await token_of(stranger, done["session"]["secret"])
    assert (done["kind"], done["member"]) == ("sign_in", petra)
    assert session["member"] == {"id": petra, "name": "Petra Beispiel", "language": "de"}
    assert session["operator"] is False
    assert session["roles"] == [
        {
            "role": "company",
            "organisation": {"id": COMPANY, "name": "Muster Metallbau GmbH"},
            "network": {"id": NETWORK, "name": "Weiterbildungsverbund Muster"},
        }
    ]
    for service in ("members", "surveys", "matching", "notifications"):
        caller = CallerKeys([KEY.public_key()], service).caller(session["token"])
        assert (caller.subject, caller.rights) == (petra, frozenset({f"company:{COMPANY}:{NETWORK}"}))


async def test_the_code_signs_in_the_browser_that_asked(stranger: Caller, petra: str) -> None:
    asking = await asked(stranger)
    digits = code(asking["challenge"])

    given = {"browser": asking["browser"], "code": f"{digits[:4]} {digits[4:]}"}
    done = await met(stranger, asking["challenge"], given)

    assert done["member"] == petra


async def test_known_unknown_blocked_and_unconfirmed_addresses_get_the_same_answer(
    stranger: Caller, store: Store, petra: str
) -> None:
    await store.members.add(a_member(id=an_id(7), email="blocked@metallbau.example", status="blocked"))
    await store.members.add(a_member(id=an_id(8), email="new@metallbau.example", status="unconfirmed"))
    answers = {
        name: await stranger.send("POST", "/sign-ins", {"email": f"{name}@metallbau.example", "language": "de"})
        for name in ("petra", "nobody", "blocked", "new")
    }

    shapes = {
        (one.status_code, tuple(one.json()), one.json()["expires_in"], len(one.json()["browser"]), len(one.content))
        for one in answers.values()
    }
    assert len(shapes) == 1
    documents = {name: await challenge_in(store, one.json()["challenge"]) for name, one in answers.items()}
    assert {name: one["record"]["member"] for name, one in documents.items()} == {
        "petra": petra,
        "nobody": None,
        "blocked": None,
        "new": None,
    }
    for one in documents.values():
        assert "metallbau" not in str(one)


async def test_a_challenge_of_nobody_is_met_by_nothing(stranger: Caller) -> None:
    asking = await asked(stranger, "nobody@metallbau.example")
    challenge = asking["challenge"]

    assert await used(stranger, challenge, link(challenge)) == NOT_MET
    assert await used(stranger, challenge, {"browser": asking["browser"], "code": code(challenge)}) == NOT_MET


async def test_a_challenge_is_met_once(stranger: Caller) -> None:
    asking = await asked(stranger)
    challenge = asking["challenge"]
    await met(stranger, challenge)

    assert await used(stranger, challenge, link(challenge)) == NOT_MET
    assert await used(stranger, challenge, {"browser": asking["browser"], "code": code(challenge)}) == NOT_MET


async def test_a_link_pressed_ten_times_at_once_signs_in_once(stranger: Caller, store: Store, petra: str) -> None:
    challenge = (await asked(stranger))["challenge"]

    answers = await asyncio.gather(
        *(stranger.send("POST", f"/challenges/{challenge}/uses", link(challenge)) for _ in range(10))
    )

    assert sorted(one.status_code for one in answers) == [200] + [422] * 9
    assert len(await store.sessions.of(petra, now())) == 1


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"signature": "x" * 43},
        {"signature": ""},
        {"code": "12345678"},
        {"browser": "x"},
    ],
)
async def test_without_the_right_proof_nobody_gets_in(stranger: Caller, given: Any) -> None:
    challenge = (await asked(stranger))["challenge"]

    status, _ = await used(stranger, challenge, given)

    assert status == 422


async def test_the_signature_of_another_challenge_is_worth_nothing(stranger: Caller) -> None:
    one, other = [(await asked(stranger))["challenge"] for _ in range(2)]

    assert await used(stranger, one, link(other)) == NOT_MET


async def test_the_code_is_worth_nothing_in_another_browser(stranger: Caller) -> None:
    one, other = [await asked(stranger) for _ in range(2)]

    given = {"browser": other["browser"], "code": code(one["challenge"])}

    for _ in range(6):  # and a stranger's tries do not use up the owner's
        assert await used(stranger, one["challenge"], given) == NOT_MET
    await met(stranger, one["challenge"], {"browser": one["browser"], "code": code(one["challenge"])})


async def test_five_wrong_codes_close_the_challenge_for_the_link_too(stranger: Caller, store: Store) -> None:
    asking = await asked(stranger)
    challenge = asking["challenge"]
    wrong = {"browser": asking["browser"], "code": str(99_999_999 - int(code(challenge))).zfill(8)}

    for _ in range(5):
        assert await used(stranger, challenge, wrong) == NOT_MET

    closed = await store.challenges.get(challenge)
    assert closed is not None
    assert closed.status == "closed"
    assert await used(stranger, challenge, {**wrong, "code": code(challenge)}) == NOT_MET
    assert await used(stranger, challenge, link(challenge)) == NOT_MET


async def test_the_fifth_code_may_still_be_the_right_one(stranger: Caller) -> None:
    asking = await asked(stranger)
    challenge = asking["challenge"]
    for _ in range(4):
        assert await used(stranger, challenge, {"browser": asking["browser"], "code": "nonsense"}) == NOT_MET

    await met(stranger, challenge, {"browser": asking["browser"], "code": code(challenge)})


async def test_codes_tried_at_once_are_counted_one_by_one(stranger: Caller, store: Store) -> None:
    asking = await asked(stranger)
    wrong = {"browser": asking["browser"], "code": "nonsense"}

    await asyncio.gather(*(used(stranger, asking["challenge"], wrong) for _ in range(20)))

    document = await challenge_in(store, asking["challenge"])
    assert (document["private"]["tries"], document["record"]["status"]) == (5, "closed")


async def test_the_code_works_for_ten_minutes_and_the_link_for_sixty(stranger: Caller, store: Store) -> None:
    asking = await asked(stranger)
    challenge = asking["challenge"]
    await put_back(store, challenge, rules.CODE_LASTS)

    assert await used(stranger, challenge, {"browser": asking["browser"], "code": code(challenge)}) == NOT_MET
    await met(stranger, challenge)

    late = (await asked(stranger))["challenge"]
    await put_back(store, late, rules.LASTS["sign_in"])
    assert await used(stranger, late, link(late)) == NOT_MET


async def test_a_hundred_readings_by_a_scanner_change_nothing(stranger: Caller, store: Store) -> None:
    challenge = (await asked(stranger))["challenge"]
    before = await challenge_in(store, challenge)
    path = f"/challenges/{challenge}?signature={link(challenge)['signature']}"

    for number in range(100):
        answer = await stranger.send("HEAD" if number % 2 else "GET", path)
        assert answer.status_code == (405 if number % 2 else 200)

    assert await challenge_in(store, challenge) == before
    shown = (await stranger.send("GET", path)).json()
    assert shown == {"kind": "sign_in", "status": "open", "network": None, "organisation": None, "language": "de"}
    await met(stranger, challenge)
    assert (await stranger.send("GET", path)).json()["status"] == "used"


async def test_a_page_is_shown_to_those_who_have_the_link(stranger: Caller) -> None:
    challenge = (await asked(stranger))["challenge"]

    for path in (f"/challenges/{challenge}?signature={'x' * 43}", f"/challenges/{an_id(5)}?signature={'x' * 43}"):
        assert await stranger.faults("GET", path) == (404, "link_not_valid")


async def test_a_mailbox_is_not_flooded_whether_anybody_has_it_or_not(stranger: Caller) -> None:
    for email in (PETRA, "nobody@metallbau.example"):
        for number in range(10):
            await asked(stranger, email, Client_Address=f"192.0.2.{number}")
        answer = await stranger.send(
            "POST", "/sign-ins", {"email": email, "language": "de"}, Client_Address="192.0.2.99"
        )
        assert answer.status_code == 429
        assert answer.json()["code"] == "too_many"
        assert 1 <= int(answer.headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("address", "neighbour"), [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1")]
)
async def test_a_network_address_does_not_ask_for_others_all_day(
    stranger: Caller, address: str, neighbour: str
) -> None:
    for number in range(30):
        await asked(stranger, f"person{number}@metallbau.example", Client_Address=address)

    refused = await stranger.send(
        "POST", "/sign-ins", {"email": "last@metallbau.example", "language": "de"}, Client_Address=neighbour
    )
    assert refused.status_code == 429
    await asked(stranger, "last@metallbau.example", Client_Address="2001:db8:1:3::7")


async def test_sessions_are_listed_and_ended_one_by_one_or_all_but_one(stranger: Caller) -> None:
    opened = [await met(stranger, (await asked(stranger))["challenge"]) for _ in range(4)]
    secrets = [one["session"]["secret"] for one in opened]
    ids = [one["session"]["id"] for one in opened]
    own = {"Authorization": f"Bearer {(await token_of(stranger, secrets[0]))['token']}"}

    listed = (await stranger.send("GET", "/sessions", **own)).json()
    assert [one["id"] for one in listed] == ids[::-1]
    assert not any(secret in str(listed) for secret in secrets)

    assert (await stranger.send("DELETE", f"/sessions/{ids[1]}", **own)).status_code == 204
    assert await stranger.faults("POST", "/sessions/token", {"secret": secrets[1]}) == (401, "not_signed_in")
    assert await stranger.faults("DELETE", f"/sessions/{ids[1]}", **own) == (404, "missing")

    assert (await stranger.send("DELETE", f"/sessions?keep={ids[0]}", **own)).status_code == 204
    await token_of(stranger, secrets[0])
    assert await stranger.faults("POST", "/sessions/token", {"secret": secrets[3]}) == (401, "not_signed_in")

    assert (await stranger.send("POST", "/sessions/end", {"secret": secrets[0]})).status_code == 204
    assert await stranger.faults("POST", "/sessions/token", {"secret": secrets[0]}) == (401, "not_signed_in")


async def test_nobody_sees_or_ends_the_sessions_of_others(stranger: Caller, store: Store) -> None:
    await store.members.add(a_member(id=an_id(7), email="jan@metallbau.example"))
    hers = (await met(stranger, (await asked(stranger))["challenge"]))["session"]
    his = (await met(stranger, (await asked(stranger, "jan@metallbau.example"))["challenge"]))["session"]
    him = {"Authorization": f"Bearer {(await token_of(stranger, his['secret']))['token']}"}

    assert [one["id"] for one in (await stranger.send("GET", "/sessions", **him)).json()] == [his["id"]]
    assert await stranger.faults("DELETE", f"/sessions/{hers['id']}", **him) == (404, "missing")
    assert (await stranger.send("DELETE", "/sessions", **him)).status_code == 204
    await token_of(stranger, hers["secret"])


async def test_of_a_session_only_a_hash_is_kept(stranger: Caller, store: Store) -> None:
    asking = await asked(stranger)
    secret = (await met(stranger, asking["challenge"]))["session"]["secret"]

    kept = [str(one) async for one in store.sessions.collection.find()]
    kept += [str(one) async for one in store.challenges.collection.find()]

    assert len(secret) == 43
    assert not any(secret in one or asking["browser"] in one for one in kept)


@pytest.mark.parametrize("status", ["blocked", "erased"])
async def test_the_sessions_of_a_blocked_or_erased_person_are_over_for_good(
    stranger: Caller, store: Store, petra: str, status: str
) -> None:
    secret = (await met(stranger, (await asked(stranger))["challenge"]))["session"]["secret"]
    member = await store.members.get(petra)
    assert member is not None
    if status == "erased":
        await store.members.erase(petra, expected=member.version)
    else:
        member = await store.members.replace(member.model_copy(update={"status": "blocked"}), expected=member.version)

    assert await stranger.faults("POST", "/sessions/token", {"secret": secret}) == (401, "not_signed_in")
    if status == "blocked":
        await store.members.replace(member.model_copy(update={"status": "active"}), expected=member.version)
        assert await stranger.faults("POST", "/sessions/token", {"secret": secret}) == (401, "not_signed_in")


async def test_a_session_lives_thirty_days_unused_and_ninety_at_most(store: Store) -> None:
    begun = now()
    session, secret = await store.sessions.open(ASKER, begun)
    assert session.expires_at == begun + UNUSED

    moment: datetime = begun
    while (again := await store.sessions.used(secret, moment + timedelta(days=29))) is not None:
        moment += timedelta(days=29)
        assert again.expires_at <= begun + LONGEST + timedelta(seconds=1)

    assert moment == begun + timedelta(days=87)
    assert await store.sessions.used("x" * 43, begun) is None
