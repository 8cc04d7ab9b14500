"""The secrets that services share: made once, kept in a folder that its owner alone can read."""

import secrets
from pathlib import Path

from deploy.local.files import write_private
from shared.callers import OPERATOR, public_text, read_private_key, sign_caller_token, write_new_private_key


class Keys:
    """The key pair that signs callers' tokens, the key of the links in mails, and that of the portal's forms."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.caller_file = folder / "caller.pem"
        if not self.caller_file.exists():
            write_new_private_key(self.caller_file)
        self._caller = read_private_key(self.caller_file)
        self.link_key = _kept(folder / "link.key")
        """Of the links in mails: 64 hexadecimal digits."""
        self.form_key = _kept(folder / "form.key")
        """By which the portal knows its own forms: 64 hexadecimal digits."""

    @property
    def public(self) -> str:
        """The public key that services believe: 32 raw bytes in base64."""
        return public_text(self._caller.public_key())

    def operator_token(self, audience: tuple[str, ...]) -> str:
        """Return a token with every right for the services named, valid for ten minutes."""
        return sign_caller_token(self._caller, subject="operator", rights=(OPERATOR,), audience=audience)


def _kept(file: Path) -> str:
    if not file.exists():
        write_private(file, secrets.token_hex(32))
    return file.read_text().strip()
