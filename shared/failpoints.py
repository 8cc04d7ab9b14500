"""Named points of a flow at which a test can kill or hold a process; without `FAILPOINTS` they do nothing.

`FAILPOINTS` names a folder. A test arms a point by writing `die` or `hold` to the file `<folder>/<point>`. The first
process to pass renames the file to `<point>.reached`; then it ends by SIGKILL, as a crash would, or stays until that
file is removed.
"""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Final

FOLDER: Final = "FAILPOINTS"
_WAIT: Final = 0.01


async def pass_point(name: str) -> None:
    """Go on at once, unless a test has armed this very point."""
    folder = os.environ.get(FOLDER)
    if folder is not None:
        await _pass_armed(Path(folder) / name)


async def _pass_armed(armed: Path) -> None:
    reached = armed.with_name(f"{armed.name}.reached")
    action = await asyncio.to_thread(_taken, armed, reached)
    if action == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if action is not None:
        await asyncio.to_thread(_wait_until_removed, reached)


def _wait_until_removed(reached: Path) -> None:
    while reached.exists():
        time.sleep(_WAIT)


def _taken(armed: Path, reached: Path) -> str | None:
    try:
        armed.rename(reached)
    except FileNotFoundError:
        return None
    return reached.read_text()
