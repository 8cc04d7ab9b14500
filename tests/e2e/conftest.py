"""One whole stack for all end-to-end tests, with points at which a test can kill or hold a service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.stack import SERVICES, LocalStack
from shared.failpoints import FOLDER
from tests.e2e.world import World
from tests.waiting import eventually


@dataclass(frozen=True)
class Points:
    """The points of one stack's services."""

    folder: Path

    def arm(self, service: str, point: str, action: str = "die") -> None:
        (self.folder / service / f"{point}.reached").unlink(missing_ok=True)
        (self.folder / service / point).write_text(action)

    async def reached(self, service: str, point: str) -> None:
        await eventually((self.folder / service / f"{point}.reached").exists, timeout=40)

    def release(self, service: str, point: str) -> None:
        (self.folder / service / f"{point}.reached").unlink()


@pytest.fixture(scope="session")
def points(tmp_path_factory: pytest.TempPathFactory) -> Points:
    folder = tmp_path_factory.mktemp("points")
    for service in SERVICES:
        (folder / service).mkdir()
    return Points(folder)


@pytest.fixture(scope="package")
async def stack(tmp_path_factory: pytest.TempPathFactory, points: Points) -> AsyncIterator[LocalStack]:
    environments = {service: {FOLDER: str(points.folder / service)} for service in SERVICES}
    environments["surveys"]["LEAST_FORM_SECONDS"] = "0"
    async with LocalStack(tmp_path_factory.mktemp("stack"), environments=environments) as running:
        yield running


@pytest.fixture
async def world(stack: LocalStack) -> World:
    return await World.founded(stack)
