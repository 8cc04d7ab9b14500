"""A visitor of the pages: who it is, as members says, and the way to ask the services on their behalf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.portal.neighbours import Answer, Neighbours
from shared.callers import RoleName
from shared.events.base import Language


@dataclass(frozen=True)
class Held:
    """A role that the visitor has."""

    role: str
    organisation: str
    organisation_name: str
    network: str
    network_name: str


@dataclass(frozen=True)
class Standing:
    """Whom a session names, as members says."""

    token: str
    session: str
    member: str
    name: str
    language: Language
    operator: bool
    roles: tuple[Held, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Standing":
        """Read what members answers to a session's secret."""
        member = told["member"]
        held = (
            Held(
                one["role"],
                one["organisation"]["id"],
                one["organisation"]["name"],
                one["network"]["id"],
                one["network"]["name"],
            )
            for one in told["roles"]
        )
        return cls(
            told["token"],
            told["session"],
            member["id"],
            member["name"],
            Language(member["language"]),
            told["operator"],
            tuple(held),
        )


@dataclass(frozen=True)
class Visitor:
    """Who asks for a page, and the way to ask the services on their behalf; `member` is None for nobody known."""

    language: Language
    address: str
    """The network address, for the services' limits."""
    neighbours: Neighbours = field(repr=False)
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    member: str | None = None
    name: str = ""
    operator: bool = False
    roles: tuple[Held, ...] = ()
    session: str = ""
    """The session's id."""

    def has(self, *roles: RoleName) -> bool:
        """Return whether the visitor has one of these roles somewhere; operators have all."""
        return self.operator or any(held.role in roles for held in self.roles)

    def organisations(self, *roles: RoleName) -> dict[str, str]:
        """Return the names of the organisations for which the visitor has one of these roles, by id."""
        return {held.organisation: held.organisation_name for held in self.roles if not roles or held.role in roles}

    def networks(self, *roles: RoleName) -> dict[str, str]:
        """Return the names of the networks in which the visitor has one of these roles (any, if none), by id."""
        return {held.network: held.network_name for held in self.roles if not roles or held.role in roles}

    async def call(  # noqa: PLR0913 - an HTTP request has that many parts
        self,
        service: str,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        """Ask a service as this visitor; raises what `Neighbours.call` raises. `token` stands in for the session's."""
        given = {"Accept-Language": self.language.value, "Client-Address": self.address, **(headers or {})}
        known = self.token if token is None else token
        return await self.neighbours.call(
            service, method, path, token=known, json=json, params=params, headers=given, **more
        )

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """Return the JSON at an address; parameters that are None or empty are left out."""
        wanted = {name: value for name, value in params.items() if value not in (None, "", [], ())}
        return (await self.call(service, "GET", path, params=wanted)).body

    async def read(self, service: str, path: str) -> Answer:
        """Return an entity with its ETag, for changing it."""
        return await self.call(service, "GET", path)

    async def post(self, service: str, path: str, body: Any = None, *, once: str = "") -> Answer:
        """Create or do something; what is repeated with the same key `once` happens once."""
        return await self.call(service, "POST", path, json=body, headers={"Idempotency-Key": once} if once else {})

    async def put(self, service: str, path: str, body: Any, *, etag: str) -> Answer:
        """Change what was read with this ETag."""
        return await self.call(service, "PUT", path, json=body, headers={"If-Match": etag})

    async def delete(self, service: str, path: str, *, etag: str = "") -> Answer:
        """Delete, if need be what was read with this ETag."""
        return await self.call(service, "DELETE", path, headers={"If-Match": etag} if etag else {})
