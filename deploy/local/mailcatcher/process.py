"""The mail catcher as a process of its own, for the stack and for tests."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx

from deploy.local.child import Child
from deploy.local.ports import check_free
from deploy.local.service import local_client


class MailCatcher:
    """SMTP on 127.0.0.1:`smtp_port`, pages and API on 127.0.0.1:`http_port`; mails survive in `folder`."""

    name = "mail"

    def __init__(self, folder: Path, smtp_port: int, http_port: int) -> None:
        self.folder = folder
        self.smtp_port = smtp_port
        self.http_port = http_port
        self.url = f"http://127.0.0.1:{http_port}"
        self.child = Child("mail catcher", folder / "mailcatcher.log")

    async def start(self) -> None:
        """Start, and return when both sides answer their protocol."""
        check_free(self.smtp_port, "smtp")
        check_free(self.http_port, "mail pages")
        ports = ("--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port))
        program = (sys.executable, "-m", "deploy.local.mailcatcher", *ports)
        await self.child.start([*program, "--folder", self.folder / "mails"])
        await self.child.until_ready(self._answers, patience=20)

    async def stop(self, patience: float = 2.0) -> None:
        """End the catcher; its mails stay."""
        await self.child.stop(patience)

    async def kill(self) -> None:
        """End the catcher as a crash would; what it answered 250 to is on disk."""
        await self.child.kill()

    async def restart(self) -> None:
        """Come back with the same mails."""
        await self.stop()
        await self.start()

    async def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """Return the caught mails, whole, newest last: id, from, to, subject, received_at, headers, text, html, raw."""
        async with self._client() as client:
            listed = (await client.get("/api/messages", params={} if to is None else {"to": to})).raise_for_status()
            return [(await client.get(f"/api/messages/{mail['id']}")).json() for mail in listed.json()]

    async def count(self) -> int:
        """Return how many mails are kept."""
        async with self._client() as client:
            return len((await client.get("/api/messages")).raise_for_status().json())

    async def clear(self) -> None:
        """Remove every mail."""
        async with self._client() as client:
            (await client.delete("/api/messages")).raise_for_status()

    async def misbehave(self, **faults: Any) -> None:
        """Switch faults on (see `Faults`); without arguments, all is well again and whoever is held is released."""
        async with self._client() as client:
            (await client.put("/api/faults", json=faults)).raise_for_status()

    async def waiting(self) -> int:
        """Return how many mails are kept but not yet answered for, because of `delay_ms` or `hold`."""
        async with self._client() as client:
            answer = (await client.get("/api/faults")).raise_for_status()
            return int(answer.json()["waiting"])

    def _client(self) -> httpx.AsyncClient:
        return local_client(self.url, timeout=10)

    async def _answers(self) -> bool:
        try:
            async with self._client() as client:
                if (await client.get("/health")).status_code != httpx.codes.OK:
                    return False
            reader, writer = await asyncio.open_connection("127.0.0.1", self.smtp_port)
        except (OSError, httpx.HTTPError):
            return False
        greeting = await reader.readline()
        writer.close()
        return greeting.startswith(b"220")
