from datetime import timedelta
from typing import Any

import pytest

from services.members.domain.challenges import (
    CODE_LASTS,
    LASTS,
    MOST_ROLES,
    ChallengeKind,
    Registration,
    company_of,
    confirmed,
    is_open,
    may_be_asked,
    shown_status,
    takes_codes,
    with_mails,
    with_roles,
)
from shared.events import ChallengeSnapshot
from shared.events.members import Consent, Role
from shared.rules import RuleBroken
from tests.builders import ASKER, COMPANY, NETWORK, NOW, a_member, an_id

SECOND = timedelta(seconds=1)
ROLE = Role(organisation=COMPANY, network=NETWORK, role="company")
SAID = Registration(name="Jan Muster", company="Schlosserei", text_version="2027-01", wants_mails=True)


def a_challenge(kind: ChallengeKind = "sign_in", **changes: Any) -> ChallengeSnapshot:
    fields = {"id": an_id(3), "version": 1, "changed_at": NOW, "status": "open", "kind": kind, "member": ASKER}
    return ChallengeSnapshot(**{**fields, "expires_at": NOW + LASTS[kind], **changes})


def test_a_challenge_is_open_until_it_expires() -> None:
    until = NOW + LASTS["sign_in"]

    assert is_open(a_challenge(), until - SECOND)
    assert not is_open(a_challenge(), until)
    assert not is_open(a_challenge(status="used"), NOW)
    assert shown_status(a_challenge(), until - SECOND) == "open"
    assert shown_status(a_challenge(), until) == "closed"
    assert shown_status(a_challenge(status="used"), until) == "used"


def test_a_code_lives_shorter_than_its_link_and_belongs_to_signing_in_alone() -> None:
    assert takes_codes(a_challenge(), NOW + CODE_LASTS - SECOND)
    assert not takes_codes(a_challenge(), NOW + CODE_LASTS)
    assert not takes_codes(a_challenge(status="closed"), NOW)
    assert not takes_codes(a_challenge("confirmation"), NOW)
    assert not takes_codes(a_challenge("invitation"), NOW)


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("active", {"sign_in", "confirmation", "invitation"}),
        ("unconfirmed", {"confirmation", "invitation"}),
        ("blocked", set()),
        ("erased", set()),
        (None, set()),
    ],
)
def test_who_may_be_asked_for_what(status: str | None, kinds: set[ChallengeKind]) -> None:
    assert {kind for kind in LASTS if may_be_asked(status, kind)} == kinds


def test_the_company_of_a_person_is_that_of_the_company_role_in_the_network() -> None:
    roles = (
        Role(organisation=an_id(1), network=NETWORK, role="provider"),
        Role(organisation=an_id(2), network=an_id(9), role="company"),
        ROLE,
    )

    assert company_of(a_member(roles=roles), NETWORK) == COMPANY
    assert company_of(a_member(roles=roles), an_id(8)) is None


def test_confirming_twice_changes_nothing_more() -> None:
    once = confirmed(
        a_member(status="unconfirmed", roles=(), consents=()), SAID, ROLE, a_challenge("confirmation"), NOW
    )

    assert (once.status, once.name, once.roles) == ("active", "Jan Muster", (ROLE,))
    assert once.consents == (
        Consent(purpose="matches", given_at=NOW, text_version="2027-01", challenge=a_challenge().id),
    )
    assert confirmed(once, SAID, ROLE, a_challenge("confirmation"), NOW + SECOND) == once


def test_what_is_said_of_a_confirmed_person_does_not_rename_them() -> None:
    assert confirmed(a_member(), SAID, ROLE, a_challenge("confirmation"), NOW) == a_member()


def test_a_person_has_so_many_roles_at_most() -> None:
    many = [Role(organisation=an_id(number), network=NETWORK, role="company") for number in range(MOST_ROLES)]
    assert len(with_roles(a_member(roles=()), many).roles) == MOST_ROLES
    assert with_roles(a_member(roles=tuple(many)), many).roles == tuple(many)

    with pytest.raises(RuleBroken, match="too_many_roles"):
        with_roles(a_member(roles=tuple(many)), [ROLE])


def test_a_consent_is_given_to_a_text_and_withdrawn_without() -> None:
    without = a_member(consents=())

    with pytest.raises(RuleBroken, match="field_missing"):
        with_mails(without, NOW, wanted=True, text_version=None)
    given = with_mails(without, NOW, wanted=True, text_version="2027-01")
    withdrawn = with_mails(given, NOW + SECOND, wanted=False, text_version=None)

    assert with_mails(given, NOW + SECOND, wanted=True, text_version="2028-01") == given
    assert [(one.given_at, one.withdrawn_at) for one in withdrawn.consents] == [(NOW, NOW + SECOND)]
    assert with_mails(withdrawn, NOW, wanted=False, text_version=None) == withdrawn
