"""The environment variables of surveys: those of every service, with a port of its own."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read once, in `main`."""

    http_port: int = 8102
    mongo_database: str = "surveys"
