from datetime import date
from typing import Any

import pytest

from services.surveys.domain import assessments, visits
from services.surveys.domain.assessments import Assessment, AssessmentRequest
from services.surveys.domain.viewers import PUBLIC, Standing, Viewer
from services.surveys.domain.visits import Company, Visit
from shared.events.surveys import EntryConsent
from shared.rules import Forbidden, Missing, RuleBroken
from tests.builders import ASKER, COMPANY, NETWORK, NOW, TEACHER, an_id

OTHER, OFFICE = an_id(910), an_id(911)
TODAY = date(2026, 11, 22)


def a_viewer(*roles: str, member: str = ASKER, network: str = NETWORK) -> Viewer:
    return Viewer(member, standings=frozenset(Standing(role, OFFICE, network) for role in roles))


def a_visit(**changes: Any) -> Visit:
    defaults: dict[str, Any] = {"id": an_id(1), "version": 1, "changed_at": NOW, "network": NETWORK}
    return Visit(**{**defaults, "organisation": COMPANY, "visited_on": TODAY, "entered_by": TEACHER, **changes})


def an_assessment(**changes: Any) -> Assessment:
    defaults: dict[str, Any] = {"id": an_id(2), "version": 1, "changed_at": NOW, "network": NETWORK, "text": "Köche"}
    return Assessment(**{**defaults, "assessed_on": TODAY, "given_by": TEACHER, **changes})


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (PUBLIC, False),
        (Viewer(operator=True), True),
        (a_viewer("coordinator"), True),
        (a_viewer("coordinator", network=OTHER), False),
        (a_viewer("adviser"), False),
        (a_viewer("adviser", member=TEACHER), True),
        (a_viewer("adviser", member=TEACHER, network=OTHER), False),
        (a_viewer("company", "provider", member=TEACHER), False),
    ],
)
def test_coordinators_see_visits_of_their_network_and_advisers_their_own(viewer: Viewer, *, sees: bool) -> None:
    assert visits.may_see(viewer, a_visit()) is sees


def test_a_visit_of_nobody_is_not_everybodys_own() -> None:
    program = Viewer(None, standings=frozenset({Standing("adviser", OFFICE, NETWORK)}))

    assert not visits.may_see(program, a_visit(entered_by=None))


def test_the_only_network_goes_without_saying() -> None:
    assert visits.network_for(a_viewer("adviser"), None) == NETWORK
    assert visits.network_for(Viewer(operator=True), OTHER) == OTHER


def test_of_several_networks_one_must_be_named() -> None:
    both = Viewer(ASKER, standings=frozenset({Standing("coordinator", OFFICE, one) for one in (NETWORK, OTHER)}))

    with pytest.raises(RuleBroken, match="say_which_network"):
        visits.network_for(both, None)
    assert visits.network_for(both, OTHER) == OTHER


@pytest.mark.parametrize("viewer", [PUBLIC, a_viewer("company"), a_viewer("coordinator", network=OTHER)])
def test_nobody_enters_for_a_network_that_is_not_theirs(viewer: Viewer) -> None:
    with pytest.raises(Forbidden):
        visits.network_for(viewer, NETWORK)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organisation": None}, "visit_without_company"),
        ({"company": Company(name="Tischlerei")}, "visit_company_twice"),
        ({"visited_on": date(2026, 11, 23)}, "visit_in_future"),
        ({"consent": EntryConsent(how="spoken", given_on=date(2026, 11, 23))}, "consent_in_future"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        visits.sound(a_visit(**changes), TODAY)


def test_needs_are_noted_once_in_their_order() -> None:
    noted = visits.with_needs(a_visit(needs=(an_id(5),)), (an_id(7), an_id(5), an_id(6)))

    assert noted.needs == (an_id(5), an_id(7), an_id(6))


def test_an_erased_person_is_named_by_no_visit_and_no_assessment() -> None:
    consent = EntryConsent(how="spoken", given_on=TODAY, given_by=ASKER, recorded_by=TEACHER)
    visit = visits.without_member(a_visit(consent=consent), TEACHER)
    assessment = assessments.without_member(an_assessment(recorded_by=ASKER), TEACHER)

    assert (visit.entered_by, visit.consent) == (None, consent.model_copy(update={"recorded_by": None}))
    assert (assessment.given_by, assessment.recorded_by) == (None, ASKER)


def test_coordinators_and_advisers_read_assessments_and_who_gave_one_changes_it() -> None:
    own = an_assessment()

    assert assessments.may_see(a_viewer("adviser"), NETWORK)
    assert not assessments.may_see(a_viewer("company", "provider"), NETWORK)
    assert not assessments.may_change(a_viewer("adviser"), own)
    assert assessments.may_change(a_viewer("adviser", member=TEACHER), own)
    assert assessments.may_change(a_viewer("coordinator"), own)
    assert not assessments.may_change(Viewer(None), an_assessment(given_by=None))
    assert not assessments.may_ask(a_viewer("adviser"), NETWORK)


def test_an_assessment_is_of_somebody_and_not_of_tomorrow() -> None:
    with pytest.raises(RuleBroken, match="assessment_without_source"):
        assessments.sound(an_assessment(given_by=None), TODAY)
    with pytest.raises(RuleBroken, match="assessment_in_future"):
        assessments.sound(an_assessment(assessed_on=date(2026, 11, 23)), TODAY)
    assert assessments.sound(an_assessment(given_by=None, source="Agentur Musterstadt"), TODAY)


@pytest.mark.parametrize(
    ("changes", "works"),
    [
        ({}, True),
        ({"status": "submitted"}, True),
        ({"status": "closed"}, False),
        ({"expires_on": date(2026, 11, 21)}, False),
    ],
)
def test_a_link_works_until_it_is_closed_or_its_last_day_is_over(changes: dict[str, Any], *, works: bool) -> None:
    head: dict[str, Any] = {"id": an_id(3), "version": 1, "changed_at": NOW, "network": NETWORK, "asked": "Agentur"}
    request = AssessmentRequest(**{**head, "status": "open", "expires_on": TODAY, **changes})

    if works:
        assert assessments.answerable(request, TODAY) == request
    else:
        with pytest.raises(Missing, match="link_not_valid"):
            assessments.answerable(request, TODAY)
