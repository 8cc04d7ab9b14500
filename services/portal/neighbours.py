"""The other services, as the portal asks them: over HTTP, for a visitor or for whoever followed a mailed link."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx
from pydantic import BaseModel, ValidationError

from shared.events.base import Day
from shared.events.matching import FundingHint, Match, ResponseSnapshot
from shared.events.members import Place

PATIENCE: Final = httpx.Timeout(5, connect=2)
TRIES: Final = 3
CHANGED: Final = frozenset({412, 428})
GONE: Final = frozenset({401, 403, 404, 409, 422})
"""Whatever else it may mean between services: to the person with the link, there is nothing here."""

Standing = Literal["ready", "not_ready", "away"]


class Away(Exception):  # noqa: N818 - it names what happened
    """A service cannot be asked at the moment; nothing is lost."""


class NothingHere(Exception):  # noqa: N818 - it names what happened
    """The link is not valid, or what it leads to is no longer there."""


class NotSignedIn(Exception):  # noqa: N818 - it names what happened
    """This needs somebody who is signed in, or the session has ended."""


class TooOften(Exception):  # noqa: N818 - it names what happened
    """The same was asked for too often; `minutes` says after how long it may be tried again."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


class Refused(Exception):  # noqa: N818 - it names what happened
    """A service found something wrong with what was sent, and says what, in the reader's language."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.code = str(body.get("code", ""))
        self.title = str(body.get("title", ""))
        found = body.get("errors")
        self.errors = [(str(one.get("field")), str(one.get("detail"))) for one in found] if found else []
        """Each field at fault with the sentence about it."""


class Changed(Exception):  # noqa: N818 - it names what happened
    """Somebody changed it between reading and writing."""


@dataclass(frozen=True)
class Answer:
    """What a service answered with success."""

    status: int
    body: Any
    """The JSON; None where there is none."""
    etag: str = ""
    content: bytes = b""
    media_type: str = ""


@dataclass(frozen=True)
class Link:
    """What the address of a mailed link holds, unchecked."""

    member: str
    signature: str
    need: str | None = None
    offer: str | None = None


class NeedInShort(BaseModel):
    """As much of a need as the page shows; of an anonymous one matching tells a provider the text alone."""

    title: str
    description: str = ""
    status: str
    visibility: str
    persons_min: int | None = None
    persons_max: int | None = None
    place: Place | None = None


class OfferInShort(BaseModel):
    """As much of an offer as the page shows, with the course date that serves the need."""

    title: str
    description: str = ""
    status: str
    provider_name: str | None = None
    price_eur: float | None = None
    link: str | None = None
    starts_on: Day | None = None
    place: Place | None = None


class Pair(BaseModel):
    """A need and an offer as one of their sides sees them, and what was said; no match when they no longer fit."""

    side: Literal["company", "provider"] | None
    """None for whoever looks after both, such as a coordinator."""
    need: NeedInShort
    offer: OfferInShort
    match: Match | None
    response: ResponseSnapshot | None
    funding: tuple[FundingHint, ...] = ()


class Neighbours:
    """An open way to the other services."""

    def __init__(self, addresses: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._addresses = addresses
        self._client = httpx.AsyncClient(transport=transport, timeout=PATIENCE, trust_env=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def call(  # noqa: PLR0913 - an HTTP request has that many parts
        self,
        service: str,
        method: str,
        path: str,
        *,
        token: str = "",
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        """Ask a service; raises NotSignedIn, NothingHere (403, too), Refused, TooOften or Away, never anything else."""
        given = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        content = {"json": json} if json is not None else {}
        try:
            answer = await self._client.request(
                method, self._addresses[service] + path, params=params, headers=given, **content, **more
            )
        except httpx.HTTPError:
            raise Away from None
        return _understood(answer)

    async def forward(
        self, service: str, method: str, address: str, *, headers: Mapping[str, str], content: bytes
    ) -> httpx.Response:
        """Send a program's request on and return the answer, its content still to be read; raises Away."""
        url = self._addresses[service] + address
        asked = self._client.build_request(method, url, headers=dict(headers), content=content)
        try:
            return await self._client.send(asked, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Away from None

    async def pair(self, link: Link) -> Pair:
        """Return what a match link leads to; raises NothingHere or Away."""
        return await self._pair(link, await self._token("match", link))

    async def _pair(self, link: Link, token: str) -> Pair:
        answer = await self._ask("matching", "GET", f"/api/v1/pairs/{link.need}/{link.offer}", token=token)
        try:
            return Pair.model_validate_json(answer.content)
        except ValidationError:
            raise Away from None

    async def respond(self, link: Link, said: Mapping[str, str] | None) -> None:
        """Say something about a pair as the link's member (`what`, `reason`), or take back what was said."""
        for _ in range(TRIES):
            token = await self._token("match", link)
            pair = await self._pair(link, token)
            if said is None and pair.response is None:
                return
            path = f"/api/v1/pairs/{link.need}/{link.offer}/responses/{pair.side}"
            headers = {"If-Match": f'"{pair.response.version}"'} if pair.response else {}
            try:
                if said is None:
                    await self._ask("matching", "DELETE", path, token=token, headers=headers)
                else:
                    await self._ask("matching", "PUT", path, token=token, headers=headers, json=dict(said))
            except Changed:
                continue  # the other side spoke at the same time; the answer is still meant
            return
        raise Away

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
        headers = {**request.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        try:
            answer = await self._client.request(method, self._addresses[service] + path, headers=headers, **request)
        except httpx.HTTPError:
            raise Away from None
        if answer.status_code in CHANGED:
            raise Changed
        if answer.status_code in GONE:
            raise NothingHere
        if not answer.is_success:
            raise Away
        return answer


def _understood(answer: httpx.Response) -> Answer:
    status = answer.status_code
    if status == 401:  # noqa: PLR2004 - unauthorised
        raise NotSignedIn
    if status in {403, 404}:
        raise NothingHere
    if status == 429:  # noqa: PLR2004 - too many requests
        seconds = answer.headers.get("retry-after", "60")
        raise TooOften(-(-int(seconds) // 60) if seconds.isdigit() else 1)
    if not answer.is_success and not 400 <= status < 500:  # noqa: PLR2004 - said by HTTP
        raise Away
    is_json = "json" in answer.headers.get("content-type", "")
    try:
        body = answer.json() if is_json and answer.content else None
    except ValueError:
        raise Away from None
    if not answer.is_success:
        raise Refused(status, body if isinstance(body, dict) else {})
    media_type = answer.headers.get("content-type", "")
    return Answer(status, body, answer.headers.get("etag", ""), answer.content, media_type)
