"""The rules of offers: what is sound, what days do to an offer, and what an import does to a stored one."""

from datetime import date

import pytest

from services.surveys.domain import imports, offers
from shared.events.surveys import Delivery, LandNumber, OfferSnapshot
from shared.rules import Conflict, RuleBroken
from tests.builders import NETWORK, TEACHER, a_date, an_id, an_offer

TODAY = date(2026, 11, 22)
PAST = a_date(id=an_id(1), starts_on=date(2026, 11, 21), ends_on=date(2026, 12, 4))
TO_COME = a_date(id=an_id(2), starts_on=TODAY)
LATER = a_date(id=an_id(3), starts_on=date(2027, 5, 3))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        (
            {"dates": (LATER, a_date(starts_on=date(2027, 3, 2), ends_on=date(2027, 3, 1)))},
            "end_before_start",
            "dates.1.ends_on",
        ),
        (
            {"dates": (a_date(participants_min=9, participants_max=8),)},
            "persons_max_below_min",
            "dates.0.participants_max",
        ),
        ({"dates": (LATER, LATER)}, "date_twice", "dates.1.id"),
        ({"kind": "initiative", "price_eur": 10.0}, "initiative_without_price", "price_eur"),
        ({"ends_on": date(2027, 1, 1)}, "course_ends_by_dates", "ends_on"),
        ({"status": "withdrawn"}, "offer_step", "status"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_by_field(changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        offers.started(an_offer(**changes), TODAY)

    assert (refused.value.code, refused.value.field) == (code, field)


def test_past_dates_go_and_the_others_stay() -> None:
    offer = offers.as_of(an_offer(dates=(PAST, TO_COME, LATER)), TODAY)

    assert (offer.status, offer.dates) == ("published", (TO_COME, LATER))


def test_an_offer_whose_dates_are_all_past_is_ended_and_keeps_them() -> None:
    offer = offers.as_of(an_offer(dates=(PAST,)), TODAY)

    assert (offer.status, offer.dates) == ("ended", (PAST,))


def test_a_permanent_offer_outlives_its_dates() -> None:
    offer = offers.as_of(an_offer(status="permanent", dates=(PAST,)), TODAY)

    assert (offer.status, offer.dates) == ("permanent", ())


@pytest.mark.parametrize("status", ["ended", "blocked", "withdrawn"])
def test_an_offer_out_of_life_is_left_alone(status: str) -> None:
    offer = an_offer(status=status, dates=(PAST, LATER))

    assert offers.as_of(offer, TODAY) == offer


def test_rolling_entry_is_over_only_when_its_end_is_past() -> None:
    running = a_date(entry="rolling", starts_on=date(2020, 1, 1), ends_on=TODAY)

    assert not offers.is_past(running, TODAY)
    assert offers.is_past(running, date(2026, 11, 23))
    assert not offers.is_past(a_date(entry="on_request"), TODAY)


def test_an_initiative_ends_with_its_funding() -> None:
    initiative = an_offer(kind="initiative", ends_on=TODAY)

    assert offers.as_of(initiative, TODAY).status == "published"
    assert offers.as_of(initiative, date(2026, 11, 23)).status == "ended"


def test_looking_again_on_the_same_day_changes_nothing() -> None:
    once = offers.as_of(an_offer(dates=(PAST, LATER)), TODAY)

    assert offers.as_of(once, TODAY) == once


def test_an_ended_offer_may_run_again_and_a_withdrawn_one_may_not() -> None:
    again = an_offer(dates=(LATER,))

    assert offers.changed(an_offer(status="ended"), again, TODAY).status == "published"
    with pytest.raises(Conflict, match="offer_withdrawn"):
        offers.changed(an_offer(status="withdrawn"), again, TODAY)


def test_the_same_import_twice_is_no_change() -> None:
    brought = an_offer(source="ba", own_number="7", contact=None, dates=(LATER, PAST))

    stored = imports.taken_in(None, brought, TODAY, whole=True)

    assert imports.taken_in(stored, brought.model_copy(update={"id": an_id(77)}), TODAY, whole=True) == stored


def test_an_import_keeps_what_people_here_added() -> None:
    stored = an_offer(contact=TEACHER, title="Alt")

    new = imports.taken_in(stored, an_offer(id=an_id(77), contact=None, provider=None, title="Neu"), TODAY, whole=True)

    assert (new.id, new.contact, new.provider, new.title) == (stored.id, TEACHER, stored.provider, "Neu")


def test_a_whole_file_takes_dates_away_and_one_page_of_several_does_not() -> None:
    stored = an_offer(dates=(TO_COME, LATER))
    brought = an_offer(dates=(TO_COME,))

    assert imports.taken_in(stored, brought, TODAY, whole=True).dates == (TO_COME,)
    assert imports.taken_in(stored, brought, TODAY, whole=False).dates == (TO_COME, LATER)


def test_an_import_joins_networks_and_never_narrows_an_offer_for_everybody() -> None:
    of_one, of_other = an_offer(networks=(NETWORK,)), an_offer(networks=(an_id(901),))

    assert imports.taken_in(of_one, of_other, TODAY, whole=True).networks == (NETWORK, an_id(901))
    assert imports.taken_in(an_offer(networks=()), of_one, TODAY, whole=True).networks == ()


def test_what_was_blocked_or_withdrawn_here_is_not_revived_by_an_import() -> None:
    brought = an_offer(dates=(LATER,))

    assert imports.taken_in(an_offer(status="blocked"), brought, TODAY, whole=True).status == "blocked"
    with pytest.raises(Conflict, match="offer_withdrawn"):
        imports.taken_in(an_offer(status="withdrawn"), brought, TODAY, whole=True)


def test_an_ended_offer_with_new_dates_runs_again() -> None:
    stored = imports.taken_in(None, an_offer(dates=(PAST,)), TODAY, whole=True)

    again = imports.taken_in(stored, an_offer(dates=(PAST, LATER)), TODAY, whole=True)

    assert (stored.status, again.status, again.dates) == ("ended", "published", (LATER,))


def test_an_import_names_what_became_of_a_date() -> None:
    stored, other = an_offer(), an_offer(title="Anders")

    assert imports.outcome(stored, stored, past=True) == "unchanged"
    assert imports.outcome(stored, other, past=True) == "ended"
    assert imports.outcome(stored, other, past=False) == "updated"
    assert imports.outcome(None, other, past=False) == "created"


@pytest.mark.parametrize(
    ("code", "delivery"),
    [
        ("101", Delivery.ON_SITE),
        ("105", Delivery.ON_SITE),
        ("201", Delivery.ONLINE),
        ("204", Delivery.SELF_PACED),
        ("304", Delivery.HYBRID),
        ("403", Delivery.DISTANCE),
        ("inhouseFirmenseminar", Delivery.IN_HOUSE),
        ("999", None),
        (None, None),
    ],
)
def test_how_a_date_is_taught_follows_from_the_agencys_code(code: str | None, delivery: Delivery | None) -> None:
    (course,) = offers.started(an_offer(dates=(a_date(entry="rolling", form_code=code),)), TODAY).dates

    assert course.delivery is delivery


def test_what_is_said_about_delivery_counts_more_than_the_code() -> None:
    said = a_date(entry="rolling", form_code="101", delivery=Delivery.HYBRID)

    assert offers.started(an_offer(dates=(said,)), TODAY).dates == (said,)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": "initiative", "dates": (a_date(participants_max=5),)}, "dates.0.participants_max", "without_seats"),
        ({"kind": "initiative", "starts_on": date(2027, 2, 1), "ends_on": date(2027, 1, 1)}, "ends_on", "end_before"),
        ({"initiative": "advice"}, "initiative", "only_initiatives"),
        ({"starts_on": date(2027, 1, 1)}, "starts_on", "only_initiatives"),
        ({"dates": (a_date(starts_at="09:00", ends_at="08:30"),)}, "dates.0.ends_at", "times_reversed"),
        (
            {"dates": (a_date(register_by=date(2027, 4, 1), ends_on=date(2027, 3, 5)),)},
            "dates.0.register_by",
            "register_after_end",
        ),
        (
            {"land_numbers": (LandNumber(land="ST", number="1"), LandNumber(land="ST", number="2"))},
            "land_numbers.1.land",
            "land_twice",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_by_field(changes: dict[str, object], field: str, code: str) -> None:
    with pytest.raises(RuleBroken, match=code) as refused:
        offers.started(an_offer(**changes), TODAY)

    assert refused.value.field == field


def test_an_end_of_funding_and_of_an_approval_are_marked() -> None:
    initiative = an_offer(kind="initiative", ends_on=date(2027, 2, 1))
    approved = an_offer(azav=True, azav_until=date(2026, 11, 21))

    def said(offer: OfferSnapshot, day: date) -> list[tuple[str, str]]:
        return [(field, code) for field, code, _ in offers.marks(offer, day)]

    assert said(initiative, date(2026, 11, 2)) == []
    assert said(initiative, date(2026, 11, 3)) == [("ends_on", "funding_ends")]
    assert said(initiative, date(2027, 2, 2)) == [("ends_on", "funding_ended")]
    assert said(approved, TODAY) == [("azav_until", "azav_ended")]


def test_somebody_who_is_erased_is_named_by_no_offer() -> None:
    offer = an_offer(entered_by=TEACHER)

    assert TEACHER not in offers.without_member(offer, TEACHER).model_dump_json()
    assert offers.without_member(offer, an_id(9)) == offer
