"""What a service tells its operators: its standing, and messages it could not use, to be tried again or discarded."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiokafka import ConsumerRecord
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.callers import public_text, sign_caller_token
from shared.copies import Copies, Received
from shared.deadletters import Record
from shared.events import NeedSnapshot
from shared.operating import Concerned, Warned
from shared.release import RELEASE
from shared.service import Service
from shared.settings import ServiceSettings
from tests.builders import ASKER, a_need, an_id
from tests.waiting import eventually

KEY = Ed25519PrivateKey.generate()
TOPIC = "surveys.need.v1"


@dataclass
class Operated:
    service: Service
    needs: Copies[NeedSnapshot]
    client: httpx.AsyncClient

    async def ask(self, method: str, path: str, *rights: str, **more: Any) -> httpx.Response:
        token = sign_caller_token(KEY, subject=ASKER, rights=rights or ("operator",), audience=("matching",))
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def keep(self, *values: bytes | None, topic: str = TOPIC, personal: bool = False) -> list[str]:
        records: Sequence[Record] = [a_record(value, offset, topic) for offset, value in enumerate(values)]
        await self.service.letters.keep([(record, "not_json") for record in records], personal=personal)
        return [one["_id"] for one in await self.service.letters.newest()]

    async def waits(self, collection: str) -> dict[str, Any]:
        told = (await self.ask("GET", "/standing")).json()
        return next(one for one in told["backlog"] if one["collection"] == collection)


def a_record(value: bytes | None, offset: int, topic: str) -> Record:
    return ConsumerRecord(topic, 0, offset, 0, 0, an_id(1).encode(), value, None, 0, 0, ())


@asynccontextmanager
async def operated(settings: ServiceSettings) -> AsyncIterator[Operated]:
    keys = {"caller_public_keys": (public_text(KEY.public_key()),), "role": "api"}
    service = Service("matching", settings.model_copy(update=keys))
    needs = Copies(service.database, NeedSnapshot, "needs")
    service.consumes(NeedSnapshot, into=needs)
    service.prepares(needs.prepare)
    transport = httpx.ASGITransport(service.app)
    async with (
        service.app.router.lifespan_context(service.app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        await eventually(lambda: _ready(client))
        yield Operated(service, needs, client)


async def _ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/ready")).is_success


async def test_a_message_is_tried_again_when_it_can_be_used_and_is_gone_from_the_list(
    settings: ServiceSettings,
) -> None:
    async with operated(settings) as one:
        (letter,) = await one.keep(a_need(id=an_id(1), title="WIG-Schweißen").model_dump_json().encode())

        replayed = await one.ask("POST", f"/dead-letters/{letter}/replay")

        assert replayed.json() == {"topic": TOPIC, "entity": an_id(1)}
        assert [need.title for need in await one.needs.find({})] == ["WIG-Schweißen"]
        assert (await one.ask("GET", "/dead-letters")).json()["items"] == []


@pytest.mark.parametrize(
    ("value", "topic", "code"),
    [
        (b"{}", TOPIC, "letter_still_unusable"),
        (None, TOPIC, "letter_without_content"),
        (b"{}", "matching.result.v1", "letter_of_own_topic"),
    ],
)
async def test_what_cannot_be_tried_again_stays_and_the_answer_names_the_way_out(
    settings: ServiceSettings, value: bytes | None, topic: str, code: str
) -> None:
    async with operated(settings) as one:
        (letter,) = await one.keep(value, topic=topic)

        refused = await one.ask("POST", f"/dead-letters/{letter}/replay")

        assert (refused.status_code, refused.json()["code"]) == (409, code)
        assert await one.service.letters.count() == 1


async def test_a_message_is_shown_by_its_form_alone(settings: ServiceSettings) -> None:
    async with operated(settings) as one:
        (letter,) = await one.keep(json.dumps({"id": an_id(1), "title": "Petra Beispiel", "persons_min": 3}).encode())

        shown = (await one.ask("GET", f"/dead-letters/{letter}")).json()

        assert shown["content"] == {"id": an_id(1), "title": "<14 characters>", "persons_min": 3}
        assert (shown["topic"], shown["why"], shown["has_content"]) == (TOPIC, "not_json", True)


@pytest.mark.parametrize("personal", [True, False])
async def test_of_messages_with_names_and_addresses_nothing_is_shown(settings: ServiceSettings, personal: bool) -> None:
    async with operated(settings) as one:
        (letter,) = await one.keep(b'{"email": "petra@example.org"}', topic="members.member.v1", personal=personal)

        listed, shown = await one.ask("GET", "/dead-letters"), await one.ask("GET", f"/dead-letters/{letter}")

        assert "petra" not in listed.text + shown.text
        assert (shown.json()["content"], shown.json()["has_content"]) == (None, False)
        assert shown.json()["size"] == 30


async def test_the_list_is_read_page_by_page_newest_first(settings: ServiceSettings) -> None:
    async with operated(settings) as one:
        kept = await one.keep(b"a", b"b", b"c")

        first = (await one.ask("GET", "/dead-letters", params={"limit": 2})).json()
        rest = (await one.ask("GET", "/dead-letters", params={"limit": 2, "after": first["next"]})).json()

        assert [letter["id"] for letter in first["items"] + rest["items"]] == kept
        assert rest["next"] is None


async def test_a_message_is_discarded_once(settings: ServiceSettings) -> None:
    async with operated(settings) as one:
        (letter,) = await one.keep(b"x")

        statuses = [(await one.ask("DELETE", f"/dead-letters/{letter}")).status_code for _ in range(2)]

        assert statuses == [204, 404]


async def test_the_standing_tells_what_waits_and_since_when(settings: ServiceSettings) -> None:
    async with operated(settings) as one:
        needs = [a_need(id=an_id(number)) for number in (1, 2, 3)]
        await one.needs.apply([Received(need.id, 1, need.model_dump(mode="json")) for need in needs])
        first, *_ = await one.needs.due()
        await one.needs.done(first)
        await one.needs.mark_due({"id": first.id})
        await one.keep(b"x")

        told = (await one.ask("GET", "/standing")).json()
        waits = await one.waits("needs")

        assert (told["service"], told["ready"], told["release"], told["dead_letters"]) == ("matching", True, RELEASE, 1)
        assert (waits["documents"], waits["waiting"], waits["repeated"]) == (3, 2, 1)
        assert waits["oldest"] == min(need.model_dump(mode="json")["changed_at"] for need in needs)


async def test_the_standing_tells_whether_leased_work_is_done_by_somebody(settings: ServiceSettings) -> None:
    async with operated(settings) as one:
        leases = one.service.database["leases"]
        await leases.insert_many(
            [
                {"_id": "here", "owner": one.service.owner, "epoch": 1, "beat": 7},
                {"_id": "of a process that died", "owner": "gone", "epoch": 2, "beat": 7},
                {"_id": "given back", "owner": None, "epoch": 3, "beat": 7},
            ]
        )

        told = (await one.ask("GET", "/standing")).json()["leases"]

        assert {lease["name"]: lease["alive"] for lease in told} == {
            "here": True,
            "of a process that died": False,
            "given back": False,
        }


async def test_a_service_adds_warnings_of_its_own_and_is_ready_all_the_same(settings: ServiceSettings) -> None:
    async def warn() -> list[Warned]:
        return [Warned(code="legal_texts_missing", about=[Concerned(id=an_id(900), name="Verbund Nord")])]

    async with operated(settings) as one:
        one.service.warns(warn)

        told = (await one.ask("GET", "/standing")).json()

        assert told["warnings"] == [
            {"code": "legal_texts_missing", "about": [{"id": an_id(900), "name": "Verbund Nord"}]}
        ]
        assert told["ready"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/standing"),
        ("GET", "/dead-letters"),
        ("GET", "/dead-letters/" + "a" * 24),
        ("POST", "/dead-letters/" + "a" * 24 + "/replay"),
        ("DELETE", "/dead-letters/" + "a" * 24),
    ],
)
async def test_it_is_for_operators_alone(settings: ServiceSettings, method: str, path: str) -> None:
    async with operated(settings) as one:
        refused = await one.ask(method, path, f"coordinator:{an_id(901)}:{an_id(900)}")
        unknown = await one.client.request(method, f"/api/v1{path}")

        assert (refused.status_code, unknown.status_code) == (403, 401)
