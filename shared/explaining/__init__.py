"""Why an offer fits a need, as sentences: made from the codes and parameters that matching publishes.

No sentence contradicts its verdict: parameters that are missing, or that say something else, are left out of it.
"""

from dataclasses import dataclass
from typing import Final

from shared.events.base import Language
from shared.events.matching import Criterion, CriterionCode, Match, Verdict
from shared.explaining.funding import funding
from shared.explaining.labels import LABELS
from shared.explaining.missing import advised, excluding, near_miss
from shared.explaining.sentences import SENTENCES
from shared.explaining.voice import Side, Voice

__all__ = ["Reason", "Side", "advised", "excluding", "funding", "headline", "label", "near_miss", "reasons"]

ABOUT_THE_COMPANY: Final = frozenset(
    {"km", "radius_km", "wanted", "max_price_eur", "earliest", "latest", "has", "persons", "latest_end"}
)
"""Parameters that come from the need: never told to a provider while the company is anonymous."""


@dataclass(frozen=True)
class Reason:
    """One criterion of a match as a whole sentence, or two."""

    code: CriterionCode
    verdict: Verdict
    text: str


def reasons(match: Match, language: Language | str, side: Side, *, anonymous: bool = False) -> list[Reason]:
    """Return what speaks for a match and what is open, in matching's order.

    `anonymous` leaves out what would help a provider to find out which company it is, and what it wants to pay.
    """
    voice = Voice(Language(language), side)
    found = []
    for criterion in match.criteria:
        params = dict(criterion.params)
        if anonymous and side == "provider":
            params = {name: value for name, value in params.items() if name not in ABOUT_THE_COMPANY}
        text = SENTENCES[criterion.code](voice, criterion.verdict, params)
        found.append(Reason(criterion.code, criterion.verdict, text))
    return found


def label(code: CriterionCode, language: Language | str) -> str:
    """Return a criterion's name for a table or a line: Ort, Termin, Preis."""
    return Voice(Language(language), "company").say(LABELS[code])


def headline(match: Match, language: Language | str) -> str:
    """Return one line for lists: what fits, what is open, what does not fit, by name."""
    voice = Voice(Language(language), "company")

    def named(verdict: Verdict) -> str:
        return ", ".join(label(each.code, language) for each in match.criteria if _is_telling(each, verdict))

    parts = []
    if fits := named("fits"):
        parts.append(voice.say("fits: {names}", names=fits))
    if unknown := named("unknown"):
        parts.append(voice.say("open: {names}", names=unknown))
    if lacks := named("not"):
        parts.append(voice.say("does not fit: {names}", names=lacks))
    return " · ".join(parts)


def _is_telling(criterion: Criterion, verdict: Verdict) -> bool:
    # That an offer exists and may be seen goes without saying where it is shown.
    return criterion.verdict == verdict and not (verdict == "fits" and criterion.code in {"lifecycle", "visibility"})
