"""Erasing a person: no document of any database and no last value of any topic holds name or address afterwards."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.stack import LocalStack
from shared.events import ALL, MemberSnapshot
from tests.e2e.test_public_answer import WHO, Asked, name_in
from tests.e2e.world import World
from tests.waiting import eventually

NOT_OURS: Final = frozenset({"admin", "config", "local"})


async def a_person_everywhere(world: World) -> str:
    """Let somebody answer a survey, be told, say something, sign in, be looked at; return the member's id."""
    asked = await Asked.open(world)
    await asked.register()
    await asked.answer()
    await asked.confirm()
    await eventually(asked.is_told, timeout=60)
    need = (await asked.needs())[0]
    version = {"what": "interested"}
    await world.call("matching", "PUT", f"/pairs/{need['id']}/{world.offer}/responses/company", json=version)
    await world.call("members", "GET", f"/members/{need['contact']}")
    await world.post("members", "/sign-ins", {"email": world.address(WHO), "language": "de"})
    await _spoil(world, need["contact"])
    return str(need["contact"])


async def _spoil(world: World, member: str) -> None:
    """Send a record of the person that nobody can use, so that it is set aside."""
    known = {"name": name_in(world), "email": world.address(WHO)}
    await _send(world.stack, member, json.dumps({"id": member, "version": 1, "status": "active", **known}).encode())


async def _send(stack: LocalStack, member: str, record: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stack.broker.bootstrap, enable_idempotence=False)
    await producer.start()
    try:
        await producer.send_and_wait(MemberSnapshot.topic, record, key=member.encode())
    finally:
        await producer.stop()


async def raw_documents(stack: LocalStack) -> AsyncIterator[tuple[str, bytes]]:
    """Give every collection of every service, batch by batch, as the bytes that the server sends."""
    client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(stack.mongod.admin_url)
    try:
        for database in set(await client.list_database_names()) - NOT_OURS:
            for collection in await client[database].list_collection_names(filter={"type": "collection"}):
                async for batch in client[database][collection].find_raw_batches():
                    yield f"{database}.{collection}", batch
    finally:
        client.close()


async def last_values(stack: LocalStack) -> dict[tuple[str, bytes], bytes]:
    """Return the last value of every key of every topic."""
    topics = [kind.topic for kind in ALL]
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=stack.broker.bootstrap,
        group_id=f"test-{id(topics)}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    last: dict[tuple[str, bytes], bytes] = {}

    async def read_all() -> bool:
        for partition, records in (await consumer.getmany(timeout_ms=500)).items():
            last.update({(partition.topic, record.key): record.value for record in records})
        assigned = consumer.assignment()
        ends = {one: consumer.highwater(one) for one in assigned}
        read = [await consumer.position(one) >= (end or 0) for one, end in ends.items()]
        return bool(last) and {one.topic for one in assigned} == set(topics) and all(read)

    try:
        await eventually(read_all, timeout=60)
    finally:
        await consumer.stop()
    return last


async def places_with(stack: LocalStack, *words: str) -> set[str]:
    """Return where one of these words is still kept: collections, and topics with a last value that has it."""
    wanted = [word.encode() for word in words]
    found = {where async for where, raw in raw_documents(stack) if any(word in raw for word in wanted)}
    values = await last_values(stack)
    return found | {topic for (topic, _), value in values.items() if any(word in (value or b"") for word in wanted)}


async def test_after_erasing_nothing_holds_name_or_address_and_a_replay_brings_nothing_back(
    world: World, stack: LocalStack
) -> None:
    member = await a_person_everywhere(world)
    words = (name_in(world), world.address(WHO))
    kept = await places_with(stack, *words)
    before = await world.call("members", "GET", f"/members/{member}")

    headers = {"If-Match": f'"{before["version"]}"'}
    await world.call("members", "DELETE", f"/members/{member}", headers=headers)
    await eventually(lambda: _is_nowhere(stack, *words), timeout=60)
    # An older record comes once more, as from a relay that was late or a consumer that begins anew.
    await _send(stack, member, json.dumps({**before, "status": "active"}).encode())
    await eventually(lambda: _is_nowhere(stack, *words), timeout=60)

    assert {"members.members", "notifications.members", MemberSnapshot.topic} <= kept
    assert await places_with(stack, *words) == set()
    assert (await world.call("members", "GET", f"/members/{member}", or_missing=True)) is None


async def _is_nowhere(stack: LocalStack, *words: str) -> bool:
    return not await places_with(stack, *words)
