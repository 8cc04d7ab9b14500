"""The contact of the other side of a match is shown to nobody before its time, and each look is told."""

from typing import Any

import pytest

from services.members.store import Store
from shared.callers import sign_caller_token
from shared.copies import Received
from shared.events import NeedSnapshot, OfferSnapshot, ResponseSnapshot
from shared.events.base import Snapshot
from shared.events.matching import Said, pair_of
from tests.builders import NETWORK, NOW, a_need, an_id, an_offer
from tests.integration.members.conftest import KEY, Caller
from tests.integration.members.world import COMPANY, ELSEWHERE, IDS, PROVIDER, SignedIn, World

NEED, OFFER = an_id(1), an_id(101)
PAIR = pair_of(NEED, OFFER)
PATH = f"/pairs/{NEED}/{OFFER}/contact"


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    return await World(store, stranger.client).fill()


async def heard(world: World, *snapshots: Snapshot) -> None:
    """Take in what the other services published."""
    pairs = world.store.pairs
    into: dict[type[Snapshot], Any] = {
        NeedSnapshot: pairs.needs,
        OfferSnapshot: pairs.offers,
        ResponseSnapshot: pairs.responses,
    }
    for one in snapshots:
        await into[type(one)].apply([Received(one.id, one.version, one.model_dump(mode="json"))])


def need(**changes: Any) -> NeedSnapshot:
    return a_need(**{"organisation": COMPANY, "contact": IDS["company"], **changes})


def offer(**changes: Any) -> OfferSnapshot:
    return an_offer(**{"provider": PROVIDER, "contact": IDS["provider"], **changes})


def said(company: str | None, provider: str | None, version: int = 1) -> ResponseSnapshot:
    def by(who: str, what: str | None) -> Said | None:
        return Said.model_validate({"what": what, "by": IDS[who], "at": NOW}) if what else None

    return ResponseSnapshot(
        id=PAIR,
        version=version,
        status="current",
        changed_at=NOW,
        need=NEED,
        offer=OFFER,
        company=by("company", company),
        provider=by("provider", provider),
    )


async def publish(world: World, who: str) -> None:
    person = await world.store.members.get(IDS[who])
    assert person is not None
    await world.store.members.replace(person.model_copy(update={"publishes_contact": True}), expected=person.version)


async def shown(world: World, who: str | Caller) -> str | int:
    """Return the address that is shown, or the status of the refusal."""
    caller = world[who] if isinstance(who, str) else who
    answer = await caller.send("GET", PATH)
    return str(answer.json()["email"]) if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize(
    ("company", "provider"),
    [
        (None, None),
        ("interested", None),
        (None, "interested"),
        ("seen", "interested"),
        ("interested", "dismissed"),
    ],
)
async def test_before_both_are_interested_nobody_is_shown_a_contact(
    world: World, company: str | None, provider: str | None
) -> None:
    await heard(world, need(), offer(), said(company, provider))

    assert {who: await shown(world, who) for who in ("company", "provider", "neighbour", "coordinator")} == {
        "company": 404,
        "provider": 404,
        "neighbour": 404,
        "coordinator": 404,
    }


@pytest.mark.parametrize("what", ["interested", "contacted", "booked"])
async def test_both_interested_are_shown_to_each_other_and_to_nobody_else(world: World, what: str) -> None:
    await heard(world, need(), offer(), said("interested", what))

    assert await shown(world, "company") == "provider@people.example"
    assert await shown(world, "colleague") == "provider@people.example"
    assert await shown(world, "provider") == "company@people.example"
    for who in ("neighbour", "adviser", "coordinator", "foreigner", "other_coordinator"):
        assert await shown(world, who) == 404
    assert await shown(world, "nobody") == 401


