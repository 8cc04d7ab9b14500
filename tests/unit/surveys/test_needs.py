"""The rules of needs: what is sound, which way the status goes, when a need expires."""

from datetime import UTC, date, datetime
from typing import Literal

import pytest

from services.surveys.domain import day_of, needs
from shared.events.members import Place
from shared.events.surveys import EntryConsent, NeedSnapshot
from shared.rules import Conflict, RuleBroken
from tests.builders import ASKER, LEIPZIG, a_need, an_id

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

    assert needs.started(need, TODAY).model_copy(update={"expires_on": None}) == need


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


def test_drafts_and_needs_without_any_last_day_do_not_expire() -> None:
    assert not needs.is_expired(a_need(), date(2099, 1, 1))
    assert not needs.is_expired(a_need(status="draft", latest_start=TODAY), date(2099, 1, 1))


def test_a_decision_after_the_latest_start_and_a_consent_of_tomorrow_are_refused() -> None:
    late = a_need(latest_start=date(2027, 1, 1), decide_by=date(2027, 1, 2))
    early = a_need(consent=EntryConsent(how="spoken", given_on=date(2026, 11, 23)))

    for need, code in ((late, "decide_after_start"), (early, "consent_in_future")):
        with pytest.raises(RuleBroken, match=code):
            needs.started(need, TODAY)


def test_an_open_need_has_a_last_day_its_latest_start_or_half_a_year_ahead() -> None:
    assert needs.started(a_need(latest_start=date(2027, 3, 1)), TODAY).expires_on == date(2027, 3, 1)
    assert needs.started(a_need(), TODAY).expires_on == date(2027, 5, 21)
    assert needs.started(a_need(status="draft"), TODAY).expires_on is None


def test_whoever_changes_a_need_still_needs_it() -> None:
    asked = a_need(expires_on=date(2026, 12, 1), asked_on=date(2026, 11, 20))

    said_anew = needs.changed(asked, asked.model_copy(update={"title": "Neu"}), TODAY)

    assert (said_anew.expires_on, said_anew.asked_on) == (date(2027, 5, 21), None)
    assert needs.changed(asked, asked, TODAY) == asked


def days_of(need: NeedSnapshot, *days: date) -> list[tuple[str, date | None]]:
    return [(seen.status, seen.asked_on) for seen in (needs.as_of(need, day) for day in days)]


def test_a_contact_is_asked_from_fourteen_days_before_the_last_day_and_then_the_need_expires() -> None:
    need = a_need(expires_on=date(2026, 12, 31))

    assert days_of(need, date(2026, 12, 16), date(2026, 12, 17), date(2026, 12, 31), date(2027, 1, 1)) == [
        ("open", None),
        ("open", date(2026, 12, 17)),
        ("open", date(2026, 12, 31)),
        ("expired", None),
    ]


def test_a_contact_is_asked_once() -> None:
    asked = needs.as_of(a_need(expires_on=date(2026, 12, 31)), date(2026, 12, 20))

    assert needs.as_of(asked, date(2026, 12, 21)) == asked


def test_nobody_is_asked_about_what_was_said_a_moment_ago_or_without_a_contact() -> None:
    soon = {"latest_start": date(2026, 11, 30), "expires_on": date(2026, 11, 30)}

    said_today = a_need(**soon, changed_at=datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert needs.as_of(said_today, TODAY) == said_today
    assert needs.as_of(a_need(**soon, contact=None), TODAY).asked_on is None
    assert needs.as_of(a_need(**soon), TODAY).asked_on == TODAY


def test_an_open_need_without_a_last_day_gets_one() -> None:
    assert needs.as_of(a_need(), TODAY).expires_on == date(2027, 5, 21)
    assert needs.as_of(a_need(latest_start=date(2026, 11, 21)), TODAY).status == "expired"


def test_what_is_still_needed_stays_open_for_another_half_year() -> None:
    asked = a_need(expires_on=date(2026, 12, 1), asked_on=date(2026, 11, 20))

    answered = needs.still_needed(asked, "needed", TODAY)

    assert (answered.status, answered.expires_on, answered.asked_on) == ("open", date(2027, 5, 21), None)


def test_an_expired_need_opens_again_without_its_past_days_or_with_a_new_one() -> None:
    over = a_need(status="expired", latest_start=date(2026, 11, 1), latest_end=date(2026, 11, 9))

    without = needs.still_needed(over, "needed", TODAY)
    later = needs.still_needed(over, "needed", TODAY, date(2027, 2, 1))

    assert (without.status, without.latest_start, without.latest_end) == ("open", None, None)
    assert without.expires_on == date(2027, 5, 21)
    assert (later.latest_start, later.expires_on) == (date(2027, 2, 1), date(2027, 2, 1))
    with pytest.raises(RuleBroken, match="day_is_past"):
        needs.still_needed(over, "needed", TODAY, date(2026, 11, 21))


@pytest.mark.parametrize("answer", ["covered", "withdrawn"])
def test_what_is_not_needed_any_more_is_closed_and_saying_so_twice_is_the_same(
    answer: Literal["covered", "withdrawn"],
) -> None:
    once = needs.still_needed(a_need(asked_on=TODAY), answer, TODAY)

    assert (once.status, once.asked_on) == (answer, None)
    assert needs.still_needed(once, answer, TODAY) == once
    with pytest.raises(Conflict, match="need_closed"):
        needs.still_needed(once, "needed", TODAY)


def test_only_needs_of_one_company_become_one() -> None:
    one = a_need(id=an_id(2))

    assert needs.merged(one, a_need()).status == "withdrawn"
    assert needs.merged(one, a_need(organisation=None)).status == "withdrawn"
    for into, code in (
        (one, "merge_into_itself"),
        (a_need(organisation=an_id(9)), "merge_elsewhere"),
        (a_need(status="covered"), "need_closed"),
    ):
        with pytest.raises(RuleBroken, match=code):
            needs.merged(one, into)


def test_somebody_who_is_erased_is_named_nowhere_and_others_stay() -> None:
    consent = EntryConsent(how="written", given_on=TODAY, given_by=ASKER, recorded_by=an_id(8))
    need = a_need(contact=ASKER, entered_by=an_id(8), consent=consent, asked_on=TODAY)

    without_asker, without_other = (needs.without_member(need, member) for member in (ASKER, an_id(8)))

    assert ASKER not in without_asker.model_dump_json()
    assert (without_asker.entered_by, without_asker.asked_on) == (an_id(8), None)
    assert an_id(8) not in without_other.model_dump_json()
    assert (without_other.contact, without_other.asked_on) == (ASKER, TODAY)
