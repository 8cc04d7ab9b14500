"""The way to the services: an API token's secret is exchanged for a caller token, again whenever that one ages."""

import time
from collections.abc import Generator
from dataclasses import dataclass

import httpx
from bedarfswerk_client.matching import AuthenticatedClient as Matching
from bedarfswerk_client.members import AuthenticatedClient as Members
from bedarfswerk_client.notifications import AuthenticatedClient as Notifications
from bedarfswerk_client.surveys import AuthenticatedClient as Surveys

SERVICES = ("members", "surveys", "matching", "notifications")
FRESH_FOR = 0.5
"""Part of its life after which a caller token is exchanged for a new one."""


class ApiToken(httpx.Auth):
    """Signs requests with a caller token; `members` is the address where one is got."""

    requires_response_body = True

    def __init__(self, members: str, secret: str) -> None:
        self._url = f"{members.rstrip('/')}/api/v1/tokens"
        self._secret = secret
        self._token = ""
        self._until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Get a token when there is none that is fresh, then send the request with it."""
        if time.monotonic() >= self._until:
            answer = yield httpx.Request("POST", self._url, json={"purpose": "api", "secret": self._secret})
            answer.raise_for_status()
            given = answer.json()
            self._token = given["token"]
            self._until = time.monotonic() + given["expires_in"] * FRESH_FOR
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


@dataclass(frozen=True)
class Bedarfswerk:
    """One client for each service; give it to the functions of that service's module."""

    members: Members
    surveys: Surveys
    matching: Matching
    notifications: Notifications


def connect(portal: str, secret: str, *, timeout: float = 10) -> Bedarfswerk:
    """Return clients for the services behind a portal's address; `secret` is that of an API token."""
    addresses = {name: f"{portal.rstrip('/')}/services/{name}" for name in SERVICES}
    args = {"auth": ApiToken(addresses["members"], secret), "trust_env": False}
    patience = httpx.Timeout(timeout)
    # The token that the generated clients would send is empty: `ApiToken` signs in its place.
    return Bedarfswerk(
        members=Members(addresses["members"], "", httpx_args=args, timeout=patience),
        surveys=Surveys(addresses["surveys"], "", httpx_args=args, timeout=patience),
        matching=Matching(addresses["matching"], "", httpx_args=args, timeout=patience),
        notifications=Notifications(addresses["notifications"], "", httpx_args=args, timeout=patience),
    )
