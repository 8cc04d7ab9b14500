"""What a limit alone keeps out, and which single change would let it in."""

import random
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from services.matching.domain import Findings, ScoredOffer, Thresholds, advising, findings, judge
from shared.events.matching import AdviceCode
from shared.events.members import Place
from shared.events.surveys import CourseDate, Delivery, Level, NeedSnapshot, TimeModel
from tests.builders import DRESDEN, LEIPZIG, NOW, a_date, a_need, an_id, an_offer

THRESHOLDS = Thresholds(show=0.2, announce=0.5)
BERLIN = Place(postal_code="10115", town="Berlin", lat=52.53, lon=13.38)
MUNICH = Place(postal_code="80331", town="München", lat=48.14, lon=11.57)
MARCH, APRIL, MAY = date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 3)


def scored(number: int, probability: float = 0.9, **changes: object) -> ScoredOffer:
    offer = an_offer(id=an_id(number), **changes)
    return ScoredOffer(offer, probability, offer.title)


def found(need: NeedSnapshot, *offers: ScoredOffer, of_interest: tuple[int, ...] = ()) -> Findings:
    wanted = frozenset(map(an_id, of_interest))
    return findings(need, need.title, offers, THRESHOLDS, of_interest=wanted, found={}, now=NOW)


def on_site(place: Place = LEIPZIG, **changes: object) -> CourseDate:
    return a_date(**{"place": place, "delivery": Delivery.ON_SITE, "starts_on": APRIL, **changes})


def near_leipzig(**changes: object) -> NeedSnapshot:
    return a_need(**{"place": LEIPZIG, "radius_km": 50, **changes})


def advised(need: NeedSnapshot, *offers: ScoredOffer) -> list[tuple[AdviceCode, dict[str, Any], int]]:
    return [(each.code, dict(each.params), each.adds) for each in found(need, *offers).advice]


def test_an_offer_that_only_a_limit_excludes_is_told_with_what_excludes_it() -> None:
    told = found(near_leipzig(), scored(1, dates=(on_site(DRESDEN, id=an_id(77)),)))

    assert told.matches == ()
    [miss] = told.near_misses
    assert (miss.offer, miss.course_date, miss.probability) == (an_id(1), an_id(77), 0.9)
    excluding = {c.code: c.params.get("km") for c in miss.criteria if c.verdict == "not" and c.weight == 0}
    assert excluding == {"place": pytest.approx(99, abs=1)}


@pytest.mark.parametrize(("probability", "told"), [(0.5, True), (0.4999, False)])
def test_only_content_that_people_would_be_told_about_is_a_near_miss(probability: float, told: bool) -> None:
    result = found(near_leipzig(), scored(1, probability, dates=(on_site(DRESDEN),)))

    assert bool(result.near_misses) is bool(result.advice) is told


