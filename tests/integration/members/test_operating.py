"""What members tells operators and the public: how people come in, and whose legal texts are missing."""

from datetime import timedelta
from typing import Any

import pytest

from services.members.api.legal import missing_somewhere
from services.members.store import Store
from shared.clock import now
from shared.events.members import Role
from shared.ids import first_id_at, new_id
from shared.language import HOME
from tests.builders import NETWORK
from tests.integration.members.conftest import Caller
from tests.integration.members.world import COMPANY, ELSEWHERE, World


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    return await World(store, stranger.client).fill()


async def sign_ups(caller: Caller, **query: int) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await caller.send("GET", f"/sign-ups?{asked}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_people_are_counted_by_the_day_on_which_they_were_entered(world: World) -> None:
    role = Role(organisation=COMPANY, network=NETWORK, role="company")
    long_ago = first_id_at(now() - timedelta(days=40))
    await world.add_person("anna", new_id(), role, status="active")
    await world.add_person("berta", new_id(), status="unconfirmed")
    await world.add_person("clara", long_ago, role, status="blocked")

    recent, all_of = await sign_ups(world["operator"]), await sign_ups(world["operator"], days=60)

    today = now().astimezone(HOME).date().isoformat()
    assert [(one["day"], one["network"], one["unconfirmed"], one["active"]) for one in recent["days"]] == [
        (today, None, 1, 0),
        (today, NETWORK, 0, 1),
    ]
    assert [one["blocked"] for one in all_of["days"]] == [0, 0, 1]
    assert recent["people"]["blocked"] == 1


async def test_who_has_not_answered_yet_is_named_with_the_network(world: World) -> None:
    registered = {
        "email": "dora@neu.example",
        "name": "Dora Neu",
        "language": "de",
        "network": NETWORK,
        "company": {"name": "Neubau", "postal_code": "04109", "town": "Leipzig"},
        "text_version": "umfrage-2026-11",
        "wants_mails": True,
    }
    asked = await world["nobody"].send("POST", "/registrations", registered)
    assert asked.status_code == 202, asked.text

    told = await sign_ups(world["operator"])

    assert told["open"] == {"confirmation": 1}
    assert [(one["name"], one["network"]) for one in told["waiting"]] == [("Dora Neu", NETWORK)]
    assert "@" not in str(told)


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("coordinator", 403), ("company", 403)])
async def test_how_people_come_in_is_for_operators(world: World, who: str, status: int) -> None:
    assert (await world[who].send("GET", "/sign-ups")).status_code == status


async def test_everybody_sees_which_texts_are_missing_until_they_are_written(world: World) -> None:
    texts = {"imprint": "Musterweg 1", "privacy": "Wir verarbeiten …", "accessibility": "Weitgehend barrierefrei."}
    before = (await world["nobody"].send("GET", "/legal")).json()
    await world["coordinator"].send("PUT", f"/networks/{NETWORK}/legal", texts, If_Match='"0"')

    after = (await world["nobody"].send("GET", "/legal")).json()
    warned = await missing_somewhere(world.store)

    assert {one["id"]: len(one["missing"]) for one in before} == {NETWORK: 3, ELSEWHERE: 3}
    assert {one["id"]: one["missing"] for one in after}[NETWORK] == []
    assert [(one.code, [about.id for about in one.about]) for one in warned] == [("legal_texts_missing", [ELSEWHERE])]


async def test_a_network_that_has_ended_is_not_warned_about(world: World) -> None:
    for network in (NETWORK, ELSEWHERE):
        stored = await world.network(network)
        ended = stored.model_copy(update={"status": "ended"})
        await world.store.networks.replace(ended, expected=stored.version)

    assert await missing_somewhere(world.store) == []
