import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deploy.demo.sample import Sample, first_day, sample
from services.surveys.domain.topics import is_topic
from shared.events import MemberSnapshot, NeedSnapshot, NetworkSnapshot, OfferSnapshot, OrganisationSnapshot
from shared.events.surveys import CourseDate
from shared.places import place_of
from tests.builders import an_id

TODAY = date(2027, 3, 3)
HEAD = {"id": an_id(1), "version": 1, "changed_at": datetime(2027, 3, 3, tzinfo=UTC)}
REGION = re.compile(r"^(0[124-9]|39|98|99)\d{3}$")
"""Postcodes of Sachsen, Sachsen-Anhalt and Thüringen, as far as the sample goes."""


@pytest.fixture(scope="module")
def shown() -> Sample:
    return sample(TODAY)


def _places(shown: Sample) -> list[dict[str, Any]]:
    dates = [each for offer in shown.offers for each in offer.fields["dates"]]
    everything = [*shown.organisations.values(), *(need.fields for need in shown.needs), *dates]
    return [each["place"] for each in everything if "place" in each]


def test_the_sample_is_as_large_as_promised(shown: Sample) -> None:
    companies = [each for each in shown.organisations.values() if "company" in each["kinds"]]

    assert len(shown.organisations) == 7
    assert {person.role for person in shown.people} == {"company", "provider", "adviser", "coordinator", "operator"}
    assert len(companies) >= 3
    assert len(shown.offers) >= 44
    assert len(shown.needs) >= 34
    assert sorted({need.nothing_fits for need in shown.needs if need.nothing_fits}) == [
        "nothing_taught",
        "too_expensive",
        "too_far",
        "too_late",
    ]


def test_nobody_in_it_can_be_reached_by_mail(shown: Sample) -> None:
    addresses = [person.fields["email"] for person in shown.people]

    assert all(re.fullmatch(r"[a-z.]+@[a-z]+\.example", address) for address in addresses)
    assert len(set(addresses)) == len(addresses)
    assert {person.fields["language"] for person in shown.people} == {"de", "en"}
    sites = [each["website"] for each in shown.organisations.values() if "website" in each]
    assert all(site.endswith(".example") for site in sites)


def test_every_place_is_a_known_one_in_the_three_laender(shown: Sample) -> None:
    places = _places(shown)

    assert len(places) > 80
    assert [each for each in places if not REGION.match(each["postal_code"])] == []
    assert [each for each in places if place_of(each["postal_code"], each["town"]).lat is None] == []


def test_people_and_organisations_fit_the_contracts(shown: Sample) -> None:
    NetworkSnapshot(**HEAD, status="active", founded_at=HEAD["changed_at"], **shown.network)
    for organisation in shown.organisations.values():
        OrganisationSnapshot(**HEAD, status="active", **organisation)
    for person in shown.people:
        MemberSnapshot(**HEAD, status="active", **person.fields)

    assert {person.organisation for person in shown.people} == set(shown.organisations)


def test_offers_and_needs_fit_the_contracts_to_the_last_field(shown: Sample) -> None:
    for offer in shown.offers:
        dates = [CourseDate(id=an_id(2), **each) for each in offer.fields["dates"]]
        OfferSnapshot(**HEAD, **{**offer.fields, "dates": tuple(dates)})
        assert set(offer.fields) <= set(OfferSnapshot.model_fields)
        assert all(set(each) <= set(CourseDate.model_fields) for each in offer.fields["dates"])
    for need in shown.needs:
        NeedSnapshot(**HEAD, **need.fields)
        assert set(need.fields) <= set(NeedSnapshot.model_fields)


def test_everything_has_topics_of_the_list_where_one_is_meant(shown: Sample) -> None:
    written = [each.fields.get("topics", []) for each in (*shown.offers, *shown.needs)]

    assert all(is_topic(code) for codes in written for code in codes)
    assert written.count([]) == 1


def test_most_offers_are_for_everybody_and_some_for_the_network(shown: Sample) -> None:
    open_ones = sum(offer.for_everybody for offer in shown.offers)

    assert len(shown.offers) / 2 < open_ones < len(shown.offers)


def test_every_need_says_who_asks_and_what_should_answer_it(shown: Sample) -> None:
    people = {person.key: person for person in shown.people}
    offers = {offer.key for offer in shown.offers}

    assert len(offers) == len(shown.offers)
    for need in shown.needs:
        assert people[need.contact].role == "company"
        assert bool(need.answered_by) != bool(need.nothing_fits), need.fields["title"]
        assert set(need.answered_by) <= offers
    assert {people[offer.contact].role for offer in shown.offers} == {"provider", "coordinator"}


def test_the_sample_shows_different_forms_and_visibilities(shown: Sample) -> None:
    forms = {each["delivery"] for offer in shown.offers for each in offer.fields["dates"] if "delivery" in each}
    times = {time for offer in shown.offers for each in offer.fields["dates"] for time in each.get("time_models", ())}

    assert forms == {"on_site", "online", "hybrid", "in_house", "self_paced"}
    assert {"evening", "weekend", "full_time", "part_time"} <= times
    assert {need.fields.get("visibility") for need in shown.needs} >= {"open", "anonymous", "coordinator"}
    assert any(not offer.fields["dates"] for offer in shown.offers)
    assert any(offer.fields.get("azav") is None for offer in shown.offers)
    assert any(offer.fields.get("price_eur") is None for offer in shown.offers)


@pytest.mark.parametrize("offset", range(7))
def test_the_sample_is_up_to_date_on_any_day(offset: int) -> None:
    today = date(2031, 12, 29) + timedelta(days=offset)

    shown = sample(today)

    starts = [each["starts_on"] for offer in shown.offers for each in offer.fields["dates"] if "starts_on" in each]
    assert min(starts) > today.isoformat()
    assert all(each >= today.isoformat() for need in shown.needs if (each := need.fields.get("latest_start")))


@pytest.mark.parametrize(
    ("wish", "days", "on_weekend", "begins"),
    [
        (date(2027, 3, 3), 2, False, date(2027, 3, 3)),  # Wednesday and Thursday
        (date(2027, 3, 5), 2, False, date(2027, 3, 8)),  # would run into Saturday
        (date(2027, 3, 6), 1, False, date(2027, 3, 8)),  # a Saturday
        (date(2027, 3, 8), 5, False, date(2027, 3, 8)),  # a whole week
        (date(2027, 3, 9), 12, False, date(2027, 3, 15)),
        (date(2027, 3, 3), 2, True, date(2027, 3, 6)),
        (date(2027, 3, 7), 2, True, date(2027, 3, 13)),
    ],
)
def test_courses_begin_on_days_when_people_teach(wish: date, days: int, on_weekend: bool, begins: date) -> None:
    assert first_day(wish, timedelta(days=days - 1), on_weekend=on_weekend) == begins
