"""The portal with other services that answer what a test says; the real ones are met in tests/integration/portal."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.portal.main import build
from services.portal.settings import PortalSettings
from shared.events.matching import Criterion, FundingHint, Match, ResponseSnapshot, Said, pair_of
from tests.builders import ASKER, NOW, TEACHER, a_need, an_id, an_offer

NEED, OFFER = an_id(1), an_id(101)
ADDRESS = f"/matches/{NEED}/{OFFER}?member={ASKER}&sig=good"
SIDES = (("company", ASKER), ("provider", TEACHER))
SETTINGS = PortalSettings(
    http_port=8100,
    public_url="https://verbund.example",
    members_url="http://members.example",
    surveys_url="http://surveys.example",
    matching_url="http://matching.example",
    notifications_url="http://notifications.example",
    form_key=SecretStr("7c" * 32),
    shows_insides=True,
)


def a_match(**changes: Any) -> Match:
    criteria = (
        Criterion(code="content", verdict="fits", params={"words": ("WIG", "Schweißen")}),
        Criterion(code="lifecycle", verdict="fits"),
        Criterion(code="price", verdict="unknown"),
    )
    defaults: dict[str, Any] = {
        "offer": OFFER,
        "pair": pair_of(NEED, OFFER),
        "probability": 0.9,
        "fit": 0.9,
        "announced": True,
        "criteria": criteria,
        "found_at": NOW,
    }
    return Match(**{**defaults, **changes})


def a_response(**changes: Any) -> ResponseSnapshot:
    head = {"id": pair_of(NEED, OFFER), "version": 1, "changed_at": NOW, "status": "current"}
    return ResponseSnapshot(**head, need=NEED, offer=OFFER, **changes)


def said(what: Any, **changes: Any) -> Said:
    return Said(what=what, by=ASKER, at=NOW, **changes)


@dataclass
class Others:
    """What the other services know, and what they were asked to do."""

    need: Any = field(default_factory=a_need)
    offer: Any = field(default_factory=an_offer)
    match: Match | None = field(default_factory=a_match)
    response: ResponseSnapshot | None = None
    done: list[tuple[str, str, Any]] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)

    broken: bool = False
    others_speak_first: int = 0
    starts_on: str | None = None
    funding: tuple[FundingHint, ...] = ()

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.broken:
            raise RuntimeError("nobody foresaw this")
        service = request.url.host.removesuffix(".example")
        if service in self.away:
            raise httpx.ConnectError("away", request=request)
        if service in self.failing:
            return httpx.Response(503, json={"code": "unavailable"})
        if request.url.path == "/ready":
            return httpx.Response(200, json={"ready": True})
        routes: dict[str, Callable[[httpx.Request], httpx.Response]] = {
            "members": self._token,
            "matching": self._matching,
            "notifications": self._did,
        }
        return routes[service](request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        link = json.loads(request.content)
        if link["signature"] != "good":
            return httpx.Response(404, json={"code": "link_not_valid"})
        return httpx.Response(200, json={"token": f"{link['purpose']}-token-of-{link['member']}", "expires_in": 600})

    def _matching(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            known = f'"{self.response.version}"' if self.response else None
            if request.headers.get("if-match") != known or self.others_speak_first:
                self.others_speak_first = max(0, self.others_speak_first - 1)
                return httpx.Response(412, json={"code": "stale"})
            return self._did(request)
        member = {"Bearer match-token-of-" + contact: side for side, contact in SIDES}[request.headers["authorization"]]
        parts = {
            "need": self.need.model_dump(mode="json"),
            "offer": {**self.offer.model_dump(mode="json"), "starts_on": self.starts_on},
            "match": self.match and self.match.model_dump(mode="json"),
            "response": self.response and self.response.model_dump(mode="json"),
            "funding": [hint.model_dump(mode="json") for hint in self.funding],
        }
        return httpx.Response(200, json={"side": member, **parts})

    def _did(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        self.done.append((request.method, request.url.path, body))
        if request.url.host == "notifications.example":
            assert request.headers["authorization"] == f"Bearer unsubscribe-token-of-{ASKER}"
        return httpx.Response(200, json={})


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
async def browser(others: Others) -> AsyncIterator[httpx.AsyncClient]:
    app = build(SETTINGS, httpx.MockTransport(others.answer))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://verbund.example") as client:
        yield client


__all__ = ["ADDRESS", "ASKER", "NEED", "OFFER", "TEACHER", "Others", "a_match", "a_response", "said"]
