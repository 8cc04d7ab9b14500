"""One connection to the mail server, kept open between mails, with a step between recipient and content.

The step lets the sender note "handed over" at the last moment at which the outcome is still certain.
"""

import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError
from aiosmtplib.errors import SMTPSenderRefused

from services.notifications.domain.sending import Stage, Verdict, judged

ANSWER_WITHIN: Final = 60.0
"""Seconds for each step but the last."""
FINAL_ANSWER_WITHIN: Final = 600.0
"""Seconds for the answer to the whole mail, as RFC 5321 advises: whoever hangs up earlier causes doubles."""
IDLE_FOR: Final = 20.0
"""Seconds after which an unused connection is closed rather than trusted."""

Tls = Literal["none", "starttls", "tls"]


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and how to get in."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: Tls = "none"
    local_name: str = "localhost"


@dataclass(frozen=True)
class Refusal:
    """The server, or the way to it, said no: the mail certainly did not go."""

    verdict: Verdict
    answer: str
    """Stage and code, such as `recipient 550 5.1.1`; never the server's words, which may name people."""


Result = Literal["accepted", "withdrawn", "unknown"] | Refusal


class _NotReached(Exception):  # noqa: N818 - it names what happened
    """The connection could not be opened; the cause says why."""


class Courier:
    """Hands mails over, one after another."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client: SMTP | None = None
        self._used_at = 0.0

    async def deliver(
        self, sender: str, recipient: str, content: bytes, hand_over: Callable[[], Awaitable[bool]]
    ) -> Result:
        """Bring one mail to the server; `hand_over` is asked immediately before DATA and may still withdraw it.

        `unknown`: the connection broke after the hand-over, so that nobody can say whether it arrived.
        """
        try:
            client = await self._ready(sender, recipient)
        except _NotReached as error:
            return _refusal("connect", error.__cause__)
        except SMTPSenderRefused as error:
            return _refusal("sender", error)
        except (SMTPException, OSError) as error:
            return _refusal("recipient", error)
        try:
            if await hand_over():
                return await self._data(client, content)
        except BaseException:
            client.close()
            raise
        await self._reset(client)
        return "withdrawn"

    async def _ready(self, sender: str, recipient: str) -> SMTP:
        """Return a connection at the point where DATA may follow; a kept one that turns out dead is opened anew."""
        kept = self._client is not None
        try:
            return await self._envelope(sender, recipient)
        except (SMTPServerDisconnected, SMTPTimeoutError):
            await self.close()
            if not kept:
                raise
        except SMTPResponseException:
            if self._client is not None:
                await self._reset(self._client)
            raise
        return await self._envelope(sender, recipient)

    async def _envelope(self, sender: str, recipient: str) -> SMTP:
        client = await self._connected()
        await client.mail(sender)
        await client.rcpt(recipient)
        return client

    async def _connected(self) -> SMTP:
        idle = time.monotonic() - self._used_at > IDLE_FOR
        if self._client is not None and (idle or not self._client.is_connected):
            await self.close()
        if self._client is None:
            server = self._server
            client = SMTP(
                hostname=server.host,
                port=server.port,
                use_tls=server.tls == "tls",
                start_tls=server.tls == "starttls",
                tls_context=ssl.create_default_context() if server.tls != "none" else None,
                local_hostname=server.local_name,
                timeout=ANSWER_WITHIN,
            )
            self._client = client
            try:
                await client.connect()
                if server.user and server.password:
                    await client.login(server.user, server.password)
            except (SMTPException, OSError) as error:
                await self.close()
                raise _NotReached from error
        self._used_at = time.monotonic()
        return self._client

    async def _data(self, client: SMTP, content: bytes) -> Result:
        try:
            await client.data(content, timeout=FINAL_ANSWER_WITHIN)
        except SMTPResponseException as error:
            await self._reset(client)
            return _refusal("data", error)
        except (SMTPException, OSError):
            await self.close()
            return "unknown"
        self._used_at = time.monotonic()
        return "accepted"

    async def _reset(self, client: SMTP) -> None:
        """Make the connection fit for the next mail, or give it up."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            await self.close()

    async def close(self) -> None:
        """Give the connection up."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await client.quit(timeout=1.0)
        client.close()


def _refusal(stage: Stage, error: BaseException | None) -> Refusal:
    if not isinstance(error, SMTPResponseException):
        return Refusal("unreached" if stage == "connect" else "later", f"{stage} {type(error).__name__}")
    enhanced = error.message.split(" ", 1)[0] if error.message[:2] in {"4.", "5."} else ""
    return Refusal(judged(stage, error.code, error.message), f"{stage} {error.code} {enhanced}".strip())
