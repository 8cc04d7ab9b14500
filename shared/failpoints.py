"""Named points of a flow at which a test can kill or hold a process; without `FAILPOINT` they do nothing.

`FAILPOINT=surveys.stored=die:/folder` ends the process by SIGKILL, as a crash would, the first time it passes;
`hold` instead of `die` waits until the marker file is removed. The marker (`/folder/<point>`) says that the point was
reached, so that a restarted process passes it.
"""

import asyncio
import os
import signal
from pathlib import Path
from typing import Final

_POINT, _, _REST = os.environ.get("FAILPOINT", "").partition("=")
_ACTION, _, _FOLDER = _REST.partition(":")
_WAIT: Final = 0.01


async def pass_point(name: str) -> None:
    """Go on at once, unless a test named this very point: then die, or stay until its marker is removed."""
    if name != _POINT:
        return
    marker = Path(_FOLDER) / name
    if await asyncio.to_thread(_first_time, marker):
        if _ACTION == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        while await asyncio.to_thread(marker.exists):  # noqa: ASYNC110 - another process removes the file
            await asyncio.sleep(_WAIT)


def _first_time(marker: Path) -> bool:
    passed = marker.with_suffix(".passed")
    if passed.exists():
        return False
    passed.touch()
    marker.touch()
    return True
