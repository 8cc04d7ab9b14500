"""A command line whose services answer from tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from deploy.cli import importing, matches, needs
from deploy.cli.context import Context
from deploy.cli.deployment import SERVICES, Deployment
from deploy.cli.main import app

Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]


@dataclass
class Services:
    """Answers by "GET surveys/needs"; remembers what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def has(self, service: str, path: str, items: list[Any]) -> None:
        """Let a list hold these items, on one page."""
        self.answers[f"GET {service}{path}"] = httpx.Response(200, json={"items": items, "next": None})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path.removeprefix("/api/v1")
        answer = self.answers.get(f"{request.method} {request.url.host}{path}")
        if answer is None:
            return httpx.Response(404, json={"title": "There is nothing here.", "status": 404, "code": "missing"})
        return answer if isinstance(answer, httpx.Response) else answer(request)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    made = Services()
    deployment = Deployment({name: f"http://{name}" for name in SERVICES}, lambda: "a-token")
    for module in (importing, matches, needs):
        monkeypatch.setattr(module, "context", lambda _: Context(deployment, httpx.MockTransport(made)))
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str, environment: Mapping[str, str] | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), env=dict(environment or {}))

    return run
