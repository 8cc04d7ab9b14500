"""The environment variables of the portal."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from shared.settings import WebSettings


class PortalSettings(WebSettings):
    """Where people find the portal, and where it finds the other services."""

    public_url: str
    """As people and mails know it, such as https://verbund.example; the TLS proxy in front removes its path, if any."""
    members_url: str
    surveys_url: str
    matching_url: str
    notifications_url: str

    form_key: SecretStr
    """64 hexadecimal digits, the same for all instances: by it a form shows that it comes from our own pages."""
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """Addresses or networks, separated by commas, whose X-Forwarded-For says who asks; the TLS proxy in front."""
    shows_insides: bool = False
    """Whether /ready, /metrics and /openapi.json are answered: only where the public does not reach this port."""
    tile_url: str = ""
    """A tile server's address with {z}, {x} and {y}; empty: the map is drawn from our own points, without others."""
    tile_attribution: str = ""
    """Whom the tiles are from, as their licence asks."""
    biggest_upload_mb: Annotated[int, Field(ge=1, le=1000)] = 50

    @field_validator("form_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        if len(bytes.fromhex(key.get_secret_value())) != 32:  # noqa: PLR2004 - said in the field's description
            raise ValueError("a form key has 64 hexadecimal digits")
        return key

    @field_validator("tile_url")
    @classmethod
    def _is_a_tile_server(cls, address: str) -> str:
        parts = urlsplit(address)
        named = parts.scheme == "https" and re.fullmatch(r"[a-z0-9.-]+(:[0-9]+)?", parts.netloc)
        if address and not (named and all(part in address for part in ("{z}", "{x}", "{y}"))):
            raise ValueError("a tile server's address begins with https://, names one host and holds {z}, {x} and {y}")
        return address

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _separated(cls, given: Any) -> Any:
        return tuple(one.strip() for one in given.split(",") if one.strip()) if isinstance(given, str) else given

    @field_validator("public_url", "members_url", "surveys_url", "matching_url", "notifications_url")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address begins with https:// or http:// and names a host")
        return address.rstrip("/")

    @property
    def public_path(self) -> str:
        """Return what addresses on pages begin with: empty, or the path under which a proxy shows the portal."""
        return urlsplit(self.public_url).path

    @property
    def tile_host(self) -> str:
        """Return from where pages may load pictures of the map; empty when no tile server is set."""
        return f"https://{urlsplit(self.tile_url).netloc}" if self.tile_url else ""

    def services(self) -> dict[str, str]:
        """Return the other services' addresses by name."""
        return {
            "members": self.members_url,
            "surveys": self.surveys_url,
            "matching": self.matching_url,
            "notifications": self.notifications_url,
        }
