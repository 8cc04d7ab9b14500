"""From the text of a cell to a value and back; people write days, numbers and yes in many ways."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.rules import RuleBroken

YES: Final = frozenset({"ja", "j", "yes", "y", "x", "true", "wahr", "1", "✓"})
NO: Final = frozenset({"nein", "n", "no", "-", "false", "falsch", "0"})
_GERMAN_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_NUMBER: Final = re.compile(
    r"(?:ca\.?|etwa|rund|ab|bis zu)?\s*(-?[\d.,' \u00a0\u202f]*\d)\s*(?:[^\d].{0,20})?", re.IGNORECASE
)
_RANGE: Final = re.compile(r"\D{0,10}?(\d{1,5})\s*(?:-|\u2013|\u2014|bis|to)\s*(\d{1,5})\D{0,20}")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.' \u00a0\u202f]\d{3})+")
_BETWEEN: Final = re.compile(r"\s*(?:[,;/|\n+]|\bund\b|\band\b|\boder\b|\bor\b)\s*")
_LAND: Final = re.compile(r"([A-Za-z]{2})\s*[:=]\s*(.+)")
SENTINEL_YEAR: Final = 70
"""27 is 2027, 85 is 1985."""


def _fault(code: str, **params: str) -> RuleBroken:
    return RuleBroken(code, **params)


def number(text: str) -> float:
    """Read 1.250,50 €, 1250.5, 12 Stunden, ca. 40; raises `cell_no_number`."""
    found = _NUMBER.fullmatch(text.strip())
    digits = re.sub("[' \u00a0\u202f]", "", found[1]) if found else ""
    if "," in digits and "." in digits:
        decimal, thousands = (",", ".") if digits.rindex(",") > digits.rindex(".") else (".", ",")
        digits = digits.replace(thousands, "").replace(decimal, ".")
    elif "," in digits:
        digits = digits.replace(",", ".")
    elif found and "." in digits and _THOUSANDS.fullmatch(digits) and not digits.startswith("0"):
        digits = digits.replace(".", "")
    try:
        return float(digits)
    except ValueError:
        raise _fault("cell_no_number", value=text[:40]) from None


def whole(text: str) -> int:
    """Read a number without decimals."""
    read = number(text)
    if not read.is_integer():
        raise _fault("cell_no_number", value=text[:40])
    return int(read)


def persons(text: str) -> dict[str, int]:
    """Read 3, 3 Personen or 3-5."""
    if found := _RANGE.fullmatch(text.strip()):
        return {"persons_min": int(found[1]), "persons_max": int(found[2])}
    return {"persons_min": whole(text)}


def day(text: str) -> str:
    """Read 2027-03-01, 1.3.2027 or 01.03.27; raises `cell_no_day`."""
    try:
        if found := _ISO_DAY.fullmatch(text.strip()):
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        if found := _GERMAN_DAY.fullmatch(text.strip()):
            year = int(found[3])
            century = 0 if len(found[3]) > 2 else 2000 if year < SENTINEL_YEAR else 1900  # noqa: PLR2004 - two digits
            return date(century + year, int(found[2]), int(found[1])).isoformat()
    except ValueError:
        pass
    raise _fault("cell_no_day", value=text[:40])


def yes_or_no(text: str) -> bool:
    """Read ja, nein, x, yes, no, 1, 0; raises `cell_no_yes`."""
    said = text.strip().casefold()
    if said in YES or said in NO:
        return said in YES
    raise _fault("cell_no_yes", value=text[:40])


def postal_code(text: str) -> str:
    """Read a postcode; spreadsheets cut off the zero with which those of the east begin."""
    said = re.sub(r"(?i)^d(?:e)?[- ]", "", text.strip())
    return said.zfill(5) if said.isdigit() and len(said) == 4 else said  # noqa: PLR2004 - five digits less one


def listed(text: str) -> list[str]:
    """Read parts divided by semicolons or line breaks; quotation marks hold together what has a semicolon itself."""
    parts = [part for line in text.split("\n") for row in csv.reader([line], delimiter=";") for part in row]
    return [part.strip() for part in parts if part.strip()]


def as_list(parts: Iterable[str]) -> str:
    """Write what `listed` reads."""
    return ";".join('"' + part.replace('"', '""') + '"' if {'"', ";"} & set(part) else part for part in parts)


def land_numbers(text: str) -> list[dict[str, str]]:
    """Read ST: 2026-123; TH: 99."""
    found = [_LAND.fullmatch(part) for part in listed(text)]
    if not all(found):
        raise _fault("cell_no_land", value=text[:40])
    return [{"land": one[1].upper(), "number": one[2].strip()} for one in found if one]


@dataclass(frozen=True)
class Choice:
    """One of a few values, each with the words by which people call it; the first is the German one we write."""

    words: Mapping[str, tuple[str, ...]]

    def value(self, text: str) -> str:
        """Return the value that a word means; raises `cell_no_choice`."""
        said = _plain(text)
        for value, words in self.words.items():
            if said in {_plain(value), *map(_plain, words)}:
                return value
        raise _fault("cell_no_choice", value=text[:40], choices=self.told())

    def values(self, text: str) -> list[str]:
        """Return the values of several words."""
        return list(dict.fromkeys(self.value(part) for part in _BETWEEN.split(text.strip()) if part))

    def word(self, value: Any) -> str:
        """Return the word that we write."""
        return self.words.get(str(value), (str(value),))[0]

    def told(self) -> str:
        """Return all words that we write, for a note."""
        return ", ".join(words[0] for words in self.words.values())


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-/().]+", "", text.casefold())


@dataclass(frozen=True)
class Codec:
    """How a cell becomes a value of the JSON, and how that is written again."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value)).replace(".", ",")


TEXT: Final = Codec(str)
WHOLE: Final = Codec(whole)
NUMBER: Final = Codec(number, _number_text)
DAY: Final = Codec(day)
YES_NO: Final = Codec(yes_or_no, lambda value: "ja" if value else "nein")
LIST: Final = Codec(listed, as_list)
POSTAL_CODE: Final = Codec(postal_code)
LAND_NUMBERS: Final = Codec(land_numbers, lambda values: as_list(f"{one.land}: {one.number}" for one in values))
WEEKDAYS: Final = Choice(
    {
        "1": ("Mo", "Montag", "Monday"),
        "2": ("Di", "Dienstag", "Tuesday"),
        "3": ("Mi", "Mittwoch", "Wednesday"),
        "4": ("Do", "Donnerstag", "Thursday"),
        "5": ("Fr", "Freitag", "Friday"),
        "6": ("Sa", "Samstag", "Sonnabend", "Saturday"),
        "7": ("So", "Sonntag", "Sunday"),
    }
)
WEEKDAY_LIST: Final = Codec(
    lambda text: [int(value) for value in WEEKDAYS.values(text)],
    lambda values: ", ".join(WEEKDAYS.word(value) for value in sorted(values)),
)


def one_of(choice: Choice) -> Codec:
    """Return the codec of a single choice."""
    return Codec(choice.value, choice.word)


def some_of(choice: Choice) -> Codec:
    """Return the codec of a set of choices."""
    return Codec(choice.values, lambda values: ", ".join(choice.word(value) for value in sorted(values)))
