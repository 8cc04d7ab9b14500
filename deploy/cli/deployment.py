"""Where the services are and who asks: by environment variables, or by the notes of a local stack."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.cli.trouble import WrongUse

SERVICES: Final = ("members", "surveys", "matching", "notifications")
TOKEN: Final = "BEDARFSWERK_TOKEN"  # noqa: S105 - the variable's name
KEY_FILE: Final = "BEDARFSWERK_CALLER_KEY_FILE"
SUBJECT: Final = "operator"


@dataclass(frozen=True)
class Deployment:
    """Addresses by service, such as http://127.0.0.1:8101, and what gives a token that is valid now."""

    addresses: Mapping[str, str]
    token: Callable[[], str]

    def address(self, service: str) -> str:
        """Return a service's address; WrongUse names the variable that is missing."""
        try:
            return self.addresses[service].rstrip("/")
        except KeyError:
            raise WrongUse(f"where is {service}? Set {variable(service)}") from None


def variable(service: str) -> str:
    """Return the environment variable that holds a service's address."""
    return f"BEDARFSWERK_{service.upper()}_URL"


def operator_token(key_file: Path) -> str:
    """Return an operator's token for all services, valid for ten minutes; WrongUse when the key cannot be used."""
    # Imported when it is needed: with it comes the whole web framework, half a second of every command.
    from shared.callers import OPERATOR, read_private_key, sign_caller_token  # noqa: PLC0415

    try:
        key = read_private_key(key_file)
    except (OSError, ValueError, TypeError) as error:
        raise WrongUse(
            f"{key_file} holds no key that can be used ({error}): start the stack once, or run init"
        ) from None
    return sign_caller_token(key, subject=SUBJECT, rights=(OPERATOR,), audience=SERVICES)


def from_environment(environment: Mapping[str, str] = os.environ) -> Deployment | None:
    """Return the deployment that the environment names, None when it names none."""
    addresses = {name: environment[variable(name)] for name in SERVICES if environment.get(variable(name))}
    if not addresses:
        return None
    return Deployment(addresses, _token_from(environment))


def _token_from(environment: Mapping[str, str]) -> Callable[[], str]:
    def token() -> str:
        if given := environment.get(TOKEN):
            return given
        if key_file := environment.get(KEY_FILE):
            return operator_token(Path(key_file))
        raise WrongUse(f"who asks? Set {TOKEN} to an operator's token, or {KEY_FILE} to the key file of members")

    return token
