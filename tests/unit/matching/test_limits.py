"""Each limit at its border: exactly on it, just past it, unknown, not asked."""

from datetime import date
from math import nextafter
from typing import Any

import pytest

from services.matching.domain import limits
from shared.events.members import Place
from shared.events.surveys import Cefr, Delivery, Level, TimeModel
from shared.places import distance_km
from tests.builders import DRESDEN, LEIPZIG, a_date, a_need, an_id, an_offer

MAY_1, MAY_2, MAY_3 = date(2027, 5, 1), date(2027, 5, 2), date(2027, 5, 3)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("published", "fits"),
        ("permanent", "fits"),
        ("preparing", "fits"),
        ("ended", "not"),
        ("blocked", "not"),
        ("withdrawn", "not"),
    ],
)
def test_what_has_ended_or_was_taken_back_does_not_fit(status: str, verdict: str) -> None:
    assert limits.lifecycle(an_offer(status=status)).verdict == verdict


@pytest.mark.parametrize(
    ("of_need", "of_offer", "verdict"),
    [
        ((1,), (1,), "fits"),
        ((1, 2), (2, 3), "fits"),
        ((1,), (2,), "not"),
        ((), (2,), "not"),
        ((1,), (), "fits"),
        ((), (), "fits"),
    ],
)
def test_need_and_offer_must_share_a_network_unless_the_offer_is_for_everybody(
    of_need: tuple[int, ...], of_offer: tuple[int, ...], verdict: str
) -> None:
    need = a_need(networks=tuple(map(an_id, of_need)))

    assert limits.visibility(need, an_offer(networks=tuple(map(an_id, of_offer)))).verdict == verdict


@pytest.mark.parametrize(
    ("price", "budget", "verdict"),
    [
        (500.0, 500.0, "fits"),
        (500.01, 500.0, "not"),
        (0.0, 0.0, "fits"),
        (None, 500.0, "unknown"),
        (9000.0, None, "fits"),
        (None, None, "unknown"),
    ],
)
def test_price(price: float | None, budget: float | None, verdict: str) -> None:
    criterion = limits.price(a_need(max_price_eur=budget), an_offer(price_eur=price))

    assert criterion is not None
    assert criterion.verdict == verdict


@pytest.mark.parametrize(
    ("wanted", "approved", "verdict"),
    [(True, True, "fits"), (True, False, "not"), (True, None, "unknown"), (False, False, None), (False, None, None)],
)
def test_azav(wanted: bool, approved: bool | None, verdict: str | None) -> None:
    criterion = limits.azav(a_need(azav_wanted=wanted), an_offer(azav=approved))

    assert (criterion and criterion.verdict) == verdict


@pytest.mark.parametrize(
    ("accepted", "taught", "verdict"),
    [
        ({Delivery.ONLINE, Delivery.HYBRID}, Delivery.HYBRID, "fits"),
        ({Delivery.ONLINE}, Delivery.HYBRID, "not"),
        (set(), Delivery.DISTANCE, "fits"),
        ({Delivery.ONLINE}, None, "unknown"),
        (set(), None, "unknown"),
    ],
)
def test_delivery(accepted: set[Delivery], taught: Delivery | None, verdict: str) -> None:
    assert limits.delivery(a_need(delivery=accepted), a_date(delivery=taught)).verdict == verdict


@pytest.mark.parametrize(
    ("km", "radius_km", "verdict", "told"),
    [
        (50.0, 50, "fits", 50.0),
        (nextafter(50.0, 51.0), 50, "not", 50.1),
        (nextafter(50.0, 49.0), 50, "fits", 50.0),
        (49.96, 50, "fits", 50.0),
        (0.0, 1, "fits", 0.0),
        (None, 50, "unknown", None),
        (900.04, None, "fits", 900.0),
        (None, None, "fits", None),
    ],
)
def test_the_radius_is_included_and_what_is_told_never_contradicts_the_verdict(
    km: float | None, radius_km: int | None, verdict: str, told: float | None
) -> None:
    criterion = limits.within_radius(km, radius_km, LEIPZIG)

    assert (criterion.verdict, criterion.params.get("km")) == (verdict, told)


