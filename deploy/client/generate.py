"""`make client`: writes the package bedarfswerk_client, one module for each service, and how to reach them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from deploy.client.documents import documents

PACKAGE: Final = "bedarfswerk_client"
OURS: Final = Path(__file__).parent / "package"
"""What is written by hand: connecting, tokens."""
RENAMED: Final = {"Role": {"class_name": "MemberRole", "module_name": "member_role"}}
"""A class must not be called like one of its own fields: the generated code would mix up the two."""


def generate(into: Path, found: Mapping[str, Mapping[str, Any]] | None = None) -> Path:
    """Write the package below `into` in place of an older one, and return its folder."""
    package = into / PACKAGE
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    for service, document in (found or documents()).items():
        _write(service, document, package / service)
    for file in OURS.iterdir():
        if file.is_file():
            shutil.copy(file, package / file.name.removesuffix(".txt"))
    (package / "py.typed").touch()
    return package


def _write(service: str, document: Mapping[str, Any], folder: Path) -> None:
    with TemporaryDirectory() as scratch:
        described, settings = Path(scratch) / "openapi.json", Path(scratch) / "settings.json"
        described.write_text(json.dumps(document))
        settings.write_text(
            json.dumps({"package_name_override": service, "post_hooks": [], "class_overrides": RENAMED})
        )
        program = Path(sys.executable).with_name("openapi-python-client")
        command = [str(program), "generate", "--meta", "none", "--overwrite"]
        where = ["--path", str(described), "--config", str(settings), "--output-path", str(folder)]
        done = subprocess.run([*command, *where], check=False, capture_output=True, text=True)  # noqa: S603
    said = done.stdout + done.stderr
    if done.returncode or "Unable" in said or "WARNING" in said:
        raise SystemExit(f"{service} cannot be described by a client:\n{said}")


if __name__ == "__main__":
    print(generate(Path(sys.argv[1])))
