"""A network with people of every role, who sign in by the link in their mail."""

import re
from dataclasses import dataclass, field
from typing import Final, Self

from playwright.async_api import Page

from deploy.local.stack import LocalStack
from tests.e2e.world import World
from tests.waiting import eventually

OFFICES: Final = {"adviser": "agency", "coordinator": "network_office"}
"""The kind of organisation that people of these roles act for."""


@dataclass
class Town(World):
    """People by role: company, provider, adviser, coordinator."""

    people: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def founded(cls, stack: LocalStack, *, teaches: str = "WIG-Schweißen Grundkurs") -> Self:
        """Enter a network with one person of each role, and one offer."""
        town = await super().founded(stack, teaches=teaches)
        town.people = {"company": town.asker, "provider": town.teacher}
        town.offices = {"company": town.company, "provider": town.provider}
        for role, kind in OFFICES.items():
            town.offices[role] = await town.organisation(kind)
            town.people[role] = await town.person(role, town.offices[role])
        return town

    async def sign_in(self, page: Page, role: str) -> None:
        """Sign in as the person of this role, as people do: ask for a mail, follow its link, press its button."""
        before = len(await self.mails_to(role))
        await page.goto("/anmelden")
        await page.get_by_label(re.compile("E-Mail|e-mail")).fill(self.address(role))
        await page.locator("main form button").first.click()
        await eventually(lambda: self._more_mails(role, before), timeout=40)
        await page.goto((await self.newest_mail(role, "/challenges/"))[0])
        await page.locator("main form button").first.click()

    async def _more_mails(self, role: str, before: int) -> bool:
        return len(await self.mails_to(role)) > before
