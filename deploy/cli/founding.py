"""`bedarfswerk init`: the key by which callers' tokens are signed, the first network and its first operator."""

import asyncio
import os
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from deploy.cli import local
from deploy.cli.context import HERE, Folder, output
from deploy.cli.databases import database_errors, settings_of
from deploy.cli.deployment import KEY_FILE
from deploy.cli.trouble import Trouble, WrongUse
from deploy.local.problems import LocalProblem
from shared.rules import Conflict

if TYPE_CHECKING:
    from services.members.commands import Founded


def init(
    network: Annotated[str | None, typer.Option(help="Name of the first network.")] = None,
    operator: Annotated[str | None, typer.Option(help="E-mail address of its first operator.")] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(envvar=KEY_FILE, help="Make the key pair of members here (0600), unless it is there already."),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(envvar="PUBLIC_URL", help="Where people reach the portal; the local stack's unless given."),
    ] = None,
    folder: Folder = HERE,
) -> None:
    """Make a deployment's key pair, and found its first network with an operator, who signs in by the printed link.

    Repeating it changes nothing, and prints a new link: each works once, within an hour.

    Founding needs the database of members, no running service and no mail.
    """
    if (network is None) != (operator is None):
        raise WrongUse("--network and --operator belong together")
    if network is None and key_file is None:
        raise WrongUse("give --network and --operator, or --key-file, or all three")
    console = output()
    if key_file is not None:
        console.print(f"CALLER_PUBLIC_KEYS={public_key(key_file)}", soft_wrap=True, highlight=False)
    if network is not None and operator is not None:
        founded = _found(folder, network, operator, public_url or _local_portal(folder))
        console.print(f"network   {founded.network.id}  {founded.network.name}", markup=False, highlight=False)
        console.print(f"operator  {founded.operator.id}  {founded.operator.email}", markup=False, highlight=False)
        signing_in = founded.link or "give --public-url, then a link is printed here"
        console.print(f"sign in   {signing_in}", markup=False, highlight=False, soft_wrap=True)


def _local_portal(folder: Path) -> str | None:
    """Return where the local stack's portal is; None where the services are not the local stack's."""
    if os.environ.get("MONGO_URL"):
        return None
    try:
        return local.environment("portal", folder)["PUBLIC_URL"]
    except (LocalProblem, KeyError):
        return None


def _found(folder: Path, network: str, operator: str, public_url: str | None) -> "Founded":
    # Imported when it is needed, like all that brings the web framework with it: half a second of every command.
    from services.members import commands  # noqa: PLC0415
    from services.members.settings import MembersSettings  # noqa: PLC0415

    settings = settings_of("members", MembersSettings, folder)
    with database_errors("members"):
        try:
            return asyncio.run(commands.init(settings, network=network, operator=operator, public_url=public_url))
        except Conflict:
            raise Trouble("there is a network already: others are added by its operators over HTTP") from None
        except ValidationError as error:
            fault = error.errors()[0]
            option = {"name": "--network", "email": "--operator"}.get(str(fault["loc"][0]), str(fault["loc"][0]))
            raise WrongUse(f"{option}: {fault['msg']}") from None


def public_key(key_file: Path) -> str:
    """Return the raw public key in base64, as services take it, of a key that is made unless it exists."""
    from shared.callers import read_private_key, write_new_private_key  # noqa: PLC0415 - see above

    try:
        key = read_private_key(key_file) if key_file.exists() else write_new_private_key(key_file)
    except (OSError, ValueError, TypeError) as error:
        raise WrongUse(f"{key_file} cannot be used as a key file: {error}") from None
    return b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
