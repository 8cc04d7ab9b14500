"""Files with secrets."""

import os
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone from the first moment."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
