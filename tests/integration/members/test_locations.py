"""Locations are seen as exactly as their owner wants, also by whoever searches the map."""

from typing import Any

import pytest

from services.members.store import Store
from shared.ids import new_id
from tests.builders import NETWORK
from tests.integration.members.conftest import Caller
from tests.integration.members.world import COMPANY, ELSEWHERE, NEIGHBOUR, World

HOUSE = {"postal_code": "04109", "town": "Leipzig", "street": "Musterweg 1", "lat": 51.3456, "lon": 12.3789}
LEIPZIG = {"lat": pytest.approx(51.34, abs=0.02), "lon": pytest.approx(12.37, abs=0.02)}
AROUND_THE_HOUSE = "12.3788,51.3455,12.3790,51.3457"
OWN = ("company", "coordinator", "operator")
OTHERS = ("neighbour", "provider", "adviser", "foreigner", "other_coordinator")


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    return await World(store, stranger.client).fill()


def werk(**changes: Any) -> dict[str, Any]:
    return {"organisation": COMPANY, "name": "Werk", "privacy": "exact", **HOUSE, **changes}


async def found(caller: Caller, query: str = "") -> list[Any]:
    answer = await caller.send("GET", f"/locations?{query}")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def test_a_location_is_put_on_the_map_by_its_postcode(world: World) -> None:
    made = await world["company"].enter("/locations", {"organisation": COMPANY, "name": "Büro", "postal_code": "04109"})

    assert {name: made["place"][name] for name in ("lat", "lon")} == LEIPZIG
    assert (made["privacy"], made["kind"], made["own"]) == ("town", "company", True)


@pytest.mark.parametrize(
    "where",
    [{"town": "Leipzig"}, {"street": "Musterweg 1, Leipzig"}, {"lat": 51.3, "lon": 12.4}, {"postal_code": "04092"}],
)
async def test_any_one_way_to_say_where_is_enough(world: World, where: dict[str, Any]) -> None:
    made = await world["company"].enter("/locations", {"organisation": COMPANY, "name": "Werk", **where})

    assert {name: made.get(name, made["place"].get(name)) for name in where} == where


@pytest.mark.parametrize(
    ("where", "faults"),
    [
        ({}, {"postal_code": "place_missing"}),
        ({"lat": 51.3}, {"lon": "coordinates_incomplete"}),
        ({"lon": 12.3}, {"lat": "coordinates_incomplete"}),
        ({"lat": 91, "lon": 0}, {"lat": "number_too_large"}),
        ({"postal_code": "0410"}, {"postal_code": "not_a_postal_code"}),
        ({"town": "Halle", "organisation": new_id()}, {"organisation": "unknown_organisation"}),
        ({"town": "Halle", "privacy": "secret"}, {"privacy": "not_one_of"}),
    ],
)
async def test_what_is_nowhere_is_refused(world: World, where: dict[str, Any], faults: dict[str, str]) -> None:
    body = {"organisation": COMPANY, "name": "Werk", **where}

    assert await world["company"].faults("POST", "/locations", body) == (422, faults)


@pytest.mark.parametrize("privacy", ["exact", "town", "hidden"])
async def test_owners_coordinators_and_operators_see_all(world: World, privacy: str) -> None:
    made = await world["company"].enter("/locations", werk(privacy=privacy))

    for who in OWN:
        seen = (await world[who].send("GET", f"/locations/{made['id']}")).json()
        assert (seen["place"], seen["street"], seen["own"]) == (made["place"], "Musterweg 1", True)
        assert len(await found(world[who], f"bbox={AROUND_THE_HOUSE}")) == 1


async def test_others_see_an_exact_location_exactly_and_do_not_change_it(world: World) -> None:
    made = await world["company"].enter("/locations", werk())

    for who in OTHERS:
        seen = (await world[who].send("GET", f"/locations/{made['id']}")).json()
        assert (seen["place"]["lat"], seen["street"], seen["own"]) == (51.3456, "Musterweg 1", False)
        assert (await world[who].send("PUT", f"/locations/{made['id']}", werk(), If_Match="1")).status_code == 403
    assert (await world["nobody"].send("GET", "/locations")).status_code == 401


async def test_others_see_of_a_town_the_point_of_its_postcode(world: World) -> None:
    made = await world["company"].enter("/locations", werk(privacy="town"))

    for who in OTHERS:
        seen = (await world[who].send("GET", f"/locations/{made['id']}")).json()
        assert seen["street"] is None
        assert {name: seen["place"][name] for name in ("lat", "lon")} == LEIPZIG
        assert seen["place"]["lat"] != 51.3456


