"""The best matches: which pairs, in which order, and who may be told."""

import random
from datetime import timedelta
from itertools import permutations

import pytest

from services.matching.domain import BEST, ScoredOffer, Thresholds, best_matches, judge
from shared.events.matching import Match, pair_of
from shared.events.surveys import Level, NeedSnapshot, TimeModel, Visibility
from tests.builders import NOW, a_date, a_need, an_id, an_offer

THRESHOLDS = Thresholds(show=0.2, announce=0.5)


def scored(number: int, probability: float, **changes: object) -> ScoredOffer:
    offer = an_offer(id=an_id(number), **changes)
    return ScoredOffer(offer, probability, offer.title)


def matches(need: NeedSnapshot, *offers: ScoredOffer, of_interest: tuple[int, ...] = ()) -> tuple[Match, ...]:
    wanted = frozenset(map(an_id, of_interest))
    return best_matches(need, need.title, offers, THRESHOLDS, of_interest=wanted, found={}, now=NOW)


def numbers(found: tuple[Match, ...]) -> list[int]:
    return [int(match.offer[-4:], 16) for match in found]


@pytest.mark.parametrize(
    ("probability", "listed", "announced"),
    [(0.1999, False, None), (0.2, True, False), (0.4999, True, False), (0.5, True, True)],
)
def test_thresholds_are_included(probability: float, listed: bool, announced: bool | None) -> None:
    found = matches(a_need(), scored(1, probability))

    assert [match.announced for match in found] == ([announced] if listed else [])


def test_order_is_by_fit_then_probability_then_id_whatever_came_first() -> None:
    need = a_need(time_models={TimeModel.EVENING})
    by_day = (a_date(time_models={TimeModel.FULL_TIME}),)
    in_the_evening = (a_date(time_models={TimeModel.EVENING}),)
    offers = (
        scored(4, 0.8 * 0.7, dates=in_the_evening),
        scored(3, 0.8, dates=by_day),
        scored(2, 0.8 * 0.7, dates=in_the_evening),
        scored(1, 0.5, dates=in_the_evening),
    )

    orders = {tuple(numbers(matches(need, *order))) for order in permutations(offers)}

    assert orders == {(3, 2, 4, 1)}  # three fit equally well; the first is the most probable


def test_only_the_best_fifty_are_kept() -> None:
    offers = [scored(number, 0.3 + number / 1000) for number in range(1, BEST + 2)]

    assert numbers(matches(a_need(), *offers)) == list(range(BEST + 1, 1, -1))


@pytest.mark.parametrize("seed", range(5))
def test_judging_no_more_than_needed_finds_the_same(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - an order that can be repeated
    need = a_need(time_models={TimeModel.EVENING}, level=Level.BASIC, max_price_eur=100.0)
    offers = [
        scored(
            number,
            rng.choice([0.3, 0.5, 0.7, 0.9]),
            price_eur=rng.choice([50.0, 150.0]),
            level=rng.choice([None, Level.BASIC, Level.EXPERT]),
            dates=(a_date(time_models=rng.choice([set(), {TimeModel.EVENING}, {TimeModel.MORNING}])),),
        )
        for number in range(1, 300)
    ]
    judged = [(one, judge(need, one.offer)) for one in offers]
    all_that_fit = [(-one.probability * j.factor, -one.probability, one.offer.id) for one, j in judged if j.fits]

    found = [(-match.fit, -match.probability, match.offer) for match in matches(need, *offers)]

    assert found == sorted(all_that_fit)[:BEST]


def test_a_pair_answered_with_interest_stays_listed_and_says_what_no_longer_fits() -> None:
    offers = [scored(number, 0.9) for number in range(100, 100 + BEST)]

    found = matches(a_need(), *offers, scored(7, 0.3, status="ended"), of_interest=(7,))

    kept = {match.offer: match for match in found}[an_id(7)]
    assert len(found) == BEST
    assert not kept.announced
    assert {c.code for c in kept.criteria if c.verdict == "not"} == {"lifecycle"}


def test_a_pair_that_no_longer_answers_the_need_says_so_when_it_is_kept() -> None:
    (kept,) = matches(a_need(), scored(7, 0.1), of_interest=(7,))

    assert [c.code for c in kept.criteria if c.verdict == "not"] == ["content"]


def test_planned_offers_and_needs_for_coordinators_alone_are_matched_but_nobody_is_told() -> None:
    planned = matches(a_need(), scored(1, 0.9, status="preparing"))
    discreet = matches(a_need(visibility=Visibility.COORDINATOR), scored(1, 0.9))

    assert [match.announced for match in planned + discreet] == [False, False]


@pytest.mark.parametrize("status", ["draft", "covered", "withdrawn", "expired"])
def test_a_need_that_is_not_open_has_no_matches(status: str) -> None:
    assert matches(a_need(status=status), scored(1, 0.9), of_interest=(1,)) == ()


def test_a_match_keeps_the_time_it_was_found() -> None:
    before = NOW - timedelta(days=3)

    found = best_matches(
        a_need(), "wig", [scored(1, 0.9), scored(2, 0.8)], THRESHOLDS, of_interest=(), found={an_id(1): before}, now=NOW
    )

    assert [match.found_at for match in found] == [before, NOW]


def test_a_match_names_its_pair_and_its_date() -> None:
    (found,) = matches(a_need(), scored(1, 0.9, dates=(a_date(id=an_id(77)),)))

    assert (found.pair, found.course_date) == (pair_of(a_need().id, an_id(1)), an_id(77))


def test_fit_is_probability_lowered_by_the_weights_that_are_told() -> None:
    (found,) = matches(a_need(time_models={TimeModel.EVENING}), scored(1, 0.9))

    lowered = found.probability
    for criterion in found.criteria:
        lowered *= 1 - criterion.weight
    assert found.fit == pytest.approx(lowered) == pytest.approx(0.9 * 0.95)


@pytest.mark.parametrize(
    ("asked", "taught", "listed"),
    [
        ("", "WIG", False),
        ("WIG", "", False),
        ("", "", False),
        ("😀 – !", "😀 – !", False),
        ("W", "7", True),
        ("我", "我", True),
    ],
)
def test_a_text_that_says_nothing_answers_nothing_however_alike_the_two_are(
    asked: str, taught: str, listed: bool
) -> None:
    offers = [ScoredOffer(an_offer(), 0.99, taught)]

    found = best_matches(a_need(), asked, offers, THRESHOLDS, of_interest=(), found={}, now=NOW)
    kept = best_matches(a_need(), asked, offers, THRESHOLDS, of_interest={an_offer().id}, found={}, now=NOW)

    assert bool(found) is listed
    assert [match.announced for match in kept] == [listed]
    assert kept[0].criteria[0].verdict == ("fits" if listed else "unknown")
