"""The folder of a stack: one stack at a time, and the notes by which the command line finds it."""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from deploy.local.files import write_private
from deploy.local.problems import LocalProblem

NOTES: Final = "stack.json"


@dataclass(frozen=True)
class Notes:
    """What `stack.json` holds; it has secrets, so its owner alone can read it."""

    addresses: Mapping[str, str]
    """The HTTP address of each service, and of the mail catcher's pages as `mail`."""
    environments: Mapping[str, Mapping[str, str]]
    """The environment variables that each service was given."""
    kafka: str
    """Where the broker listens, as host:port."""
    smtp: str
    """Where the mail catcher takes mail, as host:port."""
    mongo_admin_url: str
    """For the user who may do everything in MongoDB."""
    caller_key_file: str
    """The PEM file by which callers' tokens are signed."""

    def write(self, folder: Path) -> None:
        """Leave the notes in the folder."""
        write_private(folder / NOTES, json.dumps(asdict(self), indent=2) + "\n")


def load(folder: Path) -> Notes:
    """Read the notes of the stack that runs in `folder` or ran there last."""
    try:
        return Notes(**json.loads((folder / NOTES).read_text()))
    except FileNotFoundError:
        raise LocalProblem(f"no stack was started in {folder}: make up, or name its folder with LOCAL_FOLDER") from None
    except (ValueError, TypeError):
        raise LocalProblem(f"{folder / NOTES} cannot be read: start the stack anew with make up") from None


class FolderLock:
    """Held while a stack runs in a folder; the kernel frees it when the holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "lock"
        self._held: int | None = None

    def take(self) -> None:
        """Take the folder; raises when another stack has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode().strip()
            os.close(descriptor)
            raise LocalProblem(
                f"a stack runs already in {self._file.parent} (process {holder}): "
                "end it with Ctrl-C there, or choose another folder with LOCAL_FOLDER or --folder"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._held = descriptor

    def free(self) -> None:
        """Leave the folder to others."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
