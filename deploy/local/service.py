"""One service as a process of its own."""

import ssl
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from deploy.local.child import Child
from deploy.local.ports import check_free

Program = Callable[[str], Sequence[str | Path]]


def module_of(service: str) -> Sequence[str | Path]:
    """Return how a service is started."""
    return (sys.executable, "-m", f"services.{service}.main")


def local_client(base_url: str, timeout: float = 5) -> httpx.AsyncClient:
    """Return a client for plain HTTP on this machine: no proxy, and no certificates to load."""
    return httpx.AsyncClient(
        base_url=base_url, timeout=timeout, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )


class ServicePart:
    """A service on 127.0.0.1:`port`, with an environment of its own."""

    def __init__(self, name: str, port: int, log: Path, program: Program = module_of) -> None:
        self.name = name
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.child = Child(name, log)
        self.environment: Mapping[str, str] = {}
        self._program = program

    async def start(self) -> None:
        """Start, and return when it answers HTTP; whether its neighbours are there is asked by `until_ready`."""
        check_free(self.port, self.name)
        await self.child.start(self._program(self.name), self.environment)
        await self.child.until_ready(lambda: self._says("/health"), patience=60)

    async def until_ready(self, patience: float = 60) -> None:
        """Wait until it can do its work; raises with the reason that it gives."""
        await self.child.until_ready(lambda: self._says("/ready"), patience)

    async def stop(self, patience: float = 3.0) -> None:
        """End it in order."""
        await self.child.stop(patience)

    async def kill(self) -> None:
        """End it as a crash would."""
        await self.child.kill()

    async def _says(self, path: str) -> bool:
        try:
            async with local_client(self.url) as client:
                return (await client.get(path)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
