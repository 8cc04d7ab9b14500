"""The map of locations, and beside it the same as a list that can be sorted and does everything without a script."""

import hashlib
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.basemap import base_map
from services.portal.choices import organisations_in_sight
from services.portal.forms import submitted
from services.portal.locations import KINDS
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Anybody, Entity, Portal, SignedIn, Visitor, area

MOST: Final = 2000
AT_ONCE: Final = 200
PER_PAGE: Final = 50
GEOJSON: Final = "application/geo+json"
VENDORS: Final = {"leaflet": "xstatic.pkg.leaflet", "markercluster": "xstatic.pkg.leaflet_markercluster"}
"""Browser parts by the name under /static/vendor: served from the installed packages, never copied."""

SORTS: Final[dict[str, Callable[[Any], Any]]] = {
    "name": lambda one: one["name"].casefold(),
    "kind": lambda one: KINDS.index(one["kind"]),
    "organisation": lambda one: one["organisation_name"].casefold(),
    "place": lambda one: (one["place"]["postal_code"] or "~", one["place"]["town"] or ""),
}


def vendor_folders() -> dict[str, Path]:
    """Return the folders of the browser parts by name."""
    return {name: Path(import_module(module).BASE_DIR) for name, module in VENDORS.items()}


def routes(portal: Portal) -> APIRouter:
    """Return the routes of the map."""
    router = area("map")
    for part in (_shown, _files, _moving):
        part(router, portal)
    return router


def _shown(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/karte", methods=["GET", "HEAD"], summary="The map of locations, with an equal list beside it")
    async def shown(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
        request: Request, visitor: SignedIn, kind: str = "", sort: str = "name", down: str = "", page: int = 1
    ) -> Response:
        kind, sort = kind if kind in KINDS else "", sort if sort in SORTS else "name"
        found, whole = await _locations(visitor, kind)
        found.sort(key=lambda one: (SORTS[sort](one), one["id"]), reverse=down == "yes")
        last = max(1, -(-len(found) // PER_PAGE))
        page = min(max(page, 1), last)
        answer = {
            "locations": found[(page - 1) * PER_PAGE : page * PER_PAGE],
            "total": len(found),
            "whole": whole,
            "kind": kind,
            "sort": sort,
            "down": down == "yes",
            "at": page,
            "last": last,
            "tiles": portal.settings.tile_url,
            "tiles_by": portal.settings.tile_attribution,
        }
        return portal.page(request, "map/map.html", **answer)


def _files(router: APIRouter, _: Portal) -> None:
    @router.api_route("/karte.geojson", methods=["GET", "HEAD"], summary="The locations as the visitor may see them")
    async def geojson(visitor: SignedIn, kind: str = "") -> Response:
        found, _ = await _locations(visitor, kind if kind in KINDS else "")
        features = [_feature(one) for one in found if one["place"]["lat"] is not None]
        whole = {"type": "FeatureCollection", "features": features}
        return Response(json.dumps(whole, ensure_ascii=False).encode(), media_type=GEOJSON)

    @router.api_route("/karte/grund.geojson", methods=["GET", "HEAD"], summary="The base map: land and towns")
    async def base(request: Request, _: Anybody) -> Response:
        body = base_map()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "public, max-age=86400"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=GEOJSON)


def _moving(router: APIRouter, portal: Portal) -> None:
    @router.post("/standorte/{location}/verschieben", summary="Put a location elsewhere on the map")
    async def move(request: Request, visitor: SignedIn, location: Entity) -> Response:
        form = await submitted(request)
        read = await visitor.read("members", f"/api/v1/locations/{location}")
        if not read.body["own"]:
            raise NothingHere
        one, place = read.body, read.body["place"]
        body = {
            **{name: one[name] for name in ("organisation", "name", "kind", "street", "privacy")},
            "postal_code": place["postal_code"],
            "town": place["town"],
            **{name: form.json(name, "number") for name in ("lat", "lon")},
        }
        try:
            await visitor.put("members", f"/api/v1/locations/{location}", body, etag=form.text("version"))
        except Refused as refused:
            if refused.code == "stale":
                return portal.go("/karte", done="stale")
            raise
        return portal.go("/karte", done="moved")


async def _locations(visitor: Visitor, kind: str) -> tuple[list[Any], bool]:
    """Return the locations that the visitor sees, with their organisations' names, and whether these are all."""
    names = await organisations_in_sight(visitor)
    found: list[Any] = []
    after = None
    while len(found) < MOST:
        page = await visitor.get("members", "/api/v1/locations", kind=kind, after=after, limit=AT_ONCE)
        found += [{**one, "organisation_name": names.get(one["organisation"], "")} for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    return found[:MOST], after is None


def _feature(one: Any) -> dict[str, Any]:
    place = one["place"]
    where = " ".join(filter(None, (place["postal_code"], place["town"])))
    return {
        "type": "Feature",
        "id": one["id"],
        "geometry": {"type": "Point", "coordinates": [place["lon"], place["lat"]]},
        "properties": {
            **{name: one[name] for name in ("name", "kind", "own")},
            "organisation": one["organisation_name"],
            "where": ", ".join(filter(None, (one["street"], where))),
            "version": f'"{one["version"]}"',
        },
    }
