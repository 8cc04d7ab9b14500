"""Which ports the parts listen on, all on loopback."""

import socket

from deploy.local.problems import LocalProblem


def check_free(port: int, what: str, remedy: str) -> None:
    """Raise when somebody listens on `port` already, since we would talk to a stranger."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LocalProblem(f"port {port} ({what}) is reserved for the system: {remedy}") from None
        except OSError:
            raise LocalProblem(f"port {port} ({what}) is taken by another program: {remedy}") from None


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now; for tests and the demo, which may run beside a stack that stays."""
    held = [socket.socket() for _ in range(count)]
    try:
        for probe in held:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in held]
    finally:
        for probe in held:
            probe.close()
