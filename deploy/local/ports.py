"""Which ports the parts listen on, all on loopback."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass, fields
from typing import Final, Self

from deploy.local.problems import LocalProblem

USUAL_BASE: Final = 8100
_LOWEST, _HIGHEST = 1024, 65535
_REMEDY: Final = "choose other ports with PORT_BASE or --port-base"


@dataclass(frozen=True)
class Ports:
    """One port for each part, in the order in which they follow a base."""

    portal: int
    members: int
    surveys: int
    matching: int
    notifications: int
    mail_pages: int
    smtp: int
    mongod: int
    broker: int

    @classmethod
    def from_base(cls, base: int = USUAL_BASE) -> Self:
        """Return nine ports in a row, the first being `base`."""
        count = len(fields(cls))
        if not _LOWEST <= base <= _HIGHEST - count + 1:
            raise LocalProblem(
                f"a port base is a number from {_LOWEST} to {_HIGHEST - count + 1}, not {base}: {_REMEDY}"
            )
        return cls(*range(base, base + count))

    @classmethod
    def free(cls) -> Self:
        """Return ports that nobody listens on now; for tests and the demo, which may run beside a stack that stays."""
        return cls(*free_ports(len(fields(cls))))

    def check_free(self) -> None:
        """Raise when somebody listens on any of them already."""
        for field in fields(self):
            check_free(getattr(self, field.name), field.name.replace("_", " "))


def check_free(port: int, what: str) -> None:
    """Raise when somebody listens on `port` already, since we would talk to a stranger."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LocalProblem(f"port {port} ({what}) is reserved for the system: {_REMEDY}") from None
        except OSError:
            raise LocalProblem(f"port {port} ({what}) is taken by another program: {_REMEDY}") from None


def free_ports(count: int) -> list[int]:
    """Return so many ports that nobody listens on now."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
