"""The catcher's SMTP side: accepts mail for anybody, keeps it, then answers 250."""

import asyncio
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mailcatcher.faults import Switchboard
from deploy.local.mailcatcher.mails import Mails

LARGEST_MAIL_BYTES: Final = 10 * 1024 * 1024


class Catching:
    """What aiosmtpd calls for each step of a transaction."""

    def __init__(self, mails: Mails, switchboard: Switchboard) -> None:
        self._mails = mails
        self._switchboard = switchboard

    async def handle_RCPT(  # noqa: N802 - the names and arguments are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Accept every recipient, unless a fault says otherwise."""
        del server, session
        refusal = self._switchboard.answer("recipient", [address])
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep the mail, then say so; the faults decide whether and when."""
        del session
        recipients = [str(address) for address in envelope.rcpt_tos]
        answer = self._switchboard.answer("data", recipients)
        if answer is not None and answer != "drop_before_250":
            await self._switchboard.hold_up(recipients)
            return answer
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        caught = await asyncio.to_thread(self._mails.keep, str(envelope.mail_from), tuple(recipients), raw)
        await self._switchboard.hold_up(recipients)
        if answer == "drop_before_250":
            if isinstance(server.transport, asyncio.Transport):
                server.transport.abort()
            return "421 dropped"
        return f"250 OK {caught.id}"


async def listen(host: str, port: int, mails: Mails, switchboard: Switchboard) -> asyncio.Server:
    """Open the SMTP port; loopback unless the catcher runs in a container."""
    catching = Catching(mails, switchboard)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            catching,
            hostname="mailcatcher.localhost",
            ident="Bedarfswerk mail catcher",
            data_size_limit=LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    return await loop.create_server(session, host, port)
