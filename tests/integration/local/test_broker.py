import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.broker import Broker, answers, ensure_topics, topics_needed
from deploy.local.ports import free_ports
from deploy.local.problems import LocalProblem
from shared.events import ALL


async def topics_of(broker: Broker) -> dict[str, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics(await admin.list_topics())
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in described}


async def send(broker: Broker, topic: str, value: bytes) -> int:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all") as producer:
        sent = await producer.send_and_wait(topic, value, key=b"key")
    return int(sent.offset)


async def test_every_contract_and_every_publishers_probe_has_its_topic(fresh_broker: Broker) -> None:
    needed = topics_needed()

    assert await topics_of(fresh_broker) == needed
    assert {kind.topic: 4 for kind in ALL}.items() <= needed.items()
    assert {name: count for name, count in needed.items() if name.endswith(".probe")} == {
        "members.probe": 4,
        "surveys.probe": 4,
        "matching.probe": 4,
    }


async def test_what_is_sent_is_read(fresh_broker: Broker) -> None:
    await send(fresh_broker, "surveys.need.v1", b"one")

    async with AIOKafkaConsumer(
        "surveys.need.v1", bootstrap_servers=fresh_broker.bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        assert (await consumer.getone()).value == b"one"


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_it_comes_back_empty_on_the_same_port_with_every_topic(fresh_broker: Broker, end: str) -> None:
    offsets = [await send(fresh_broker, "surveys.probe", b"x") for _ in range(2)]

    await getattr(fresh_broker, end)()
    assert not await answers(fresh_broker.bootstrap)
    await fresh_broker.start()

    assert offsets == [0, 1]
    assert await topics_of(fresh_broker) == topics_needed()
    assert await send(fresh_broker, "surveys.probe", b"x") == 0


async def test_a_topic_with_other_partitions_is_refused(fresh_broker: Broker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=fresh_broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("narrow", 1, 1)])
    await admin.close()

    with pytest.raises(LocalProblem, match="narrow has 1 partitions instead of 4"):
        await ensure_topics(fresh_broker.bootstrap, {"narrow": 4})


async def test_a_taken_port_is_said_in_one_line_with_the_way_out(fresh_broker: Broker) -> None:
    second = Broker(fresh_broker.folder / "second", fresh_broker.port)

    with pytest.raises(
        LocalProblem, match=rf"^port {fresh_broker.port} \(broker\) is taken by another program: .*PORT"
    ):
        await second.start()


async def test_nobody_answers_on_a_free_port() -> None:
    assert not await answers(f"127.0.0.1:{free_ports(1)[0]}")
