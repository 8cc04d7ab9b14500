"""How headers are written: as the standard library does, but a header of addresses of the web is never folded."""

from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, Final

_ONE_LINE: Final = frozenset({"list-unsubscribe", "message-id"})


class MailPolicy(EmailPolicy):
    """SMTP with CR LF; long URLs stay as they are, which the library would turn into encoded words nobody can click."""

    def fold(self, name: str, value: Any) -> str:
        """Return the header as text."""
        if name.lower() in _ONE_LINE:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the header as bytes."""
        if name.lower() in _ONE_LINE:
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


POLICY: Final = MailPolicy(linesep="\r\n", cte_type="7bit")


def new_message() -> EmailMessage:
    """Return an empty message that is written this way."""
    return EmailMessage(policy=POLICY)
