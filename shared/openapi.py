"""The OpenAPI document of a service, tidied: each shape once and under its own name, each operation with a short name.

FastAPI writes inputs out in full wherever they are used, since they are judged in a way of their own (shared.inputs);
readers and generators of clients want one named shape.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

Json = dict[str, Any]
REF: Final = "#/components/schemas/"


def tidied(app: FastAPI) -> Callable[[], Json]:
    """Return what the app answers as its OpenAPI document."""
    usual = app.openapi

    def openapi() -> Json:
        if app.openapi_schema is None:
            document = usual()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            # First what the components are made of, so that their parts are named before they are compared.
            for part in (*list(schemas.values()), *document["paths"].values()):
                for holder, key, shape in list(_shapes(part)):
                    _name(holder, key, shape, schemas)
            document["components"]["schemas"] = dict(sorted(schemas.items()))
        return app.openapi_schema or {}

    return openapi


def short_name(route: APIRoute) -> str:
    """Return the name of an operation: its function's, after what it is about, such as `needs_create`."""
    tag = str(route.tags[0]) if route.tags else "service"
    return f"{tag}_{route.name}".replace("-", "_").replace(" ", "_")


def _shapes(part: Any) -> Iterator[tuple[Any, Any, Json]]:
    """Yield every object with a title inside `part`, innermost first, with where it stands."""
    places = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in places:
        if key in {"examples", "example", "default"}:
            continue
        yield from _shapes(value)
        if isinstance(value, dict) and value.get("type") == "object" and "properties" in value and "title" in value:
            yield part, key, value


def _name(holder: Any, key: Any, shape: Json, schemas: dict[str, Json]) -> None:
    """Put a reference in place of a shape that is written out."""
    examples = shape.get("examples")
    for name, inner in shape.pop("$defs", {}).items():
        schemas.setdefault(name, inner)
    same = (name for name, known in schemas.items() if _are_same(known, shape))
    title = next(same, shape["title"].replace(" ", ""))
    if title in schemas and not _are_same(schemas[title], shape):
        return  # another shape of the same name: it stays where it is
    schemas.setdefault(title, shape)
    if schemas[title] is not shape or holder is not schemas:
        holder[key] = {"$ref": REF + title, **({"examples": examples} if examples and "default" not in shape else {})}


def _are_same(known: Json, shape: Json) -> bool:
    """Tell whether two shapes are one; the title does not count, which for a body is the name of its parameter."""
    return known.get("description") == shape.get("description") and known.get("properties") == shape["properties"]
