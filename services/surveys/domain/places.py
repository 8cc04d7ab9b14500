"""Which places of a need or an offer nobody can find on a map."""

from collections.abc import Iterator

from shared.events.members import Place
from shared.events.surveys import NeedSnapshot, OfferSnapshot


def places_to_complete(entity: NeedSnapshot | OfferSnapshot) -> tuple[str, ...]:
    """Return the fields whose postcode has no known coordinates (PO boxes, bulk mail) and lacks the town beside it."""
    return tuple(field for field, place in _places(entity) if _lacks_town(place))


def _places(entity: NeedSnapshot | OfferSnapshot) -> Iterator[tuple[str, Place]]:
    if isinstance(entity, NeedSnapshot):
        yield "place", entity.place
        return
    for number, course in enumerate(entity.dates):
        yield f"dates.{number}.place", course.place


def _lacks_town(place: Place) -> bool:
    return place.postal_code is not None and place.town is None and place.lat is None
