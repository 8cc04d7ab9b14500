"""The environment variables of members."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from services.members.api.allowance import Allowance
from shared.links import link_key
from shared.settings import ServiceSettings


class MembersSettings(ServiceSettings):
    """What members needs beyond what every service does."""

    caller_private_key_file: Path
    """PEM with the Ed25519 key that signs caller tokens; mode 0600."""
    link_key: SecretStr
    """64 hexadecimal digits, the same as for notifications: they sign the links in mails."""

    mails_per_mailbox: Annotated[int, Field(ge=1)] = 10
    """How many mails to sign in, confirm or accept may be asked for within an hour for one mailbox."""
    sign_ins_per_address: Annotated[int, Field(ge=1)] = 30
    """How many of them to sign in from one network address within an hour."""
    registrations_per_address: Annotated[int, Field(ge=1)] = 100
    """How many answers to public surveys from one network address within an hour."""
    asked_in_all: Annotated[int, Field(ge=1)] = 2000
    """How many of either kind within an hour in all."""

    @field_validator("link_key")
    @classmethod
    def _is_a_key(cls, setting: SecretStr) -> SecretStr:
        link_key(setting.get_secret_value())
        return setting

    def allowance(self) -> Allowance:
        """Return how often mails may be asked for."""
        return Allowance(
            per_mailbox=self.mails_per_mailbox,
            sign_ins_per_address=self.sign_ins_per_address,
            registrations_per_address=self.registrations_per_address,
            in_all=self.asked_in_all,
        )

    def signing_link_key(self) -> bytes:
        """Return the link key's 32 bytes."""
        return link_key(self.link_key.get_secret_value())
