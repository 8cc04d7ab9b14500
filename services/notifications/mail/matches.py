"""Mails about matches: what was found for the reader's needs and offers, and why it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.notifications.mail.cleaning import header, lines, one_line
from services.notifications.mail.letter import Entry, Letter
from services.notifications.mail.words import Links, Worded, catalogue
from shared.events import NeedSnapshot
from shared.events.base import Language
from shared.events.surveys import CourseDate
from shared.explaining import Reason, reasons
from shared.language import euros, long_day
from shared.links import match_url

SHOWN_IN_FULL: Final = 10
"""Matches; further ones are named with their link."""
LONGEST_DESCRIPTION: Final = 400


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


def about_matches(letter: Letter, links: Links) -> Worded:
    """Word a letter about matches."""
    language = letter.to.language
    shown = [_shown(links, letter, entry) for entry in letter.entries]
    return Worded(
        template="matches",
        language=language,
        subject=_subject(shown, language),
        values={"shown": shown[:SHOWN_IN_FULL], "more": shown[SHOWN_IN_FULL:]},
        name=one_line(letter.to.name),
        network=_network(letter),
    )


def _network(letter: Letter) -> str | None:
    """Return the network in which the reader's needs and offers are; None when there are several."""
    own = {
        network
        for entry in letter.entries
        for network in (entry.need if entry.kind == "offer_for_need" else entry.offer).networks
    }
    return own.pop() if len(own) == 1 else None


def _shown(links: Links, letter: Letter, entry: Entry) -> Shown:
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
        url=match_url(links.public_url, links.key, letter.to.id, entry.need.id, entry.offer.id),
        for_need=for_need,
    )


def _texts(why: Sequence[Reason], verdict: str) -> tuple[str, ...]:
    found = (each for each in why if each.verdict == verdict)
    return tuple(
        one_line(each.text, 500)
        for each in found
        if not (verdict == "fits" and each.code in {"lifecycle", "visibility"})
    )


def _facts(entry: Entry, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what a reader looks for first, as label and value; what is not known is left to the open questions."""
    say = catalogue(language).ugettext
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
    sentences = catalogue(language)
    count = len(shown)
    for_needs = sum(each.for_need for each in shown)
    if count == 1:
        sentence = "An offer fits your need: {title}" if for_needs else "A need fits your offer: {title}"
        return header(sentences.ugettext(sentence).format(title=shown[0].title))
    if for_needs == count:
        sentence = sentences.ungettext("{n} offer fits your needs", "{n} offers fit your needs", count)
    elif for_needs == 0:
        sentence = sentences.ungettext("{n} need fits your offers", "{n} needs fit your offers", count)
    else:
        sentence = sentences.ungettext("{n} new match", "{n} new matches", count)
    return sentence.format(n=count)
