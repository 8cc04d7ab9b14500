from datetime import date, timedelta

import pytest

from services.members.domain import (
    may_follow_links,
    rights_of_link,
    sound_member,
    sound_network,
    sound_organisation,
    standing,
)
from shared.events.matching import pair_of
from shared.events.members import Consent, Role
from shared.rules import RuleBroken
from tests.builders import COMPANY, NETWORK, NOW, a_member, a_network, an_id, an_organisation

KNOWN = {COMPANY: an_organisation()}
ROLE = Role(organisation=COMPANY, network=NETWORK, role="company")
CONSENT = Consent(purpose="matches", given_at=NOW, text_version="2026-11")


def broken(**expected: str) -> pytest.RaisesExc[RuleBroken]:
    return pytest.raises(RuleBroken, check=lambda rule: {"code": rule.code, "field": rule.field} == expected)


def test_a_networks_funding_may_last_one_day() -> None:
    network = a_network(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 2))

    assert sound_network(network) == network


def test_a_networks_funding_cannot_end_before_it_starts() -> None:
    with broken(code="end_before_start", field="ends_on"):
        sound_network(a_network(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 1)))


@pytest.mark.parametrize("days", [{"starts_on": date(2026, 11, 2)}, {"ends_on": date(2026, 11, 2)}, {}])
def test_a_network_may_leave_its_days_open(days: dict[str, date]) -> None:
    assert sound_network(a_network(**days)).status == "active"


def test_an_organisation_names_each_known_network_once() -> None:
    organisation = an_organisation(networks=(an_id(2), NETWORK, an_id(2)))

    assert sound_organisation(organisation, {NETWORK, an_id(2)}).networks == (an_id(2), NETWORK)


def test_an_organisation_cannot_join_a_network_that_is_not_there() -> None:
    with broken(code="unknown_network", field="networks.1"):
        sound_organisation(an_organisation(networks=(NETWORK, an_id(2))), {NETWORK})


def test_a_person_acts_for_a_known_organisation_in_its_network() -> None:
    assert sound_member(a_member(roles=(ROLE, ROLE)), KNOWN, NOW).roles == (ROLE,)


def test_a_person_cannot_act_for_an_organisation_that_is_not_there() -> None:
    with broken(code="unknown_organisation", field="roles.1.organisation"):
        sound_member(a_member(roles=(ROLE, ROLE.model_copy(update={"organisation": an_id(2)}))), KNOWN, NOW)


def test_a_person_cannot_act_in_a_network_that_the_organisation_is_not_in() -> None:
    with broken(code="not_in_network", field="roles.0.network"):
        sound_member(a_member(roles=(ROLE.model_copy(update={"network": an_id(2)}),)), KNOWN, NOW)


def test_a_consent_may_be_a_little_ahead_of_our_clock_and_not_more() -> None:
    ahead = CONSENT.model_copy(update={"given_at": NOW + timedelta(minutes=5)})
    assert sound_member(a_member(consents=(ahead,)), KNOWN, NOW).consents == (ahead,)

    with broken(code="consent_in_future", field="consents.0.given_at"):
        sound_member(a_member(consents=(ahead,)), KNOWN, NOW - timedelta(seconds=1))


def test_a_consent_cannot_be_withdrawn_before_it_was_given() -> None:
    wrong = CONSENT.model_copy(update={"withdrawn_at": NOW - timedelta(seconds=1)})

    with broken(code="consent_withdrawn_before_given", field="consents.0.withdrawn_at"):
        sound_member(a_member(consents=(wrong,)), KNOWN, NOW)


def test_a_consent_is_recorded_once_for_its_purpose() -> None:
    with broken(code="consent_twice", field="consents"):
        sound_member(a_member(consents=(CONSENT, CONSENT)), KNOWN, NOW)


@pytest.mark.parametrize(
    ("confirmed", "blocked", "status"),
    [(False, False, "unconfirmed"), (True, False, "active"), (True, True, "blocked"), (False, True, "blocked")],
)
def test_only_a_confirmed_person_who_is_not_blocked_is_active(confirmed: bool, blocked: bool, status: str) -> None:
    assert standing(confirmed=confirmed, blocked=blocked) == status


def test_links_work_for_active_people_and_ending_mails_for_everybody_who_is_there() -> None:
    assert may_follow_links(a_member(), "match")
    assert not may_follow_links(a_member(status="blocked"), "match")
    assert may_follow_links(a_member(status="blocked"), "unsubscribe")
    assert may_follow_links(a_member(status="unconfirmed"), "unsubscribe")
    assert not may_follow_links(None, "unsubscribe")
    assert not may_follow_links(None, "match")


def test_a_link_gives_the_right_to_what_it_names_and_nothing_else() -> None:
    need, offer = an_id(1), an_id(101)

    one_pair = frozenset({f"match:{pair_of(need, offer)}"})
    assert rights_of_link("match", need, offer) == (one_pair, ("matching", "members"))
    assert rights_of_link("unsubscribe", "", "") == (frozenset({"unsubscribe"}), ("notifications",))
