"""From a change in one service to the copy in another, on real servers, whatever goes wrong between."""

import asyncio
from typing import Any

import pytest
from pymongo import UpdateOne

from deploy.local.broker import Broker
from deploy.local.mongod import Mongod
from deploy.local.ports import free_ports
from shared.mongo import Database, open_database
from shared.publishing import Owned
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.working import Wakes
from tests.builders import a_need, an_id
from tests.integration.shared.flow import message, publishing, reading, send
from tests.waiting import eventually


@pytest.fixture
def to_broker(settings: ServiceSettings, fresh_broker: Broker) -> ServiceSettings:
    return settings.model_copy(update={"kafka_bootstrap": fresh_broker.bootstrap})


async def test_a_change_reaches_the_other_service_and_its_mark_is_cleared(
    database: Database, to_broker: ServiceSettings
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        made = await here.needs.add(a_need(title="erst"))
        await here.needs.replace(made.model_copy(update={"title": "dann"}), expected=made.version)

        await eventually(lambda: _has(there, {made.id: "dann"}))

        await eventually(lambda: _nothing_marked(here.needs))


async def test_every_change_succeeds_while_the_broker_is_away_and_arrives_later(
    database: Database, to_broker: ServiceSettings, fresh_broker: Broker
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        first = await here.needs.add(a_need(title="vorher"))
        await eventually(lambda: _has(there, {first.id: "vorher"}))
        await fresh_broker.kill()

        made = [await here.needs.add(a_need(id=an_id(n), title=f"Titel {n}")) for n in range(2, 30)]
        await fresh_broker.start()

        await eventually(lambda: _has(there, {first.id: "vorher"} | {one.id: one.title for one in made}), timeout=40)


async def test_a_broker_that_comes_back_empty_is_filled_without_a_command(
    database: Database, to_broker: ServiceSettings, fresh_broker: Broker
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        made = [await here.needs.add(a_need(id=an_id(n), title=f"Titel {n}")) for n in range(1, 40)]
        erased = await here.needs.erase(made[0].id, expected=made[0].version)
        await eventually(lambda: _has(there, {one.id: one.title for one in made[1:]}))
        await fresh_broker.restart()
        await there.copies.collection.delete_many({})

        await eventually(lambda: _has(there, {one.id: one.title for one in made[1:]}), timeout=40)

        document = await eventually(lambda: there.copies.collection.find_one({"_id": erased.id}))
        assert document is not None
        assert document["record"]["status"] == "erased"


async def test_a_change_after_the_broker_came_back_empty_arrives(
    database: Database, to_broker: ServiceSettings, fresh_broker: Broker
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        made = await here.needs.add(a_need(title="vorher"))
        await eventually(lambda: _has(there, {made.id: "vorher"}))

        await fresh_broker.restart()
        later = await here.needs.replace(made.model_copy(update={"title": "nachher"}), expected=made.version)

        await eventually(lambda: _has(there, {later.id: "nachher"}), timeout=40)


async def test_a_mark_set_while_sending_survives_the_clearing(database: Database, to_broker: ServiceSettings) -> None:
    needs: Owned[Any] = Owned(database, type(a_need()), "needs")
    await needs.prepare()
    made = await needs.add(a_need(title="erst"))

    class ChangedMeanwhile:
        async def send(self, *_: object, **__: object) -> Any:
            await needs.replace(made.model_copy(update={"title": "dann"}), expected=made.version)
            answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            answer.set_result(type("Sent", (), {"partition": 0, "offset": 1}))
            return answer

    await Relay("surveys", database, to_broker, [needs], Wakes(database)).relay_once(ChangedMeanwhile())

    document = await needs.collection.find_one({"_id": made.id})
    assert document is not None
    assert document["unpublished"]["token"]
    assert document["version"] == made.version + 1


async def test_a_stale_record_left_last_in_the_topic_is_published_over(
    database: Database, to_broker: ServiceSettings
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        made = await here.needs.add(a_need(title="erst"))
        newest = await here.needs.replace(made.model_copy(update={"title": "dann"}), expected=made.version)
        await eventually(lambda: _nothing_marked(here.needs))
        await send(to_broker.kafka_bootstrap, message(made))

        await there.copies.collection.delete_many({})
        await send(to_broker.kafka_bootstrap, message(made))

        await eventually(lambda: _has(there, {newest.id: "dann"}))


async def test_a_topic_that_knows_more_than_the_database_lifts_its_versions(
    database: Database, to_broker: ServiceSettings
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        made = await here.needs.add(a_need(title="dieses Leben"))
        earlier = made.model_copy(update={"version": made.version + 2**33, "title": "früheres Leben"})

        await send(to_broker.kafka_bootstrap, message(earlier))

        await eventually(lambda: _newer_than(here.needs, earlier.version))
        await eventually(lambda: _has(there, {made.id: "dieses Leben"}))


async def test_a_document_too_large_to_send_is_parked_and_the_next_goes(
    database: Database, to_broker: ServiceSettings
) -> None:
    async with publishing(database, to_broker) as here, reading(database, to_broker) as there:
        large = await here.needs.add(a_need(id=an_id(1)))
        await here.needs.collection.update_one({"_id": large.id}, {"$set": {"record.description": "x" * 1_100_000}})
        await here.needs.republish()
        small = await here.needs.add(a_need(id=an_id(2), title="klein"))

        await eventually(lambda: _arrived(there, small.id))

        await eventually(here.relay.problems)
        assert "1 documents" in (await here.relay.problems())[0]


async def test_bad_messages_are_set_aside_with_a_reason_and_the_next_is_handled(
    database: Database, to_broker: ServiceSettings
) -> None:
    good, newer, older = (
        a_need(id=an_id(1)),
        a_need(id=an_id(2), version=9),
        a_need(id=an_id(2), version=3, title="alt"),
    )
    bad = {
        "not_json": (b"1", b"{half"),
        "shape .": (b"2", b'{"id": 5, "status": "open"}'),
        "shape snapshot.version": (
            good.id.encode(),
            good.model_dump_json().replace('"version":1', '"version":-1').encode(),
        ),
        "tombstone": (good.id.encode(), None),
        "key_of_another_entity": (an_id(77).encode(), message(good)[1]),
        "too_large": (an_id(3).encode(), message(a_need(id=an_id(3)))[1][:-1] + b',"x":"' + b"y" * 5_000_000 + b'"}'),
        "refused by the database": (
            an_id(4).encode(),
            message(a_need(id=an_id(4)))[1][:-1] + b',"x":1' + b"0" * 30 + b"}",
        ),
        "not_json ": (an_id(5).encode(), b"[" * 100_000),
        "not_json  ": (an_id(6).encode(), b"\xff\xfe\x00"),
    }
    async with reading(database, to_broker) as there:
        await send(to_broker.kafka_bootstrap, message(good), message(newer), *bad.values(), message(older))
        await send(to_broker.kafka_bootstrap, message(a_need(id=an_id(8))), headers=[("x", b"\xff\xfe"), ("y", None)])

        await eventually(lambda: _count(there, len(bad)), timeout=30)
        await eventually(lambda: _arrived(there, an_id(8)))

        reasons = sorted(letter["why"] for letter in await there.letters.newest())
        for expected in (why.strip() for why in bad):
            assert any(why.startswith(expected.split(" .")[0]) for why in reasons), (expected, reasons)
        assert await there.titles() == {
            good.id: good.title,
            newer.id: newer.title,
            an_id(8): a_need().title,
        }


async def test_a_letter_can_be_read_back_byte_by_byte(database: Database, to_broker: ServiceSettings) -> None:
    async with reading(database, to_broker) as there:
        await send(to_broker.kafka_bootstrap, (b"k", b"\x00kaputt\xff"))
        await eventually(lambda: _count(there, 1))

        [listed] = await there.letters.newest()
        letter = await there.letters.get(listed["_id"][:8])

    assert letter is not None
    assert "value" not in listed
    assert letter["value"] == b"\x00kaputt\xff"


async def test_consuming_stops_and_says_why_when_most_messages_are_bad(
    database: Database, to_broker: ServiceSettings
) -> None:
    async with reading(database, to_broker) as there:
        await send(to_broker.kafka_bootstrap, *((b"k", b"kaputt") for _ in range(210)))
        await eventually(lambda: there.consumer.started and there.consumer.problems())

        await send(to_broker.kafka_bootstrap, message(a_need()))
        reason = there.consumer.problems()[0]

    assert "dead-letters" in reason
    async with reading(database, to_broker) as restarted:
        await eventually(lambda: _arrived(restarted, a_need().id))


async def test_messages_wait_while_the_database_is_away_and_none_is_lost(
    tmp_path: Any, to_broker: ServiceSettings
) -> None:
    mongod = Mongod(tmp_path / "mongo", free_ports(1)[0])
    await mongod.start()
    try:
        url = await mongod.grant("away")
        settings = to_broker.model_copy(update={"mongo_url": type(to_broker.mongo_url)(url), "mongo_database": "away"})
        database = open_database(settings)
        async with reading(database, settings) as there:
            await send(settings.kafka_bootstrap, message(a_need(id=an_id(1))))
            await eventually(lambda: _arrived(there, an_id(1)))
            await mongod.kill()
            await send(settings.kafka_bootstrap, *(message(a_need(id=an_id(n))) for n in range(2, 60)))
            await eventually(there.consumer.problems)
            await mongod.start()

            await eventually(lambda: _has(there, {an_id(n): a_need().title for n in range(1, 60)}), timeout=40)
            await eventually(lambda: not there.consumer.problems())
        database.client.close()
    finally:
        await mongod.kill()


async def test_a_restarted_consumer_goes_on_where_it_stopped(database: Database, to_broker: ServiceSettings) -> None:
    async with reading(database, to_broker) as there:
        await send(to_broker.kafka_bootstrap, message(a_need(id=an_id(1))))
        await eventually(lambda: _arrived(there, an_id(1)))
    await database["copies"].bulk_write([UpdateOne({"_id": an_id(1)}, {"$set": {"version": -5}})])

    async with reading(database, to_broker) as there:
        await send(to_broker.kafka_bootstrap, message(a_need(id=an_id(2))))
        await eventually(lambda: _arrived(there, an_id(2)))

    kept = await database["copies"].find_one({"_id": an_id(1)})
    assert kept is not None
    assert kept["version"] == -5, "a committed message was handled again"


async def _has(there: Any, wanted: dict[str, str]) -> bool:
    return bool(await there.titles() == wanted)


async def _arrived(there: Any, need: str) -> bool:
    return await there.copies.get(need) is not None


async def _count(there: Any, letters: int) -> bool:
    return bool(await there.letters.count() == letters)


async def _nothing_marked(needs: Owned[Any]) -> bool:
    return await needs.collection.count_documents({"unpublished": {"$exists": True}}) == 0


async def _newer_than(needs: Owned[Any], version: int) -> bool:
    return await needs.collection.count_documents({"version": {"$gt": version}}) == 1
