"""Requests made from what a service says of itself: every field of every body and query, filled with hostile texts."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

METHODS: Final = ("post", "put", "patch", "delete", "get")
AN_ID: Final = "019a0000-0000-7000-8000-00000000dead"
DEEPEST: Final = 6


@dataclass(frozen=True)
class Route:
    """One operation of one service."""

    method: str
    path: str
    body: Any
    """A body with every field of the schema, over it what the service gives as an example; None without one."""
    query: tuple[str, ...]
    example: Any = None
    """The service's own example; the same as `body` where it gives none."""

    def url(self, value: str = AN_ID) -> str:
        """Return the address with one text in all places of its path."""
        return re.sub(r"{\w+}", lambda _: value, self.path)

    def spoilt(self, text: Any) -> Iterator[tuple[str, Any]]:
        """Yield the body once for each text in it, that text replaced; with the field's path."""
        for where in _texts(self.body):
            body = deepcopy(self.body)
            holder = body
            for step in where[:-1]:
                holder = holder[step]
            if where:
                holder[where[-1]] = text
            yield ".".join(map(str, where)), body


def routes_of(document: dict[str, Any]) -> list[Route]:
    """Return the operations of an OpenAPI document below /api."""
    found = []
    for path, operations in document["paths"].items():
        for method in METHODS:
            if path.startswith("/api") and (operation := operations.get(method)):
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                query = tuple(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query")
                body, example = _bodies(content, document)
                found.append(Route(method.upper(), path, body, query, example))
    return found


def _bodies(content: dict[str, Any], document: dict[str, Any]) -> tuple[Any, Any]:
    """Return a body with every field, and the service's own example."""
    schema = content.get("schema")
    if schema is None:
        return None, None
    components = document["components"]["schemas"]
    filled = _filled(schema, components, 0)
    given = content.get("example") or next(
        iter(schema.get("examples") or _resolved(schema, components).get("examples") or []), None
    )
    if given is None:
        return filled, filled
    if isinstance(filled, dict) and isinstance(given, dict):
        return json.loads(json.dumps({**filled, **given})), given
    return given, given


def _resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return components[name] if name else schema


def _filled(schema: dict[str, Any], components: dict[str, Any], depth: int) -> Any:
    """Return a value with every field of a schema, texts where texts are possible."""
    schema = _resolved(schema, components)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return _filled(options[0], components, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type")
    if kind == "object" and depth < DEEPEST:
        fields = schema.get("properties", {}).items()
        return {name: _filled(field, components, depth + 1) for name, field in fields}
    if kind == "array":
        return [_filled(schema.get("items", {}), components, depth + 1)] if depth < DEEPEST else []
    simple = {"integer": 1, "number": 1.0, "boolean": False, "string": "text", "object": {}}
    return simple.get(str(kind))


def _texts(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, (*where, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, (*where, number))
    elif isinstance(value, str):
        yield where
