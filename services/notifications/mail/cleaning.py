"""Texts of strangers, made harmless once more before they enter a mail: one hostile title must not stop a queue."""

import re
import unicodedata
from typing import Final

_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's controls (NUL, \\x85, \\x0b, \\x1c), formats (direction), surrogates, unassigned, U+2028 and U+2029."""


def one_line(text: str, longest: int = 200) -> str:
    """Return the text on one line without characters that steer or hide, cut at so many characters."""
    kept = "".join(" " if unicodedata.category(each) in _HARMFUL else each for each in text)
    kept = re.sub(r"\s+", " ", kept).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


def header(text: str) -> str:
    """Return the text fit for a header.

    The library decodes encoded words that it finds in a value, and so lets a line break in that stands in one:
    `=?utf-8?q?=0d=0aBcc:...?=` in a title became a header of its own.
    """
    return one_line(text.replace("=?", "= ?"))


def lines(text: str, longest: int) -> str:
    """Return the text with its line breaks, at most one empty line in a row, cut at so many characters."""
    cleaned = "\n".join(one_line(each, longest) for each in re.split(r"\r\n|[\r\n\u2028\u2029\x85\x0b\x0c]", text))
    cleaned = re.sub(r"\n{3,}", "\n\n", cleaned).strip()
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1].rstrip() + "…"
