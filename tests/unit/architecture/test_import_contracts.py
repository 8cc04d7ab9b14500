"""Each import contract holds for the tree as it is, and fails when somebody breaks it."""

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / ".importlinter")
NAMES = {
    section.rsplit(":", 1)[1]: CONTRACTS[section]["name"]
    for section in CONTRACTS.sections()
    if section.startswith("importlinter:contract:")
}

BREAKERS = [
    ("levels", "shared/problems.py", "import services.members"),
    ("levels", "shared/rules.py", "import deploy.local"),
    ("levels", "services/surveys/api/needs.py", "import deploy.cli"),
    ("independence", "services/surveys/api/needs.py", "import services.members.domain"),
    ("independence", "services/notifications/work.py", "from services.matching import domain as _theirs"),
    ("independence", "services/portal/api.py", "def _later() -> None:\n    import services.surveys.store"),
    ("inside", "services/members/domain.py", "import services.members.store"),
    ("inside", "services/surveys/store.py", "import services.surveys.api"),
    ("inside", "services/matching/work.py", "import services.matching.main"),
    ("inside", "services/notifications/api.py", "import services.notifications.work"),
    ("domain", "services/matching/domain.py", "import fastapi"),
    ("domain", "services/members/domain.py", "import shared.mongo"),
    ("domain", "services/surveys/domain.py", "import time"),
    ("events", "shared/events/base.py", "import shared.rules"),
    ("events", "shared/events/surveys.py", "import fastapi"),
    ("driver", "services/surveys/work.py", "from pymongo.errors import AutoReconnect as _away"),
    ("driver", "services/matching/api.py", "import motor.motor_asyncio"),
    ("driver", "shared/web.py", "import pymongo"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of everything that the contracts look at."""
    for package in ("services", "shared", "deploy", "tests/unit/architecture"):
        ignored = shutil.ignore_patterns("*.po", "*.json", "*.html", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def linted(tree: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(
        [program, "--no-cache"], cwd=tree, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_every_contract_is_kept(tree: Path) -> None:
    answer = linted(tree)

    assert answer.returncode == 0, answer.stdout
    assert [name for name in NAMES.values() if f"{name} KEPT" not in answer.stdout] == []


@pytest.mark.parametrize(("contract", "file", "line"), BREAKERS, ids=lambda value: value.split("\n")[-1].strip())
def test_a_forbidden_import_breaks_its_contract(tree: Path, contract: str, file: str, line: str) -> None:
    module = tree / file
    package = module.with_suffix("")  # what outgrew its file became a package of the same name
    with (package / "__init__.py" if package.is_dir() else module).open("a") as text:
        text.write(f"\n{line}\n")

    answer = linted(tree)

    assert answer.returncode == 1
    assert f"{NAMES[contract]} BROKEN" in answer.stdout


def test_every_contract_is_broken_by_some_example() -> None:
    assert {contract for contract, *_ in BREAKERS} == set(NAMES)
