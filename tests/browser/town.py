"""A network with people of every role, who sign in by the link in their mail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.async_api import Page

from deploy.local.service import local_client
from deploy.local.stack import LocalStack
from tests.e2e.world import World
from tests.waiting import eventually

ROLES: Final = ("company", "provider", "adviser", "coordinator", "operator")
OFFICES: Final = {"adviser": "agency", "coordinator": "network_office"}
"""The kind of organisation that people of these roles act for; operators sit in the network's office, too."""


@dataclass
class Town(World):
    """People by role, what they act for, and the secret of the session that each has had since it was first wanted."""

    people: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    """E-mail addresses of those who have one that does not follow from their role."""
    sessions: dict[str, str] = field(default_factory=dict)
    asks: str = "WIG-Schweißen für unsere Schlosser"
    """What the company needs, so that the offer fits."""

    @classmethod
    async def founded(cls, stack: LocalStack, *, teaches: str = "WIG-Schweißen Grundkurs") -> Self:
        """Enter a network with one person of each role, and one offer."""
        town = await super().founded(stack, teaches=teaches)
        town.people = {"company": town.asker, "provider": town.teacher}
        town.offices = {"company": town.company, "provider": town.provider}
        for role, kind in OFFICES.items():
            town.offices[role] = await town.organisation(kind)
            town.people[role] = await town.person(role, town.offices[role])
        town.offices["operator"] = town.offices["coordinator"]
        town.people["operator"] = await town.person("operator", town.offices["operator"])
        return town

    def address(self, who: str) -> str:
        return self.addresses.get(who) or super().address(who)

    async def sign_in(self, page: Page, role: str) -> None:
        """Sign in as the person of this role, as people do: ask for a mail, follow its link, press its button."""
        before = len(await self.mails_to(role))
        await page.goto("/anmelden")
        await page.get_by_label(re.compile("E-Mail|e-mail")).fill(self.address(role))
        await page.locator("main form button").first.click()
        await eventually(lambda: self.more_mails(role, before), timeout=40)
        await page.goto((await self.newest_mail(role, "/challenges/"))[0])
        await page.locator("main form button").first.click()

    async def enter(self, page: Page, role: str) -> None:
        """Let a page be that of somebody who signed in earlier; "nobody" has not."""
        if role == "nobody":
            return
        cookie: Any = {"name": "session", "value": await self.session(role), "url": self.stack.url("portal")}
        await page.context.add_cookies([cookie])

    async def session(self, role: str) -> str:
        """Return the secret of a session, begun by mail when there is none yet."""
        if role not in self.sessions:
            body = {"email": self.address(role), "language": "de"}
            challenge = (await self.post("members", "/sign-ins", body))["challenge"]
            link, _ = await self.newest_mail(role, f"/challenges/{challenge}")
            met = {"signature": parse_qs(urlsplit(link).query)["sig"][0]}
            async with local_client(self.stack.url("members")) as client:
                used = await client.post(f"/api/v1/challenges/{challenge}/uses", json=met)
            self.sessions[role] = str(used.raise_for_status().json()["session"]["secret"])
        return self.sessions[role]

    async def as_(self, role: str, service: str, method: str, path: str, **request: Any) -> Any:
        """Call a service as the person of this role."""
        told = await self.post("members", "/sessions/token", {"secret": await self.session(role)})
        headers = {"Authorization": f"Bearer {told['token']}", **request.pop("headers", {})}
        return await self.call(service, method, path, headers=headers, **request)

    async def raw_as(self, role: str, service: str, path: str) -> httpx.Response:
        """Read something that is not JSON as the person of this role, whatever the answer."""
        told = await self.post("members", "/sessions/token", {"secret": await self.session(role)})
        async with local_client(self.stack.url(service), timeout=60) as client:
            return await client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {told['token']}"})

    async def more_mails(self, role: str, before: int) -> bool:
        return len(await self.mails_to(role)) > before

    async def is_matched(self, need: str, offers: Sequence[str] = ()) -> bool:
        """Whether matching has found for a need what was expected: these offers, or anything."""
        found = await self.matches(need)
        return bool(found) and set(offers) <= set(found)
