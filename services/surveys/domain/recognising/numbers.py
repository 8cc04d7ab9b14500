"""Small numbers as people write them."""
# ruff: noqa: RUF001 - people write dashes

from typing import Final

WORDS: Final = {
    **dict.fromkeys(("ein", "eine", "einen", "einer", "einem", "one"), 1),
    **dict.fromkeys(("zwei", "zwo", "beide", "two"), 2),
    **dict.fromkeys(("drei", "three"), 3),
    **dict.fromkeys(("vier", "four"), 4),
    **dict.fromkeys(("fünf", "five"), 5),
    **dict.fromkeys(("sechs", "six"), 6),
    **dict.fromkeys(("sieben", "seven"), 7),
    **dict.fromkeys(("acht", "eight"), 8),
    **dict.fromkeys(("neun", "nine"), 9),
    **dict.fromkeys(("zehn", "ten"), 10),
    **dict.fromkeys(("elf", "eleven"), 11),
    **dict.fromkeys(("zwölf", "twelve"), 12),
    **dict.fromkeys(("fünfzehn", "fifteen"), 15),
    **dict.fromkeys(("zwanzig", "twenty"), 20),
}
NUMBER: Final = r"(?:[0-9]{1,4}|" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")"
"""A pattern without groups; read what it matches with `number`."""


def number(text: str) -> int:
    """Return what a text that matches NUMBER says."""
    return WORDS[text] if text in WORDS else int(text)


def amount(text: str) -> float | None:
    """Return a sum such as 1.200, 1.200,50 or 800,-; None when it could be read in two ways."""
    plain = text.strip().rstrip("-–").rstrip(",.").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    whole, comma, cents = plain.rpartition(",")
    if not comma:
        whole, cents = plain, "0"
    groups = whole.split(".")
    if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):  # noqa: PLR2004 - thousands
        return None
    if len(cents) > 2 or not cents.isdecimal() or not all(group.isdecimal() for group in groups):  # noqa: PLR2004 - cents
        return None
    return float(f"{''.join(groups)}.{cents}")
