"""Programs come in through the portal, with a token; a browser's cookie opens nothing there."""

import httpx
import pytest

from services.portal.main import build
from tests.unit.portal.conftest import SETTINGS
from tests.unit.portal.pretending import ORIGIN, Pretended


def client_of(services: Pretended, **headers: str) -> httpx.AsyncClient:
    app = build(SETTINGS, httpx.MockTransport(services.answer))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, headers=headers)


async def test_a_request_with_a_token_reaches_the_service_as_it_was_sent() -> None:
    services = Pretended()
    services.says("GET /api/v1/needs", {"items": [], "next": None}, etag='"7"')

    async with client_of(services, Authorization="Bearer of-a-program", Cookie="session=of-petra") as program:
        answer = await program.get("/services/surveys/api/v1/needs?status=open&limit=5")

    asked = services.asked[-1]
    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (200, {"items": [], "next": None}, '"7"')
    assert str(asked.url.query, "ascii") == "status=open&limit=5"
    assert asked.headers["authorization"] == "Bearer of-a-program"
    assert "cookie" not in asked.headers


async def test_a_signed_in_browser_without_a_token_gets_nothing() -> None:
    services = Pretended("company")

    async with client_of(services, Cookie="__Host-session=of-petra") as browser:
        answer = await browser.get("/services/surveys/api/v1/needs")

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert services.asked == []


@pytest.mark.parametrize(
    "path",
    ["/services/portal/api/v1/needs", "/services/surveys/api/v1/../../metrics", "/services/surveys/api/v1/%2e%2e/x"],
)
async def test_nothing_else_is_reached_that_way(path: str) -> None:
    services = Pretended()

    async with client_of(services, Authorization="Bearer of-a-program") as program:
        answer = await program.get(path)

    assert answer.status_code == 404
    assert services.asked == []


async def test_the_exchange_of_an_api_token_needs_no_token_yet() -> None:
    services = Pretended()
    services.says("POST /api/v1/tokens", {"token": "fresh", "expires_in": 600})

    async with client_of(services) as program:
        answer = await program.post("/services/members/api/v1/tokens", json={"purpose": "api", "secret": "bw_x"})

    assert answer.json() == {"token": "fresh", "expires_in": 600}
    assert services.sent("POST /api/v1/tokens") == {"purpose": "api", "secret": "bw_x"}
