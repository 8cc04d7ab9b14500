"""The environment variables of notifications."""

from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from shared.links import link_key
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What notifications needs beside a database and a consumer group."""

    link_key: SecretStr
    """64 hexadecimal digits, the same as members': signs the links in mails."""
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$", max_length=200)]
    """Where people reach the portal."""
    mail_mode: Literal["off", "capture", "send"] = "capture"
    """`off`: no mail at all; `capture`: only to a mail catcher; `send`: to people."""
    mail_from: Annotated[str, Field(pattern=r"^[!-?A-~]+@[A-Za-z0-9.-]+$", max_length=254)] = "bedarfswerk@localhost"
    """The sender's address; the part behind the @ is in every Message-ID."""
    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    smtp_connections: Annotated[int, Field(ge=1, le=20)] = 4
    """Mails under way at the same time."""
    capture_host: str | None = None
    """The mail catcher's name where it is not on this machine (a container's); `capture` sends nowhere else."""

    @model_validator(mode="after")
    def _safe(self) -> Self:
        link_key(self.link_key.get_secret_value())
        if self.mail_mode == "capture" and not self._is_catcher(self.smtp_host):
            raise ValueError(
                "MAIL_MODE=capture sends to a mail catcher only: SMTP_HOST must be on this machine or CAPTURE_HOST; "
                "set MAIL_MODE=send to write to people"
            )
        if self.mail_mode == "send" and self.mail_from.endswith("@localhost"):
            raise ValueError("MAIL_MODE=send needs MAIL_FROM, an address that people can answer to")
        return self

    def _is_catcher(self, host: str) -> bool:
        if host in {"localhost", self.capture_host}:
            return True
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False
