from typing import Any

import pytest

from services.members.store import Store
from shared.callers import CallerKeys
from shared.events.matching import pair_of
from shared.links import signature
from shared.rules import NotSignedIn
from tests.builders import ASKER, a_member, an_id
from tests.integration.members.conftest import KEY, LINK_KEY, Caller

NEED, OFFER = an_id(1), an_id(101)


def a_match_link(**changes: Any) -> dict[str, Any]:
    made = signature(LINK_KEY, "match", ASKER, NEED, OFFER)
    return {"purpose": "match", "member": ASKER, "need": NEED, "offer": OFFER, "signature": made, **changes}


def an_unsubscribe_link(**changes: Any) -> dict[str, Any]:
    made = signature(LINK_KEY, "unsubscribe", ASKER)
    return {"purpose": "unsubscribe", "member": ASKER, "signature": made, **changes}


async def test_a_match_link_becomes_a_token_for_this_pair_at_matching_and_for_its_contact_here(
    stranger: Caller, store: Store
) -> None:
    await store.members.add(a_member(roles=()))

    answer = await stranger.send("POST", "/tokens", a_match_link())

    token = answer.json()["token"]
    caller = CallerKeys([KEY.public_key()], "matching").caller(token)
    assert (caller.subject, caller.rights) == (ASKER, frozenset({f"match:{pair_of(NEED, OFFER)}"}))
    assert answer.json()["expires_in"] == 600
    assert answer.headers["cache-control"] == "no-store"
    assert CallerKeys([KEY.public_key()], "members").caller(token) == caller
    with pytest.raises(NotSignedIn):
        CallerKeys([KEY.public_key()], "surveys").caller(token)


async def test_an_unsubscribe_link_becomes_a_token_for_ending_ones_mails(stranger: Caller, store: Store) -> None:
    await store.members.add(a_member(roles=(), status="blocked"))

    answer = await stranger.send("POST", "/tokens", an_unsubscribe_link())

    caller = CallerKeys([KEY.public_key()], "notifications").caller(answer.json()["token"])
    assert (caller.subject, caller.rights) == (ASKER, frozenset({"unsubscribe"}))


@pytest.mark.parametrize(
    "link",
    [
        a_match_link(offer=an_id(102)),
        a_match_link(member=an_id(7)),
        a_match_link(offer=None),
        a_match_link(signature="x" * 43),
        a_match_link(signature="ä"),
        a_match_link(purpose="unsubscribe"),
        an_unsubscribe_link(need=NEED),
        an_unsubscribe_link(purpose="match"),
        an_unsubscribe_link(member=an_id(7), signature=signature(LINK_KEY, "unsubscribe", an_id(7))),
    ],
)
async def test_other_links_are_worth_nothing(stranger: Caller, store: Store, link: Any) -> None:
    await store.members.add(a_member(roles=()))

    assert await stranger.faults("POST", "/tokens", link) == (404, "link_not_valid")


async def test_the_links_of_an_erased_person_are_worth_nothing(stranger: Caller, store: Store) -> None:
    member = await store.members.add(a_member(roles=()))
    await store.members.erase(ASKER, expected=member.version)

    assert await stranger.faults("POST", "/tokens", a_match_link()) == (404, "link_not_valid")
    assert await stranger.faults("POST", "/tokens", an_unsubscribe_link()) == (404, "link_not_valid")


async def test_a_blocked_person_sees_no_matches(stranger: Caller, store: Store) -> None:
    await store.members.add(a_member(roles=(), status="blocked"))

    assert await stranger.faults("POST", "/tokens", a_match_link()) == (404, "link_not_valid")
