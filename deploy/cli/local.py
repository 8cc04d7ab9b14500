"""The local stack, as the notes in its folder describe it."""

from collections.abc import Mapping
from pathlib import Path

from deploy.cli.deployment import Deployment, operator_token
from deploy.local.folder import load


def deployment(folder: Path) -> Deployment:
    """Return where the stack of this folder listens, with a token signed whenever one is needed."""
    notes = load(folder)
    return Deployment(notes.addresses, lambda: operator_token(Path(notes.caller_key_file)))


def environment(service: str, folder: Path) -> Mapping[str, str]:
    """Return the environment variables that the stack gives to a service."""
    return load(folder).environments[service]
