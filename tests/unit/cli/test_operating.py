import json
from collections.abc import Callable

import pytest
from pymongo.errors import ServerSelectionTimeoutError
from typer.testing import Result

from shared.deadletters import DeadLetters, redacted

Run = Callable[..., Result]


def test_a_dead_letter_is_shown_by_its_form_alone() -> None:
    content = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "status": "open",
        "version": "three",
        "changed_at": "2027-01-02T03:04:05.000006Z",
        "earliest_start": "2027-03-01",
        "persons_min": 3,
        "title": "Petra Beispiel, Tel. 0341 1234",
        "matches": [{"offer": None, "words": ["schweißen"]}],
        "x" * 41: True,
    }

    shown = redacted(json.dumps(content).encode())

    assert shown == {
        "id": "019a0000-0000-7000-8000-000000000001",
        "status": "<4 characters>",
        "version": "<5 characters>",
        "changed_at": "2027-01-02T03:04:05.000006Z",
        "earliest_start": "2027-03-01",
        "persons_min": 3,
        "title": "<30 characters>",
        "matches": [{"offer": None, "words": ["<9 characters>"]}],
        "<41 characters>": True,
    }


@pytest.mark.parametrize("value", [b"\xff\xfe", b"<html>", b"[" * 100_000])
def test_a_dead_letter_that_is_no_json_is_shown_by_its_length(value: bytes) -> None:
    assert redacted(value) == f"<{len(value)} bytes that are no JSON>"


@pytest.mark.parametrize("command", [("republish",), ("dead-letters", "list"), ("dead-letters", "show")])
def test_an_unknown_service_is_wrong_use(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, "portal", *(("a1",) if command[-1] == "show" else ()))

    assert done.exit_code == 2
    assert "there is no service 'portal': choose one of members, surveys, matching, notifications" in done.stderr


def test_a_database_that_is_away_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise ServerSelectionTimeoutError

    monkeypatch.setattr(DeadLetters, "newest", away)
    environment = {
        "MONGO_URL": "mongodb://127.0.0.1:9/",
        "MONGO_DATABASE": "surveys",
        "HTTP_PORT": "8102",
        "CALLER_PUBLIC_KEYS": "AAAA",
    }

    done = run("dead-letters", "list", "surveys", environment=environment)

    assert done.exit_code == 3
    assert "the database of surveys does not answer" in done.stderr