@pytest.mark.parametrize(
    ("delivery", "verdict", "how"),
    [
        (Delivery.ON_SITE, "not", "distance"),
        (Delivery.HYBRID, "not", "distance"),
        (None, "not", "distance"),
        (Delivery.ONLINE, "fits", "online"),
        (Delivery.SELF_PACED, "fits", "online"),
        (Delivery.DISTANCE, "fits", "online"),
        (Delivery.IN_HOUSE, "fits", "in_house"),
    ],
)
def test_only_what_is_taught_on_site_has_a_distance(delivery: Delivery | None, verdict: str, how: str) -> None:
    criterion = limits.place(a_need(place=LEIPZIG, radius_km=50), a_date(delivery=delivery, place=DRESDEN))

    assert (criterion.verdict, criterion.params["how"]) == (verdict, how)


def test_a_postcode_without_coordinates_leaves_the_place_unknown() -> None:
    nowhere = Place(postal_code="04092")

    criterion = limits.place(a_need(place=nowhere, radius_km=25), a_date(delivery=Delivery.ON_SITE, place=LEIPZIG))

    assert criterion.verdict == "unknown"


def test_the_distance_is_the_same_from_both_ends() -> None:
    there, back = distance_km(LEIPZIG, DRESDEN), distance_km(DRESDEN, LEIPZIG)

    assert there == back == pytest.approx(99, abs=1)


@pytest.mark.parametrize(
    ("entry", "starts_on", "verdict"),
    [
        ("fixed", MAY_1, "not"),
        ("fixed", MAY_2, "fits"),
        ("fixed", MAY_3, "not"),
        ("fixed", None, "unknown"),
        ("rolling", None, "fits"),
        ("rolling", MAY_3, "fits"),
        ("on_request", None, "fits"),
    ],
)
def test_the_first_and_the_last_day_wanted_are_included(entry: str, starts_on: date | None, verdict: str) -> None:
    need = a_need(earliest_start=MAY_2, latest_start=MAY_2)

    assert limits.dates(need, an_offer(), a_date(entry=entry, starts_on=starts_on)).verdict == verdict


@pytest.mark.parametrize(
    ("earliest", "latest", "verdict"),
    [(MAY_2, None, "fits"), (MAY_3, None, "not"), (None, MAY_1, "not"), (None, None, "fits")],
)
def test_one_end_of_the_wanted_time_may_be_open(earliest: date | None, latest: date | None, verdict: str) -> None:
    need = a_need(earliest_start=earliest, latest_start=latest)

    assert limits.dates(need, an_offer(), a_date(starts_on=MAY_2)).verdict == verdict


@pytest.mark.parametrize(("ends_on", "verdict"), [(MAY_1, "not"), (MAY_2, "unknown"), (None, "unknown")])
def test_an_initiative_whose_funding_ends_before_the_company_wants_to_begin_does_not_fit(
    ends_on: date | None, verdict: str
) -> None:
    initiative = an_offer(kind="initiative", ends_on=ends_on)

    assert limits.dates(a_need(earliest_start=MAY_2), initiative, None).verdict == verdict


def test_an_offer_without_dates_has_date_and_place_unknown() -> None:
    need = a_need(place=LEIPZIG, radius_km=50, earliest_start=MAY_1)

    found = [limits.dates(need, an_offer(), None), limits.place(need, None), limits.seats(need, an_offer(), None)]

    assert [criterion and criterion.verdict for criterion in found] == ["unknown"] * 3


