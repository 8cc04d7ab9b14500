from typing import Any

import pytest

from services.members.store import Store
from shared.callers import sign_caller_token
from shared.events.members import Role
from tests.builders import ASKER, COMPANY, NETWORK, a_member, an_id
from tests.integration.members.conftest import KEY, Caller
from tests.integration.members.letting_in import asked, met
from tests.signing import Signed

ME = Signed(lambda: sign_caller_token(KEY, subject=ASKER, rights=(), audience=("members",)))


@pytest.fixture(autouse=True)
async def petra(store: Store) -> str:
    await store.members.add(a_member())
    return ASKER


def said(**changes: Any) -> dict[str, Any]:
    return {"name": "Petra Neu", "language": "en", "phone": "0341 1", "wants_mails": True, **changes}


async def read(caller: Caller) -> tuple[Any, dict[str, str]]:
    answer = await caller.send("GET", "/me", **ME)
    assert answer.status_code == 200, answer.text
    return answer.json(), {**ME, "If_Match": answer.headers["ETag"]}


async def test_people_change_themselves_but_neither_roles_nor_address(stranger: Caller) -> None:
    before, match = await read(stranger)

    answer = await stranger.send("PUT", "/me", said(publishes_contact=True), **match)

    after = answer.json()
    assert (after["name"], after["language"], after["phone"]) == ("Petra Neu", "en", "0341 1")
    assert after["publishes_contact"] is True
    for kept in ("roles", "email", "status", "consents"):
        assert after[kept] == before[kept]
    assert (await stranger.send("PUT", "/me", said(), **match)).status_code == 412


@pytest.mark.parametrize("field", ["roles", "email", "status", "consents"])
async def test_what_is_not_theirs_to_change_is_refused(stranger: Caller, field: str) -> None:
    _, match = await read(stranger)

    assert await stranger.faults("PUT", "/me", said(**{field: []}), **match) == (422, {field: "field_unknown"})


async def test_mails_are_ended_and_wanted_again_with_the_text_that_was_read(stranger: Caller) -> None:
    _, match = await read(stranger)
    await stranger.send("PUT", "/me", said(wants_mails=False), **match)
    withdrawn, match = await read(stranger)
    assert withdrawn["consents"][0]["withdrawn_at"] is not None

    assert await stranger.faults("PUT", "/me", said(), **match) == (422, {"text_version": "field_missing"})
    await stranger.send("PUT", "/me", said(text_version="2027-01"), **match)

    (consent,) = (await read(stranger))[0]["consents"]
    assert (consent["text_version"], consent["withdrawn_at"]) == ("2027-01", None)


async def test_everything_about_oneself_can_be_taken_along(stranger: Caller, store: Store) -> None:
    await met(stranger, (await asked(stranger))["challenge"])
    await store.audit.note("contact_viewed", an_id(9), member=ASKER)

    taken = (await stranger.send("GET", "/me/export", **ME)).json()

    assert taken["member"]["email"] == "petra@metallbau.example"
    assert len(taken["sessions"]) == len(taken["challenges"]) == 1
    assert [one["what"] for one in taken["audit"]] == ["contact_viewed"]
    assert "browser" not in str(taken)


async def test_people_erase_themselves(stranger: Caller, store: Store) -> None:
    secret = (await met(stranger, (await asked(stranger))["challenge"]))["session"]["secret"]
    _, match = await read(stranger)

    answer = await stranger.send("DELETE", "/me", **match)

    assert answer.json()["status"] == "erased"
    assert await store.members.get(ASKER) is None
    assert (await stranger.send("POST", "/sessions/token", {"secret": secret})).status_code == 401
    assert await stranger.faults("GET", "/me", **ME) == (404, "missing")


async def test_the_only_operator_stays(stranger: Caller, store: Store) -> None:
    member = await store.members.get(ASKER)
    assert member is not None
    role = Role(organisation=COMPANY, network=NETWORK, role="operator")
    await store.members.replace(member.model_copy(update={"roles": (role,)}), expected=member.version)
    _, match = await read(stranger)

    assert await stranger.faults("DELETE", "/me", **match) == (409, "last_operator")

    await store.members.add(a_member(id=an_id(8), email="second@verbund.example", roles=(role,)))
    assert (await stranger.send("DELETE", "/me", **match)).status_code == 200


async def test_nobody_without_a_record_has_one(stranger: Caller) -> None:
    token = sign_caller_token(KEY, subject="operator", rights=("operator",), audience=("members",))

    assert await stranger.faults("GET", "/me", Authorization=f"Bearer {token}") == (404, "missing")
    assert (await stranger.send("GET", "/me")).status_code == 401
