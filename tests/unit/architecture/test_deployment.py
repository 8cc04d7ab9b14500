"""What is written down for deployments agrees with the code: topics, rules, settings, variables, images."""

import ast
import importlib
import re
from pathlib import Path
from typing import Final

import pytest
from pydantic_settings import BaseSettings

from deploy.local.broker import topics_needed
from shared.events import ALL
from shared.events.members import MemberStanding

ROOT: Final = Path(__file__).parents[3]
COMPOSE: Final = (ROOT / "docker-compose.yml").read_text()
EXAMPLE: Final = (ROOT / ".env.example").read_text()
SERVICES: Final = ("members", "surveys", "matching", "notifications", "portal")
WITH_DATABASE: Final = ("members", "surveys", "matching", "notifications")


def table() -> dict[str, tuple[int, set[str]]]:
    """Return partitions and readers of each topic in deploy/kafka/topics.txt."""
    lines = [line.split() for line in (ROOT / "deploy/kafka/topics.txt").read_text().splitlines()]
    rows = [line for line in lines if line and not line[0].startswith("#")]
    return {topic: (int(partitions), set(readers.split(",")) - {"-"}) for topic, partitions, readers in rows}


def block(name: str, indent: str = "  ") -> str:
    """Return the lines of docker-compose.yml that belong to one key."""
    found = re.search(rf"^{indent}{name}:.*\n((?:{indent} .*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert found is not None
    return found[1]


def environment(service: str) -> dict[str, str]:
    """Return the variables that docker-compose.yml gives a service, as .env.example and fresh secrets fill them."""
    given = dict(re.findall(r"^      ([A-Z_]+): (.*)$", block(service), re.MULTILINE))
    if "<<: *environment" in block(service):
        given |= dict(re.findall(r"^  ([A-Z_]+): (.*)$", block("x-environment", ""), re.MULTILINE))
    secret = "ab" * 32
    return {
        name: re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", secret, re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value)).strip('"')
        for name, value in given.items()
    }


def settings_of(service: str) -> type[BaseSettings]:
    """Return the class of a service's settings: the one that its module declares."""
    module = importlib.import_module(f"services.{service}.settings")
    declared = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseSettings)]
    return next(one for one in declared if one.__module__ == module.__name__)


def consumed_by(service: str) -> set[str]:
    """Return the topics of the contracts that a service's main.py hands to `consumes`."""
    calls = [
        call
        for call in ast.walk(ast.parse((ROOT / f"services/{service}/main.py").read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "consumes"
    ]
    main = importlib.import_module(f"services.{service}.main")
    return {getattr(main, ast.unparse(call.args[0])).topic for call in calls}


def test_the_table_holds_every_topic_of_the_local_stack_with_as_many_partitions() -> None:
    assert {topic: partitions for topic, (partitions, _) in table().items()} == topics_needed()
    assert {kind.topic for kind in ALL} < set(table())


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_a_service_may_read_exactly_what_it_consumes(service: str) -> None:
    allowed = {topic for topic, (_, readers) in table().items() if service in readers}

    assert allowed == consumed_by(service)


def test_names_and_addresses_are_kept_by_notifications_alone() -> None:
    """Surveys reads the topic too, to forget whom members erased, and keeps neither name nor address."""
    personal = [kind.topic for kind in ALL if kind.personal]

    assert [table()[topic][1] for topic in personal] == [{"notifications", "surveys"}]
    assert set(MemberStanding.model_fields) == {"id", "version", "changed_at", "status", "roles"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_with_the_settings_that_the_compose_file_gives_it(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, given = settings_of(service), environment(service)
    for name in settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    read = settings()

    unread = set(given) - {name.upper() for name in settings.model_fields}
    assert [name for name in unread if not name.startswith("BEDARFSWERK_")] == []  # those are the command line's
    assert read.model_dump()["http_host"] == "0.0.0.0"  # noqa: S104 - inside a container


def test_every_variable_of_the_compose_file_is_explained_and_no_other() -> None:
    read = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    explained = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))

    assert explained == read


def test_the_example_of_variables_holds_no_secret_and_the_defaults_of_the_compose_file() -> None:
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    defaults = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", COMPOSE))
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))

    assert {name: values[name] for name in demanded} == dict.fromkeys(demanded, "")
    assert {name: values[name] for name in defaults} == defaults


def test_only_loopback_is_published() -> None:
    published = re.findall(r"^    ports: \[(.*)\]$", COMPOSE, re.MULTILINE)

    assert len(published) == len(SERVICES) + 1
    assert [port for port in published if not port.startswith('"127.0.0.1:')] == []


def test_images_hold_runtime_requirements_alone() -> None:
    dockerfile = (ROOT / "deploy/image/Dockerfile").read_text()

    assert [name for name in re.findall(r"requirements\S*", dockerfile) if "requirements.txt" not in name] == []
    assert "--require-hashes" in dockerfile
    runtime = (ROOT / "requirements.txt").read_text().lower()
    assert [name for name in ("fiftyone", "calfkit", "aiosmtpd", "pytest", "mypy", "ruff") if name in runtime] == []
