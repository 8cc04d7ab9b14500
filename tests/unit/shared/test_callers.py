import json
import stat
from base64 import b64encode, urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.callers import (
    Caller,
    CallerKeys,
    public_text,
    read_private_key,
    sign_caller_token,
    thumbprint,
    write_new_private_key,
)
from shared.clock import now
from shared.rules import NotSignedIn
from tests.builders import ASKER

PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key()
SURVEYS = CallerKeys([PUBLIC], "surveys")


def a_token(private: Ed25519PrivateKey = PRIVATE, **changes: Any) -> str:
    asked: dict[str, Any] = {"subject": ASKER, "rights": {"unsubscribe"}, "audience": ("surveys",), **changes}
    return sign_caller_token(private, **asked)


def a_forged_token(key: Any = PRIVATE, algorithm: str = "EdDSA", /, **changes: Any) -> str:
    seconds = int(now().timestamp())
    claims = {
        "iss": "bedarfswerk-members",
        "sub": ASKER,
        "aud": ["surveys"],
        "iat": seconds,
        "exp": seconds + 60,
        "rights": ["operator"],
        **changes,
    }
    claims = {name: claim for name, claim in claims.items() if claim is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": thumbprint(PUBLIC)})


def is_refused(token: str, keys: CallerKeys = SURVEYS) -> bool:
    with pytest.raises(NotSignedIn):
        keys.caller(token)
    return True


def test_a_signed_token_names_its_caller_with_the_rights() -> None:
    assert SURVEYS.caller(a_token()) == Caller(subject=ASKER, rights=frozenset({"unsubscribe"}))


def test_the_forger_of_these_tests_makes_valid_tokens_when_nothing_is_forged() -> None:
    assert SURVEYS.caller(a_forged_token()).rights == {"operator"}


def test_a_token_for_several_services_is_accepted_by_each() -> None:
    token = a_token(audience=("matching", "surveys"))

    assert SURVEYS.caller(token) == CallerKeys([PUBLIC], "matching").caller(token)


def test_an_expired_token_is_refused() -> None:
    assert is_refused(a_token(issued_at=now() - timedelta(minutes=10, seconds=10)))


def test_a_clock_a_little_ahead_costs_nobody_the_sign_in() -> None:
    assert SURVEYS.caller(a_token(issued_at=now() + timedelta(seconds=3))).subject == ASKER


def test_a_token_from_the_future_is_refused() -> None:
    assert is_refused(a_token(issued_at=now() + timedelta(minutes=1)))


def test_a_token_of_a_foreign_key_is_refused() -> None:
    foreign = Ed25519PrivateKey.generate()

    assert is_refused(a_token(foreign))
    assert is_refused(a_forged_token(foreign))


def test_an_unsigned_token_is_refused() -> None:
    assert is_refused(a_forged_token(None, "none"))


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    raw = PUBLIC.public_bytes(Encoding.Raw, PublicFormat.Raw)

    assert is_refused(a_forged_token(raw, "HS256"))
    assert is_refused(a_forged_token(b64encode(raw), "HS256"))


def test_a_token_for_another_service_is_refused() -> None:
    assert is_refused(a_token(audience=("matching",)))


def test_a_token_of_another_issuer_is_refused() -> None:
    assert is_refused(a_forged_token(iss="somebody"))


def test_a_token_that_lives_longer_than_ten_minutes_is_refused_though_it_is_signed() -> None:
    seconds = int(now().timestamp())

    assert is_refused(a_forged_token(iat=seconds, exp=seconds + 601))
    assert SURVEYS.caller(a_forged_token(iat=seconds, exp=seconds + 600)).subject == ASKER


def test_nobody_signs_for_longer_than_ten_minutes() -> None:
    with pytest.raises(ValueError, match="at most 10 minutes"):
        a_token(minutes=11)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "iat", "exp", "rights"])
def test_a_token_without_one_of_the_claims_is_refused(claim: str) -> None:
    assert is_refused(a_forged_token(**dict.fromkeys([claim])))


@pytest.mark.parametrize("rights", ["operator", [1], {"operator": True}])
def test_rights_that_are_no_list_of_words_are_refused(rights: object) -> None:
    assert is_refused(a_forged_token(rights=rights))


def a_header(raw: bytes) -> str:
    return f"{urlsafe_b64encode(raw).decode().rstrip('=')}.e30.c2ln"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "ä.ö.ü",
        "x" * 100_000,
        a_header(b"[" * 2900),
        a_header(json.dumps({"alg": "EdDSA", "kid": ["a"]}).encode()),
        a_header(json.dumps({"alg": "EdDSA", "kid": {}}).encode()),
        a_header(json.dumps({"alg": "EdDSA"}).encode()),
        a_header(b"\xff\xfe"),
        a_token()[:-4] + "AAAA",
    ],
)
def test_no_text_of_a_stranger_is_more_than_not_valid(token: str) -> None:
    assert is_refused(token)


def test_two_keys_are_valid_at_a_time() -> None:
    successor = Ed25519PrivateKey.generate()
    both = CallerKeys.from_setting((public_text(PUBLIC), public_text(successor.public_key())), "surveys")

    assert both.caller(a_token()) == both.caller(a_token(successor))
    assert is_refused(a_token(Ed25519PrivateKey.generate()), both)


@pytest.mark.parametrize("count", [0, 3])
def test_neither_no_key_nor_three_keys_are_accepted(count: int) -> None:
    with pytest.raises(ValueError, match="public keys are needed"):
        CallerKeys([Ed25519PrivateKey.generate().public_key() for _ in range(count)], "surveys")


def test_an_operator_may_everything_and_others_what_their_token_says() -> None:
    operator = Caller("operator", frozenset({"operator"}))
    answering = Caller(ASKER, frozenset({"match:1"}))

    assert operator.may("match:1")
    assert answering.may("match:1")
    assert not answering.may("match:2")
    assert not answering.may("operator")


def test_a_new_private_key_is_readable_by_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "caller.pem"
    made = write_new_private_key(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public_text(read_private_key(path).public_key()) == public_text(made.public_key())
    with pytest.raises(FileExistsError):
        write_new_private_key(path)
