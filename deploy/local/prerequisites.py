"""What a machine must have for the local stack, told in one line with the way out when it has not."""

import platform
import sys
from typing import Final

from deploy.local.problems import LocalProblem

_GLIBC: Final = (2, 35)
"""The database's binary is built for Ubuntu 22.04."""


def check_platform() -> None:
    """Raise where the servers' binaries cannot run."""
    library, version = platform.libc_ver()
    place = f"{platform.system()} on {platform.machine()}"
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise LocalProblem(f"the local servers need Linux on x86-64, this is {place}: use docker compose up")
    if library != "glibc" or tuple(map(int, version.split(".")[:2])) < _GLIBC:
        found = f"{library} {version}".strip() or "another C library"
        raise LocalProblem(
            f"the local servers need glibc 2.35 (Debian 12, Ubuntu 22.04), this is {found}: use docker compose up"
        )