@pytest.mark.parametrize(
    ("wanted", "left", "most", "full", "verdict"),
    [
        (3, 3, None, False, "fits"),
        (3, 2, 20, False, "not"),
        (3, None, 3, False, "fits"),
        (3, None, 2, False, "not"),
        (3, None, None, False, "unknown"),
        (3, 10, 10, True, "not"),
        (None, 1, None, False, "fits"),
        (None, 0, None, False, "not"),
        (None, None, None, True, "not"),
    ],
)
def test_seats(wanted: int | None, left: int | None, most: int | None, full: bool, verdict: str) -> None:
    date_ = a_date(places_left=left, participants_max=most, full=full)

    criterion = limits.seats(a_need(persons_min=wanted), an_offer(), date_)

    assert criterion is not None
    assert criterion.verdict == verdict


def test_an_initiative_has_neither_price_nor_seats() -> None:
    initiative = an_offer(kind="initiative", price_eur=9000.0)

    assert limits.price(a_need(max_price_eur=1.0), initiative) is None
    assert limits.seats(a_need(persons_min=9), initiative, a_date(places_left=1)) is None


EVENING = frozenset({TimeModel.EVENING})


@pytest.mark.parametrize(
    ("code", "asked", "offered", "verdict"),
    [
        ("time_model", {"time_models": EVENING | {TimeModel.WEEKEND}}, {"time_models": EVENING}, "fits"),
        ("time_model", {"time_models": EVENING}, {"time_models": {TimeModel.FULL_TIME}}, "not"),
        ("time_model", {"time_models": EVENING}, {}, "unknown"),
        ("time_model", {}, {"time_models": EVENING}, None),
        ("latest_end", {"latest_end": MAY_2}, {"ends_on": MAY_2}, "fits"),
        ("latest_end", {"latest_end": MAY_2}, {"ends_on": MAY_3}, "not"),
        ("latest_end", {"latest_end": MAY_2}, {}, "unknown"),
        ("latest_end", {}, {"ends_on": MAY_3}, None),
        ("group_minimum", {"persons_min": 2, "persons_max": 6}, {"participants_min": 6}, "fits"),
        ("group_minimum", {"persons_min": 2, "persons_max": 6}, {"participants_min": 7}, "not"),
        ("group_minimum", {"persons_min": 2}, {}, "unknown"),
        ("group_minimum", {}, {"participants_min": 7}, None),
    ],
)
def test_soft_criteria_of_a_date(
    code: str, asked: dict[str, Any], offered: dict[str, Any], verdict: str | None
) -> None:
    criterion = getattr(limits, code)(a_need(**asked), a_date(**offered))

    assert (criterion and criterion.verdict) == verdict


@pytest.mark.parametrize(
    ("code", "asked", "offered", "verdict"),
    [
        ("cefr", {"cefr": Cefr.B1}, {"cefr": Cefr.B1}, "fits"),
        ("cefr", {"cefr": Cefr.B1}, {"cefr": Cefr.A2}, "fits"),
        ("cefr", {"cefr": Cefr.B1}, {"cefr": Cefr.B2}, "not"),
        ("cefr", {"cefr": Cefr.B1}, {}, "unknown"),
        ("cefr", {}, {"cefr": Cefr.C2}, None),
        ("level", {"level": Level.BASIC}, {"level": Level.BASIC}, "fits"),
        ("level", {"level": Level.BASIC}, {"level": Level.EXPERT}, "not"),
        ("level", {"level": Level.BASIC}, {}, "unknown"),
        ("level", {}, {"level": Level.EXPERT}, None),
    ],
)
def test_soft_criteria_of_an_offer(
    code: str, asked: dict[str, Any], offered: dict[str, Any], verdict: str | None
) -> None:
    criterion = getattr(limits, code)(a_need(**asked), an_offer(**offered))

    assert (criterion and criterion.verdict) == verdict


def test_entry_requirements_are_for_people_to_judge() -> None:
    asking = limits.entry(an_offer(entry_requirements="Gesellenbrief"))

    assert asking is not None
    assert asking.verdict == "unknown"
    assert limits.entry(an_offer(entry_requirements=" ")) is None