async def test_no_frame_of_a_map_closes_in_on_a_house(world: World) -> None:
    await world["company"].enter("/locations", werk(privacy="town"))
    await world["company"].enter("/locations", werk(privacy="hidden"))

    for who in OTHERS:
        assert await found(world[who], f"bbox={AROUND_THE_HOUSE}") == []
        assert len(await found(world[who], "bbox=12,51,13,52")) == 1
    assert len(await found(world["company"], f"bbox={AROUND_THE_HOUSE}")) == 2


async def test_a_hidden_location_is_not_there_for_others(world: World) -> None:
    made = await world["company"].enter("/locations", werk(privacy="hidden"))

    for who in OTHERS:
        assert await found(world[who]) == []
        assert (await world[who].send("GET", f"/locations/{made['id']}")).status_code == 404
        assert (await world[who].send("DELETE", f"/locations/{made['id']}", If_Match="1")).status_code == 404
        points = (await world[who].send("GET", "/exports/locations.geojson")).json()
        assert points == {"type": "FeatureCollection", "features": []}


async def test_a_location_belongs_to_an_organisation_of_ones_own(world: World) -> None:
    assert await world["company"].faults("POST", "/locations", werk(organisation=NEIGHBOUR)) == (403, "forbidden")
    foreign = await world["foreigner"].faults("POST", "/locations", werk())
    assert foreign == (422, {"organisation": "unknown_organisation"})
    made = await world["company"].enter("/locations", werk())
    moved = await world["company"].faults(
        "PUT", f"/locations/{made['id']}", werk(organisation=NEIGHBOUR), If_Match=str(made["version"])
    )
    assert moved == (403, "forbidden")
    assert (await world["coordinator"].send("POST", "/locations", werk(organisation=NEIGHBOUR))).status_code == 201


async def test_a_location_is_changed_and_deleted_as_it_was_read(world: World) -> None:
    made = await world["company"].enter("/locations", werk())
    path, read = f"/locations/{made['id']}", str(made["version"])

    changed = await world["company"].send("PUT", path, werk(name="Neu", privacy="hidden"), If_Match=read)

    assert (changed.json()["name"], changed.json()["privacy"]) == ("Neu", "hidden")
    assert await world["company"].faults("DELETE", path, If_Match=read) == (412, {"If-Match": "stale"})
    assert await world["company"].faults("DELETE", path) == (428, {"If-Match": "if_match_missing"})
    assert (await world["company"].send("DELETE", path, If_Match=changed.headers["etag"])).status_code == 200
    assert (await world["company"].send("GET", path)).status_code == 404


async def test_locations_are_found_by_network_kind_and_organisation(world: World) -> None:
    venue = await world["company"].enter("/locations", werk(kind="training_venue"))
    await world["coordinator"].enter("/locations", werk(organisation=NEIGHBOUR))

    assert len(await found(world["provider"], f"network={NETWORK}")) == 2
    assert await found(world["provider"], f"network={ELSEWHERE}") == []
    assert [one["id"] for one in await found(world["provider"], f"organisation={COMPANY}")] == [venue["id"]]
    assert [one["id"] for one in await found(world["provider"], "kind=training_venue")] == [venue["id"]]
    for box in ("1,2,3", "a,b,c,d", "13,51,12,52", "0,0,181,1", "nan,0,1,1"):
        assert await world["provider"].faults("GET", f"/locations?bbox={box}") == (422, {"bbox": "not_a_box"})


async def test_a_map_gets_points_as_geojson(world: World) -> None:
    made = await world["company"].enter("/locations", werk(privacy="town"))
    await world["company"].enter("/locations", {"organisation": COMPANY, "name": "Irgendwo", "town": "Leipzig"})

    answer = await world["provider"].send("GET", "/exports/locations.geojson")

    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert (feature["id"], feature["properties"]["street"]) == (made["id"], None)
    assert feature["geometry"]["coordinates"] == [LEIPZIG["lon"], LEIPZIG["lat"]]


async def test_the_locations_of_an_erased_organisation_are_erased(world: World, store: Store) -> None:
    made = await world["coordinator"].enter("/locations", werk(organisation=NEIGHBOUR))
    for person in await store.members.find({"roles.organisation": NEIGHBOUR}):
        await store.members.erase(person.id, expected=person.version)
    etag = (await world["operator"].send("GET", f"/organisations/{NEIGHBOUR}")).headers["etag"]

    assert (await world["operator"].send("DELETE", f"/organisations/{NEIGHBOUR}", If_Match=etag)).status_code == 200

    assert await store.locations.get(made["id"]) is None
