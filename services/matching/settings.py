"""The environment variables of matching: those of every service, with a port of its own."""

from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read once, in `main`."""

    http_port: int = 8103
    mongo_database: str = "matching"
    sweep_minutes: Annotated[float, Field(gt=0)] = 10.0
    """How often everything is compared and computed again."""
    previews_a_minute: Annotated[int, Field(ge=1)] = 30
    """How often one caller may look what a need would find before entering it."""
