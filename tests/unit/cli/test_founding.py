from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from deploy.cli.deployment import SERVICES, from_environment, operator_token
from services.members import commands
from services.members.api.people import MemberInput
from services.members.settings import MembersSettings
from shared.callers import CallerKeys
from shared.rules import Conflict
from tests.builders import ASKER, NETWORK, a_member, a_network

Run = Callable[..., Result]


@pytest.fixture
def founded(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Let members found what it is asked for, or say why not."""
    asked: list[dict[str, str]] = []

    async def init(
        settings: MembersSettings, *, network: str, operator: str, public_url: str | None
    ) -> commands.Founded:
        asked.append({"database": settings.mongo_database, "network": network, "operator": operator})
        entered = MemberInput(name=operator, email=operator)
        if network == "Zweiter Verbund":
            raise Conflict("already_founded")
        link = f"{public_url}/challenges/1" if public_url else None
        return commands.Founded(a_network(name=network), a_member(email=entered.email), link)

    monkeypatch.setattr(commands, "init", init)
    return asked


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "MONGO_URL": "mongodb://127.0.0.1:9/",
        "MONGO_DATABASE": "members",
        "HTTP_PORT": "8101",
        "CALLER_PUBLIC_KEYS": "AAAA",
        "CALLER_PRIVATE_KEY_FILE": str(tmp_path / "caller.pem"),
        "LINK_KEY": "00" * 32,
    }


def test_a_network_is_founded_with_its_operator(
    run: Run, founded: list[dict[str, str]], environment: dict[str, str]
) -> None:
    words = ("--network", "Verbund Muster", "--operator", "petra@verbund.example")

    done = run("init", *words, environment=environment)

    assert done.exit_code == 0, done.output
    assert founded == [{"database": "members", "network": "Verbund Muster", "operator": "petra@verbund.example"}]
    assert f"network   {NETWORK}  Verbund Muster" in done.stdout
    assert f"operator  {ASKER}  petra@verbund.example" in done.stdout
    assert "sign in   give --public-url" in done.stdout


@pytest.mark.usefixtures("founded")
def test_a_link_to_sign_in_without_a_mail_is_printed_whole(run: Run, environment: dict[str, str]) -> None:
    portal = f"https://{'a' * 200}.example"
    words = ("--network", "Verbund", "--operator", "petra@verbund.example", "--public-url", portal)

    done = run("init", *words, environment=environment)

    assert f"sign in   {portal}/challenges/1\n" in done.stdout


@pytest.mark.usefixtures("founded")
@pytest.mark.parametrize(
    ("network", "operator", "code", "line"),
    [
        ("Zweiter Verbund", "petra@verbund.example", 1, "there is a network already"),
        ("Verbund", "petra", 2, "--operator: This is no e-mail address"),
    ],
)
def test_what_cannot_be_founded_is_told_in_one_line(
    run: Run, environment: dict[str, str], network: str, operator: str, code: int, line: str
) -> None:
    done = run("init", "--network", network, "--operator", operator, environment=environment)

    assert done.exit_code == code
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_another_services_environment_is_not_taken_for_that_of_members(run: Run, environment: dict[str, str]) -> None:
    words = ("--network", "Verbund", "--operator", "petra@verbund.example")

    done = run("init", *words, environment={**environment, "MONGO_DATABASE": "surveys"})

    assert done.exit_code == 2
    assert "this environment is that of surveys, not of members" in done.stderr


def test_the_key_file_is_made_once_and_is_the_owners_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "caller.pem"

    first, second = (run("init", "--key-file", str(file)) for _ in range(2))

    assert first.exit_code == 0, first.output
    assert first.stdout == second.stdout
    assert len(b64decode(first.stdout.strip().removeprefix("CALLER_PUBLIC_KEYS="))) == 32
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_token_signed_with_the_key_file_is_an_operators_for_every_service(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "caller.pem"
    public = run("init", "--key-file", str(file)).stdout.strip().removeprefix("CALLER_PUBLIC_KEYS=")

    token = operator_token(file)

    for service in SERVICES:
        assert CallerKeys.from_setting((public,), service).caller(token).may("operator")


def test_a_deployment_elsewhere_is_named_by_the_environment() -> None:
    named = from_environment({"BEDARFSWERK_SURVEYS_URL": "https://surveys.example/", "BEDARFSWERK_TOKEN": "t"})

    assert named is not None
    assert named.address("surveys") == "https://surveys.example"
    assert named.token() == "t"
    assert from_environment({}) is None


def test_what_the_environment_lacks_is_named(run: Run) -> None:
    only_surveys = {"BEDARFSWERK_SURVEYS_URL": "http://127.0.0.1:9"}

    without_token = run("needs", environment=only_surveys)
    without_matching = run("matches", "--all", environment={**only_surveys, "BEDARFSWERK_TOKEN": "t"})
    half = run("init", "--network", "Verbund Muster")

    assert (without_token.exit_code, half.exit_code) == (2, 2)
    assert "Set BEDARFSWERK_TOKEN" in without_token.stderr
    assert without_matching.exit_code == 3
    assert "--network and --operator belong together" in half.stderr
