"""The table of rights in docs/rights.md is the law: every route, asked by everybody, does as it says."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from deploy.local.mongod import Mongod
from tests.integration.hostile.wishes import Route
from tests.rights.asking import all_routes, ask
from tests.rights.village import CALLERS, Village

TABLE: Final = Path(__file__).parents[2] / "docs" / "rights.md"
ROW: Final = re.compile(r"^\| `(\w+ [A-Z]+ \S+)` \|(.+)\|$", re.MULTILINE)
WRITTEN: Final = {
    row: tuple(cell.strip() for cell in cells.split("|")) for row, cells in ROW.findall(TABLE.read_text())
}


@pytest.fixture(scope="module")
async def village(mongod: Mongod, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with Village(mongod, tmp_path_factory.mktemp("keys")) as built:
        yield built


@pytest.fixture(scope="module")
def routes(village: Village) -> dict[str, tuple[str, Route]]:
    return all_routes(village)


def test_every_route_has_a_row_and_every_row_a_route(routes: dict[str, tuple[str, Route]]) -> None:
    assert sorted(set(routes) - set(WRITTEN)) == [], "write these routes into docs/rights.md"
    assert sorted(set(WRITTEN) - set(routes)) == [], "these are no routes any more"


@pytest.mark.parametrize("row", sorted(WRITTEN))
async def test_a_route_answers_everybody_as_the_table_says(
    village: Village, routes: dict[str, tuple[str, Route]], row: str
) -> None:
    if row not in routes:
        pytest.fail("there is no such route")

    found = tuple([await ask(village, row, who, routes) for who in CALLERS])

    assert dict(zip(CALLERS, found, strict=True)) == dict(zip(CALLERS, WRITTEN[row], strict=True))
