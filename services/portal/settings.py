"""The environment variables of the portal."""

from urllib.parse import urlsplit

from pydantic import field_validator

from shared.settings import WebSettings


class PortalSettings(WebSettings):
    """Where people find the portal, and where it finds the other services."""

    public_url: str
    """As people and mails know it, such as https://verbund.example; the TLS proxy in front removes its path, if any."""
    members_url: str
    surveys_url: str
    matching_url: str
    notifications_url: str

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

    def services(self) -> dict[str, str]:
        """Return the other services' addresses by name."""
        return {
            "members": self.members_url,
            "surveys": self.surveys_url,
            "matching": self.matching_url,
            "notifications": self.notifications_url,
        }
