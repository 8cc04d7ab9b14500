"""How, how far, why, for whom, at what price: wishes that single words give away."""
# ruff: noqa: E501, RUF001 - patterns of German text, with its dashes, read best uncut

import re
from collections.abc import Iterator
from typing import Final

from services.surveys.domain.recognising.finding import Finding
from services.surveys.domain.recognising.numbers import amount
from services.surveys.domain.recognising.wish_words import DELIVERY, TIMES, WISHES

DEAREST_EUR: Final = 1_000_000
MINUTES_OF_A_UNIT: Final = 45

_RULES: Final = tuple(
    (field, value, tuple(stems.split()), re.compile(pattern))
    for field, value, stems, pattern in (*DELIVERY, *TIMES, *WISHES)
)
_NOT_BEFORE: Final = re.compile(
    r"(?<!\w)(?:nicht|kein(?:e[nrsm]?)?|ohne|auf keinen fall|ungern|statt|not?|without|never)[ ](?:(?:nur|am|im|in|per|unbedingt|als|die|den|das|an|so|sehr|eine[nr]?)[ ]){0,3}$"
)
_NOT_AFTER: Final = re.compile(
    r"[ ]?(?:-?[a-zäöüß]{0,12}[ ]){0,2}?(?:(?:ist|sind|wäre|wird|geht|passt|kommt|brauchen wir|nötig)[ ])?"
    r"(?:nicht(?! nur)|kein(?:e)?(?:sfalls)?|ungünstig|schlecht|ausgeschlossen|egal|unnötig|vorhanden|sind da|da|not|bekannt)(?!\w)"
)
_AFTER_MATTERS: Final = frozenset(
    {"delivery", "time_models", "azav_wanted", "certificate_wanted", "level", "pooling", "funding_interest"}
)


def wishes(low: str, ends: list[int]) -> Iterator[Finding]:
    """Find wishes in a text in lower case; `ends` are the ends of its clauses, in order, where a "nicht" ceases."""
    for field, value, stems, pattern in _RULES:
        if not any(stem in low for stem in stems):
            continue
        for match in pattern.finditer(low):
            denied = _is_denied(low, match, ends, field)
            if denied and field in {"urgency", "trigger", "target_groups"}:
                continue
            yield Finding(field, value, *match.span(), denied=denied)


def _is_denied(low: str, match: re.Match[str], ends: list[int], field: str) -> bool:
    if _NOT_BEFORE.search(low[max(0, match.start() - 40) : match.start()]):
        return True
    until = next((end for end in ends if end >= match.end()), len(low))
    return field in _AFTER_MATTERS and bool(_NOT_AFTER.match(low, match.end(), until))


_SUM: Final = r"(?P<sum>[0-9]{1,3}(?:\.[0-9]{3}){1,2}(?:,[0-9][0-9])?|[0-9]{1,6}(?:,[0-9][0-9]?|,-{1,2}|,–)?)"
_LIMIT: Final = r"(?:max\.?|maximal|höchstens|bis(?: zu)?|nicht mehr als|unter|up to|at most|not more than|less than)"
_PRICE: Final = re.compile(
    rf"(?:(?P<limit>{_LIMIT})[ ](?:ca\.?[ ]|etwa[ ])?|(?P<budget>budget|kosten|preis|preisrahmen|price)(?:[ ](?:von|ist|liegt bei|ca\.|etwa|pro (?:person|kopf)|max\.?|maximal|bis|of))*:?[ ])"
    rf"(?:€[ ]?)?{_SUM}[ ]?(?:€|euro|eur)(?!\w)|(?P<limit2>{_LIMIT})[ ]€[ ]?(?P<sum2>[0-9]{{1,6}})(?![0-9.,][0-9])"
    r"|(?<![\w.,])(?P<sum3>[0-9]{1,3}\.[0-9]{3}|[0-9]{1,6})[ ]?(?:€|euro|eur)(?=[ ]?(?:/|pro |je |a |per )[ ]?(?:person|kopf|nase|teilnehmer|tn|ma(?!\w)|mitarbeiter|head))"
)
_EACH: Final = re.compile(
    r"[ ]?(?:/|pro|je|per|a)[ ]?(?:person|kopf|nase|teilnehmer\w*|tn|ma|mitarbeiter\w*|head|employee)(?!\w)|[ ]p\.?[ ]?p\.?(?!\w)"
)
_ELSE: Final = re.compile(
    r"(?:insgesamt|gesamt\w*|zusammen|für alle|in summe|pro (?:jahr|tag|stunde|monat|std)|im jahr|jährlich|je (?:tag|stunde)|/ ?(?:tag|h|std|stunde|jahr)|total|overall|per (?:day|hour|year))"
)
_HOURS: Final = re.compile(
    rf"(?<!\w){_LIMIT}[ ](?P<count>[0-9]{{1,4}})[ ]?(?P<unit>stunden|std\.?|h|ue|unterrichtseinheiten|unterrichtsstunden|hours)(?!\w)"
)


def prices(low: str, ends: list[int]) -> Iterator[Finding]:
    """Find the most that one person's course may cost; a sum for all, a day or a year is left alone."""
    for match in _PRICE.finditer(low):
        until = next((end for end in ends if end >= match.end()), len(low))
        rest = low[match.end() : min(until, match.end() + 60)]
        each = bool(_EACH.match(rest)) or "pro person" in match[0] or "pro kopf" in match[0]
        before = low[max(0, match.start() - 30) : match.start()]
        other = not each and (_ELSE.search(rest) or _ELSE.search(before) or "gesamt" in match[0])
        limited = match["limit"] or match["limit2"] or match["sum3"]
        value = amount(match["sum"] or match["sum2"] or match["sum3"])
        if value is not None and value <= DEAREST_EUR and not other and (each or (limited and "budget" not in before)):
            last = _EACH.match(rest)
            yield Finding("max_price_eur", value, match.start(), match.end() + (last.end() if last else 0))


def hours(low: str) -> Iterator[Finding]:
    """Find the most hours of 60 minutes that a course may take."""
    for match in _HOURS.finditer(low):
        units = match["unit"].startswith(("ue", "unterricht"))
        count = int(match["count"]) * (MINUTES_OF_A_UNIT / 60 if units else 1)
        if count > 0:
            yield Finding("hours_max", count, *match.span())


_CEFR: Final = re.compile(
    r"(?:sprechen|haben|können|kann|spricht|hat|deutschkenntnisse|sprachniveau|derzeit|aktuell|deutsch ist|deutsch etwa)"
    r"(?:[ ](?:\w{2,15}|ca\.)){0,3}[ :]{1,2}(?P<level>[abc][12])(?!\w)"
)


def german(low: str) -> Iterator[Finding]:
    """Find the level of German that people have; a course that leads to one is another matter."""
    for match in _CEFR.finditer(low):
        yield Finding("cefr", match["level"].upper(), *match.span())
