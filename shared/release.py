"""Which release this is, as pyproject.toml says it, too."""

from typing import Final

RELEASE: Final = "0.1.0"
