"""No mail reaches people by accident."""

import pytest
from pydantic import ValidationError

from services.notifications.settings import Settings

GIVEN = {
    "mongo_url": "mongodb://127.0.0.1",
    "mongo_database": "notifications",
    "http_port": 8104,
    "caller_public_keys": "AAAA",
    "link_key": "00" * 32,
    "public_url": "http://127.0.0.1:8100",
}


def settings(**changes: object) -> Settings:
    return Settings.model_validate({**GIVEN, **changes})


def test_capture_is_the_default_and_reaches_this_machine_alone() -> None:
    assert settings().mail_mode == "capture"
    assert settings(smtp_host="::1").smtp_host == "::1"
    with pytest.raises(ValidationError, match="mail catcher only"):
        settings(smtp_host="smtp.provider.example")


def test_a_catcher_elsewhere_is_named_expressly() -> None:
    assert settings(smtp_host="mailpit", capture_host="mailpit").smtp_host == "mailpit"


def test_sending_needs_an_address_that_people_can_answer_to() -> None:
    with pytest.raises(ValidationError, match="MAIL_FROM"):
        settings(mail_mode="send", smtp_host="smtp.provider.example")
    assert settings(mail_mode="send", smtp_host="smtp.provider.example", mail_from="a@b.example").mail_mode == "send"


def test_a_sender_cannot_smuggle_a_header() -> None:
    with pytest.raises(ValidationError, match="mail_from"):
        settings(mail_from="a@b.example\r\nBcc: c@d.example")
