"""One single course date must meet all limits together; soft criteria lower the fit; musts decide."""

from datetime import date
from typing import Any

import pytest

from services.matching.domain import judge
from shared.events.matching import Criterion
from shared.events.members import Place
from shared.events.surveys import CourseDate, Delivery, NeedSnapshot, OfferSnapshot, TimeModel
from tests.builders import DRESDEN, LEIPZIG, a_date, a_need, an_id, an_offer

SPRING = {"earliest_start": date(2027, 3, 1), "latest_start": date(2027, 5, 31)}
APRIL, MAY, JULY = date(2027, 4, 1), date(2027, 5, 3), date(2027, 7, 1)
EARLY, LATE, OTHER = an_id(501), an_id(502), an_id(503)


def in_leipzig(**changes: object) -> CourseDate:
    return a_date(**{"id": EARLY, "starts_on": APRIL, "delivery": Delivery.ON_SITE, "place": LEIPZIG, **changes})


def a_choosy_need(**changes: object) -> NeedSnapshot:
    return a_need(**{"place": LEIPZIG, "radius_km": 50, "persons_min": 3, **SPRING, **changes})


def verdicts(criteria: tuple[Criterion, ...]) -> dict[str, str]:
    return {criterion.code: criterion.verdict for criterion in criteria}


def test_two_dates_that_fit_only_together_do_not_fit() -> None:
    right_place_too_late = in_leipzig(id=EARLY, starts_on=JULY)
    in_time_too_far = in_leipzig(id=LATE, place=DRESDEN)

    judgement = judge(a_choosy_need(), an_offer(dates=(right_place_too_late, in_time_too_far)))

    assert not judgement.fits


def test_the_date_told_is_the_earliest_that_meets_everything() -> None:
    earliest_but_too_far = in_leipzig(id=OTHER, starts_on=APRIL, place=DRESDEN)
    second = in_leipzig(id=LATE, starts_on=MAY)
    third = in_leipzig(id=EARLY, starts_on=date(2027, 5, 4))

    judgement = judge(a_choosy_need(), an_offer(dates=(third, earliest_but_too_far, second)))

    assert judgement.fits
    assert judgement.date == second


def test_of_two_dates_on_the_same_day_the_smaller_id_is_told_whatever_their_order() -> None:
    one, other = in_leipzig(id=EARLY), in_leipzig(id=LATE)

    told = {judge(a_choosy_need(), an_offer(dates=dates)).date for dates in ((one, other), (other, one))}

    assert told == {one}


def test_where_no_date_fits_the_nearest_miss_is_told() -> None:
    misses_two = in_leipzig(id=EARLY, starts_on=JULY, places_left=2)
    misses_one = in_leipzig(id=LATE, starts_on=JULY)

    judgement = judge(a_choosy_need(), an_offer(dates=(misses_two, misses_one)))

    assert judgement.date == misses_one
    assert verdicts(judgement.criteria)["dates"] == "not"


def test_one_seat_short_excludes_the_date_but_not_the_offer() -> None:
    full, free = in_leipzig(id=EARLY, places_left=2), in_leipzig(id=LATE, starts_on=MAY, places_left=3)

    assert judge(a_choosy_need(), an_offer(dates=(full, free))).date == free


def test_cancelled_dates_count_as_if_they_were_not_there() -> None:
    offer = an_offer(dates=(in_leipzig(id=EARLY, cancelled=True), in_leipzig(id=LATE, starts_on=JULY)))

    assert not judge(a_choosy_need(), offer).fits


def test_unknown_never_excludes() -> None:
    judgement = judge(a_choosy_need(azav_wanted=True, max_price_eur=100.0), an_offer(dates=()))

    assert judgement.fits
    assert judgement.date is None
    found = verdicts(judgement.criteria)
    assert {found[code] for code in ("place", "dates", "delivery", "seats", "price", "azav")} == {"unknown"}


def test_what_comes_in_house_reaches_a_company_that_asks_for_it() -> None:
    offer = an_offer(dates=(in_leipzig(place=DRESDEN),), in_house_possible=True)

    asked = judge(a_choosy_need(delivery={Delivery.IN_HOUSE}), offer)
    not_asked = judge(a_choosy_need(), offer)

    assert asked.fits
    assert asked.date is None
    assert {criterion.code: criterion.params for criterion in asked.criteria}["place"] == {"how": "in_house"}
    assert not not_asked.fits


def test_a_real_date_goes_before_an_agreed_in_house_course() -> None:
    at_the_company = in_leipzig(delivery=Delivery.IN_HOUSE)
    offer = an_offer(dates=(at_the_company,), in_house_possible=True)

    assert judge(a_choosy_need(delivery={Delivery.IN_HOUSE}), offer).date == at_the_company


def test_soft_criteria_lower_the_fit_by_their_weights() -> None:
    need = a_choosy_need(time_models={TimeModel.EVENING}, latest_end=JULY)
    offer = an_offer(dates=(in_leipzig(time_models={TimeModel.FULL_TIME}, ends_on=None),))

    judgement = judge(need, offer)

    assert judgement.fits
    assert judgement.factor == pytest.approx((1 - 0.30) * (1 - 0.05))
    weights = {criterion.code: criterion.weight for criterion in judgement.criteria if criterion.weight}
    assert weights == {"time_model": 0.30, "latest_end": 0.05}


