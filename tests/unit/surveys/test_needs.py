"""The rules of needs: what is sound, which way the status goes, when a need expires."""

from datetime import UTC, date, datetime

import pytest

from services.surveys.domain import day_of, needs
from shared.events.members import Place
from shared.rules import Conflict, RuleBroken
from tests.builders import LEIPZIG, a_need

TODAY = date(2026, 11, 22)


def test_a_day_begins_at_midnight_in_berlin() -> None:
    assert day_of(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == TODAY
    assert day_of(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"persons_min": 5, "persons_max": 4}, "persons_max_below_min", "persons_max"),
        (
            {"earliest_start": date(2027, 3, 2), "latest_start": date(2027, 3, 1)},
            "latest_before_earliest",
            "latest_start",
        ),
        ({"earliest_start": date(2027, 3, 2), "latest_end": date(2027, 3, 1)}, "end_before_start", "latest_end"),
        ({"radius_km": 50}, "radius_without_place", "place"),
        ({"latest_start": date(2026, 11, 21)}, "day_is_past", "latest_start"),
        ({"status": "expired"}, "need_step", "status"),
    ],
)
def test_a_need_that_cannot_be_is_refused_by_field(changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        needs.started(a_need(**changes), TODAY)

    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    "changes",
    [
        {"persons_min": 4, "persons_max": 4},
        {"earliest_start": TODAY, "latest_start": TODAY, "latest_end": TODAY},
        {"radius_km": 50, "place": LEIPZIG},
        {"radius_km": 50, "place": Place(town="Leipzig")},
        {"status": "draft", "latest_start": date(2020, 1, 1)},
    ],
)
def test_a_need_at_the_edge_of_a_rule_is_sound(changes: dict[str, object]) -> None:
    need = a_need(**changes)

    assert needs.started(need, TODAY) == need


def test_a_draft_is_opened_and_an_open_need_covered() -> None:
    opened = needs.changed(a_need(status="draft"), a_need(status="open"), TODAY)

    assert needs.changed(opened, a_need(status="covered"), TODAY).status == "covered"


@pytest.mark.parametrize(("old", "new"), [("open", "draft"), ("draft", "covered"), ("draft", "expired")])
def test_a_step_that_leads_nowhere_is_refused(old: str, new: str) -> None:
    with pytest.raises(RuleBroken, match="need_step"):
        needs.changed(a_need(status=old), a_need(status=new), TODAY)


@pytest.mark.parametrize("closed", ["covered", "withdrawn", "expired"])
def test_a_closed_need_stays_as_it_is(closed: str) -> None:
    with pytest.raises(Conflict, match="need_closed"):
        needs.changed(a_need(status=closed), a_need(status="open"), TODAY)


def test_withdrawing_twice_is_the_same_as_once() -> None:
    once = needs.withdrawn(a_need())

    assert once.status == "withdrawn"
    assert needs.withdrawn(once) == once


@pytest.mark.parametrize("status", ["draft", "covered", "expired"])
def test_only_an_open_need_is_withdrawn(status: str) -> None:
    with pytest.raises(Conflict):
        needs.withdrawn(a_need(status=status))


def test_a_need_expires_the_day_after_its_latest_start() -> None:
    need = a_need(latest_start=TODAY)

    assert not needs.is_expired(need, TODAY)
    assert needs.is_expired(need, date(2026, 11, 23))
    assert needs.expired(need).status == "expired"


def test_drafts_and_needs_without_a_latest_start_never_expire() -> None:
    assert not needs.is_expired(a_need(), date(2099, 1, 1))
    assert not needs.is_expired(a_need(status="draft", latest_start=TODAY), date(2099, 1, 1))
