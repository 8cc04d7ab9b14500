"""How often somebody may ask for a mail: by mailbox, by network address, and in all; the same for every mailbox."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Final

from fastapi import Depends, Header, Request

from shared.limits import Limit

HOUR: Final = timedelta(hours=1)
HOUSEHOLD_BITS: Final = 64
"""One household has so many bits of IPv6 addresses to choose from: they count as one."""


@dataclass(frozen=True)
class Allowance:
    """How many mails may be asked for within an hour."""

    per_mailbox: int = 10
    sign_ins_per_address: int = 30
    registrations_per_address: int = 100
    """More than sign-ins: a whole workshop answers a survey by one Wi-Fi."""
    invitations_per_person: int = 200
    in_all: int = 2000
    """Of each kind."""

    def sign_in(self, mailbox: str, address: str) -> tuple[tuple[Limit, str], ...]:
        """Return what one sign-in uses up."""
        return (
            (Limit("sign_ins", self.in_all, HOUR), ""),
            (Limit("sign_ins_address", self.sign_ins_per_address, HOUR), address),
            self._mailbox(mailbox),
        )

    def registration(self, mailbox: str, address: str) -> tuple[tuple[Limit, str], ...]:
        """Return what one answer of a public survey uses up."""
        return (
            (Limit("registrations", self.in_all, HOUR), ""),
            (Limit("registrations_address", self.registrations_per_address, HOUR), address),
            self._mailbox(mailbox),
        )

    def invitation(self, mailbox: str, inviter: str) -> tuple[tuple[Limit, str], ...]:
        """Return what one invitation uses up."""
        return (Limit("invitations", self.invitations_per_person, HOUR), inviter), self._mailbox(mailbox)

    def _mailbox(self, mailbox: str) -> tuple[Limit, str]:
        return Limit("mailbox", self.per_mailbox, HOUR), mailbox


def client_address(
    request: Request,
    told: Annotated[
        str | None, Header(alias="Client-Address", description="The visitor's, as the portal saw it", max_length=100)
    ] = None,
) -> str:
    """Return whose network a request comes from; the portal, which alone reaches this service, says it."""
    text = told or (request.client.host if request.client else "")
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{int(address) >> (128 - HOUSEHOLD_BITS):x}/64"
    return str(getattr(address, "ipv4_mapped", None) or address)


ClientAddress = Annotated[str, Depends(client_address)]
