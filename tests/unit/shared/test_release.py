import tomllib
from pathlib import Path

from shared.release import RELEASE


def test_services_name_the_release_that_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())

    assert project["project"]["version"] == RELEASE
