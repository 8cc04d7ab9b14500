"""Letters as messages: text and HTML, German or English, with the headers that mail servers and readers expect."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.mail.cleaning import header, lines, one_line
from services.notifications.mail.letter import Entry, Letter
from services.notifications.mail.policy import new_message
from shared.events import NeedSnapshot
from shared.events.base import Language
from shared.events.surveys import CourseDate
from shared.explaining import Reason, reasons
from shared.language import euros, long_day, translations
from shared.links import match_url, unsubscribe_url

HERE: Final = Path(__file__).parent
SHOWN_IN_FULL: Final = 10
"""Matches; further ones are named with their link."""
LONGEST_DESCRIPTION: Final = 400
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
"""One mailbox in plain ASCII, since it also goes into a command to the server: no blank, quote, bracket or comma."""


class UnusableAddress(ValueError):  # noqa: N818 - it names what was found
    """What is kept as an address cannot be one; no server is asked."""


@dataclass(frozen=True)
class Shown:
    """One match as a mail shows it; every text is clean."""

    about: str
    """The reader's own need or offer."""
    title: str
    """What was found for it."""
    by: str | None
    """Who offers or needs it; None when that is not told."""
    description: str
    facts: tuple[tuple[str, str], ...]
    fits: tuple[str, ...]
    unknown: tuple[str, ...]
    lacks: tuple[str, ...]
    url: str
    for_need: bool


class Renderer:
    """Words letters; knows the address of the portal and the key of its links."""

    def __init__(self, public_url: str, link_key: bytes, sender: str) -> None:
        self._public_url = public_url
        self._key = link_key
        self._sender = Address(display_name="Bedarfswerk", addr_spec=sender)

    def render(self, letter: Letter) -> bytes:
        """Return the whole message as a server receives it; the same letter always gives the same bytes.

        Raises UnusableAddress when the member's address cannot be written into a header.
        """
        language = letter.to.language
        shown = [self._shown(letter, entry) for entry in letter.entries]
        unsubscribe = unsubscribe_url(self._public_url, self._key, letter.to.id)
        values: dict[str, Any] = {
            "language": str(language),
            "name": one_line(letter.to.name),
            "shown": shown[:SHOWN_IN_FULL],
            "more": shown[SHOWN_IN_FULL:],
            "unsubscribe": unsubscribe,
            "subject": _subject(shown, language),
        }
        message = new_message()
        message["Message-ID"] = f"<{letter.mail}@{self._sender.domain}>"
        message["Date"] = format_datetime(letter.written_at)
        message["From"] = self._sender
        message["To"] = _address(letter)
        message["Subject"] = values["subject"]
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = str(language)
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(_templates(language).get_template("mail.txt").render(values), cte="quoted-printable")
        html = _templates(language).get_template("mail.html").render(values)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message.set_boundary(f"=_{letter.mail}")
        return message.as_bytes()

    def _shown(self, letter: Letter, entry: Entry) -> Shown:
        language, for_need = letter.to.language, entry.kind == "offer_for_need"
        anonymous = entry.need.visibility == "anonymous"
        side: Any = "company" if for_need else "provider"
        why = reasons(entry.match, language, side, anonymous=anonymous)
        own, other = (entry.need, entry.offer) if for_need else (entry.offer, entry.need)
        by = entry.provider if for_need else entry.company
        return Shown(
            about=one_line(own.title),
            title=one_line(other.title),
            by=one_line(by) if by and (for_need or not anonymous) else None,
            description=lines(other.description, LONGEST_DESCRIPTION),
            facts=_facts(entry, language),
            fits=_texts(why, "fits"),
            unknown=_texts(why, "unknown"),
            lacks=_texts(why, "not"),
            url=match_url(self._public_url, self._key, letter.to.id, entry.need.id, entry.offer.id),
            for_need=for_need,
        )


def _address(letter: Letter) -> Address:
    if not _ADDRESS.fullmatch(letter.to.email):
        raise UnusableAddress
    try:
        return Address(addr_spec=letter.to.email)
    except Exception as error:  # the parser of addresses raises IndexError and others for hostile ones
        raise UnusableAddress from error


def _texts(why: Sequence[Reason], verdict: str) -> tuple[str, ...]:
    found = (each for each in why if each.verdict == verdict)
    return tuple(
        one_line(each.text, 500)
        for each in found
        if not (verdict == "fits" and each.code in {"lifecycle", "visibility"})
    )


def _facts(entry: Entry, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what a reader looks for first, as label and value; what is not known is left to the open questions."""
    say = translations(HERE.parent, language).ugettext
    if entry.kind == "offer_for_need":
        date, price = _date_of(entry), entry.offer.price_eur
        facts = {
            say("Start"): long_day(date.starts_on, language) if date and date.starts_on else None,
            say("Place"): date.place.town if date else None,
            say("Price a person"): euros(price, language) if price is not None else None,
        }
    elif entry.need.visibility == "anonymous":
        facts = {}
    else:
        facts = {say("People"): _persons(entry.need), say("Place"): entry.need.place.town}
    return tuple((label, one_line(value)) for label, value in facts.items() if value)


def _persons(need: NeedSnapshot) -> str | None:
    bounds = sorted({number for number in (need.persons_min, need.persons_max) if number})
    return "\N{EN DASH}".join(str(number) for number in bounds) or None


def _date_of(entry: Entry) -> CourseDate | None:
    return next((date for date in entry.offer.dates if date.id == entry.match.course_date), None)


def _subject(shown: Sequence[Shown], language: Language) -> str:
    catalogue = translations(HERE.parent, language)
    count = len(shown)
    for_needs = sum(each.for_need for each in shown)
    if count == 1:
        sentence = "An offer fits your need: {title}" if for_needs else "A need fits your offer: {title}"
        return header(catalogue.ugettext(sentence).format(title=shown[0].title))
    if for_needs == count:
        sentence = catalogue.ungettext("{n} offer fits your needs", "{n} offers fit your needs", count)
    elif for_needs == 0:
        sentence = catalogue.ungettext("{n} need fits your offers", "{n} needs fit your offers", count)
    else:
        sentence = catalogue.ungettext("{n} new match", "{n} new matches", count)
    return sentence.format(n=count)


@cache
def _templates(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    catalogue = translations(HERE.parent, language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.ugettext, catalogue.ungettext, newstyle=True
    )
    return environment
