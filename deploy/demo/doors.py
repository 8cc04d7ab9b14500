"""How people get in: the public survey that anybody answers, and a link by which one person of each role signs in."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from deploy.cli.calls import Calls
from deploy.cli.trouble import Trouble
from deploy.demo.sample import Person

PATIENCE: Final = 30.0
PAUSE: Final = 0.2
"""Seconds between two looks."""
ROLES: Final = ("company", "provider", "adviser", "coordinator", "operator")
NEWCOMER: Final = "info@tischlerei-neuling.example"
ANSWER: Final[Mapping[str, Any]] = {
    "version": 1,
    "language": "de",
    "place": {"postal_code": "04668", "town": "Grimma"},
    "values": {"head_count": 11},
    "needs": [{"title": "WIG-Schweißen für zwei Schlosser", "persons": 2, "radius": "50"}],
}


@dataclass(frozen=True)
class Survey:
    """An open survey: its id, and the page where anybody answers it."""

    id: str
    url: str


class Doors:
    """The ways in of one stack; mails are read where the catcher keeps them."""

    def __init__(self, calls: Calls, catcher: httpx.AsyncClient, portal: str) -> None:
        self._calls = calls
        self._catcher = catcher
        self._portal = portal

    async def survey(self, network: str, key: str) -> Survey:
        """Open the ready-made Bedarfsabfrage of a network."""
        fields = {"network": network, "status": "open"}
        made = await self._calls.create("surveys", "/surveys/ready-made", fields, key=key)
        return Survey(made["id"], f"{self._portal}/umfragen/{made['id']}")

    async def answer(self, survey: Survey, network: str, key: str) -> Mapping[str, Any]:
        """Answer as somebody without an account, confirm by the mailed link, and return the need that it opened."""
        form = await self._calls.get("surveys", f"/public/surveys/{survey.id}")
        person = {
            "email": NEWCOMER,
            "name": "Nele Neuling",
            "network": network,
            "company": {"name": "Tischlerei Neuling (erfunden)", "postal_code": "04668", "town": "Grimma"},
            "text_version": "demo-1",
            "wants_mails": True,
        }
        asked = await self._calls.create("members", "/registrations", person, key=key)
        told = {**ANSWER, "version": form["version"], "form": form["form"], "challenge": asked["challenge"]}
        await self._calls.create("surveys", f"/public/surveys/{survey.id}/answers", told, key=key)
        link = await self._mailed(NEWCOMER, asked["challenge"])
        signature = parse_qs(urlsplit(link).query)["sig"][0]
        path = f"/challenges/{asked['challenge']}/uses"
        met = await self._calls.create("members", path, {"signature": signature}, key=key)
        return await self._opened_by(met["member"])

    async def sign_in_links(self, people: Sequence[Person]) -> Mapping[str, tuple[str, str]]:
        """Return, by role, the name of one person and the link that was mailed to sign in, valid for an hour."""
        first = {role: next((one for one in people if one.role == role), None) for role in ROLES}
        chosen = {role: person for role, person in first.items() if person is not None}
        links = await asyncio.gather(*(self._link_for(person) for person in chosen.values()))
        return {role: (chosen[role].fields["name"], link) for role, link in zip(chosen, links, strict=True)}

    async def _link_for(self, person: Person) -> str:
        address = person.fields["email"]
        fields = {"email": address, "language": person.fields["language"]}
        asked = await self._calls.create("members", "/sign-ins", fields, key=f"sign-in {address}")
        return await self._mailed(address, asked["challenge"])

    async def _mailed(self, address: str, challenge: str) -> str:
        """Wait for the mail of a challenge and return the link in it."""
        for _ in range(int(PATIENCE / PAUSE)):
            mails = (await self._catcher.get("/api/messages")).raise_for_status().json()
            for mail in [one for one in reversed(mails) if address in str(one["to"])]:
                whole = (await self._catcher.get(f"/api/messages/{mail['id']}")).raise_for_status().json()
                if found := re.search(rf"https?://\S+/challenges/{challenge}\?\S+", whole["text"] or ""):
                    return found[0].rstrip(".,)>")
            await asyncio.sleep(PAUSE)
        raise Trouble(f"after {PATIENCE:.0f} s no mail with a link has come to {address}")

    async def _opened_by(self, member: str) -> Mapping[str, Any]:
        """Wait until the need of a person who confirmed is open."""
        for _ in range(int(PATIENCE / PAUSE)):
            async for need in self._calls.each("surveys", "/needs", status="open"):
                if need["contact"] == member:
                    opened: Mapping[str, Any] = need
                    return opened
            await asyncio.sleep(PAUSE)
        raise Trouble(f"after {PATIENCE:.0f} s the confirmed answer has not become a need")
