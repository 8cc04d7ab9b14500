"""The generated client is typed throughout, and knows every operation of every service."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.client.documents import documents
from deploy.client.generate import PACKAGE, generate


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, Any]]:
    return documents()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, described: dict[str, dict[str, Any]]) -> Path:
    return generate(tmp_path_factory.mktemp("client"), described)


def operations(document: dict[str, Any]) -> Iterator[str]:
    for path in document["paths"].values():
        yield from (operation["operationId"] for operation in path.values())


def test_each_operation_of_each_service_is_a_function(client: Path, described: dict[str, dict[str, Any]]) -> None:
    for service, document in described.items():
        modules = {file.stem for file in (client / service / "api").glob("*/*.py")}
        assert set(operations(document)) <= modules


def test_the_client_and_its_example_pass_the_strictest_type_check(client: Path) -> None:
    cache = client.parent / "cache"
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), "-p", PACKAGE]
    done = subprocess.run(command, cwd=client.parent, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
