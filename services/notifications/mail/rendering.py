"""Letters as messages: text and HTML, German or English, with the headers that mail servers and readers expect."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final

from services.notifications.mail.asking import to_answer, to_prove
from services.notifications.mail.letter import AnyLetter, Letter, Proof
from services.notifications.mail.matches import about_matches
from services.notifications.mail.policy import new_message
from services.notifications.mail.words import Links, Worded, templates
from shared.links import unsubscribe_url

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
"""One mailbox in plain ASCII, since it also goes into a command to the server: no blank, quote, bracket or comma."""


class UnusableAddress(ValueError):  # noqa: N818 - it names what was found
    """What is kept as an address cannot be one; no server is asked."""


class Renderer:
    """Words letters; knows the address of the portal and the key of its links."""

    def __init__(self, public_url: str, link_key: bytes, sender: str) -> None:
        self._links = Links(public_url.rstrip("/"), link_key)
        self._sender = Address(display_name="Bedarfswerk", addr_spec=sender)

    def render(self, letter: AnyLetter) -> bytes:
        """Return the whole message as a server receives it; the same letter always gives the same bytes.

        Raises UnusableAddress when the member's address cannot be written into a header.
        """
        worded = self._worded(letter)
        unsubscribe = unsubscribe_url(self._links.public_url, self._links.key, letter.to.id)
        message = self._with_headers(letter, worded)
        if worded.unsubscribe:
            message["List-Unsubscribe"] = f"<{unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        values: dict[str, Any] = {
            **worded.values,
            "language": str(worded.language),
            "subject": worded.subject,
            "name": worded.name,
            "unsubscribe": unsubscribe if worded.unsubscribe else None,
            "legal": f"{self._links.public_url}/rechtliches",
            "imprint": f"{self._links.public_url}/netzwerke/{worded.network}/impressum" if worded.network else None,
        }
        environment = templates(worded.language)
        text, html = (environment.get_template(f"{worded.template}.{kind}").render(values) for kind in ("txt", "html"))
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message.set_boundary(f"=_{letter.mail}")
        return message.as_bytes()

    def _worded(self, letter: AnyLetter) -> Worded:
        if isinstance(letter, Letter):
            return about_matches(letter, self._links)
        if isinstance(letter, Proof):
            return to_prove(letter, self._links)
        return to_answer(letter, self._links)

    def _with_headers(self, letter: AnyLetter, worded: Worded) -> EmailMessage:
        message = new_message()
        message["Message-ID"] = f"<{letter.mail}@{self._sender.domain}>"
        message["Date"] = format_datetime(letter.written_at)
        message["From"] = self._sender
        message["To"] = _address(letter)
        message["Subject"] = worded.subject
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = str(worded.language)
        return message


def _address(letter: AnyLetter) -> Address:
    if not _ADDRESS.fullmatch(letter.to.email):
        raise UnusableAddress
    try:
        return Address(addr_spec=letter.to.email)
    except Exception as error:  # the parser of addresses raises IndexError and others for hostile ones
        raise UnusableAddress from error
