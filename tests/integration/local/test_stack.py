"""The stack with real servers and stand-ins for the services."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.folder import load
from deploy.local.ports import Ports
from deploy.local.problems import LocalProblem
from deploy.local.stack import SERVICES, LocalStack
from shared.callers import CallerKeys
from tests.waiting import eventually

HERE = Path(__file__).parent


@dataclass
class Started:
    stack: LocalStack
    lines: list[str] = field(default_factory=list)

    async def asked(self, service: str, path: str) -> Any:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{self.stack.url(service)}{path}")).json()


def a_stack(folder: Path, lines: list[str], **changes: Any) -> LocalStack:
    stand_in = HERE / "stand_in.py"
    return LocalStack(folder, report=lines.append, program=lambda name: (sys.executable, stand_in, name), **changes)


@pytest.fixture(scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Started]:
    lines: list[str] = []
    folder = tmp_path_factory.mktemp("stack")
    async with a_stack(folder, lines, environments={"surveys": {"LOG_LEVEL": "DEBUG"}}) as stack:
        yield Started(stack, lines)


async def test_every_part_runs_in_a_process_of_its_own(started: Started) -> None:
    pids = {started.stack.pid(name) for name in (*SERVICES, "mongod", "broker", "mail")}

    assert None not in pids
    assert len(pids) == len(SERVICES) + 3


async def test_each_service_has_its_own_environment_and_nothing_of_ours(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    await started.stack.restart("surveys")

    surveys, portal = await started.asked("surveys", "/env"), await started.asked("portal", "/env")

    assert surveys["MONGO_URL"] == started.stack.mongod.url_for("surveys")
    assert surveys["LOG_LEVEL"] == "DEBUG"
    assert surveys["HTTP_PORT"] == str(started.stack.ports.surveys)
    assert portal["SURVEYS_URL"] == started.stack.url("surveys")
    assert {"AWS_SECRET_ACCESS_KEY", "LINK_KEY", "CALLER_PRIVATE_KEY_FILE"}.isdisjoint(surveys)
    assert {"MONGO_URL", "LOG_LEVEL"}.isdisjoint(portal)


async def test_the_notes_lead_others_to_the_stack_and_are_their_owners_alone(started: Started) -> None:
    notes = load(started.stack.folder)

    assert notes.addresses["matching"] == started.stack.url("matching")
    assert notes.environments["matching"] == started.stack.env("matching")
    secrets = [started.stack.folder / name for name in ("stack.json", "keys/caller.pem", "keys/link.key")]
    assert [oct(file.stat().st_mode)[-3:] for file in secrets] == ["600"] * 3
    assert oct(started.stack.folder.stat().st_mode)[-3:] == "700"


async def test_the_operators_token_is_believed_by_every_service(started: Started) -> None:
    token = started.stack.operator_token()

    for service in ("members", "surveys", "matching", "notifications"):
        keys = CallerKeys.from_setting([started.stack.env(service)["CALLER_PUBLIC_KEYS"]], service)
        assert keys.caller(token).rights == {"operator"}


async def test_what_crashes_is_reported_and_started_again(started: Started) -> None:
    before = started.stack.pid("matching")
    started.lines.clear()

    with pytest.raises(httpx.HTTPError):
        await started.asked("matching", "/die")
    await eventually(lambda: started.lines[-1:] == ["matching is up again"])

    assert started.lines[0] == "matching was ended by SIGKILL; it is started again in 0.5 s"
    assert started.stack.pid("matching") not in {before, None}


@pytest.mark.parametrize("part", ["mongod", "broker", "mail"])
async def test_a_crashed_server_comes_back_on_its_port(started: Started, part: str) -> None:
    pid = started.stack.pid(part)
    assert pid is not None
    started.lines.clear()

    os.kill(pid, signal.SIGKILL)

    await eventually(lambda: started.lines[-1:] == [f"{part} is up again"])
    assert started.stack.pid(part) not in {pid, None}


async def test_what_is_killed_on_purpose_stays_down_until_it_is_started(started: Started) -> None:
    started.lines.clear()

    await started.stack.kill("notifications")
    assert started.stack.pid("notifications") is None
    await started.stack.start("notifications", env={"EXTRA": "for once"})

    assert (await started.asked("notifications", "/env"))["EXTRA"] == "for once"
    assert started.lines == []


async def test_the_same_folder_is_refused_while_a_stack_runs_in_it(started: Started) -> None:
    with pytest.raises(LocalProblem, match=r"^a stack runs already in .* \(process \d+\): .*Ctrl-C.*LOCAL_FOLDER"):
        await a_stack(started.stack.folder, []).__aenter__()


async def test_a_taken_port_ends_the_start_with_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        stack = a_stack(tmp_path, [], ports=replace(Ports.free(), smtp=port))

        with pytest.raises(LocalProblem, match=rf"^port {port} \(smtp\) is taken by another program: .*PORT_BASE"):
            await stack.__aenter__()

    assert not (tmp_path / "mongo").exists()


async def test_a_service_that_cannot_start_says_why_and_ends_the_others(tmp_path: Path) -> None:
    stack = a_stack(tmp_path, [], services=("surveys", "portal"), environments={"surveys": {"LAST_WORDS": "no model"}})

    with pytest.raises(LocalProblem, match="surveys ended with code 1 while starting: no model"):
        await stack.__aenter__()

    assert [stack.pid(name) for name in ("mongod", "broker", "mail", "portal")] == [None] * 4


async def test_ctrl_c_ends_even_stubborn_parts_within_five_seconds(tmp_path: Path) -> None:
    process, pids = await run_stack(tmp_path)

    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    code = await asyncio.wait_for(process.wait(), 30)

    assert time.monotonic() - began < 5
    assert code == 0
    assert [name for name, pid in pids.items() if runs(pid)] == []


async def test_nothing_outlives_a_stack_that_is_killed_and_the_next_one_starts_in_its_folder(tmp_path: Path) -> None:
    process, pids = await run_stack(tmp_path)

    process.kill()
    await process.wait()

    await eventually(lambda: not any(map(runs, pids.values())))
    async with a_stack(tmp_path, [], services=()) as again:
        assert again.pid("mongod") is not None


async def run_stack(folder: Path) -> tuple[asyncio.subprocess.Process, dict[str, int]]:
    command = (sys.executable, "-m", "tests.integration.local.run_stack", folder)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=HERE.parents[2])
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 60)
    return process, json.loads(line)


def runs(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
