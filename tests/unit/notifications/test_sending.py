"""What a server's answer means, and when a mail is tried again."""

from datetime import timedelta

import pytest

from services.notifications.domain.sending import Mail, Stage, Verdict, is_too_old, judged, next_try
from tests.builders import ASKER, NOW, an_id


def a_mail(**changes: object) -> Mail:
    made = {"id": an_id(1), "recipient": ASKER, "slot": "s", "state": "claimed", "items": (), "made_at": NOW}
    return Mail(**{**made, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "code", "text", "verdict"),
    [
        ("recipient", 450, "4.2.0 mailbox busy", "later"),
        ("data", 421, "4.3.2 shutting down", "later"),
        ("connect", 421, "too many connections", "unreached"),
        ("connect", 554, "no SMTP service here", "pause"),
        ("recipient", 550, "5.1.1 no such user", "no_such_address"),
        ("recipient", 550, "5.7.1 not accepted", "refused"),
        ("data", 554, "5.6.0 looks like spam", "refused"),
        ("sender", 550, "5.1.8 sender unknown", "pause"),
        ("recipient", 530, "5.7.0 authenticate first", "pause"),
        ("connect", 535, "5.7.8 wrong password", "pause"),
    ],
)
def test_an_answer_concerns_the_mail_its_address_or_all_mails(
    stage: Stage, code: int, text: str, verdict: Verdict
) -> None:
    assert judged(stage, code, text) == verdict


def test_pauses_grow_from_a_minute_to_six_hours() -> None:
    pauses = [next_try(a_mail(attempts=number), NOW, 0) for number in range(1, 8)]

    minutes = [pause and (pause - NOW) / timedelta(minutes=1) for pause in pauses]
    assert minutes == [1, 5, 30, 120, 360, 360, 360]


def test_jitter_spreads_by_a_fifth() -> None:
    assert next_try(a_mail(attempts=2), NOW, 1.0) == NOW + timedelta(minutes=6)


def test_a_mail_is_given_up_after_two_days() -> None:
    nearly = NOW + timedelta(hours=41, minutes=59)

    assert next_try(a_mail(attempts=9), nearly, 0) == nearly + timedelta(hours=6)
    assert next_try(a_mail(attempts=9), NOW + timedelta(hours=42, minutes=1), 0) is None
    assert is_too_old(a_mail(), NOW + timedelta(hours=48, seconds=1))
