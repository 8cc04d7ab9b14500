"""When a mailbox is asked to prove something, and when a contact whether a need is still open."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.notifications.domain.proving import FIRST, proof, question
from services.notifications.domain.sending import Mail, is_too_old, next_try
from shared.events import ChallengeSnapshot
from tests.builders import ASKER, NOW, a_member, a_need, an_id

SOON = NOW + timedelta(minutes=10)


def a_challenge(**changes: Any) -> ChallengeSnapshot:
    made = {"id": an_id(55), "version": 1, "changed_at": NOW, "status": "open", "kind": "sign_in", "member": ASKER}
    return ChallengeSnapshot.model_validate({**made, "expires_at": SOON, **changes})


@pytest.mark.parametrize("status", ["active", "unconfirmed"])
@pytest.mark.parametrize("kind", ["sign_in", "confirmation", "invitation"])
def test_an_open_challenge_is_mailed_first_without_any_consent(kind: str, status: str) -> None:
    order = proof(a_challenge(kind=kind), a_member(status=status, consents=()), NOW)

    assert order is not None
    assert (order.recipient, order.about, order.expires_at, order.priority) == (ASKER, an_id(55), SOON, FIRST)


@pytest.mark.parametrize("changes", [{"status": "used"}, {"status": "closed"}, {"member": None}, {"expires_at": NOW}])
def test_what_is_over_or_nobodys_is_not_mailed(changes: dict[str, Any]) -> None:
    assert proof(a_challenge(**changes), a_member(), NOW) is None


def test_neither_the_blocked_nor_the_unknown_are_mailed() -> None:
    assert proof(a_challenge(), a_member(status="blocked"), NOW) is None
    assert proof(a_challenge(), None, NOW) is None
    assert proof(a_challenge(), a_member(id=an_id(7)), NOW) is None


def test_each_asking_is_a_mail_of_its_own() -> None:
    first, again = (question(a_need(asked_on=day), NOW, date(2026, 11, 1)) for day in ("2026-11-02", "2027-01-02"))

    assert first is not None
    assert again is not None
    assert first.slot != again.slot


@pytest.mark.parametrize("changes", [{"asked_on": None}, {"status": "expired"}, {"contact": None}])
def test_nobody_is_asked_about(changes: dict[str, Any]) -> None:
    assert question(a_need(**{"asked_on": "2026-11-02", **changes}), NOW, date(2026, 11, 1)) is None


def test_nobody_is_asked_without_consent_or_from_before_this_database() -> None:
    need = a_need(asked_on="2026-11-02")

    assert question(need, None, date(2026, 11, 1)) is None
    assert question(need, NOW, date(2026, 11, 3)) is None


def test_a_mail_is_not_tried_again_when_it_has_expired() -> None:
    mail = Mail(
        "m", ASKER, "s", "claimed", (), NOW, attempts=1, kind="challenge", expires_at=NOW + timedelta(minutes=3)
    )

    assert next_try(mail, NOW, 0.0) == NOW + timedelta(minutes=1)
    assert next_try(mail, NOW + timedelta(minutes=2), 0.0) is None
    assert not is_too_old(mail, NOW + timedelta(minutes=2))
    assert is_too_old(mail, NOW + timedelta(minutes=3))
