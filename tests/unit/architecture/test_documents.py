"""What the documents promise to list is listed: dependencies with their reasons, decisions in their index."""

import re
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]


def test_every_dependency_has_a_line_that_says_why() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    explained = (ROOT / "docs/dependencies.md").read_text()

    names = {re.split(r"[><=\[]", requirement)[0] for requirement in declared}

    rows = [line.split("|")[1] for line in explained.splitlines() if line.startswith("| ")]
    listed = {name.split("[")[0].strip() for row in rows for name in row.split(",")}
    assert names - listed == set()


def test_every_decision_is_in_the_index_and_says_what_was_rejected_and_when_to_revisit() -> None:
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text()

    pages = {path.name: path.read_text() for path in folder.glob("[0-9]*.md")}

    assert [name for name in pages if f"({name})" not in index] == []
    assert [name for name, page in pages.items() if "rejected" not in page.lower()] == []
    assert [name for name, page in pages.items() if "revisit" not in page.lower()] == []