def test_a_must_decides_and_no_longer_lowers() -> None:
    need = a_choosy_need(time_models={TimeModel.EVENING}, musts={"time_model"})

    day = judge(need, an_offer(dates=(in_leipzig(time_models={TimeModel.FULL_TIME}),)))
    untold = judge(need, an_offer(dates=(in_leipzig(),)))

    assert (day.fits, day.factor) == (False, 1.0)
    assert (untold.fits, untold.factor) == (True, 1.0)


def test_a_must_chooses_among_dates() -> None:
    by_day = in_leipzig(id=EARLY, time_models={TimeModel.FULL_TIME})
    at_night = in_leipzig(id=LATE, starts_on=MAY, time_models={TimeModel.EVENING})
    offer = an_offer(dates=(by_day, at_night))

    wish = judge(a_choosy_need(time_models={TimeModel.EVENING}), offer)
    must = judge(a_choosy_need(time_models={TimeModel.EVENING}, musts={"time_model"}), offer)

    assert (wish.date, must.date) == (by_day, at_night)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"starts_on": JULY}, {"place": DRESDEN}),
        ({"starts_on": JULY}, {"places_left": 2}),
        ({"place": DRESDEN}, {"places_left": 2}),
        ({"place": DRESDEN}, {"delivery": Delivery.HYBRID}),
        ({"starts_on": JULY}, {"full": True}),
    ],
)
def test_no_two_dates_are_joined_whichever_limits_they_miss(one: dict[str, Any], other: dict[str, Any]) -> None:
    need = a_choosy_need(delivery={Delivery.ON_SITE})
    dates = (in_leipzig(id=EARLY, **one), in_leipzig(id=LATE, **other))

    judgement = judge(need, an_offer(dates=dates))

    assert (judgement.fits, judgement.misses) == (False, 1)
    assert judge(need, an_offer(dates=(*dates, in_leipzig(id=OTHER)))).fits


@pytest.mark.parametrize(
    ("code", "asked", "lacks", "untold"),
    [
        ("time_model", {"time_models": {TimeModel.EVENING}}, {"time_models": {TimeModel.MORNING}}, {}),
        ("latest_end", {"latest_end": MAY}, {"ends_on": JULY}, {}),
        ("group_minimum", {"persons_min": 3}, {"participants_min": 4}, {}),
        ("level", {"level": "basic"}, {"level": "expert"}, {}),
        ("cefr", {"cefr": "B1"}, {"cefr": "B2"}, {}),
        ("entry", {}, None, {"entry_requirements": "Gesellenbrief"}),
    ],
)
def test_each_soft_criterion_lowers_unless_it_is_a_must_and_unknown_excludes_neither_way(
    code: str, asked: dict[str, Any], lacks: dict[str, Any] | None, untold: dict[str, Any]
) -> None:
    def judged(told: dict[str, Any], *musts: str) -> tuple[bool, float]:
        of_offer = {name: told[name] for name in ("level", "cefr", "entry_requirements") if name in told}
        of_date = {name: value for name, value in told.items() if name not in of_offer}
        need = NeedSnapshot.model_validate({**a_choosy_need().model_dump(), **asked, "musts": musts})
        offer = OfferSnapshot.model_validate({**an_offer(dates=(in_leipzig(**of_date),)).model_dump(), **of_offer})
        judgement = judge(need, offer)
        return judgement.fits, judgement.factor

    if lacks is not None:
        fits, factor = judged(lacks)
        assert fits
        assert factor < 0.9
        assert judged(lacks, code) == (False, 1.0)
    assert judged(untold)[0]
    assert judged(untold, code) == (True, 1.0)


@pytest.mark.parametrize(
    ("limit", "on_it", "past_it"),
    [
        ({"radius_km": 100}, {"place": DRESDEN}, {"place": Place(lat=51.06, lon=13.80)}),
        ({"radius_km": 100, "delivery": {Delivery.HYBRID}}, {"place": DRESDEN, "delivery": Delivery.HYBRID}, None),
        ({"latest_start": APRIL}, {}, {"starts_on": date(2027, 4, 2)}),
        ({"earliest_start": APRIL}, {}, {"starts_on": date(2027, 3, 31)}),
        ({"persons_min": 3}, {"places_left": 3}, {"places_left": 2}),
        ({"persons_min": 3}, {"participants_max": 3}, {"participants_max": 2}),
    ],
)
def test_a_pair_on_the_border_fits_and_past_it_does_not(
    limit: dict[str, Any], on_it: dict[str, Any], past_it: dict[str, Any] | None
) -> None:
    need = a_choosy_need(**limit)

    assert judge(need, an_offer(dates=(in_leipzig(**on_it),))).fits
    assert past_it is None or not judge(need, an_offer(dates=(in_leipzig(**past_it),))).fits


def test_a_need_without_any_limit_fits_every_offer_there_is() -> None:
    for offer in (an_offer(), an_offer(dates=(in_leipzig(place=DRESDEN),)), an_offer(price_eur=9999.0, azav=False)):
        assert judge(a_need(), offer).fits
