"""One network of its own in a running stack: a company that asks, a provider that teaches, and their mail."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx

from deploy.local.service import local_client
from deploy.local.stack import LocalStack
from shared.events.matching import pair_of
from tests.waiting import eventually

Json = dict[str, Any]


@dataclass
class World:
    """Networks keep worlds apart: what one test enters matches nothing of another."""

    stack: LocalStack
    network: str = ""
    company: str = ""
    provider: str = ""
    asker: str = ""
    teacher: str = ""
    offer: str = ""
    word: str = field(default_factory=lambda: uuid4().hex[:12])

    @classmethod
    async def founded(cls, stack: LocalStack, *, teaches: str = "WIG-Schweißen Grundkurs") -> Self:
        """Enter a network with two people who agreed to be mailed, and one offer."""
        world = cls(stack)
        world.network = (await world.post("members", "/networks", {"name": f"Verbund {world.word}"}))["id"]
        world.company = await world.organisation("company")
        world.provider = await world.organisation("provider")
        world.asker = await world.person("company", world.company)
        world.teacher = await world.person("provider", world.provider)
        world.offer = await world.teach(teaches)
        await eventually(world.knows_people, timeout=40)
        return world

    async def organisation(self, kind: str) -> str:
        fields = {
            "name": f"Muster {kind} {self.word}",
            "kinds": [kind],
            "networks": [self.network],
            "place": {"postal_code": "04109", "town": "Leipzig"},
        }
        return str((await self.post("members", "/organisations", fields))["id"])

    async def person(self, role: str, organisation: str, *, name: str | None = None) -> str:
        fields = {
            "name": "Kim Muster",
            "email": self.address(name or role),
            "language": "de",
            "confirmed": True,
            "roles": [{"organisation": organisation, "network": self.network, "role": role}],
            "consents": [{"purpose": "matches", "given_at": "2026-11-01T08:00:00Z", "text_version": "test"}],
        }
        return str((await self.post("members", "/members", fields))["id"])

    def address(self, who: str) -> str:
        return f"{who}-{self.word}@muster.example"

    async def teach(self, title: str, **fields: Any) -> str:
        offer = {
            "title": title,
            "provider": self.provider,
            "provider_name": "Bildungswerk Muster",
            "contact": self.teacher,
            "networks": [self.network],
            "dates": [{"entry": "on_request", "delivery": "on_site", "place": {"postal_code": "04109"}}],
            **fields,
        }
        return str((await self.post("surveys", "/offers", offer))["id"])

    async def ask(self, title: str = "WIG-Schweißen für unsere Schlosser", **fields: Any) -> str:
        need = {
            "title": title,
            "organisation": self.company,
            "contact": self.asker,
            "networks": [self.network],
            "place": {"postal_code": "04109"},
            "radius_km": 50,
            **fields,
        }
        return str((await self.post("surveys", "/needs", need, key=uuid4().hex))["id"])

    def start_asking(self) -> asyncio.Task[str]:
        """Ask, without waiting for the answer: the service may be held."""
        return asyncio.ensure_future(self.ask())

    async def knows_people(self) -> bool:
        """Whether notifications has taken in both people; what follows is then about the need alone."""
        status = await self.call("notifications", "GET", "/mails", params={"limit": 1})
        return bool(status["items"] is not None) and await self.is_quiet("members")

    async def is_quiet(self, service: str) -> bool:
        """Whether a service says that it can work."""
        async with local_client(self.stack.url(service)) as client:
            return (await client.get("/ready")).status_code == 200

    async def matches(self, need: str) -> list[str]:
        result = await self.call("matching", "GET", f"/needs/{need}/matches", or_missing=True)
        return [match["offer"] for match in result["matches"]] if result else []

    async def mails_to(self, who: str) -> list[Json]:
        return await self.stack.mailcatcher.messages(to=self.address(who))

    async def told(self, who: str, need: str) -> int:
        """Return how many mails tell this recipient of the need's match with the offer."""
        link = f"/matches/{need}/{self.offer}"
        return sum(link in mail["text"] for mail in await self.mails_to(who))

    async def both_told(self, need: str) -> bool:
        return await self.told("company", need) > 0 and await self.told("provider", need) > 0

    async def nothing_was_told_twice(self, need: str) -> None:
        """Ask for something else, wait until that was told, and see that the first match was told once to each side.

        Mails to one recipient go in order, so whatever a crash made the system repeat is out before the later ones.
        """
        later = await self.ask("Schweißen mit WIG, noch zwei Leute")
        await eventually(lambda: self.both_told(later), timeout=60)
        assert [await self.told(who, need) for who in ("company", "provider")] == [1, 1]
        assert [await self.told(who, later) for who in ("company", "provider")] == [1, 1]

    def pair(self, need: str) -> str:
        return pair_of(need, self.offer)

    async def post(self, service: str, path: str, fields: Json, *, key: str | None = None) -> Json:
        """Create something, again and again until the service that was killed is back: what a caller has to do."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        made: Json = await self.call(service, "POST", path, json=fields, headers=headers)
        return made

    async def newest_mail(self, who: str, link: str) -> tuple[str, str]:
        """Wait for a mail to somebody with a link of this kind in its text; return that link, and the text."""

        async def found() -> tuple[str, str] | None:
            for mail in reversed(await self.mails_to(who)):
                if links := re.findall(rf"https?://\S*{link}\S*", mail["text"]):
                    return str(links[0]).rstrip(".,)>"), str(mail["text"])
            return None

        seen = await eventually(found, timeout=40)
        assert seen is not None
        return seen

    async def call(self, service: str, method: str, path: str, *, or_missing: bool = False, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.stack.operator_token()}", **request.pop("headers", {})}

        async def tried() -> Any:
            async with local_client(self.stack.url(service)) as client:
                try:
                    answer = await client.request(method, f"/api/v1{path}", headers=headers, **request)
                except httpx.TransportError as away:
                    raise AssertionError(repr(away)) from None
            assert answer.status_code not in {502, 503}, answer.text
            return answer

        answer = await eventually(tried, timeout=60)
        if or_missing and answer.status_code == 404:
            return None
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}
