"""After a person is erased, no byte of the database holds the name or the address."""

from typing import Any

import pytest
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from services.members.store import Store
from services.members.work import forget
from shared.clock import now
from shared.events.members import Role
from shared.mongo import Database
from tests.builders import NETWORK, an_id
from tests.integration.members.conftest import Caller
from tests.integration.members.letting_in import asked, met
from tests.integration.members.world import COMPANY, World

WHO = an_id(990)
NAMES = (b"Xanthippe", b"xanthippe", b"Zwetschgenweg")


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    made = await World(store, stranger.client).fill()
    role = Role(role="company", organisation=COMPANY, network=NETWORK)
    person = await made.add_person("xanthippe", WHO, role)
    renamed = person.model_copy(update={"name": "Xanthippe Beispiel", "phone": "Zwetschgenweg"})
    await store.members.replace(renamed, expected=person.version, was=person, by=WHO)
    return made


async def holding(database: Database) -> set[str]:
    """Return the collections whose bytes hold one of the names."""
    raw: Any = CodecOptions(document_class=RawBSONDocument)
    found = set()
    for name in await database.list_collection_names():
        async for document in database.get_collection(name, codec_options=raw).find({}):
            if any(part in document.raw for part in NAMES):
                found.add(name)
    return found


async def lived(world: World) -> None:
    """Leave traces wherever a person can."""
    me = world.signed_in(WHO, f"company:{COMPANY}:{NETWORK}")
    sign_in = await asked(Caller(world.client), "xanthippe@people.example", Client_Address="192.0.2.1")
    await met(Caller(world.client), sign_in["challenge"])
    there = (await me.send("GET", "/me")).json()
    said = {"name": "Xanthippe Muster", "language": "de", "wants_mails": False}
    assert (await me.send("PUT", "/me", said, If_Match=str(there["version"]))).status_code == 200
    token = {"label": "Xanthippes Programm", "scopes": ["surveys:read"], "expires_on": "2027-01-01"}
    assert (await me.send("POST", "/api-tokens", token)).status_code == 201
    registration = {
        "email": "xanthippe@people.example",
        "name": "Xanthippe Zwetschgenweg",
        "language": "de",
        "network": NETWORK,
        "company": {"name": "Bau Xanthippe", "postal_code": "04109", "town": "Leipzig"},
        "text_version": "2026-11",
        "wants_mails": True,
    }
    answer = await world["nobody"].send("POST", "/registrations", registration, Client_Address="192.0.2.1")
    assert answer.status_code == 202, answer.text
    assert (await world["coordinator"].send("GET", f"/members/{WHO}")).status_code == 200


@pytest.mark.parametrize("way", ["own", "operator"])
async def test_nothing_is_left_of_an_erased_person(world: World, database: Database, way: str) -> None:
    await lived(world)
    assert {"members", "challenges", "api_tokens"} <= await holding(database)
    version = (await world["operator"].send("GET", f"/members/{WHO}")).headers["etag"]

    if way == "own":
        me = world.signed_in(WHO, f"company:{COMPANY}:{NETWORK}")
        answer = await me.send("DELETE", "/me", If_Match=version)
    else:
        answer = await world["operator"].send("DELETE", f"/members/{WHO}", If_Match=version)

    assert answer.status_code == 200, answer.text
    await forget(world.store, now())
    assert await holding(database) == set()
    assert await world.store.sessions.of(WHO, now()) == []
    logged = (await world["operator"].send("GET", f"/audit?member={WHO}")).json()["items"]
    assert {one["what"] for one in logged} == {"erased", "contact_viewed"}
    assert {one["about"]["name"] for one in logged} == {None}
