from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure

from deploy.local.mongod import SERVICES, Mongod
from deploy.local.ports import free_ports
from deploy.local.problems import LocalProblem
from shared.mongo import Database
from tests.conftest import DatabaseAddress


@contextmanager
def connected(url: str) -> Iterator[AsyncIOMotorClient[dict[str, Any]]]:
    client = AsyncIOMotorClient[dict[str, Any]](url)
    try:
        yield client
    finally:
        client.close()


async def kept(mongod: Mongod, service: str) -> list[dict[str, Any]]:
    with connected(mongod.url_for(service)) as client:
        return await client[service]["things"].find().to_list(None)


async def keep(mongod: Mongod, service: str, thing: dict[str, Any]) -> None:
    with connected(mongod.url_for(service)) as client:
        await client[service]["things"].insert_one(thing)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_services_user_is_refused_in_every_other_database(mongod: Mongod, service: str) -> None:
    with connected(mongod.url_for(service)) as client:
        await client[service]["things"].insert_one({"own": True})

        for other in {*SERVICES, "admin", "local"} - {service}:
            with pytest.raises(OperationFailure, match="not authorized"):
                await client[other]["things"].find_one()
            with pytest.raises(OperationFailure, match="not authorized"):
                await client[other]["things"].insert_one({"foreign": True})


async def test_nobody_gets_in_without_a_password(mongod: Mongod) -> None:
    address = f"mongodb://127.0.0.1:{mongod.port}/?directConnection=true"
    with connected(address) as client, pytest.raises(OperationFailure, match="requires authentication"):
        await client["surveys"]["things"].find_one()


async def test_secrets_are_readable_by_their_owner_alone(mongod: Mongod) -> None:
    assert [oct((mongod.folder / name).stat().st_mode)[-3:] for name in ("passwords.json", "keyfile")] == ["600", "600"]


async def test_each_test_has_an_empty_database_with_transactions_and_change_streams(
    database: Database, database_address: DatabaseAddress
) -> None:
    assert await database.list_collection_names() == []

    async with database["things"].watch() as stream:
        async with await database.client.start_session() as session, session.start_transaction():
            await database["things"].insert_one({"_id": 1}, session=session)
        change = await stream.next()

    assert (change["operationType"], change["ns"]["db"]) == ("insert", database_address.name)


async def test_data_survives_a_kill_a_stop_and_another_port(tmp_path: Path) -> None:
    first, second = free_ports(2)
    mongod = Mongod(tmp_path, first)
    moved = Mongod(tmp_path, second)
    try:
        await mongod.start()
        await keep(mongod, "surveys", {"_id": 1})
        await mongod.kill()
        await mongod.start()
        await keep(mongod, "surveys", {"_id": 2})
        await mongod.stop()
        await moved.start()

        assert await kept(moved, "surveys") == [{"_id": 1}, {"_id": 2}]
    finally:
        await mongod.kill()
        await moved.kill()


async def test_a_first_start_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    mongod = Mongod(tmp_path, *free_ports(1))
    secrets_file = tmp_path / "passwords.json"
    try:
        await mongod.start()
        await mongod.kill()
        secrets_file.write_text(secrets_file.read_text().replace("true", "false"))
        moved = Mongod(tmp_path, *free_ports(1))
        try:
            await moved.start()

            assert await kept(moved, "surveys") == []
        finally:
            await moved.kill()
    finally:
        await mongod.kill()


async def test_lost_passwords_are_said_and_the_data_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "WiredTiger").touch()

    with pytest.raises(LocalProblem, match=r"passwords.json is gone"):
        await Mongod(tmp_path, *free_ports(1)).start()

    assert (tmp_path / "data" / "WiredTiger").exists()


async def test_a_taken_port_and_a_folder_in_use_are_said_in_one_line_with_the_way_out(
    mongod: Mongod, tmp_path: Path
) -> None:
    with pytest.raises(LocalProblem, match=rf"^port {mongod.port} \(mongod\) is taken by another program: .*PORT_BASE"):
        await Mongod(tmp_path, mongod.port).start()
    second = Mongod(mongod.folder, *free_ports(1))
    with pytest.raises(LocalProblem, match=r"another mongod uses .*LOCAL_FOLDER"):
        await second.start()
