import asyncio
import sys
from pathlib import Path

import pytest

from deploy.local.child import Child
from deploy.local.problems import LocalProblem
from deploy.local.supervisor import Supervisor
from tests.waiting import eventually


class AProgram:
    """Runs as long as it is let, unless told to end by itself."""

    name = "program"

    def __init__(self, folder: Path, script: str) -> None:
        self.child = Child("program", folder / "program.log")
        self.starts = 0
        self._script = script

    async def start(self) -> None:
        self.starts += 1
        await self.child.start([sys.executable, "-I", "-S", "-c", self._script])

    async def stop(self, patience: float = 3) -> None:
        await self.child.stop(patience)

    async def kill(self) -> None:
        await self.child.kill()


async def test_pauses_grow_while_a_program_keeps_dying(tmp_path: Path) -> None:
    lines: list[str] = []
    supervisor = Supervisor(lines.append, first_pause=0.01)
    program = AProgram(tmp_path, "raise SystemExit(3)")

    await supervisor.start(program)
    await eventually(lambda: program.starts > 4)
    await supervisor.stop([program], 1)

    told = [line for line in lines if "started again" in line]
    assert told[:4] == [
        f"program ended with code 3; it is started again in {pause} s" for pause in ("0.0", "0.0", "0.0", "0.1")
    ]


async def test_a_stopped_program_stays_down(tmp_path: Path) -> None:
    lines: list[str] = []
    supervisor = Supervisor(lines.append, first_pause=0)
    program = AProgram(tmp_path, "import signal; signal.pause()")
    await supervisor.start(program)

    await supervisor.stop([program], 3)

    assert (program.child.alive, program.starts, lines) == (False, 1, [])


async def test_what_cannot_be_started_again_is_tried_again(tmp_path: Path) -> None:
    lines: list[str] = []
    program = AProgram(tmp_path, "import signal; signal.pause()")
    start = program.start

    async def fail_once() -> None:
        program.start = start  # type: ignore[method-assign]
        raise LocalProblem("port 9 (program) is taken")

    supervisor = Supervisor(lines.append, first_pause=0)
    await supervisor.start(program)
    program.start = fail_once  # type: ignore[method-assign]

    await program.child.kill()
    await eventually(lambda: lines[-1:] == ["program is up again"])
    await supervisor.stop([program], 3)

    assert lines[1] == "port 9 (program) is taken"


async def test_output_goes_to_a_log_that_begins_anew_when_it_is_long(tmp_path: Path) -> None:
    child = Child("program", tmp_path / "program.log")
    child.log.write_bytes(b"x" * 10_000_001)

    await child.start([sys.executable, "-c", "print('hello')"])
    await child.exited()

    assert child.log.read_text() == "hello\n"
    assert (tmp_path / "program.log.1").stat().st_size == 10_000_001


async def test_a_program_that_ends_while_starting_says_its_last_words(tmp_path: Path) -> None:
    child = Child("program", tmp_path / "program.log")

    async def never() -> bool:
        return False

    await child.start([sys.executable, "-c", "raise SystemExit('no port left')"])
    with pytest.raises(LocalProblem, match=r"^program ended with code 1 while starting: no port left \(all of it: .*"):
        await child.until_ready(never, patience=20)


async def test_answers_from_a_stranger_do_not_count(tmp_path: Path) -> None:
    child = Child("program", tmp_path / "program.log")

    async def stranger() -> bool:
        await child.exited()
        return True

    await child.start([sys.executable, "-c", ""])
    with pytest.raises(LocalProblem, match="ended with code 0 while starting"):
        await child.until_ready(stranger, patience=20)


async def test_a_program_that_ignores_the_request_to_end_is_ended(tmp_path: Path) -> None:
    child = Child("program", tmp_path / "program.log")
    script = "import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    await child.start([sys.executable, "-c", script])
    await eventually(lambda: "deaf" in child.log.read_text())

    await asyncio.wait_for(child.stop(patience=0.1), 5)

    assert child.code == -9
