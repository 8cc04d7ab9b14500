"""How long the portal takes for the page of a need with fifty matches, on the whole stack, idle.

Wanted is a p95 of at most 200 ms, from the request to the last byte, on a machine that does nothing else.
"""

import asyncio
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import numpy as np

from deploy.local.service import local_client
from deploy.local.stack import LocalStack

MATCHES: Final = 50
WARM_UP: Final = 20
SAMPLES: Final = 200
WANTED_MS: Final = 200
PATIENCE: Final = 120.0
PAUSE: Final = 0.2
"""Seconds between two looks."""
ADDRESS: Final = "petra@metallbau.example"


class _Stack:
    """The services of one stack, as its operator asks them."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack

    async def call(self, service: str, method: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._stack.operator_token()}", "Idempotency-Key": uuid4().hex}
        async with local_client(self._stack.url(service), timeout=30) as client:
            answer = await client.request(method, f"/api/v1{path}", headers=headers, **request)
            return answer.raise_for_status().json()

    async def make(self, service: str, path: str, **fields: Any) -> str:
        return str((await self.call(service, "POST", path, json=fields))["id"])


async def measure() -> None:
    """Run the benchmark and print a table."""
    with TemporaryDirectory(prefix="bedarfswerk-bench-") as folder:
        async with LocalStack(Path(folder)) as stack, local_client(stack.url("portal"), timeout=30) as client:
            services = _Stack(stack)
            network, company, need = await _enter(services)
            await _until_matched(services, need)
            client.cookies.set("session", await _session(services, stack, network, company))
            pages = {"first ten shown": f"/bedarfe/{need}", "all of them shown": f"/bedarfe/{need}?alle=ja"}
            taken: dict[str, list[float]] = {name: [] for name in pages}
            for _ in range(WARM_UP + SAMPLES):
                for name, path in pages.items():
                    taken[name].append(await _seconds(client, path))
    print(f"{SAMPLES} times the page of a need with {MATCHES} matches, one after another")
    print(f"{'milliseconds':<24}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, seconds in taken.items():
        shares = np.quantile(np.array(seconds[WARM_UP:]) * 1000, [0.5, 0.95, 0.99])
        print(f"{name:<24}" + "".join(f"{value:8.1f}" for value in shares))
    print(f"p95 wanted: at most {WANTED_MS} ms")


async def _enter(services: _Stack) -> tuple[str, str, str]:
    """Enter a need and fifty offers that fit it; return network, company and need."""
    network = await services.make("members", "/networks", name="Verbund")
    place = {"postal_code": "04109", "town": "Leipzig"}
    company, provider = [
        await services.make("members", "/organisations", name=kind, kinds=[kind], networks=[network], place=place)
        for kind in ("company", "provider")
    ]
    for number in range(MATCHES):
        await services.make(
            "surveys",
            "/offers",
            title=f"WIG-Schweißen Grundkurs {number}",
            provider=provider,
            provider_name="Bildungswerk Muster",
            networks=[network],
            price_eur=800 + number,
            dates=[{"entry": "on_request", "delivery": "on_site", "place": {"postal_code": "04109"}}],
        )
    need = {"title": "WIG-Schweißen für unsere Schlosser", "organisation": company, "networks": [network]}
    return network, company, await services.make("surveys", "/needs", **need, place=place, radius_km=50)


async def _until_matched(services: _Stack, need: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                found = await services.call("matching", "GET", f"/needs/{need}/matches", params={"limit": MATCHES})
            except httpx.HTTPStatusError:  # not taken in yet
                found = {"matches": []}
            if len(found["matches"]) == MATCHES:
                return
            await asyncio.sleep(PAUSE)


async def _session(services: _Stack, stack: LocalStack, network: str, company: str) -> str:
    """Sign in as somebody of the company, by the mailed link."""
    role = {"organisation": company, "network": network, "role": "company"}
    person = {"name": "Petra Beispiel", "email": ADDRESS, "language": "de", "confirmed": True, "roles": [role]}
    await services.make("members", "/members", **person)
    asked = await services.call("members", "POST", "/sign-ins", json={"email": ADDRESS, "language": "de"})
    address = await _mailed(stack, asked["challenge"])
    used = {"signature": parse_qs(urlsplit(address).query)["sig"][0]}
    met = await services.call("members", "POST", f"/challenges/{asked['challenge']}/uses", json=used)
    return str(met["session"]["secret"])


async def _mailed(stack: LocalStack, challenge: str) -> str:
    """Wait for the mail of a challenge and return the link in it."""
    link = re.compile(rf"https?://\S+/challenges/{challenge}\?\S+")
    async with asyncio.timeout(PATIENCE):
        while True:
            for mail in await stack.mailcatcher.messages(to=ADDRESS):
                if found := link.search(mail["text"]):
                    return found[0]
            await asyncio.sleep(PAUSE)


async def _seconds(client: httpx.AsyncClient, path: str) -> float:
    start = time.perf_counter()
    answer = await client.get(path)
    took = time.perf_counter() - start
    assert answer.status_code == httpx.codes.OK, answer.status_code
    return took


if __name__ == "__main__":
    asyncio.run(measure())