def test_the_five_best_by_content_are_told_whatever_came_first() -> None:
    offers = [scored(n, 0.6 + (n // 2) / 100, dates=(on_site(DRESDEN),)) for n in range(1, 9)]

    orders = {
        tuple(miss.offer for miss in found(near_leipzig(), *order).near_misses)
        for order in (offers, offers[::-1], offers[3:] + offers[:3])
    }

    assert orders == {tuple(map(an_id, (8, 6, 7, 4, 5)))}


@pytest.mark.parametrize(
    "changes",
    [{"status": "ended"}, {"status": "withdrawn"}, {"networks": (an_id(55),)}],
)
def test_what_is_over_or_not_for_this_network_is_neither_told_nor_counted(changes: dict[str, Any]) -> None:
    told = found(near_leipzig(), scored(1, dates=(on_site(DRESDEN),), **changes))

    assert (told.near_misses, told.advice) == ((), ())


def test_a_pair_that_stays_listed_out_of_interest_is_no_near_miss_as_well() -> None:
    told = found(near_leipzig(), scored(1, dates=(on_site(DRESDEN),)), of_interest=(1,))

    assert [match.offer for match in told.matches] == [an_id(1)]
    assert (told.near_misses, told.advice) == ((), ())


def test_a_need_that_is_not_open_finds_nothing() -> None:
    assert found(near_leipzig(status="withdrawn"), scored(1), scored(2, dates=(on_site(DRESDEN),))) == Findings()


@pytest.mark.parametrize(
    ("places", "to", "adds"),
    [((DRESDEN,), 100, 1), ((DRESDEN, BERLIN), 150, 2), ((DRESDEN, BERLIN, MUNICH), None, 3)],
)
def test_the_smallest_radius_that_reaches_all_is_advised(places: tuple[Place, ...], to: int | None, adds: int) -> None:
    offers = [scored(number, dates=(on_site(place),)) for number, place in enumerate(places, 1)]

    [(code, params, count)] = advised(near_leipzig(), *offers)

    assert (code, params.get("to"), params["from"], count) == ("radius", to, 50, adds)


@pytest.mark.parametrize(
    ("need", "offer", "code", "params"),
    [
        (
            {"latest_start": MARCH},
            {"dates": (on_site(starts_on=APRIL), on_site(id=an_id(502), starts_on=MAY))},
            "latest_start",
            {"from": "2027-03-01", "to": "2027-04-01"},
        ),
        (
            {"earliest_start": MAY},
            {"dates": (on_site(starts_on=MARCH), on_site(id=an_id(502), starts_on=APRIL))},
            "earliest_start",
            {"from": "2027-05-03", "to": "2027-04-01"},
        ),
        ({"delivery": {Delivery.ONLINE}}, {"dates": (on_site(),)}, "delivery", {"to": "on_site"}),
        (
            {"delivery": {Delivery.ONLINE}},
            {"dates": (on_site(MUNICH),), "in_house_possible": True},
            "delivery",
            {"to": "in_house"},
        ),
        ({"max_price_eur": 300.0}, {"price_eur": 890.0}, "price", {"from": 300.0, "to": 890.0}),
        ({"persons_min": 4}, {"dates": (on_site(places_left=3),)}, "persons", {"from": 4, "to": 3}),
        ({"azav_wanted": True}, {"azav": False}, "azav", {}),
        ({"level": Level.BASIC, "musts": {"level"}}, {"level": Level.EXPERT}, "level", {}),
        (
            {"time_models": {TimeModel.EVENING}, "musts": {"time_model"}},
            {"dates": (on_site(time_models={TimeModel.MORNING}),)},
            "time_model",
            {},
        ),
        (
            {"latest_end": MARCH, "musts": {"latest_end"}},
            {"dates": (on_site(ends_on=APRIL),)},
            "latest_end",
            {},
        ),
    ],
)
def test_the_change_of_the_one_limit_that_excludes_is_advised(
    need: dict[str, Any], offer: dict[str, Any], code: str, params: dict[str, Any]
) -> None:
    assert advised(near_leipzig(**need), scored(1, **offer)) == [(code, params, 1)]


def test_an_offer_that_two_limits_exclude_is_told_but_no_single_change_is_advised_for_it() -> None:
    need = near_leipzig(max_price_eur=300.0)

    told = found(need, scored(1, price_eur=500.0, dates=(on_site(DRESDEN),)))

    assert [c.code for c in told.near_misses[0].criteria if c.verdict == "not"] == ["place", "price"]
    assert told.advice == ()


def test_two_dates_that_fit_only_together_are_not_joined_by_advice() -> None:
    near_but_late = on_site(id=an_id(501), starts_on=MAY)
    in_time_but_far = on_site(DRESDEN, id=an_id(502), starts_on=MARCH)
    need = near_leipzig(latest_start=MARCH)

    told = advised(need, scored(1, dates=(near_but_late, in_time_but_far)))

    # Either change is enough, each for one of the dates.
    assert told == [
        ("radius", {"from": 50, "to": 100}, 1),
        ("latest_start", {"from": "2027-03-01", "to": "2027-05-03"}, 1),
    ]


def test_the_change_that_adds_most_comes_first() -> None:
    need = near_leipzig(max_price_eur=300.0)
    far = scored(1, dates=(on_site(DRESDEN),))
    dear = [scored(number, price_eur=400.0 + number, dates=(on_site(),)) for number in (2, 3)]

    for order in permutations([far, *dear]):
        assert advised(need, *order) == [
            ("price", {"from": 300.0, "to": 403.0}, 2),
            ("radius", {"from": 50, "to": 100}, 1),
        ]


def test_a_full_course_is_no_reason_to_bring_fewer_people() -> None:
    told = found(near_leipzig(persons_min=3), scored(1, dates=(on_site(full=True, places_left=2),)))

    assert len(told.near_misses) == 1
    assert told.advice == ()


def test_what_is_advised_is_what_judging_would_keep() -> None:
    need = near_leipzig(max_price_eur=300.0, latest_start=MARCH, persons_min=5, delivery={Delivery.ON_SITE})
    offers = [
        scored(
            number,
            price_eur=(200.0, 500.0)[number % 2],
            dates=(
                on_site((LEIPZIG, DRESDEN, BERLIN)[number % 3], starts_on=(MARCH, APRIL)[number % 5 == 0]),
                on_site(id=an_id(600), starts_on=MARCH, delivery=Delivery.HYBRID, places_left=2 + number % 5),
            ),
        )
        for number in range(1, 31)
    ]
    changes = {
        "radius": "radius_km",
        "latest_start": "latest_start",
        "price": "max_price_eur",
        "persons": "persons_min",
    }

    told = [each for each in found(need, *offers).advice if each.code in changes]

    assert len(told) >= 2
    fit_now = sum(judge(need, one.offer).fits for one in offers)
    for each in told:
        value = each.params.get("to")
        changed = need.model_copy(
            update={changes[each.code]: date.fromisoformat(value) if isinstance(value, str) else value}
        )
        assert sum(judge(changed, one.offer).fits for one in offers) == fit_now + each.adds


def test_the_words_in_common_are_told_with_the_content() -> None:
    [match] = found(a_need(title="WIG-Schweißen für 3 Schlosser"), scored(1, title="Schweißer: WIG-Kurs")).matches

    content = match.criteria[0]
    assert (content.code, content.params) == ("content", {"words": ("WIG", "Schweißen")})


@pytest.mark.parametrize("seed", range(20))
def test_saving_work_loses_no_advice(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)  # noqa: S311 - an order that can be repeated
    places = (LEIPZIG, DRESDEN, BERLIN)

    def course(number: int) -> CourseDate:
        return on_site(
            rng.choice(places),
            id=an_id(500 + number),
            starts_on=rng.choice((MARCH, APRIL, MAY)),
            delivery=rng.choice((Delivery.ON_SITE, Delivery.ONLINE)),
            places_left=rng.choice((1, 5)),
            time_models={rng.choice((TimeModel.EVENING, TimeModel.MORNING))},
        )

    offers = [
        scored(
            number,
            price_eur=rng.choice((200.0, 400.0)),
            azav=rng.choice((True, True, False)),
            in_house_possible=rng.random() < 0.2,
            dates=tuple(course(n) for n in range(rng.randint(1, 3))),
        )
        for number in range(1, 60)
    ]
    need = near_leipzig(
        earliest_start=APRIL,
        latest_start=APRIL,
        delivery={Delivery.ON_SITE},
        persons_min=3,
        max_price_eur=300.0,
        azav_wanted=True,
        time_models={TimeModel.EVENING},
        musts={"time_model"},
    )

    quick = found(need, *offers).advice
    monkeypatch.setattr(advising, "_may_help", lambda *_: True)
    thorough = found(need, *offers).advice

    assert quick == thorough
    assert thorough
