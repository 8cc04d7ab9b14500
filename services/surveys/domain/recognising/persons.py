"""How many people are to be taught; how many a company has in all is another matter and is left alone."""
# ruff: noqa: E501, RUF001 - patterns of German text, with its dashes, read best uncut

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from services.surveys.domain.recognising.finding import Finding
from services.surveys.domain.recognising.numbers import NUMBER, number

MOST: Final = 10_000
_PEOPLE: Final = (
    r"(?:leuten?|personen|person|ma|mann|kolleg(?:en|e|innen|in)|beschäftigten?|azubis?|auszubildenden?|lehrlingen?|"
    r"lehrling|teilnehme(?:r|rn|rinnen|nden?)|tn|schlossern?|schweißern?|gesellen?|meistern?|helfe?rn?|fahrern?|"
    r"ungelernten?|angelernten?|damen|herren|frauen|männern?|vorarbeitern?|quereinsteigern?|monteuren?|technikern?|"
    r"elektrikern?|elektronikern?|mechanikern?|mechatronikern?|installateuren?|tischlern?|maurern?|malern?|köchen?|"
    r"dachdeckern?|verkäufern?|verkäuferinnen|erzieherinnen|ingenieuren?|sachbearbeite(?:rn?|rinnen)|"
    r"disponenten|lageristen|zerspanern?|drehern?|fräsern?|bürokräften?|plätzen?|"
    r"people|persons?|employees?|staff|workers?|trainees?|apprentices?|participants?|colleagues?|managers?|welders?|"
    r"[a-zäöüß]{0,25}(?:mitarbeiter|mitarbeitern|mitarbeitenden?|mitarbeiterinnen|mitarbeiterin|kräften?|kraft|"
    r"kollegen|kolleginnen|helfern?|helferinnen|fahrern?|meistern?|schlossern?|schweißern?|technikern?|monteuren?|mechanikern?|mechatronikern?|elektronikern?|verkäufern?|verkäuferinnen|ingenieuren?|leitern?|leiterinnen|führern?|pfleger|pflegern|pflegerinnen|arbeitern?|assistenten?|leute|leuten)"
    r")"
)
_ROUGHLY: Final = r"(?:ca\.?|circa|etwa|rund|ungefähr|about|around)"
_AT_LEAST: Final = r"(?:mindestens|mind\.|min\.|wenigstens|at least)"
_AT_MOST: Final = r"(?:bis zu|maximal|max\.?|höchstens|up to|at most)"
_COUNT: Final = re.compile(
    rf"(?<![\w.,])(?:(?P<least>{_AT_LEAST})[ ]|(?P<most>{_AT_MOST})[ ]|(?:{_ROUGHLY})[ ]?)?"
    rf"(?P<first>{NUMBER})(?:[ ]?(?:-|–|/|bis|oder|to|or)[ ]?(?P<second>{NUMBER}))?"
    rf"(?:[ ]?x)?[ ](?:[a-zäöüß]{{2,20}}(?:e|er|en|rer|rem|skilled)[ ]){{0,2}}(?P<people>{_PEOPLE})(?:[:*/_]-?innen)?(?![\w-])"
)
_OF_THEM: Final = re.compile(rf"(?<![\w.,])(?P<first>{NUMBER})[ ](?:davon|von ihnen|of them)(?!\w)")
_AND: Final = re.compile(r"\s?(?:und|sowie|\+|plus|and|&)\s(?:noch\s)?")
_WHOLE_BEFORE: Final = re.compile(
    r"(?:(?:betrieb|firma|unternehmen|belegschaft|team|werkstatt|handwerksbetrieb|company)[ ](?:mit|von|hat|with)|"
    r"wir sind|beschäftigen|beschäftigt|insgesamt|gesamt|aktuell|derzeit|zurzeit|zählt|wir haben|sie haben|"
    r"hat|von(?: unseren| den)?|mitarbeiterzahl:?|we are|we have|employs|in total|seit|vor)[ ](?:nur |knapp |gut )?$"
)
_WHOLE_AFTER: Final = re.compile(
    r"[ ]?(?:insgesamt|gesamt|im betrieb|in der firma|im unternehmen|stark|beschäftigt|groß|in total|"
    r"an \w{3,12} standorten)(?!\w)"
)


def persons(low: str) -> Iterator[Finding]:
    """Find numbers of people in a text in lower case; "3 Schlosser und 2 Azubis" are five."""
    found = [match for match in _COUNT.finditer(low) if not _is_head_count(low, match)]
    found += [] if found else list(_OF_THEM.finditer(low))
    added = _sum(low, found)
    if added:
        yield added
        return
    for match in found:
        yield from _read(match)


def _is_head_count(low: str, match: re.Match[str]) -> bool:
    before = low[max(0, match.start() - 60) : match.start()]
    return bool(_WHOLE_BEFORE.search(before) or _WHOLE_AFTER.match(low, match.end()))


def _sum(low: str, found: list[re.Match[str]]) -> Finding | None:
    """Return the sum of counts that "und" joins directly."""
    plain = all(not (match["least"] or match["most"] or match["second"]) for match in found if match.re is _COUNT)
    joined = all(_AND.fullmatch(low, earlier.end(), later.start()) for earlier, later in pairwise(found))
    if len(found) < 2 or not plain or not joined:  # noqa: PLR2004 - a sum has two parts
        return None
    total = sum(number(match["first"]) for match in found)
    return Finding("persons_min", total, found[0].start(), found[-1].end()) if total <= MOST else None


def _read(match: re.Match[str]) -> Iterator[Finding]:
    groups = match.groupdict()
    first = number(match["first"])
    second = number(groups["second"]) if groups.get("second") else None
    if not 1 <= first <= (second or first) <= MOST:
        return
    if not groups.get("most") or second is not None:
        yield Finding("persons_min", first, *match.span())
    if groups.get("most") or second is not None:
        yield Finding("persons_max", second or first, *match.span())
