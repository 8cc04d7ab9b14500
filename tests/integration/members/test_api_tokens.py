from datetime import timedelta
from typing import Any

import pytest

from services.members import work
from services.members.api.asked import today
from services.members.store import Store
from shared.callers import CallerKeys, sign_caller_token
from shared.clock import now
from tests.builders import ASKER, COMPANY, NETWORK, a_member, an_id
from tests.integration.members.conftest import KEY, Caller

RIGHT = f"company:{COMPANY}:{NETWORK}"


@pytest.fixture(autouse=True)
async def petra(store: Store) -> str:
    await store.members.add(a_member())
    return ASKER


def as_one(subject: str = ASKER, scopes: tuple[str, ...] | None = None) -> dict[str, str]:
    token = sign_caller_token(KEY, subject=subject, rights=(RIGHT,), audience=("members",), scopes=scopes)
    return {"Authorization": f"Bearer {token}"}


def a_token(**changes: Any) -> dict[str, Any]:
    wanted = {"label": "Website", "scopes": ["surveys:read"], "expires_on": str(today() + timedelta(days=30))}
    return {**wanted, **changes}


async def made(caller: Caller, **changes: Any) -> Any:
    answer = await caller.send("POST", "/api-tokens", a_token(**changes), **as_one())
    assert answer.status_code == 201, answer.text
    return answer.json()


def exchanging(secret: str) -> dict[str, str]:
    return {"purpose": "api", "secret": secret}


async def test_a_programs_token_has_its_owners_rights_within_its_scopes(stranger: Caller, store: Store) -> None:
    token = await made(stranger)
    assert token["secret"].startswith("bw_")

    answer = await stranger.send("POST", "/tokens", exchanging(token["secret"]))

    caller = CallerKeys([KEY.public_key()], "surveys").caller(answer.json()["token"])
    assert (caller.subject, caller.rights, caller.scopes) == (
        ASKER,
        frozenset({RIGHT}),
        frozenset({"surveys:read"}),
    )
    assert answer.headers["cache-control"] == "no-store"
    (kept,) = [one async for one in store.api_tokens.collection.find()]
    assert token["secret"] not in str(kept)
    assert kept["last_used_on"] == str(today())


async def test_a_right_taken_from_the_owner_is_taken_from_the_program(stranger: Caller, store: Store) -> None:
    token = await made(stranger)
    member = await store.members.get(ASKER)
    assert member is not None
    await store.members.replace(member.model_copy(update={"roles": ()}), expected=member.version)

    answer = await stranger.send("POST", "/tokens", exchanging(token["secret"]))

    assert CallerKeys([KEY.public_key()], "surveys").caller(answer.json()["token"]).rights == frozenset()


async def test_a_scope_bounds_what_a_program_does_here_too(stranger: Caller) -> None:
    reading = await made(stranger, scopes=["members:read"])
    token = (await stranger.send("POST", "/tokens", exchanging(reading["secret"]))).json()["token"]
    program = {"Authorization": f"Bearer {token}"}

    assert (await stranger.send("GET", "/members", **program)).status_code == 200
    assert await stranger.faults("PUT", "/me", {}, **program) == (403, "scope_missing")


async def test_a_program_makes_sees_and_revokes_no_tokens_and_sessions(stranger: Caller) -> None:
    program = as_one(scopes=("members:read", "members:write"))

    for method, path in (
        ("GET", "/api-tokens"),
        ("GET", "/sessions"),
        ("GET", "/me"),
        ("DELETE", "/sessions"),
        ("DELETE", f"/api-tokens/{an_id()}"),
    ):
        assert (await stranger.send(method, path, **program)).status_code == 403
    assert (await stranger.send("POST", "/api-tokens", a_token(), **program)).status_code == 403


async def test_a_revoked_token_is_worth_nothing(stranger: Caller) -> None:
    token = await made(stranger)
    listed = (await stranger.send("GET", "/api-tokens", **as_one())).json()
    assert [one["id"] for one in listed] == [token["id"]]
    assert "secret" not in listed[0]

    assert await stranger.faults("DELETE", f"/api-tokens/{token['id']}", **as_one(an_id(7))) == (404, "missing")
    assert (await stranger.send("DELETE", f"/api-tokens/{token['id']}", **as_one())).status_code == 204

    assert await stranger.faults("POST", "/tokens", exchanging(token["secret"])) == (401, "not_signed_in")
    assert (await stranger.send("GET", "/api-tokens", **as_one())).json() == []


async def test_a_token_ends_with_its_last_day(stranger: Caller, store: Store) -> None:
    secret = (await made(stranger, expires_on=str(today())))["secret"]

    assert await store.api_tokens.used(secret, now()) is not None
    assert await store.api_tokens.used(secret, now() + timedelta(days=1)) is None


@pytest.mark.parametrize("status", ["blocked", "erased"])
async def test_the_programs_of_a_blocked_or_erased_person_are_let_in_no_more(
    stranger: Caller, store: Store, status: str
) -> None:
    secret = (await made(stranger))["secret"]
    member = await store.members.get(ASKER)
    assert member is not None
    if status == "erased":
        await store.members.erase(ASKER, expected=member.version)
    else:
        await store.members.replace(member.model_copy(update={"status": status}), expected=member.version)

    assert await stranger.faults("POST", "/tokens", exchanging(secret)) == (401, "not_signed_in")
    await work.forget(store, now())
    assert await store.api_tokens.collection.count_documents({}) == 0


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"scopes": []}, {"scopes": "list_too_short"}),
        ({"scopes": ["everything"]}, {"scopes.0": "not_one_of"}),
        ({"label": ""}, {"label": "text_empty"}),
        ({"expires_on": "2026-01-01"}, {"expires_on": "day_is_past"}),
        ({"expires_on": "2199-01-01"}, {"expires_on": "expires_too_late"}),
    ],
)
async def test_tokens_without_bounds_are_refused(stranger: Caller, changes: Any, faults: Any) -> None:
    assert await stranger.faults("POST", "/api-tokens", a_token(**changes), **as_one()) == (422, faults)


async def test_a_person_has_twenty_tokens_at_most(stranger: Caller) -> None:
    for _ in range(20):
        await made(stranger)

    assert await stranger.faults("POST", "/api-tokens", a_token(), **as_one()) == (409, "too_many_tokens")


@pytest.mark.parametrize("given", [{"purpose": "api"}, {"purpose": "api", "secret": "bw_unknown"}])
async def test_an_unknown_secret_is_exchanged_for_nothing(stranger: Caller, given: Any) -> None:
    assert await stranger.faults("POST", "/tokens", given) == (401, "not_signed_in")
