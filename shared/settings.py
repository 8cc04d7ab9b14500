"""The environment variables that every service reads, once, in its `main`; each has the field's name in capitals."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class WebSettings(BaseSettings):
    """Where a process listens and whom it believes."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    http_host: str = "127.0.0.1"
    """Loopback unless an image says otherwise."""
    http_port: Annotated[int, Field(ge=1, le=65535)]
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class ServiceSettings(WebSettings):
    """What a service with a database and a consumer group needs."""

    mongo_url: SecretStr
    """With the service's own user, which is refused in every other service's database."""
    mongo_database: str
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_security: Literal["plaintext", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    kafka_user: str | None = None
    kafka_password: SecretStr | None = None
    kafka_idempotence: bool = True
    """Off for the local broker, which has no idempotent producer."""
    kafka_forgets: bool = False
    """On for the local broker, which loses topics and groups when it restarts: consumers then begin anew."""
    kafka_partitions: Annotated[int, Field(ge=1, le=256)] = 4
    kafka_replication: Annotated[int, Field(ge=1, le=9)] = 1
    role: Literal["api", "worker", "all"] = "all"
    """`api` answers people, `worker` consumes, computes and publishes, `all` does both in one process."""
    caller_public_keys: Annotated[tuple[str, ...], NoDecode]
    """One or two raw Ed25519 public keys in base64, separated by commas: the one in force and its successor."""

    @field_validator("caller_public_keys", mode="before")
    @classmethod
    def _separated(cls, keys: str | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key.strip() for key in keys.split(",") if key.strip()) if isinstance(keys, str) else keys

    @field_validator("caller_public_keys")
    @classmethod
    def _one_or_two(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if not 1 <= len(keys) <= 2:  # noqa: PLR2004 - said in the field's description
            raise ValueError("give one public key, or two separated by a comma")
        return keys
