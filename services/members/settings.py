"""The environment variables of members."""

from pathlib import Path

from pydantic import SecretStr, field_validator

from shared.links import link_key
from shared.settings import ServiceSettings


class MembersSettings(ServiceSettings):
    """What members needs beyond what every service does."""

    caller_private_key_file: Path
    """PEM with the Ed25519 key that signs caller tokens; mode 0600."""
    link_key: SecretStr
    """64 hexadecimal digits, the same as for notifications: they sign the links in mails."""

    @field_validator("link_key")
    @classmethod
    def _is_a_key(cls, setting: SecretStr) -> SecretStr:
        link_key(setting.get_secret_value())
        return setting

    def signing_link_key(self) -> bytes:
        """Return the link key's 32 bytes."""
        return link_key(self.link_key.get_secret_value())
