"""The local stack, as the notes in its folder describe it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.cli.deployment import Deployment, operator_token
from deploy.cli.trouble import WrongUse


def deployment(folder: Path) -> Deployment:
    """Return where the stack of this folder listens, with a token signed whenever one is needed."""
    notes = _notes(folder)
    key_file = Path(notes["environments"]["members"]["CALLER_PRIVATE_KEY_FILE"])
    return Deployment(notes["addresses"], lambda: operator_token(key_file))


def environment(service: str, folder: Path) -> Mapping[str, str]:
    """Return the environment variables that the stack gives to a service."""
    given: Mapping[str, str] = _notes(folder)["environments"][service]
    return given


def _notes(folder: Path) -> Any:
    try:
        return json.loads((folder / "stack.json").read_text())
    except FileNotFoundError:
        raise WrongUse(
            f"there is no stack in {folder}: start one with make up, or name services by variables"
        ) from None
