"""What the rows of reports are called, in the reader's language; page and workbook say the same."""

from collections.abc import Callable, Mapping

from services.portal.pages import HERE
from shared.events.base import Language
from shared.language import translations

Say = Callable[[str], str]


def say_in(language: Language) -> Say:
    """Return what translates an English sentence of the portal."""
    return translations(HERE, language).gettext


def statuses(_: Say) -> dict[str, str]:
    """Return how needs stand."""
    return {"open": _("open"), "covered": _("covered"), "withdrawn": _("withdrawn"), "expired": _("expired")}


def offer_statuses(_: Say) -> dict[str, str]:
    """Return how offers stand."""
    return {
        "published": _("published"),
        "permanent": _("permanent offer"),
        "preparing": _("planned"),
        "ended": _("ended"),
        "blocked": _("blocked"),
        "withdrawn": _("withdrawn"),
    }


def sources(_: Say) -> dict[str, str]:
    """Return where needs come from."""
    return {
        "survey": _("survey"),
        "visit": _("visit to a company"),
        "workshop": _("workshop"),
        "import": _("file"),
        "api": _("entered here"),
    }


def said(_: Say) -> dict[str, str]:
    """Return what people said about matches."""
    return {
        "interested": _("interested"),
        "contacted": _("in contact"),
        "booked": _("booked"),
        "dismissed": _("does not fit"),
    }


def reasons(_: Say) -> dict[str, str]:
    """Return why companies said that something does not fit."""
    return {
        "too_far": _("It is too far away"),
        "wrong_level": _("The level is wrong"),
        "dates": _("The dates do not suit"),
        "price": _("The price does not suit"),
        "format": _("The form of teaching does not suit"),
        "this_provider": _("Not with this partner"),
        "already_solved": _("It is already solved"),
        "not_relevant": _("It is not about our topic"),
        "": _("no reason given"),
    }


def eu_sizes(_: Say) -> dict[str, str]:
    """Return the size classes of the EU's recommendation."""
    return {
        "micro": _("fewer than 10 employees"),
        "small": _("10 to 49 employees"),
        "medium": _("50 to 249 employees"),
        "large": _("250 employees and more"),
        "": _("size not known"),
    }


def sgb_sizes(_: Say) -> dict[str, str]:
    """Return the size classes of § 82 SGB III."""
    return {
        "below_50": _("fewer than 50 employees"),
        "50_to_499": _("50 to 499 employees"),
        "500_and_more": _("500 employees and more"),
        "": _("size not known"),
    }


def topic(_: Say, names: Mapping[str, str], code: str) -> str:
    """Return a topic's name."""
    return _("other topics") if code in {"", "other"} else names.get(code, code)


def district(_: Say, area: str | None) -> str:
    """Return a postal area as people write it."""
    return f"{area}xx" if area else _("place not known")


def month(value: str) -> str:
    """Return 2026-11 as 11/2026."""
    return f"{value[5:]}/{value[:4]}"
