"""One request for each route, the same from everybody, and what its answer comes to in one word."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

import httpx

from shared.links import signature
from tests.integration.hostile.wishes import Route, routes_of
from tests.rights.village import LINK_KEY, Village

Body = Any
KNOWN: Final = {
    "network": "network",
    "networks": "network",
    "organisation": "company's organisation",
    "organisations": "company's organisation",
    "provider": "provider's organisation",
    "member": "company",
    "contact": "company",
    "into": "other need",
    "invitation": "invitation",
}
LITERAL: Final = {"side": "company", "table": "organisations", "kind": "needs", "form": "csv", "format": "csv"}
"""What stands in a path where no id does."""
"""Whose id stands in a field or a path of this name; others are named like what was made."""


def all_routes(village: Village) -> dict[str, tuple[str, Route]]:
    """Return service and route by the name that the table uses, such as `surveys GET /needs/{need}`."""
    found = {}
    for name, service in village.services.items():
        for route in routes_of(service.app.openapi()):
            found[f"{name} {route.method} {route.path.removeprefix('/api/v1')}"] = (name, route)
    return found


async def ask(village: Village, row: str, who: str, body: Body | None = None, query: Mapping[str, str] = {}) -> str:
    """Ask one route as somebody, and return what came of it; the service is as it was afterwards."""
    name, route = all_routes(village)[row]
    client = village.clients[name]
    path = _path(village, route)
    headers = village.headers(who)
    if route.method in {"PUT", "DELETE", "POST"}:
        headers |= await _version(village, name, path)
    content = {"json": body} if body is not None else _body(village, route)
    answer = await client.request(route.method, path, headers=headers, params=dict(query), **content)
    if route.method != "GET":
        await village.restore(name)
    return _word(answer)


def _path(village: Village, route: Route) -> str:
    path = route.path.removeprefix("/api/v1")
    for what in re.findall(r"{(\w+)}", path):
        known = LITERAL.get(what) or village.ids[KNOWN.get(what, what)]
        path = path.replace("{" + what + "}", known)
    return path


async def _version(village: Village, name: str, path: str) -> dict[str, str]:
    """Return the newest ETag of what the path is about, as an operator reads it."""
    client = village.clients[name]
    steps = path.split("/")
    for length in (len(steps), len(steps) - 1, len(steps) - 2):
        answer = await client.get("/".join(steps[:length]) or "/", headers=village.headers("operator"))
        if answer.is_success and "etag" in answer.headers:
            return {"If-Match": answer.headers["etag"]}
    return {}


def _body(village: Village, route: Route) -> dict[str, Body]:
    return {"json": with_ids(village, route.example)} if route.body is not None else {}


def with_ids(village: Village, body: Body) -> Body:
    """Return a body of the documentation with the village's ids in it."""
    told = deepcopy(body)
    _fill(village, told)
    return told


def _fill(village: Village, part: Body) -> None:
    for one in part if isinstance(part, list) else ():
        _fill(village, one)
    for key, value in part.items() if isinstance(part, dict) else ():
        known = village.ids.get(KNOWN.get(str(key), str(key)))
        if known and isinstance(value, str) and "-" in value:
            part[key] = known
        elif known and isinstance(value, list) and all(isinstance(one, str) for one in value):
            part[key] = [known] if value else []
        else:
            _fill(village, value)


def link(village: Village, purpose: Any, *parts: str) -> str:
    """Return the signature of a mailed link."""
    return signature(bytes.fromhex(LINK_KEY), purpose, *(village.ids[part] for part in parts))


def _word(answer: httpx.Response) -> str:
    if answer.status_code in {401, 403, 404}:
        return str(answer.status_code)
    if not answer.is_success:
        return f"{answer.status_code} {answer.text[:300]}"
    if not answer.content or "json" not in answer.headers.get("content-type", ""):
        return "yes"
    told = answer.json()
    items = told.get("items") if isinstance(told, dict) else told
    if isinstance(items, list):
        if not items:
            return "none"
        return "part" if all(isinstance(one, dict) and one.get("reduced") for one in items) else "yes"
    return "part" if isinstance(told, dict) and told.get("reduced") else "yes"
