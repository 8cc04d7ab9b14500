"""Parameters of a criterion, read with care: they come from another service, perhaps a newer one.

Whatever is not what it should be counts as missing.
"""

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Final

Params = Mapping[str, object]

MOST_WORDS: Final = 5
"""So many words are named; more convince nobody."""


def number(params: Params, name: str) -> float | None:
    """Return a finite number."""
    value = params.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) else None


def whole(params: Params, name: str) -> int | None:
    """Return a number without its decimals."""
    value = number(params, name)
    return None if value is None else int(value)


def day(params: Params, name: str) -> date | None:
    """Return the day of an ISO text."""
    value = params.get(name)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def word(params: Params, name: str) -> str | None:
    """Return a text that is not blank."""
    value = params.get(name)
    return value.strip() or None if isinstance(value, str) else None


def words(params: Params, name: str) -> list[str]:
    """Return the first few texts of a list, or one text as a list."""
    value = params.get(name)
    texts = [value] if isinstance(value, str) else value if isinstance(value, tuple | list) else []
    return [text.strip() for text in texts if isinstance(text, str) and text.strip()][:MOST_WORDS]
