"""The main job: a need goes in over HTTP, and both sides read in their mail what fits and why."""

import re

from deploy.local.service import local_client
from tests.e2e.world import World
from tests.waiting import eventually


async def test_a_need_is_matched_and_both_sides_are_told_once(world: World) -> None:
    need = await world.ask()

    await eventually(lambda: world.both_told(need), timeout=40)

    assert await world.matches(need) == [world.offer]
    [mail] = await world.mails_to("company")
    assert "WIG-Schweißen Grundkurs" in mail["text"]
    assert "WIG-Schweißen Grundkurs" in mail["html"]
    headers = {name.lower(): value for name, value in mail["headers"].items()}
    assert headers["auto-submitted"] == "auto-generated"
    assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    await world.nothing_was_told_twice(need)


async def test_the_mailed_link_shows_the_match_and_a_foreign_signature_shows_nothing(world: World) -> None:
    need = await world.ask()
    await eventually(lambda: world.both_told(need), timeout=40)
    [mail] = await world.mails_to("company")
    link = re.search(r"https?://\S+/matches/\S+", mail["text"])
    assert link is not None

    async with local_client(world.stack.url("portal")) as client:
        page = await client.get(link.group())
        foreign = await client.get(link.group()[:-4] + "AAAA")

    assert page.status_code == 200
    assert "WIG-Schweißen Grundkurs" in page.text
    assert foreign.status_code == 404
    assert "WIG-Schweißen" not in foreign.text


async def test_unsubscribing_by_the_mailed_link_acts_on_post_alone(world: World) -> None:
    need = await world.ask()
    await eventually(lambda: world.both_told(need), timeout=40)
    [mail] = await world.mails_to("company")
    headers = {name.lower(): value for name, value in mail["headers"].items()}
    link = headers["list-unsubscribe"].strip("<>")
    async with local_client(world.stack.url("portal")) as client:
        for _ in range(5):
            assert (await client.get(link)).status_code == 200
    second = await world.ask("WIG schweißen lernen")
    await eventually(lambda: world.both_told(second), timeout=40)

    async with local_client(world.stack.url("portal")) as client:
        done = await client.post(link, data={"List-Unsubscribe": "One-Click"})
    third = await world.ask("WIG Kurs für Azubis")
    await eventually(lambda: _count(world, "provider", 3), timeout=40)

    assert done.status_code == 200
    assert await world.told("company", third) == 0
    assert len(await world.mails_to("company")) == 2


async def test_a_need_of_a_person_who_has_not_come_yet_is_matched_and_its_mail_waits(world: World) -> None:
    unknown = "019a0000-0000-7000-8000-00000000aaaa"

    need = await world.ask(contact=unknown)

    await eventually(lambda: _matched(world, need), timeout=40)
    await eventually(lambda: _count(world, "provider", 1), timeout=40)
    assert await world.mails_to("company") == []


async def test_a_withdrawn_need_has_no_matches_any_more(world: World) -> None:
    need = await world.ask()
    await eventually(lambda: _matched(world, need), timeout=40)

    read = await world.call("surveys", "GET", f"/needs/{need}")
    await world.call("surveys", "POST", f"/needs/{need}/withdrawal", headers={"If-Match": f'"{read["version"]}"'})

    await eventually(lambda: _unmatched(world, need), timeout=40)


async def test_a_new_offer_is_found_by_the_needs_that_were_there_before(world: World) -> None:
    need = await world.ask("Gabelstapler fahren lernen", description="Drei Leute aus dem Lager")

    offer = await world.teach("Gabelstaplerfahrer – Ausbildung mit Fahrausweis")

    await eventually(lambda: _matched_by(world, need, offer), timeout=40)


async def _matched_by(world: World, need: str, offer: str) -> bool:
    return offer in await world.matches(need)


async def _matched(world: World, need: str) -> bool:
    return await world.matches(need) == [world.offer]


async def _unmatched(world: World, need: str) -> bool:
    return await world.matches(need) == []


async def _count(world: World, who: str, number: int) -> bool:
    return len(await world.mails_to(who)) == number
