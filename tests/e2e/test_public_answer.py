"""A public answer becomes a need when its mailbox has confirmed it, whatever comes first and whatever is away."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import pytest

from deploy.local.stack import LocalStack
from tests.e2e.conftest import Points
from tests.e2e.test_signing_in import ask, parts_of
from tests.e2e.world import World
from tests.waiting import eventually

WHO = "answering"


def name_in(world: World) -> str:
    """Return a name that nothing else in the stack has a part of."""
    return f"Kim {world.word[::-1]}"


@dataclass
class Asked:
    """An open survey of a network, and somebody without an account who answers it."""

    world: World
    survey: str
    form: str
    edition: int
    challenge: str = ""

    @classmethod
    async def open(cls, world: World) -> Self:
        made = await world.post("surveys", "/surveys/ready-made", {"network": world.network})
        version = {"If-Match": f'"{made["version"]}"'}
        await world.call("surveys", "POST", f"/surveys/{made['id']}/opening", headers=version)
        public = await world.call("surveys", "GET", f"/public/surveys/{made['id']}")
        return cls(world, made["id"], public["form"], public["version"])

    async def register(self) -> None:
        fields = {
            "email": self.world.address(WHO),
            "name": name_in(self.world),
            "language": "de",
            "network": self.world.network,
            "company": {"name": f"Muster Bau {self.world.word}", "postal_code": "04109", "town": "Leipzig"},
            "text_version": "2026-11",
            "wants_mails": True,
        }
        self.challenge = (await self.world.post("members", "/registrations", fields, key=uuid4().hex))["challenge"]

    async def answer(self) -> None:
        said: dict[str, Any] = {
            "challenge": self.challenge,
            "version": self.edition,
            "form": self.form,
            "language": "de",
            "place": {"postal_code": "04109", "town": "Leipzig"},
            "values": {},
            "needs": [{"title": "WIG-Schweißen für Schlosser", "persons": 2, "radius": "50"}],
        }
        await self.world.call("surveys", "POST", f"/public/surveys/{self.survey}/answers", json=said)

    async def confirm(self) -> None:
        link, _ = await self.world.newest_mail(WHO, f"/challenges/{self.challenge}")
        _, signature = parts_of(link)
        met = await ask(self.world.stack, "POST", f"/challenges/{self.challenge}/uses", json={"signature": signature})
        assert met.status_code == 200, met.text

    async def needs(self) -> list[dict[str, Any]]:
        page = await self.world.call("surveys", "GET", "/needs", params={"network": self.world.network})
        return [need for need in page["items"] if need["source"] == "survey"]

    async def is_told(self) -> bool:
        """Whether the need is open, matched, and told to both sides."""
        needs = await self.needs()
        if [need["status"] for need in needs] != ["open"]:
            return False
        need = needs[0]["id"]
        return bool(await self.world.told(WHO, need) and await self.world.told("provider", need))


async def test_nothing_counts_before_the_mailbox_has_confirmed(world: World) -> None:
    asked = await Asked.open(world)

    await asked.register()
    await asked.answer()
    link, text = await world.newest_mail(WHO, f"/challenges/{asked.challenge}")

    assert await asked.needs() == []
    assert "WIG-Schweißen Grundkurs" not in text
    assert len(await world.mails_to(WHO)) == 1
    assert link.startswith(world.stack.url("portal"))


@pytest.mark.parametrize("order", ["answer, confirm", "confirm, answer"])
async def test_a_confirmed_answer_is_a_need_that_is_matched_and_told(world: World, order: str) -> None:
    asked = await Asked.open(world)
    await asked.register()

    for step in order.split(", "):
        await getattr(asked, step)()

    await eventually(asked.is_told, timeout=60)
    need = (await asked.needs())[0]
    assert (need["persons_min"] or need["persons_max"]) == 2
    assert need["organisation"] not in {None, world.company}
    assert await world.matches(need["id"]) == [world.offer]


async def test_a_broker_that_is_away_between_answer_and_confirmation_only_delays(
    world: World, stack: LocalStack
) -> None:
    asked = await Asked.open(world)
    await asked.register()
    await world.newest_mail(WHO, f"/challenges/{asked.challenge}")

    await stack.kill("broker")
    await asked.confirm()
    await asked.answer()
    await stack.start("broker")

    await eventually(asked.is_told, timeout=60)
    assert len(await asked.needs()) == 1


async def test_an_answer_whose_service_died_after_storing_is_not_doubled(world: World, points: Points) -> None:
    asked = await Asked.open(world)
    await asked.register()
    points.arm("surveys", "surveys.answered")

    await asked.answer()
    await points.reached("surveys", "surveys.answered")
    await asked.confirm()

    await eventually(asked.is_told, timeout=60)
    assert len(await asked.needs()) == 1
    assert await world.told(WHO, (await asked.needs())[0]["id"]) == 1