async def test_a_contact_tells_name_telephone_and_organisation(world: World) -> None:
    await heard(world, need(), offer(), said("interested", "interested"))

    answer = await world["provider"].send("GET", PATH)

    assert answer.json() == {
        "side": "company",
        "member": IDS["company"],
        "name": "Frau company",
        "email": "company@people.example",
        "phone": "0341 1",
        "organisation": {"id": COMPANY, "name": "Metallbau"},
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_interest_that_is_taken_back_takes_the_contact_back(world: World) -> None:
    await heard(world, need(), offer(), said("interested", "interested"))
    await heard(world, said("interested", None, version=2))

    assert await shown(world, "company") == 404


async def test_a_look_is_told_to_the_one_who_was_looked_at(world: World) -> None:
    await heard(world, need(), offer(), said("interested", "interested"))
    await shown(world, "provider")

    looks = (await world["company"].send("GET", "/audit")).json()["items"]
    assert [(one["what"], one["by"], one["need"], one["offer"]) for one in looks] == [
        ("contact_viewed", IDS["provider"], NEED, OFFER)
    ]
    assert (await world["provider"].send("GET", "/audit")).json()["items"] == []


async def test_a_published_contact_is_shown_before(world: World) -> None:
    await heard(world, need(), offer())
    await publish(world, "provider")
    assert (await shown(world, "company"), await shown(world, "provider")) == ("provider@people.example", 404)

    await publish(world, "company")
    assert await shown(world, "provider") == "company@people.example"


@pytest.mark.parametrize("visibility", ["anonymous", "coordinator"])
async def test_publishing_does_not_undo_the_anonymity_of_a_need(world: World, visibility: str) -> None:
    await heard(world, need(visibility=visibility), offer())
    await publish(world, "company")

    assert await shown(world, "provider") == 404
    await heard(world, said("interested", "interested"))
    assert await shown(world, "provider") == "company@people.example"


@pytest.mark.parametrize(
    "closed",
    [{"status": "draft"}, {"status": "withdrawn"}, {"visibility": "network", "networks": (ELSEWHERE,)}],
)
async def test_a_need_that_one_may_not_see_leads_to_no_published_contact(world: World, closed: Any) -> None:
    await heard(world, need(**closed), offer())
    await publish(world, "company")

    assert await shown(world, "provider") == 404


async def test_an_offer_that_one_may_not_see_leads_to_no_published_contact(world: World) -> None:
    await heard(world, need(), offer(status="ended"))
    await publish(world, "provider")
    assert await shown(world, "company") == 404

    await heard(world, offer(version=2, networks=(ELSEWHERE,)))
    assert await shown(world, "company") == 404
    await heard(world, offer(version=3, networks=(NETWORK,)))
    assert await shown(world, "company") == "provider@people.example"


def by_link(world: World, who: str, pair: str = PAIR) -> SignedIn:
    token = sign_caller_token(KEY, subject=IDS[who], rights={f"match:{pair}"}, audience=("members", "matching"))
    return SignedIn(world.client, f"Bearer {token}")


async def test_a_mailed_link_shows_the_contact_of_its_pair_alone(world: World) -> None:
    await heard(world, need(), offer(), said("interested", "interested"))

    assert await shown(world, by_link(world, "company")) == "provider@people.example"
    assert await shown(world, by_link(world, "provider")) == "company@people.example"
    assert await shown(world, by_link(world, "neighbour")) == 404
    assert await shown(world, by_link(world, "foreigner", pair_of(NEED, an_id(102)))) == 404


async def test_a_blocked_or_erased_contact_is_not_shown(world: World) -> None:
    await heard(world, need(), offer(), said("interested", "interested"))
    person = await world.store.members.get(IDS["provider"])
    assert person is not None
    blocked = await world.store.members.replace(
        person.model_copy(update={"status": "blocked"}), expected=person.version
    )
    assert await shown(world, "company") == 404

    await world.store.members.erase(blocked.id, expected=blocked.version)
    assert await shown(world, "company") == 404


async def test_operators_name_the_side(world: World) -> None:
    await heard(world, need(), offer())

    assert (await world["operator"].send("GET", f"{PATH}?of=provider")).json()["name"] == "Frau provider"
    assert await shown(world, "operator") == 404


async def test_of_needs_and_offers_nothing_is_kept_that_does_not_decide(world: World) -> None:
    await heard(world, need(description="Geheim"), offer(description="Geheim"))

    for copies in (world.store.pairs.needs, world.store.pairs.offers):
        assert "Geheim" not in str(await copies.collection.find_one({}))
