"""Pools: which needs could share a course, and what a company is told of it: counts, from three companies on."""

from datetime import date
from typing import Any

import pytest

from services.matching.domain.pools import Fill, could_meet, hint, likeness_says, partners, pools, to_fill
from shared.events.matching import Criterion, Match, NearMiss, ResultSnapshot, pair_of
from shared.events.surveys import Delivery, NeedSnapshot
from tests.builders import DRESDEN, LEIPZIG, NOW, a_date, a_need, an_id, an_offer

O1, O2 = an_id(101), an_id(102)
MARCH, APRIL, MAY = (date(2027, month, 1) for month in (3, 4, 5))


def wanted(number: int, **changes: Any) -> NeedSnapshot:
    own = {"id": an_id(number), "organisation": an_id(600 + number), "pooling": True}
    return a_need(**{**own, "place": LEIPZIG, "radius_km": 50, **changes})


def always(one: NeedSnapshot, other: NeedSnapshot) -> bool:
    del one, other
    return True


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({}, {"organisation": an_id(601)}, False),
        ({}, {"networks": (an_id(950),)}, False),
        ({}, {"place": DRESDEN}, False),
        ({"radius_km": 150}, {"place": DRESDEN, "radius_km": 150}, True),
        ({"radius_km": 150}, {"place": DRESDEN, "radius_km": 50}, False),
        ({"radius_km": None}, {"place": DRESDEN, "radius_km": None}, True),
        ({"delivery": {Delivery.ONLINE}}, {"place": DRESDEN}, True),
        ({"delivery": {Delivery.ONLINE}}, {"delivery": {Delivery.ON_SITE}}, False),
        ({"delivery": {Delivery.IN_HOUSE}}, {"delivery": {Delivery.IN_HOUSE}}, False),
        ({"latest_start": MARCH}, {"earliest_start": APRIL}, False),
        ({"latest_start": APRIL}, {"earliest_start": APRIL, "latest_start": MAY}, True),
    ],
)
def test_needs_meet_when_one_course_could_serve_both(one: dict[str, Any], other: dict[str, Any], meet: bool) -> None:
    here, there = wanted(1, **one), wanted(2, **other)

    assert could_meet(here, there) is meet
    assert could_meet(there, here) is meet


@pytest.mark.parametrize(
    ("cosine", "share_topic", "alike"),
    [(0.45, False, True), (0.3, False, False), (0.3, True, True), (0.1, True, False), (None, True, True)],
)
def test_likeness_is_told_by_vectors_and_by_the_topic_alone_without_them(
    cosine: float | None, share_topic: bool, alike: bool
) -> None:
    assert likeness_says(cosine, share_topic=share_topic) is alike


def test_a_company_hears_of_its_pool_from_three_companies_in_all() -> None:
    need, second, third = wanted(1, persons_min=2), wanted(2, persons_min=1), wanted(3, persons_max=2)
    same_as_second = wanted(4, organisation=an_id(602))

    assert hint(need, [second], [], 8) is None
    assert hint(need, [second, same_as_second], [], 8) is None
    told = hint(need, [second, third], [], 8)
    assert told is not None
    assert (told.companies, told.persons, told.missing) == (3, 5, 3)


def test_a_full_course_misses_nobody_and_an_unknown_minimum_tells_nothing() -> None:
    pool = [wanted(2, persons_min=9), wanted(3)]

    full, unknown = hint(wanted(1), pool, [], 8), hint(wanted(1), pool, [], None)

    assert full is not None
    assert full.missing == 0
    assert unknown is not None
    assert unknown.missing is None


def test_how_many_joined_is_told_from_three_on() -> None:
    need, pool = wanted(1), [wanted(2), wanted(3), wanted(4)]

    two = hint(need, pool, [an_id(2), an_id(3)], None)
    three = hint(need, pool, [an_id(1), an_id(2), an_id(3)], None)

    assert two is not None
    assert two.joined == 0
    assert three is not None
    assert three.joined == 3


def test_pools_do_not_depend_on_the_order_and_hold_each_need_once() -> None:
    needs = [wanted(1, persons_min=1), wanted(2), wanted(3), wanted(4, place=DRESDEN), wanted(5, place=DRESDEN)]
    alone = wanted(6, organisation=None, networks=(an_id(950),))

    found = pools([*needs, alone], always)

    assert [[need.id for need in pool] for pool in found] == [[an_id(1), an_id(2), an_id(3)], [an_id(4), an_id(5)]]
    assert pools([alone, *reversed(needs)], always) == found


def test_partners_are_like_needs_of_others() -> None:
    def by_title(one: NeedSnapshot, other: NeedSnapshot) -> bool:
        return one.title == other.title

    found = partners(wanted(1), [wanted(3), wanted(2), wanted(4, title="Excel"), wanted(1)], by_title)

    assert [need.id for need in found] == [an_id(2), an_id(3)]


def test_the_course_to_fill_is_the_best_with_a_known_group_minimum() -> None:
    def match(offer: str) -> Match:
        odds = {"probability": 0.9, "fit": 0.9, "announced": True, "criteria": (), "found_at": NOW}
        return Match(offer=offer, pair=pair_of(an_id(1), offer), course_date=an_id(501), **odds)

    offers = {
        O1: an_offer(id=O1, dates=(a_date(),)),
        O2: an_offer(id=O2, dates=(a_date(participants_min=8),)),
    }
    too_few = Criterion(code="group_minimum", verdict="not")
    far = Criterion(code="place", verdict="not")
    head = {"id": an_id(1), "version": 1, "changed_at": NOW, "status": "current", "need_version": 1, "model": "m"}

    def misses(*criteria: Criterion) -> ResultSnapshot:
        miss = NearMiss(offer=O2, course_date=an_id(501), probability=0.9, criteria=criteria)
        return ResultSnapshot(**head, near_misses=(miss,))

    fill = Fill(O2, an_id(501), 8)
    assert to_fill(ResultSnapshot(**head, matches=(match(O1), match(O2))), offers) == fill
    assert to_fill(misses(too_few), offers) == fill
    assert to_fill(misses(too_few, far), offers) is None
    assert to_fill(ResultSnapshot(**head, matches=(match(O1),)), offers) is None
