"""The broker is only the way: while it is away people go on, and an emptied one is filled without a command."""

from deploy.local.stack import LocalStack
from tests.e2e.world import World
from tests.waiting import eventually


async def test_while_the_broker_is_away_every_request_succeeds_and_the_mails_follow(
    world: World, stack: LocalStack
) -> None:
    await stack.kill("broker")

    needs = [await world.ask(f"WIG-Schweißen, Gruppe {number}") for number in range(1, 6)]
    read = [await world.call("surveys", "GET", f"/needs/{need}") for need in needs]
    await stack.start("broker")

    assert [one["status"] for one in read] == ["open"] * 5
    for need in needs:
        await eventually(lambda need=need: world.both_told(need), timeout=60)  # type: ignore[misc]
    for need in needs:
        assert [await world.told(who, need) for who in ("company", "provider")] == [1, 1]


async def test_a_broker_restarted_empty_in_the_middle_leaves_results_complete(world: World, stack: LocalStack) -> None:
    first = await world.ask()
    await eventually(lambda: world.both_told(first), timeout=40)

    await stack.restart("broker")
    second = await world.ask("WIG schweißen lernen")

    await eventually(lambda: world.both_told(second), timeout=60)
    assert await world.matches(first) == await world.matches(second) == [world.offer]
    await world.nothing_was_told_twice(first)
