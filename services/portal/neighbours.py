"""The other services, as the portal asks them: over HTTP, on behalf of whoever followed a mailed link."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx
from pydantic import BaseModel, ValidationError

from shared.events.matching import DismissReason, Match, ResponseSnapshot

PATIENCE: Final = httpx.Timeout(5, connect=2)
GONE: Final = frozenset({401, 403, 404, 409, 412, 422})
"""Whatever else it may mean between services: to the person with the link, there is nothing here."""

Standing = Literal["ready", "not_ready", "away"]


class Away(Exception):  # noqa: N818 - it names what happened
    """A service cannot be asked at the moment; nothing is lost."""


class NothingHere(Exception):  # noqa: N818 - it names what happened
    """The link is not valid, or what it leads to is no longer there."""


@dataclass(frozen=True)
class Link:
    """What the address of a mailed link holds, unchecked."""

    member: str
    signature: str
    need: str | None = None
    offer: str | None = None


class NeedInShort(BaseModel):
    """As much of a need as the page shows."""

    id: str
    title: str
    status: str
    visibility: str = "network"
    contact: str | None = None


class OfferInShort(BaseModel):
    """As much of an offer as the page shows."""

    id: str
    title: str
    status: str
    provider_name: str | None = None
    contact: str | None = None
    link: str | None = None
    price_eur: float | None = None


class Pair(BaseModel):
    """A need and an offer, how they fit, and what was said; no match when they no longer fit."""

    need: NeedInShort
    offer: OfferInShort
    match: Match | None = None
    response: ResponseSnapshot | None = None


class Neighbours:
    """An open way to the other services."""

    def __init__(self, addresses: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._addresses = addresses
        self._client = httpx.AsyncClient(transport=transport, timeout=PATIENCE, trust_env=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def pair(self, link: Link) -> Pair:
        """Return what a match link leads to; raises NothingHere or Away."""
        token = await self._token("match", link)
        answer = await self._ask("matching", "GET", f"/api/v1/pairs/{link.need}/{link.offer}", token=token)
        try:
            return Pair.model_validate_json(answer.content)
        except ValidationError:
            raise Away from None

    async def respond(
        self, link: Link, side: str, what: Literal["interested", "dismissed"], reason: DismissReason | None
    ) -> None:
        """Say something about a pair as the link's member."""
        said = {"what": what, "reason": reason} if reason else {"what": what}
        token = await self._token("match", link)
        await self._ask("matching", "PUT", _response_of(link, side), token=token, json=said)

    async def take_back(self, link: Link, side: str) -> None:
        """Take back what the link's member said about a pair."""
        token = await self._token("match", link)
        await self._ask("matching", "DELETE", _response_of(link, side), token=token)

    async def unsubscribe(self, link: Link) -> None:
        """End all mails to the link's member."""
        token = await self._token("unsubscribe", link)
        await self._ask("notifications", "POST", "/api/v1/unsubscriptions", token=token)

    async def check_unsubscribing(self, link: Link) -> None:
        """Raise NothingHere unless the link can end somebody's mails; changes nothing."""
        await self._token("unsubscribe", link)

    async def standings(self) -> dict[str, Standing]:
        """Return how each service is."""
        names = list(self._addresses)
        return dict(zip(names, await asyncio.gather(*map(self._standing, names)), strict=True))

    async def _standing(self, service: str) -> Standing:
        try:
            answer = await self._client.get(f"{self._addresses[service]}/ready")
        except httpx.HTTPError:
            return "away"
        return "ready" if answer.is_success else "not_ready"

    async def _token(self, purpose: Literal["match", "unsubscribe"], link: Link) -> str:
        asked = {"purpose": purpose, "member": link.member, "signature": link.signature}
        if purpose == "match":
            asked |= {"need": link.need or "", "offer": link.offer or ""}
        answer = await self._ask("members", "POST", "/api/v1/tokens", json=asked)
        try:
            return str(answer.json()["token"])
        except (ValueError, KeyError, TypeError):
            raise Away from None

    async def _ask(self, service: str, method: str, path: str, *, token: str = "", **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = await self._client.request(method, self._addresses[service] + path, headers=headers, **request)
        except httpx.HTTPError:
            raise Away from None
        if answer.status_code in GONE:
            raise NothingHere
        if not answer.is_success:
            raise Away
        return answer


def _response_of(link: Link, side: str) -> str:
    return f"/api/v1/pairs/{link.need}/{link.offer}/responses/{side}"
