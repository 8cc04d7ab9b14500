"""Locations (Standorte): places on the map that an organisation shows exactly, by town, or not at all."""

from collections.abc import Iterable
from typing import Literal

from services.members.domain.seeing import Viewer, coordinates
from shared.events.base import Id, Internal
from shared.events.members import Place
from shared.places import place_of
from shared.rules import RuleBroken

LocationKind = Literal["company", "training_venue", "office", "other"]
Privacy = Literal["exact", "town", "hidden"]


class Location(Internal):
    """Where an organisation is to be found, or teaches."""

    status: Literal["active"] = "active"
    organisation: Id
    name: str
    kind: LocationKind
    place: Place
    street: str | None = None
    """Street and number; a text, never looked up."""
    privacy: Privacy = "town"
    shown: Place = Place()
    """The place as others see it: what they may search by, too, so that no map's frame closes in on a hidden house."""


def located(postal_code: str | None, town: str | None, lat: float | None, lon: float | None) -> Place:
    """Return the place with the coordinates that were given, else with those of its postcode."""
    if (lat is None) != (lon is None):
        raise RuleBroken("coordinates_incomplete", field="lon" if lon is None else "lat")
    place = place_of(postal_code, town)
    return place if lat is None else place.model_copy(update={"lat": lat, "lon": lon})


def sound_location(location: Location) -> Location:
    """Return the location with what others see of it, if it says where it is at all."""
    place = location.place
    if not (place.postal_code or place.town or location.street or place.lat is not None):
        raise RuleBroken("place_missing", field="postal_code")
    return location.model_copy(update={"shown": shown_place(place, location.privacy)})


def shown_place(place: Place, privacy: Privacy) -> Place:
    """Return what others see: of a town the point of its postcode, however exactly the place is known."""
    if privacy == "exact":
        return place
    return place_of(place.postal_code, place.town) if privacy == "town" else Place()


def owns_location(viewer: Viewer, organisation: str, networks: Iterable[str]) -> bool:
    """Tell whether the viewer sees and changes all locations of this organisation, which is in these `networks`."""
    return organisation in viewer.organisations() or coordinates(viewer, networks)


def seen_location(location: Location, *, owned: bool) -> Location | None:
    """Return the location as owners or others see it; None for nothing."""
    if owned or location.privacy == "exact":
        return location
    if location.privacy == "hidden":
        return None
    return location.model_copy(update={"place": location.shown, "street": None})
