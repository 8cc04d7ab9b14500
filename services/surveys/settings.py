"""The environment variables of surveys: those of every service, with a port of its own."""

from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read once, in `main`."""

    http_port: int = 8102
    mongo_database: str = "surveys"
    least_form_seconds: Annotated[float, Field(ge=0, le=600)] = 3
    """How fast a person can fill in the public survey; what comes back faster was written by a program."""
