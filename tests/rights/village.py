"""Four services in one process on real databases, with the same small village in all of them.

A company's need and a provider's offer fit each other. Petra acts for the company, Bert for another one of the same
network, Jörg for the provider, Adele for an agency, Carla coordinates the network; Otto coordinates another one.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx
from aiokafka import ConsumerRecord
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.client.documents import BUILDS
from deploy.local.mongod import Mongod
from services.notifications.store.mails import Mails
from shared.callers import public_text, sign_caller_token, write_new_private_key
from shared.clock import now
from shared.copies import Received
from shared.events import ResponseSnapshot, ResultSnapshot
from shared.events.base import Snapshot
from shared.events.matching import Match, Said, pair_of
from shared.links import code_of
from shared.mongo import Document
from shared.service import Service
from tests.waiting import eventually

LINK_KEY: Final = "00" * 32
ORGANISATIONS: Final = {
    "company": ("company", "network"),
    "other company": ("company", "network"),
    "provider": ("provider", "network"),
    "adviser": ("agency", "network"),
    "coordinator": ("network_office", "network"),
    "other coordinator": ("network_office", "other network"),
}
"""The kind of the organisation that each acts for, and the network it belongs to."""
ROLE: Final = {"other company": "company", "other coordinator": "coordinator"}
CALLERS: Final = (
    "nobody",
    "company",
    "other company",
    "provider",
    "adviser",
    "coordinator",
    "other coordinator",
    "operator",
)
Fields = dict[str, Any]
PLACE: Final = {"postal_code": "04109", "town": "Leipzig"}

_A_LETTER: Final = ConsumerRecord("surveys.need.v1", 0, 7, 0, 0, b"key", b"{", None, 0, 0, ())
"""A message that no service could use; the same in each, and so is its id."""


def _as_read(made: Mapping[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{made["version"]}"'}


def in_days(days: int) -> str:
    """Return a day from today on."""
    return (now() + timedelta(days=days)).date().isoformat()


@dataclass
class Village:
    """The services, their clients, and the ids of everything in them."""

    mongod: Mongod
    folder: Path
    ids: dict[str, str] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    kept: dict[str, dict[str, list[Document]]] = field(default_factory=dict)
    versions: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """What `If-Match` must hold, by service and path."""
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        self.key: Ed25519PrivateKey = write_new_private_key(self.folder / "caller.pem")
        for name in BUILDS:
            await self._open(name)
        await self._found()
        await self._tell()
        await self._let_in()
        for name in BUILDS:
            self.kept[name] = await self._everything(name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opened.aclose()
        for name in BUILDS:
            await self.mongod.drop(f"test_rights_{name}")

    async def _open(self, name: str) -> None:
        database = f"test_rights_{name}"
        service = BUILDS[name](
            {
                "mongo_url": await self.mongod.grant(database),
                "mongo_database": database,
                "kafka_bootstrap": "127.0.0.1:9",
                "role": "api",
                "http_port": 9,
                "caller_public_keys": (public_text(self.key.public_key()),),
                "caller_private_key_file": self.folder / "caller.pem",
                "link_key": LINK_KEY,
                "public_url": "http://127.0.0.1:8100",
                "least_form_seconds": 0,
                **dict.fromkeys(("sign_ins_per_address", "registrations_per_address", "mails_per_mailbox"), 10_000),
            }
        )
        self.services[name] = service
        await self._opened.enter_async_context(service.app.router.lifespan_context(service.app))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url=f"http://{name}/api/v1")
        self.clients[name] = await self._opened.enter_async_context(client)
        await eventually(lambda: self._is_ready(name))

    async def _is_ready(self, name: str) -> bool:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.services[name].app), base_url="http://service"
        ) as client:
            return "the database is not reached" not in (await client.get("/ready")).text

    # --- who is there ---

    async def _found(self) -> None:
        """Enter networks, organisations, people."""
        for network in ("network", "other network"):
            self.ids[network] = (await self.made("members", "/networks", {"name": f"Verbund {network}"}))["id"]
        for who, (kind, network) in ORGANISATIONS.items():
            fields: Fields = {"name": f"Muster {who}", "kinds": [kind], "networks": [self.ids[network]], "place": PLACE}
            self.ids[f"{who}'s organisation"] = (await self.made("members", "/organisations", fields))["id"]
        for number, who in enumerate((*ORGANISATIONS, "operator")):
            home = "coordinator" if who == "operator" else who
            role = {
                "organisation": self.ids[f"{home}'s organisation"],
                "network": self.ids["other network" if who == "other coordinator" else "network"],
                "role": ROLE.get(who, who),
            }
            address = f"{number}@muster.example"
            person: Fields = {"name": f"Kim {who}", "email": address, "confirmed": True, "roles": [role]}
            self.ids[who] = (await self.made("members", "/members", person))["id"]
            self.ids[f"{who}'s address"] = address

    def role(self, who: str) -> Fields:
        """Return a role as people are entered with it."""
        organisation = self.ids[f"{who}'s organisation"]
        return {"organisation": organisation, "network": self.ids["network"], "role": ROLE.get(who, who)}

    def rights(self, who: str) -> tuple[str, ...]:
        """Return what a token of this person carries."""
        if who == "operator":
            return ("operator",)
        network = "other network" if who == "other coordinator" else "network"
        organisation = self.ids[f"{who}'s organisation"]
        return (f"{ROLE.get(who, who)}:{organisation}:{self.ids[network]}",)

    def headers(self, who: str) -> dict[str, str]:
        """Return what a request of this person carries."""
        if who == "nobody":
            return {}
        rights = ("operator",) if "operator" not in self.ids else self.rights(who)
        subject = self.ids.get(who, "operator")
        token = sign_caller_token(self.key, subject=subject, rights=rights, audience=tuple(BUILDS))
        return {"Authorization": f"Bearer {token}"}

    async def made(self, service: str, path: str, fields: Mapping[str, Any], who: str = "operator") -> dict[str, Any]:
        """Create something, as somebody."""
        answer = await self.clients[service].post(path, json=fields, headers=self.headers(who))
        assert answer.is_success, f"{path}: {answer.text}"
        told: dict[str, Any] = answer.json()
        return told

    # --- what they said ---

    async def _tell(self) -> None:
        network, coordinator = self.ids["network"], "coordinator"
        need: Fields = {
            "title": "WIG-Schweißen",
            "organisation": self.ids["company's organisation"],
            "networks": [network],
        }
        need |= {"contact": self.ids["company"], "place": PLACE}
        self.ids["need"] = (await self.made("surveys", "/needs", need, "company"))["id"]
        await self._changed(f"/needs/{self.ids['need']}", {**need, "title": "WIG-Schweißen für zwei"}, "company")
        twin = {**need, "title": "WIG-Schweißen, zweiter Kurs"}
        self.ids["other need"] = (await self.made("surveys", "/needs", twin, "company"))["id"]
        offer: Fields = {"title": "WIG-Schweißen Grundkurs", "provider": self.ids["provider's organisation"]}
        offer |= {"contact": self.ids["provider"], "networks": [network]}
        self.ids["offer"] = (await self.made("surveys", "/offers", offer, "provider"))["id"]
        await self._changed(f"/offers/{self.ids['offer']}", {**offer, "title": "WIG-Schweißen I"}, "provider")
        twin = {**offer, "title": "WIG-Schweißen Aufbaukurs"}
        self.ids["other offer"] = (await self.made("surveys", "/offers", twin, "provider"))["id"]
        ready = {"network": network, "status": "open"}
        self.ids["survey"] = (await self.made("surveys", "/surveys/ready-made", ready, coordinator))["id"]
        await self._note()
        await self._answer()
        await self._match()
        mail = await Mails(self.services["notifications"].database).begin(self.ids["company"], "slot", now())
        self.ids["mail"] = mail.id
        for service in self.services.values():
            await service.letters.keep([(_A_LETTER, "not_json")], personal=False)
            self.ids["letter"] = (await service.letters.newest(1))[0]["_id"]

    async def _changed(self, path: str, fields: Fields, who: str) -> None:
        client, headers = self.clients["surveys"], self.headers(who)
        read = await client.get(path, headers=headers)
        answer = await client.put(path, json=fields, headers={**headers, "If-Match": read.headers["etag"]})
        assert answer.is_success, answer.text

    async def _note(self) -> None:
        """Let everybody enter what is theirs: visits, assessments, imports, drafts, locations."""
        network = self.ids["network"]
        visit = {"network": network, "organisation": self.ids["company's organisation"], "visited_on": in_days(-3)}
        visit |= {"notes": "Sucht einen WIG-Kurs für zwei Schlosser"}
        self.ids["visit"] = (await self.made("surveys", "/visits", visit, "coordinator"))["id"]
        asked = {"network": network, "asked": "Agentur für Arbeit Muster", "expires_on": in_days(60)}
        request = await self.made("surveys", "/assessments/requests", asked, "coordinator")
        self.ids |= {"request": request["id"], "secret": request["secret"]}
        self.versions["surveys", f"/assessments/requests/{request['id']}/closing"] = _as_read(request)
        view = {"network": network, "text": "Viele Betriebe suchen Schweißer", "assessed_on": in_days(-3)}
        self.ids["assessment"] = (await self.made("surveys", "/assessments", view, "adviser"))["id"]
        answer = await self.clients["surveys"].post(
            "/imports",
            params={"kind": "needs", "network": network, "organisation": self.ids["company's organisation"]},
            content="Titel;Beschreibung\nExcel;Grundkurs\n",
            headers={**self.headers("company"), "Content-Type": "text/csv"},
        )
        assert answer.is_success, answer.text
        self.ids["job"] = answer.json()["id"]
        public = await self.clients["surveys"].get(f"/public/surveys/{self.ids['survey']}")
        self.ids["form"] = public.json()["form"]
        draft = {"survey": self.ids["survey"], "version": 1, "values": {}, "needs": []}
        kept = await self.made("surveys", "/public/drafts", draft, "nobody")
        self.ids |= {"draft": kept["id"], "draft's secret": kept["secret"]}
        place = {"organisation": self.ids["company's organisation"], "name": "Werkstatt", **PLACE}
        self.ids["location"] = (await self.made("members", "/locations", place, "company"))["id"]

    async def _answer(self) -> None:
        """Let somebody answer the survey, and say in the mailbox's place that it is confirmed."""
        said = {"version": 1, "language": "de", "form": self.ids["form"], "values": {}, "place": PLACE}
        said |= {"needs": [{"title": "Excel", "persons": 2}], "challenge": self.ids["need"]}
        kept = await self.made("surveys", f"/public/surveys/{self.ids['survey']}/answers", said, "nobody")
        self.ids |= {"answer": kept["id"], "answer's secret": kept["secret"]}
        confirmed = {"record.status": "confirmed", "record.member": self.ids["company"]}
        await self.services["surveys"].database["answers"].update_one({"_id": kept["id"]}, {"$set": confirmed})

    async def _match(self) -> None:
        need, offer = self.ids["need"], self.ids["offer"]
        pair, moment = pair_of(need, offer), now()
        self.ids["pair"] = pair
        match = Match(offer=offer, pair=pair, probability=0.9, fit=0.9, announced=True, criteria=(), found_at=moment)
        result = ResultSnapshot(
            id=need, version=1, changed_at=moment, status="current", need_version=1, model="m", matches=(match,)
        )
        said = Said(what="interested", by=self.ids["company"], at=moment)
        response = ResponseSnapshot(
            id=pair, version=1, changed_at=moment, status="current", need=need, offer=offer, company=said, provider=said
        )
        for owned in self.services["matching"]._owned:  # there is no route by which a worker writes
            if owned.kind in {ResultSnapshot, ResponseSnapshot}:
                await owned.add(result if owned.kind is ResultSnapshot else response)
        for name in ("members", "matching", "notifications"):
            for path in ("needs", "offers"):
                await self._copy(name, path)
        await self._copies("members", response)

    async def _copy(self, name: str, path: str) -> None:
        collection = self.services["surveys"].database[path]
        async for document in collection.find():
            topic = f"surveys.{path.removesuffix('s')}.v1"
            received = Received(document["_id"], document["version"], document["record"])
            await self.services[name].consumed[topic]._into.apply([received])  # as Kafka would

    async def _copies(self, name: str, snapshot: Snapshot) -> None:
        received = Received(snapshot.id, snapshot.version, snapshot.model_dump(mode="json"))
        await self.services[name].consumed[snapshot.topic]._into.apply([received])  # as Kafka would

    # --- how they get in ---

    async def _let_in(self) -> None:
        email = {"email": self.ids["company's address"], "language": "de"}
        asked = await self.made("members", "/sign-ins", email, "nobody")
        use = {"browser": asked["browser"], "code": code_of(bytes.fromhex(LINK_KEY), asked["challenge"])}
        met = await self.made("members", f"/challenges/{asked['challenge']}/uses", use, "nobody")
        self.ids["session's secret"] = met["session"]["secret"]
        sessions = (await self.clients["members"].get("/sessions", headers=self.headers("company"))).json()
        self.ids["session"] = sessions[0]["id"]
        again = await self.made("members", "/sign-ins", email, "nobody")
        self.ids["challenge"] = again["challenge"]
        invited = {"email": "neu@muster.example", "name": "Robin Neu", "roles": [self.role("company")]}
        self.ids["invitation"] = (await self.made("members", "/invitations", invited, "company"))["id"]
        token = {"label": "Warenwirtschaft", "scopes": ["surveys:read"], "expires_on": in_days(60)}
        made = await self.made("members", "/api-tokens", token, "company")
        self.ids |= {"token": made["id"], "token's secret": made["secret"]}

    # --- as it was ---

    async def _everything(self, name: str) -> dict[str, list[Document]]:
        database = self.services[name].database
        names = [one for one in await database.list_collection_names() if not one.startswith("system.")]
        return {one: [document async for document in database[one].find()] for one in names}

    async def restore(self, name: str) -> None:
        """Put a service's database back into the state in which the village was finished."""
        database = self.services[name].database
        for collection in await database.list_collection_names():
            if collection.startswith("system."):
                continue
            await database[collection].delete_many({})
            if documents := self.kept[name].get(collection):
                await database[collection].insert_many(documents)
