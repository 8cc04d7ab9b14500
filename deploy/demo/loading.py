"""Entering the sample through the HTTP APIs, as people and programs would."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deploy.cli.calls import Calls
from deploy.demo.sample import Person, Sample, Told
from shared.clock import now

CONSENT_TEXT: Final = "demo-1"
"""Version of the text that the sample's people agreed to, made up like themselves."""


def _tell_nobody(what: str) -> None:
    del what


@dataclass
class Entering:
    """The sample on its way into a stack; afterwards it knows the ids of everything, by the sample's keys."""

    calls: Calls
    sample: Sample
    run: str
    """A word that no other run uses, so that repeating one request of this run creates nothing twice."""
    told: Callable[[str], None] = _tell_nobody
    """Hears of each thing that was entered: "offer", "need" and so on."""
    network: str = ""
    organisations: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, str] = field(default_factory=dict)

    async def enter_people(self) -> None:
        """Create network, organisations and people, who agree to be mailed at once."""
        self.network = (await self._create("members", "/networks", self.sample.network, "network"))["id"]
        keys = list(self.sample.organisations)
        made = await asyncio.gather(*map(self._organisation, keys))
        self.organisations = dict(zip(keys, made, strict=True))
        members = await asyncio.gather(*map(self._member, self.sample.people))
        self.people = dict(zip((person.key for person in self.sample.people), members, strict=True))

    async def _organisation(self, key: str) -> str:
        fields = {**self.sample.organisations[key], "networks": [self.network]}
        return str((await self._create("members", "/organisations", fields, "organisation", key))["id"])

    async def _member(self, person: Person) -> str:
        role = {
            "organisation": self.organisations[person.organisation],
            "network": self.network,
            "role": person.role,
        }
        consent = {"purpose": "matches", "given_at": now().isoformat(), "text_version": CONSENT_TEXT}
        fields = {**person.fields, "confirmed": True, "roles": [role], "consents": [consent]}
        return str((await self._create("members", "/members", fields, "person", person.key))["id"])

    async def enter_offers(self) -> None:
        """Create the offers of the people, who must have been entered before."""
        made = await asyncio.gather(*map(self._offer, self.sample.offers))
        self.offers = dict(zip((offer.key for offer in self.sample.offers), made, strict=True))

    async def _offer(self, offer: Told) -> str:
        provider = self._organisation_of(offer.contact)
        fields = {
            **offer.fields,
            "contact": self.people[offer.contact],
            "networks": [] if offer.for_everybody else [self.network],
            "provider": self.organisations[provider],
            "provider_name": self.sample.organisations[provider]["name"],
        }
        return str((await self._create("surveys", "/offers", fields, "offer", offer.key))["id"])

    async def enter_needs(self) -> list[Mapping[str, Any]]:
        """Create the needs and return them as they are stored, in the sample's order."""
        return list(await asyncio.gather(*map(self._need, range(len(self.sample.needs)))))

    async def _need(self, number: int) -> Mapping[str, Any]:
        need = self.sample.needs[number]
        organisation = self.organisations[self._organisation_of(need.contact)]
        ours = {"contact": self.people[need.contact], "networks": [self.network], "organisation": organisation}
        return await self._create("surveys", "/needs", {**need.fields, **ours}, "need", str(number))

    def _organisation_of(self, contact: str) -> str:
        return next(person.organisation for person in self.sample.people if person.key == contact)

    async def _create(
        self, service: str, path: str, fields: Mapping[str, Any], what: str, which: str = "only"
    ) -> Mapping[str, Any]:
        made: Mapping[str, Any] = await self.calls.create(service, path, fields, key=f"{self.run}-{what}-{which}")
        self.told(what)
        return made
