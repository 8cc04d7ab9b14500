"""Gaps: what no offer answers, in groups, and the offer that misses by least."""

from typing import Any

import pytest

from services.matching.domain.gaps import gaps, nearest, sums, unmet
from shared.events.matching import Criterion, Match, NearMiss, ResultSnapshot, pair_of
from shared.events.members import Place
from shared.events.surveys import NeedSnapshot
from tests.builders import LEIPZIG, NOW, a_need, an_id

O1, O2, O3 = an_id(101), an_id(102), an_id(103)
FAR = Criterion(code="place", verdict="not", params={"km": 101.2, "radius_km": 50})
LATE = Criterion(code="dates", verdict="not")
RATHER_NOT = Criterion(code="level", verdict="not", weight=0.25)


def a_result(**changes: Any) -> ResultSnapshot:
    head = {"id": an_id(1), "version": 1, "changed_at": NOW, "status": "current", "need_version": 1, "model": "m"}
    return ResultSnapshot(**{**head, **changes})


def a_match(*, announced: bool) -> Match:
    odds = {"probability": 0.4, "fit": 0.4, "announced": announced, "criteria": (), "found_at": NOW}
    return Match(offer=O1, pair=pair_of(an_id(1), O1), **odds)


def a_miss(offer: str, probability: float, *criteria: Criterion) -> NearMiss:
    return NearMiss(offer=offer, probability=probability, criteria=criteria)


def wanted(number: int, **changes: Any) -> NeedSnapshot:
    return a_need(**{"id": an_id(number), "organisation": an_id(600 + number), "place": LEIPZIG, **changes})


def test_only_what_nobody_is_told_of_is_a_gap() -> None:
    need = a_need()

    assert unmet(need, a_result(matches=(a_match(announced=True),))) is None
    assert unmet(a_need(status="covered"), a_result()) is None
    assert unmet(need, a_result(status="closed")) is None
    found = [unmet(need, a_result()), unmet(need, a_result(matches=(a_match(announced=False),)))]
    assert [one.found for one in found if one] == ["nothing", "uncertain"]


def test_the_nearest_miss_breaks_the_fewest_limits_then_is_the_likest() -> None:
    misses = [a_miss(O1, 0.9, FAR, LATE), a_miss(O2, 0.5, FAR, RATHER_NOT), a_miss(O3, 0.5, LATE)]

    assert nearest(misses) == misses[1]
    assert nearest(misses[:1]) == misses[0]
    assert nearest([]) is None


def test_needs_are_grouped_by_topic_and_postal_area_most_persons_first() -> None:
    in_dresden = Place(postal_code="01067", town="Dresden")
    those = [
        wanted(1, topics=("metal.welding",), persons_min=2),
        wanted(2, topics=("metal.welding",), persons_min=3),
        wanted(3, topics=("metal.welding",), place=in_dresden, persons_min=4),
        wanted(4, persons_max=1, place=Place()),
    ]

    found = gaps(one for need in those if (one := unmet(need, a_result())))

    assert [(gap.topic, gap.area, len(gap.needs), gap.sums.persons) for gap in found] == [
        ("metal.welding", "041", 2, 5),
        ("metal.welding", "010", 1, 4),
        ("other", None, 1, 1),
    ]


def test_a_need_with_two_topics_is_in_the_gap_of_each() -> None:
    found = gaps([one for one in [unmet(wanted(1, topics=("metal.cnc", "digital.ai")), a_result())] if one])

    assert [gap.topic for gap in found] == ["digital.ai", "metal.cnc"]


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ([], (0, 0, 0, 0)),
        ([wanted(1, persons_min=3, persons_max=8, urgency="high")], (1, 1, 3, 1)),
        ([wanted(1), wanted(2, organisation=an_id(601))], (2, 1, 2, 0)),
        ([wanted(1, organisation=None), wanted(2, organisation=None), wanted(3)], (3, 2, 3, 0)),
    ],
)
def test_companies_that_are_not_known_count_as_one(needs: list[NeedSnapshot], told: tuple[int, int, int, int]) -> None:
    found = sums(needs)

    assert (found.needs, found.companies, found.persons, found.urgent) == told
