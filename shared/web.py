"""HTTP as every service speaks it: problems, request ids, a limit on bodies, health, readiness and metrics."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.events.base import Snapshot
from shared.ids import new_id
from shared.openapi import REF, short_name, tidied
from shared.problems import PROBLEM_JSON, Problem, language_of, problem_of
from shared.publishing import Once
from shared.rules import RuleBroken

_log = logging.getLogger(__name__)
BODY_LIMIT: Final = 64 * 1024
T = TypeVar("T")
Ready = Callable[[], Awaitable[list[str]]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Page(BaseModel, Generic[T]):
    """Part of a list, oldest first; `next` is given as `after` to read on, None at the end."""

    items: list[T]
    next: str | None = None


class FaultBody(BaseModel):
    """One field that needs another look, and the way out."""

    field: str
    code: str
    detail: str


class ProblemBody(BaseModel):
    """An error as RFC 9457 has it; `errors` names each field with the way out."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[FaultBody] | None = None
    request: str | None = None


_STATUSES: Final = {
    401: "No valid token",
    403: "The token lacks the right",
    404: "Nothing here, or not the caller's to see",
    409: "A unique value is taken",
    412: "Changed by somebody else meanwhile",
    413: "The body is too large",
    422: "A field needs another look; each is named",
    428: "If-Match is missing",
    429: "Too often; Retry-After says when it may be tried again",
    503: "Not reachable at the moment; nothing is lost",
}
PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": text,
        "content": {PROBLEM_JSON: {"schema": ProblemBody.model_json_schema(ref_template=REF + "{model}")}},
    }
    for status, text in _STATUSES.items()
}


def make_app(  # noqa: PLR0913 - each has its own meaning and default
    *,
    title: str,
    description: str = "",
    lifespan: Lifespan | None = None,
    ready: Ready | None = None,
    body_limit: int = BODY_LIMIT,
    body_limits: dict[str, int] | None = None,
) -> FastAPI:
    """Return an application without routes of its own; `body_limits` gives other limits in bytes to path prefixes."""
    app = FastAPI(
        title=title,
        description=description,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=short_name,
    )
    app.openapi = tidied(app)  # type: ignore[method-assign]
    for kind in (RuleBroken, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _answer_problem)
    app.add_middleware(_BodyLimit, usual=body_limit, others=body_limits or {})
    app.add_middleware(_Outermost)

    @app.get("/health", tags=["running"], summary="The process is alive")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready", tags=["running"], summary="The process can do its work, or says what it lacks")
    async def readiness(response: Response) -> dict[str, Any]:
        problems = await ready() if ready else []
        response.status_code = 503 if problems else 200
        return {"ready": not problems, "problems": problems}

    @app.get("/metrics", tags=["running"], summary="Figures for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app


async def _answer_problem(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status == 500:  # noqa: PLR2004 - nobody foresaw it
        route = request.scope.get("route")
        _log.error("request failed", exc_info=error, extra={"route": getattr(route, "path", None)})
    return problem_response(problem, request)


def problem_response(problem: Problem, request: Request) -> Response:
    """Return the problem in the language that the request asks for, with the request's number."""
    language = language_of(request.headers.get("accept-language"))
    body = {**problem.worded(language), "request": getattr(request.state, "id", None)}
    headers = {"Content-Language": language}
    if problem.status == 401:  # noqa: PLR2004 - unauthorised
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 503:  # noqa: PLR2004 - unavailable
        headers["Retry-After"] = "2"
    if problem.status == 429:  # noqa: PLR2004 - too often
        headers["Retry-After"] = str(problem.params.get("seconds", 60))
    return JSONResponse(body, problem.status, headers, PROBLEM_JSON)


class _Outermost:
    """Gives every request a number, which the answer and the log carry, and every error an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = new_id()
        scope.setdefault("state", {})["id"] = number

        started = False

        async def with_number(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], (b"x-request-id", number.encode())]
            await send(message)

        try:
            await self._app(scope, receive, with_number)
        except Exception as error:
            if started:
                raise
            answer = await _answer_problem(Request(scope), error)
            await answer(scope, receive, with_number)


class _BodyLimit:
    """Refuses bodies over a limit, whether their length was announced or not, before anybody holds them in memory."""

    def __init__(self, app: ASGIApp, usual: int, others: dict[str, int]) -> None:
        self._app = app
        self._usual = usual
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        limit = next((size for prefix, size in self._others.items() if path.startswith(prefix)), self._usual)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        body = self._refused(limit) if announced.isdigit() and int(announced) > limit else self._read(receive, limit)
        try:
            chunks = [chunk async for chunk in body]
        except RuleBroken as error:
            await problem_response(problem_of(error), Request(scope))(scope, receive, send)
            return
        whole = b"".join(chunks)
        given = False

        async def receive_whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": whole, "more_body": False}

        await self._app(scope, receive_whole, send)

    @staticmethod
    async def _refused(limit: int) -> AsyncIterator[bytes]:
        raise RuleBroken("too_large", limit=limit)
        yield b""

    @staticmethod
    async def _read(receive: Receive, limit: int) -> AsyncIterator[bytes]:
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise RuleBroken("too_large", limit=limit)
            yield chunk
            if not message.get("more_body"):
                return


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def tagged(response: Response, snapshot: Snapshot) -> None:
    """Give the answer the ETag of the version that it shows."""
    response.headers["ETag"] = etag(snapshot.version)


def if_match(
    value: Annotated[str | None, Header(alias="If-Match", description="The ETag that was read", max_length=50)] = None,
) -> int:
    """Return the version that the caller wants to change; a FastAPI dependency."""
    if value is None:
        raise RuleBroken("if_match_missing", field="If-Match")
    digits = value.removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):  # noqa: PLR2004 - below 2**63
        raise RuleBroken("if_match_malformed", field="If-Match")
    return int(digits)


async def once_of(request: Request, caller: str) -> Once | None:
    """Return what makes this creation the same as an earlier one; None when the caller gave no Idempotency-Key."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable()):  # noqa: PLR2004 - said in the sentence
        raise RuleBroken("idempotency_key_malformed", field="Idempotency-Key")
    return Once(caller, key, request.url.path.encode() + b"\n" + await request.body())
