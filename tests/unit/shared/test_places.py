import pytest

from shared.events.members import Place
from shared.places import distance_km, place_of


def test_a_known_postcode_has_its_coordinates() -> None:
    leipzig = place_of("04109", "Leipzig")

    assert leipzig.town == "Leipzig"
    assert leipzig.lat == pytest.approx(51.34, abs=0.02)
    assert leipzig.lon == pytest.approx(12.37, abs=0.02)


@pytest.mark.parametrize("postal_code", ["04092", None])
def test_a_place_without_known_coordinates_keeps_its_town(postal_code: str | None) -> None:
    assert place_of(postal_code, "Leipzig") == Place(postal_code=postal_code, town="Leipzig")


def test_leipzig_lies_100_km_from_dresden() -> None:
    assert distance_km(place_of("04109", None), place_of("01067", None)) == pytest.approx(99.6, abs=1)


def test_a_quarter_of_the_equator_is_known_exactly() -> None:
    assert distance_km(Place(lat=0, lon=0), Place(lat=0, lon=90)) == pytest.approx(10_007.557, abs=0.001)


def test_a_distance_is_the_same_to_the_last_digit_in_both_directions() -> None:
    a, b = place_of("04109", None), place_of("80331", None)

    assert distance_km(a, b) == distance_km(b, a)


def test_opposite_ends_of_the_earth_are_half_its_circumference_apart() -> None:
    assert distance_km(Place(lat=90, lon=0), Place(lat=-90, lon=0)) == pytest.approx(20_015.1, abs=0.1)


def test_a_distance_to_an_unknown_place_is_unknown() -> None:
    assert distance_km(place_of("04109", None), place_of("04092", None)) is None
    assert distance_km(place_of("04092", None), place_of("04109", None)) is None
