"""Run a stack of stand-ins as `make up` does; prints its processes' numbers when it is up."""

import asyncio
import json
import sys
from pathlib import Path

from deploy.local.problems import LocalProblem
from deploy.local.stack import SERVICES, LocalStack
from deploy.local.up import end_with_signals

STAND_IN = Path(__file__).with_name("stand_in.py")


def stand_in(name: str) -> tuple[str | Path, ...]:
    return (sys.executable, STAND_IN, name)


async def main(folder: Path) -> None:
    end_with_signals()
    environments = {name: {"STUBBORN": "1"} for name in SERVICES}
    async with LocalStack(folder, environments=environments, program=stand_in) as stack:
        pids = {name: stack.pid(name) for name in (*SERVICES, "mongod", "broker", "mail")}
        sys.stdout.write(json.dumps(pids) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


try:
    asyncio.run(main(Path(sys.argv[1])))
except LocalProblem as problem:
    sys.exit(str(problem))
except (KeyboardInterrupt, asyncio.CancelledError):
    sys.exit(0)
