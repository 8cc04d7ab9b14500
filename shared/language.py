"""German and English: catalogues by folder; dates, prices and distances as people write them."""

from datetime import date
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import Translations

from shared.events.base import Language

HOME: Final = ZoneInfo("Europe/Berlin")
_LOCALES: Final = {Language.DE: Locale("de", "DE"), Language.EN: Locale("en", "GB")}


@cache
def translations(folder: Path, language: Language | str) -> Translations:
    """Return the sentences of `<folder>/locales/`, from `<language>.po` and `*.<language>.po`, as one catalogue.

    The keys are the English sentences, so English needs no file; an untranslated sentence stays English.
    """
    language = Language(language)
    whole = Catalog(locale=_LOCALES[language])
    for path in sorted((folder / "locales").glob("*.po")):
        if path.name == f"{language}.po" or path.name.endswith(f".{language}.po"):
            with path.open("rb") as file:
                part = read_po(file, locale=_LOCALES[language], abort_invalid=True)
            for message in part:
                if message.id and not message.fuzzy:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def long_day(day: date, language: Language | str) -> str:
    """Return a day as in a letter: 12. Januar 2027, 12 January 2027."""
    return format_date(day, "long", locale=_LOCALES[Language(language)])


def euros(amount: float, language: Language | str) -> str:
    """Return a price: 1.250 €, €1,250; cents only where there are some."""
    whole = round(amount, 2) == round(amount)
    locale = _LOCALES[Language(language)]
    if not whole:
        return format_currency(amount, "EUR", locale=locale)
    pattern = "#,##0\u00a0¤" if Language(language) is Language.DE else "¤#,##0"
    return format_currency(amount, "EUR", pattern, locale=locale, currency_digits=False)


def decimal(number: float, language: Language | str) -> str:
    """Return a number as it is written: 1.200,5 or 1,200.5."""
    return format_decimal(number, locale=_LOCALES[Language(language)])


def kilometres(distance: float, language: Language | str, *, above: float | None = None) -> str:
    """Return a distance in whole kilometres, rounded up where rounding would hide that it lies `above` a limit."""
    whole = round(distance)
    if above is not None and whole <= above < distance:
        whole = ceil(distance)
    return f"{format_decimal(whole, locale=_LOCALES[Language(language)])}\u00a0km"


def listed(words: list[str], language: Language | str) -> str:
    """Return words as an enumeration: a, b und c."""
    return format_list(words, locale=_LOCALES[Language(language)])
