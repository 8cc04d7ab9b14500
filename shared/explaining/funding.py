"""Hints on funding as sentences: carefully worded, since only those who grant it can promise it."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.events.base import Language
from shared.events.matching import FundingCondition, FundingHint
from shared.explaining.params import Params, day, number
from shared.explaining.voice import Voice
from shared.language import decimal, euros, long_day


def funding(hint: FundingHint, language: Language | str) -> str:
    """Return a hint for the company: its name, and what to do or why it does not apply."""
    voice = Voice(Language(language), "company")
    said = f"{hint.title}: {_said(voice, hint)}"
    if hint.checked_on is None or not hint.source:
        return said
    as_of = voice.say("As of {day}; source: {source}.", day=long_day(hint.checked_on, language), source=hint.source)
    return f"{said} {as_of}"


def _said(v: Voice, hint: FundingHint) -> str:
    if hint.condition is None or hint.verdict == "may_apply":
        if hint.verdict == "fails":
            return v.say("does not apply.")
        if hint.applicant == "learner":
            return v.say("may apply; whoever takes part applies for it.")
        return v.say("may apply; ask the Arbeitgeber-Service of your Agentur für Arbeit.")
    if hint.verdict == "fails":
        return _FAILS[hint.condition](v, hint.params)
    return v.say("not certain: {question}", question=v.say(_UNKNOWN[hint.condition]))


def _short(v: Voice, params: Params) -> str:
    hours, above = number(params, "hours"), number(params, "above")
    if hours is None or above is None or hours > above:
        return v.say("does not apply; the course is too short.")
    few, many = decimal(hours, v.language), decimal(above, v.language)
    return v.say(
        "does not apply; the course has {hours} hours, and more than {above} are needed.", hours=few, above=many
    )


def _not_yet(v: Voice, params: Params) -> str:
    begins = day(params, "from")
    if begins is None:
        return v.say("does not apply yet.")
    return v.say("applies to courses from {day} on only.", day=long_day(begins, v.language))


def _too_cheap(v: Voice, params: Params) -> str:
    least = number(params, "least")
    if least is None:
        return v.say("does not apply; the course costs too little.")
    return v.say(
        "does not apply; the course would have to cost at least {price} a person.", price=euros(least, v.language)
    )


_FAILS: Final[Mapping[FundingCondition, Callable[[Voice, Params], str]]] = {
    "suspended": lambda v, _: v.say("suspended at present."),
    "ended": lambda v, _: v.say("has ended."),
    "not_yet": _not_yet,
    "promotion": lambda v, _: v.say("does not apply; it is for degrees such as Meister or Fachwirt."),
    "hours": _short,
    "azav": lambda v, _: v.say("does not apply; the course is not approved (AZAV)."),
    "provider": lambda v, _: v.say("does not apply; the provider is not approved (AZAV)."),
    "price": _too_cheap,
    "land": lambda v, _: v.say("does not apply in your Land."),
    "state": lambda v, _: v.say("does not apply at present."),
}

_UNKNOWN: Final[Mapping[FundingCondition, str]] = {
    "suspended": "ask whether it is open at present.",
    "ended": "ask whether it is still open.",
    "not_yet": "it depends on when the course starts.",
    "promotion": "it is for degrees such as Meister or Fachwirt.",
    "hours": "it depends on how many hours the course has.",
    "azav": "it depends on whether the course is approved (AZAV).",
    "provider": "it depends on whether the provider is approved (AZAV).",
    "price": "it depends on what the course costs.",
    "land": "it depends on the Land in which your company is.",
    "state": "ask whether it is open at present.",
}
