from urllib.parse import parse_qs, urlsplit

import pytest

from shared.links import link_key, match_url, matches, signature, unsubscribe_url
from tests.builders import ASKER, an_id

KEY = bytes(range(32))
NEED, OFFER = an_id(1), an_id(101)


def test_a_signature_fits_the_parts_it_was_made_for() -> None:
    made = signature(KEY, "match", ASKER, NEED, OFFER)

    assert matches(KEY, made, "match", ASKER, NEED, OFFER)
    assert len(made) == 43


@pytest.mark.parametrize(
    "parts",
    [(ASKER, OFFER, NEED), (ASKER + NEED, OFFER), (ASKER, NEED), (ASKER, NEED, OFFER, ""), (an_id(7), NEED, OFFER)],
)
def test_parts_cannot_be_exchanged_shifted_or_left_out(parts: tuple[str, ...]) -> None:
    made = signature(KEY, "match", ASKER, NEED, OFFER)

    assert not matches(KEY, made, "match", *parts)


def test_a_signature_for_one_purpose_is_worth_nothing_for_another() -> None:
    assert not matches(KEY, signature(KEY, "match", ASKER), "unsubscribe", ASKER)


def test_another_key_makes_another_signature() -> None:
    assert not matches(KEY, signature(bytes(32), "unsubscribe", ASKER), "unsubscribe", ASKER)


@pytest.mark.parametrize("given", ["", "ä" * 43, "\udc80", "=" * 10_000])
def test_no_text_of_a_stranger_is_an_error(given: str) -> None:
    assert not matches(KEY, given, "unsubscribe", ASKER)


def test_the_address_in_a_mail_carries_a_signature_that_fits() -> None:
    address = urlsplit(match_url("https://verbund.example/", KEY, ASKER, NEED, OFFER))

    query = parse_qs(address.query)
    assert address.path == f"/matches/{NEED}/{OFFER}"
    assert query["member"] == [ASKER]
    assert matches(KEY, query["sig"][0], "match", ASKER, NEED, OFFER)


def test_the_address_that_ends_mails_carries_a_signature_that_fits() -> None:
    address = urlsplit(unsubscribe_url("https://verbund.example", KEY, ASKER))

    assert address.path == "/unsubscribe"
    assert matches(KEY, parse_qs(address.query)["sig"][0], "unsubscribe", ASKER)


@pytest.mark.parametrize("setting", ["", "00", "zz" * 32, "00" * 33])
def test_a_link_key_has_32_bytes(setting: str) -> None:
    with pytest.raises(ValueError, match=r"32 bytes|hexadecimal"):
        link_key(setting)


def test_a_link_key_is_read_from_64_hexadecimal_digits() -> None:
    assert link_key(KEY.hex()) == KEY
