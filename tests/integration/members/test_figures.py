"""Companies that a network reached, by size, for its coordinators; advisers read no small figures."""

from typing import Any

import pytest

from services.members.domain.pairs import NeedStanding
from services.members.store import Store
from shared.copies import Received
from shared.ids import new_id
from tests.builders import NETWORK, NOW, an_organisation
from tests.integration.members.conftest import Caller
from tests.integration.members.world import COMPANY, FOREIGN, NEIGHBOUR, World


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    return await World(store, stranger.client).fill()


async def tell(store: Store, organisation: str | None, **changes: Any) -> None:
    own = {"id": new_id(), "version": 1, "status": "open", "changed_at": NOW, "networks": (NETWORK,)}
    need = NeedStanding(**{**own, "organisation": organisation, **changes})
    await store.pairs.needs.apply([Received(need.id, need.version, need.model_dump(mode="json"))])


async def reached(caller: Caller, query: str = "", **asked: Any) -> Any:
    answer = await caller.send("POST", f"/figures/companies{query}", {"network": NETWORK, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_companies_count_once_whether_they_told_a_need_or_were_visited(world: World) -> None:
    third = (await world.store.organisations.add(an_organisation(id=new_id(), networks=(NETWORK,), head_count=300))).id
    for organisation in (COMPANY, COMPANY, None):
        await tell(world.store, organisation)
    await tell(world.store, FOREIGN)

    told = await reached(
        world["coordinator"], organisations=[COMPANY, NEIGHBOUR, third, FOREIGN], head_counts=[3, None], exact=True
    )

    assert told["companies"] == 5
    assert told["eu"] == {"micro": 1, "small": 2, "medium": 0, "large": 1, "": 1}
    assert told["sgb"] == {"below_50": 3, "50_to_499": 1, "500_and_more": 0, "": 1}


async def test_small_figures_are_hidden_and_advisers_name_nobody(world: World) -> None:
    await tell(world.store, COMPANY)

    assert (await reached(world["coordinator"]))["companies"] is None
    assert (await reached(world["adviser"], organisations=[NEIGHBOUR], head_counts=[1, 2], exact=True)) == (
        await reached(world["coordinator"])
    )


async def test_another_period_reached_nobody(world: World) -> None:
    await tell(world.store, COMPANY)

    assert (await reached(world["coordinator"], "?from=2020-01-01&to=2020-12-31"))["companies"] == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("operator", 200), ("company", 403), ("provider", 403), ("other_coordinator", 404), ("nobody", 401)],
)
async def test_reports_are_for_those_who_look_after_the_network(world: World, who: str, status: int) -> None:
    answer = await world[who].send("POST", "/figures/companies", {"network": NETWORK})

    assert answer.status_code == status
