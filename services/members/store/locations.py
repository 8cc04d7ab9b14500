"""The collection of locations, searched by what each caller may see of them."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from services.members.domain.locations import Location
from shared.mongo import Database, Document
from shared.publishing import Owned


class Box(NamedTuple):
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float


class Locations(Owned[Location]):
    """All locations."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Location, "locations")
        self._organisations = database["organisations"]

    async def prepare(self) -> None:
        """Create the indexes; repeating it changes nothing."""
        await super().prepare()
        await self.collection.create_index("record.organisation", name="organisations")
        await self.collection.create_index([("record.place.lat", 1), ("record.place.lon", 1)], name="places")
        await self.collection.create_index([("record.shown.lat", 1), ("record.shown.lon", 1)], name="shown")

    async def organisations_in(self, networks: Collection[str]) -> set[str]:
        """Return the ids of the organisations that belong to one of the networks."""
        return set(await self._organisations.distinct("_id", {"record.networks": {"$in": sorted(networks)}}))

    async def erase_of(self, organisation: str) -> None:
        """Erase all locations of an organisation."""
        for location in await self.find({"organisation": organisation}, limit=0):
            await self.erase(location.id, expected=location.version)

    async def seen(  # noqa: PLR0913 - each narrows in its own way
        self,
        query: Mapping[str, Any],
        *,
        own: Collection[str] | None,
        within: Collection[str] | None,
        box: Box | None,
        after: str | None,
        limit: int,
    ) -> list[Location]:
        """Return locations that match; of organisations other than `own` (None: all are) what they show of them."""
        matching: list[Mapping[str, Any]] = [query]
        if within is not None:
            matching.append({"organisation": {"$in": sorted(within)}})
        if own is None:
            matching.append(_inside("place", box))
        else:
            mine = {"organisation": {"$in": sorted(own)}, **_inside("place", box)}
            theirs = {"privacy": {"$ne": "hidden"}, **_inside("shown", box)}
            matching.append({"$or": [mine, theirs]})
        return await self.find({"$and": matching}, after=after, limit=limit)


def _inside(place: str, box: Box | None) -> Document:
    if box is None:
        return {}
    return {
        f"{place}.lat": {"$gte": box.south, "$lte": box.north},
        f"{place}.lon": {"$gte": box.west, "$lte": box.east},
    }
