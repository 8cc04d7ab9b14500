"""Calls to the services' HTTP APIs: a token with each, pages one after another, problems as one line."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx

from deploy.cli.deployment import Deployment
from deploy.cli.trouble import Away, Trouble

PAGE: Final = 200
"""The most that a list gives at once."""
PATIENCE: Final = httpx.Timeout(30, connect=5)
LONG_PATIENCE: Final = httpx.Timeout(600, connect=5)
"""For imports: a file of 32 MiB holds thousands of offers."""
MOST_AT_ONCE: Final = 16

NOT_SIGNED_IN: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404


class Refused(Trouble):
    """A service answered with a problem; `status` is that of HTTP."""

    def __init__(self, line: str, status: int) -> None:
        super().__init__(line)
        self.status = status


class Calls:
    """An open way to the services of one deployment."""

    def __init__(
        self, deployment: Deployment, *, language: str = "en", transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`language` is that of problems."""
        self._deployment = deployment
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)
        self._client = httpx.AsyncClient(
            transport=transport, timeout=PATIENCE, headers={"Accept-Language": language}, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(self, service: str, path: str, **params: str | int) -> Any:
        """Return what `path` under /api/v1 holds."""
        return await self._ask(service, "GET", path, params=params)

    async def find(self, service: str, path: str) -> Any | None:
        """Return what `path` holds, None when there is no such thing."""
        try:
            return await self.get(service, path)
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise

    async def create(self, service: str, path: str, fields: Mapping[str, Any], *, key: str) -> Any:
        """Create something; with the same `key` again, what was created then is returned."""
        return await self._ask(service, "POST", path, json=dict(fields), headers={"Idempotency-Key": key})

    async def upload(self, service: str, path: str, content: bytes, **params: str) -> Any:
        """Send a file and return the answer, which may take minutes."""
        headers = {"Content-Type": "application/json"}
        return await self._ask(
            service, "POST", path, content=content, params=params, headers=headers, timeout=LONG_PATIENCE
        )

    async def each(
        self, service: str, path: str, *, most: int | None = None, **params: str | int
    ) -> AsyncIterator[Any]:
        """Give everything that a list holds, page by page, or the first `most`."""
        given, after = 0, None
        while True:
            limit = PAGE if most is None else min(PAGE, most - given)
            more: dict[str, str] = {"after": after} if after else {}
            page = await self.get(service, path, limit=limit, **params, **more)
            for item in page["items"]:
                yield item
            given += len(page["items"])
            after = page["next"]
            if after is None or (most is not None and given >= most):
                return

    async def _ask(self, service: str, method: str, path: str, **request: Any) -> Any:
        address = self._deployment.address(service)
        headers = {"Authorization": f"Bearer {self._deployment.token()}", **request.pop("headers", {})}
        try:
            async with self._gate:
                answer = await self._client.request(method, f"{address}/api/v1{path}", headers=headers, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            where = f"{address} ({type(error).__name__})"
            raise Away(f"{service} does not answer at {where}: is the stack up? Start it: make up") from None
        if answer.is_success:
            return answer.json() if answer.content else None
        raise Refused(_in_one_line(service, answer), answer.status_code)


def _in_one_line(service: str, answer: httpx.Response) -> str:
    problem = _problem(answer)
    faults = [f"{fault.get('field')}: {fault.get('detail')}" for fault in problem.get("errors") or ()]
    said = problem.get("detail") or problem.get("title") or answer.reason_phrase
    parts = [f"{service} refused ({answer.status_code})"]
    parts += [said] if not any(said in fault for fault in faults) else []
    parts += ["; ".join(faults)] if faults else []
    if answer.status_code in {NOT_SIGNED_IN, FORBIDDEN}:
        parts.append("get a fresh token with `bedarfswerk token`")
    return " ".join(": ".join(part.rstrip(".") for part in parts).split())


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
