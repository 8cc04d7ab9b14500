"""One request for each route, the same from everybody, and what its answer comes to in one word."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

import httpx

from tests.integration.hostile.wishes import Route, routes_of
from tests.rights.special import special
from tests.rights.village import Village

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
REFUSED: Final = frozenset({"401", "403", "404", "422"})
CONFLICT: Final = 409
LITERAL: Final = {"side": "company", "table": "organisations", "kind": "needs", "form": "csv", "extension": "csv"}
"""What stands in a path where no id does."""
"""Whose id stands in a field or a path of this name; others are named like what was made."""


def all_routes(village: Village) -> dict[str, tuple[str, Route]]:
    """Return service and route by the name that the table uses, such as `surveys GET /needs/{need}`."""
    found = {}
    for name, service in village.services.items():
        for route in routes_of(service.app.openapi()):
            found[f"{name} {route.method} {route.path.removeprefix('/api/v1')}"] = (name, route)
    return found


async def ask(village: Village, row: str, who: str, all_of: Mapping[str, tuple[str, Route]]) -> str:
    """Ask one route as somebody, and return what came of it; the service is as it was afterwards."""
    name, route = all_of[row]
    client = village.clients[name]
    path, told = _path(village, route), special(village, row)
    headers = {**village.headers(who), **told.headers}
    if route.method != "GET":
        headers = {**await _version(village, name, path), **headers}
    body = told.body or (with_ids(village, route.example) if route.body is not None else None)
    content: Any = {"content": told.content} if told.content else {} if body is None else {"json": body}
    answer = await client.request(route.method, path, headers=headers, params=dict(told.query), **content)
    word = _word(answer)
    if route.method != "GET" and word not in REFUSED:
        await village.restore(name)
    return word


def _path(village: Village, route: Route) -> str:
    path = route.path.removeprefix("/api/v1")
    for what in re.findall(r"{(\w+)}", path):
        known = LITERAL.get(what) or village.ids[KNOWN.get(what, what)]
        path = path.replace("{" + what + "}", known)
    return path


async def _version(village: Village, name: str, path: str) -> dict[str, str]:
    """Return the ETag of what the path is about, as an operator reads it; it is the same for everybody who asks."""
    if (name, path) in village.versions:
        return village.versions[name, path]
    client = village.clients[name]
    steps = path.split("/")
    for length in (len(steps), len(steps) - 1, len(steps) - 2):
        answer = await client.get("/".join(steps[:length]) or "/", headers=village.headers("operator"))
        if answer.is_success and "etag" in answer.headers:
            return village.versions.setdefault((name, path), {"If-Match": answer.headers["etag"]})
    return village.versions.setdefault((name, path), {})


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


def _word(answer: httpx.Response) -> str:
    if str(answer.status_code) in REFUSED:
        return str(answer.status_code)
    if answer.status_code == CONFLICT:
        return "yes"  # the right is there, the state of things stands against it
    if not answer.is_success:
        return f"{answer.status_code} {answer.text[:300]}"
    told = answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else None
    items = told["items"] if isinstance(told, dict) and "items" in told and "id" not in told else [told]
    items = told if isinstance(told, list) else items
    if items == []:
        return "none"
    shown = [one.get("found", one) if isinstance(one, dict) else one for one in items]  # search says more about each
    reduced = all(isinstance(one, dict) and one.get("reduced") for one in shown)
    return "part" if reduced else "yes"
