"""Days and spans of days as people say them: ab März, im 2. Quartal 2027, bis Ende April, spätestens 15.4.2027."""
# ruff: noqa: E501, RUF001 - patterns of German text, with its dashes, read best uncut

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.surveys.domain.recognising.finding import Finding
from services.surveys.domain.recognising.numbers import NUMBER, number

_MONTH_NAMES: Final = (
    ("januar", "jan", "january", "jänner"),
    ("februar", "feb", "february"),
    ("märz", "mrz", "maerz", "march"),
    ("april", "apr"),
    ("mai", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "okt", "october", "oct"),
    ("november", "nov"),
    ("dezember", "dez", "december", "dec"),
)
MONTHS: Final = {name: index for index, names in enumerate(_MONTH_NAMES, 1) for name in names}
SEASONS: Final = {"frühjahr": 3, "frühling": 3, "spring": 3, "sommer": 6, "summer": 6, "herbst": 9, "autumn": 9}
"""First month of three; a winter lies in two years and is left alone."""
PARTS: Final = {
    "anfang": (1, 10),
    "mitte": (11, 20),
    "ende": (21, 31),
    "early": (1, 10),
    "mid": (11, 20),
    "end of": (21, 31),
}
NEAREST_YEARS: Final = range(2000, 2100)

_YEAR: Final = r"(?P<year>20[0-9][0-9])"
_NAMES: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_SPAN: Final = re.compile(
    r"(?<![\w.,])(?:"
    r"(?P<iso>20[0-9][0-9]-[0-9][0-9]-[0-9][0-9])"
    r"|(?P<day>[0-9]{1,2})\.[ ]?(?P<month>[0-9]{1,2})\.(?:[ ]?(?P<dyear>20[0-9][0-9]|[0-9][0-9])(?![0-9.]))?"
    rf"|(?:(?P<nday>[0-9]{{1,2}})\.[ ]?|(?P<part>{'|'.join(PARTS)})[ -]?(?:des monats )?)?"
    rf"(?P<name>{_NAMES})(?!\w)\.?(?:[ ]?(?:/[ ]?(?P<name2>{_NAMES})(?!\w)))?(?:[ ](?P<myear>20[0-9][0-9]))?"
    r"|(?:(?P<q1>[1-4])\.?[ ]?(?:quartal|quarter)|q[ ]?(?P<q2>[1-4]))(?!\w)(?:[ /.]{0,3}(?P<qyear>20[0-9][0-9]))?"
    r"|(?:(?P<h1>[12])\.[ ]?(?:halbjahr|hj)|(?P<h2>erste|zweite)[ns]?[ ]halbjahr)(?!\w)(?:[ /]{0,2}(?P<hyear>20[0-9][0-9]))?"
    r"|(?:kw|kalenderwoche)[ .]{0,2}(?P<w1>[0-9]{1,2})(?![0-9])(?:[ /]{1,3}(?P<wyear>20[0-9][0-9]))?"
    r"|(?P<w2>[0-9]{1,2})\.[ ]?(?:kw|kalenderwoche)(?!\w)(?:[ /]{1,3}(?P<wyear2>20[0-9][0-9]))?"
    rf"|(?P<season>{'|'.join(SEASONS)})(?!\w)(?:[ ](?P<syear>20[0-9][0-9]))?"
    rf"|(?P<ypart>anfang|mitte|ende)[ ](?:(?:des|nächsten|kommenden)[ ]jahres|(?P<pyear>20[0-9][0-9]))(?!\w)"
    r"|(?P<relative>(?:nächst|kommend|dies)(?:e[nmrs]?)[ ](?:woche|monats?|jahr(?:es)?)|jahresende|"
    r"next (?:week|month|year)|this year)(?!\w)"
    rf"|(?P<in_number>{NUMBER})[ ](?P<in_unit>tagen?|wochen?|monaten?|days|weeks?|months?)(?!\w)"
    r"|(?:jahr(?:e)?[ ])?(?P<only>20[0-9][0-9])(?![\w.,][0-9]|\w)"
    r")"
)


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included, and where the text says so."""

    first: date
    last: date
    start: int
    end: int
    is_ahead: bool = False
    """Said as a distance from today ("in drei Wochen")."""
    is_adverb: bool = False
    """Stands without a preposition ("nächste Woche")."""


def spans(low: str, today: date) -> Iterator[Span]:
    """Find days and spans in a text in lower case; a month without a year is the next one from today on."""
    for match in _SPAN.finditer(low):
        try:
            days = _days(match, today)
        except (ValueError, OverflowError):  # 31.2. and the like
            continue
        if days and days[0] <= days[1] and days[0].year in NEAREST_YEARS:
            yield Span(
                *days,
                *match.span(),
                is_ahead=match["in_number"] is not None,
                is_adverb=match["relative"] is not None,
            )


def _days(match: re.Match[str], today: date) -> tuple[date, date] | None:  # noqa: C901, PLR0911 - one line a way to say it
    said = match.groupdict()
    if said["iso"]:
        return _single(date.fromisoformat(said["iso"]))
    if said["day"]:
        return _single(_dated(int(said["day"]), int(said["month"]), said["dyear"], today))
    if said["name"]:
        return _in_month(said, today)
    if quarter := said["q1"] or said["q2"]:
        return _months(3 * int(quarter) - 2, 3, said["qyear"], today)
    if said["h1"] or said["h2"]:
        half = int(said["h1"]) if said["h1"] else 1 + (said["h2"] == "zweite")
        return _months(6 * half - 5, 6, said["hyear"], today)
    if week := said["w1"] or said["w2"]:
        return _week(int(week), said["wyear"] or said["wyear2"], today)
    if said["season"]:
        return _months(SEASONS[said["season"]], 3, said["syear"], today)
    if said["ypart"]:
        return _part_of_year(said["ypart"], int(said["pyear"] or today.year + 1))
    if said["relative"]:
        return _relative(said["relative"], today)
    if said["in_number"]:
        return _single(_ahead(number(said["in_number"]), said["in_unit"], today))
    return date(int(said["only"]), 1, 1), date(int(said["only"]), 12, 31)


def _single(day: date) -> tuple[date, date]:
    return day, day


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - digits
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _in_month(said: dict[str, str | None], today: date) -> tuple[date, date]:
    month = MONTHS[said["name"] or ""]
    if said["nday"]:
        return _single(_dated(int(said["nday"]), month, said["myear"], today))
    until = MONTHS[said["name2"]] if said["name2"] else month
    first, last = _months(month, (until - month) % 12 + 1, said["myear"], today)
    if said["part"]:
        begin, end = PARTS[said["part"]]
        return first.replace(day=begin), last.replace(day=min(end, last.day))
    return first, last


def _months(month: int, count: int, year: str | None, today: date) -> tuple[date, date]:
    """Return whole months; without a year those that are not over yet."""
    chosen = int(year) if year else today.year
    first, last = _bounds(chosen, month, count)
    return (first, last) if year or last >= today else _bounds(chosen + 1, month, count)


def _bounds(year: int, month: int, count: int) -> tuple[date, date]:
    later, index = divmod(month - 1 + count - 1, 12)
    until = year + later
    return date(year, month, 1), date(until, index + 1, monthrange(until, index + 1)[1])


def _week(week: int, year: str | None, today: date) -> tuple[date, date]:
    monday = date.fromisocalendar(int(year) if year else today.year, week, 1)
    if not year and monday + timedelta(days=6) < today:
        monday = date.fromisocalendar(today.year + 1, week, 1)
    return monday, monday + timedelta(days=6)


def _part_of_year(part: str, year: int) -> tuple[date, date]:
    months = {"anfang": 1, "mitte": 6, "ende": 11}[part]
    return _bounds(year, months, 2)


def _relative(said: str, today: date) -> tuple[date, date]:
    this = said.startswith(("dies", "this"))
    if said == "jahresende":
        return _single(date(today.year, 12, 31))
    if "woche" in said or "week" in said:
        monday = today - timedelta(days=today.weekday()) + timedelta(days=0 if this else 7)
        return monday, monday + timedelta(days=6)
    if "monat" in said or "month" in said:
        later, index = divmod(today.month - 1 + (not this), 12)
        return _bounds(today.year + later, index + 1, 1)
    year = today.year + (not this)
    return (today if this else date(year, 1, 1)), date(year, 12, 31)


def _ahead(count: int, unit: str, today: date) -> date:
    if unit.startswith(("tag", "day")):
        return today + timedelta(days=count)
    if unit.startswith(("woche", "week")):
        return today + timedelta(weeks=count)
    later, index = divmod(today.month - 1 + count, 12)
    year, month = today.year + later, index + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


_FROM: Final = re.compile(
    r"(?<!\w)(?:ab|frühestens|nicht vor|von|zwischen|from|starting|between|not before)(?: dem| in| im| ca\.?)?[ ]$"
)
_AFTER: Final = re.compile(r"(?<!\w)(?:nach|after)(?: dem)?[ ]$")
_UNTIL: Final = re.compile(
    r"(?<!\w)(?:bis(?: spätestens| zum| zu| einschließlich| in den| in die)?|spätestens(?: bis(?: zum)?| am| zum| im| in)?|"
    r"until|by|no later than|latest|noch(?: in)?|innerhalb (?:von|der nächsten)|in den nächsten|in den kommenden|"
    r"within(?: the next)?|in the next)(?: ca\.?)?[ ]$"
)
_BEFORE: Final = re.compile(r"(?<!\w)(?:vor|before)(?: dem| dem ende)?[ ]$")
_IN: Final = re.compile(
    r"(?<!\w)(?:im|in|am|zum|on|gegen|um|um den|in der|im jahr|start|beginn|termin|zeitraum)(?::)?[ ]$"
)
_TO: Final = re.compile(r"[ ]?(?:bis|-|–|und|oder|to|and|till)(?: zum| in)?[ ]?(?:anfang |mitte |ende )?")
_OTHER: Final = re.compile(
    r"(?<!\w)(?:kommt|kommen|geliefert|lieferung|rente|ruhestand|läuft|laufen|gültig|verfällt|verfallen|messe|"
    r"urlaub|betriebsferien|\w*ferien|seit|gegründet|letzte[nsrm]?|besuch\w*|gespräch vom|telefonat|inbetriebnahme|stand|"
    r"protokoll|einführung|eingeführt|umzug|umgezogen|in betrieb|eröffn\w+|startet die neue|arrives?|retires?|"
    r"expires?|since|visit\w*|last|audit)(?!\w)"
)
_AGAIN: Final = re.compile(
    r"wiedervorlage|(?<!\w)wv(?!\w)|wieder (?:melden|anrufen|vorbei|nachfragen|sprechen|hören|kommen)|nachfass|"
    r"(?<!\w)melde[nt]?(?: wir| ich| sie| er)?(?: uns| mich| sich)|nochmal (?:an|melden|nach|hin)|noch einmal (?:an|melden|nach)|"
    r"rückruf|zurückrufen|erneut (?:melden|anrufen|besuchen)|nachhaken|nachfragen|anrufen|nächster kontakt|"
    r"nächster termin|follow[ -]?up|call back|get back"
)
_DECIDE: Final = re.compile(r"entscheid|beschluss|decision|decide")
_DONE: Final = re.compile(
    r"(?<!\w)(?:fertig|abgeschlossen|abschluss|beendet|bestanden|vorliegen|geschult sein|durch sein|erledigt|"
    r"finished|completed|done|qualifiziert sein)(?!\w)"
)


def dates(low: str, clause: tuple[int, int], today: date) -> Iterator[Finding]:
    """Find what one clause of a text says about start, end, decision and follow-up; past days are left alone."""
    start, end = clause
    found = list(spans(low[start:end], today))
    if not found:
        return
    said = low[start:end]
    if _AGAIN.search(said):
        yield from _moment("follow_up_on", found, start, today)
    elif _DECIDE.search(said):
        yield from _moment("decide_by", found, start, today, last=True)
    elif not _OTHER.search(said):
        done = bool(_DONE.search(said))
        yield from _limits(said, found, start, today, latest="latest_end" if done else "latest_start")


def _moment(field: str, found: list[Span], at: int, today: date, *, last: bool = False) -> Iterator[Finding]:
    for span in found:
        day = span.last if last else max(span.first, today)
        if span.last >= today:
            yield Finding(field, day.isoformat(), at + span.start, at + span.end)


def _limits(said: str, found: list[Span], at: int, today: date, latest: str) -> Iterator[Finding]:
    waiting = list(found)
    while waiting:
        span = waiting.pop(0)
        before = said[max(0, span.start - 40) : span.start]
        following = waiting[0] if waiting else None
        if following and _TO.fullmatch(said, span.end, following.start):
            waiting.pop(0)
            yield from _range(span, following, at + _begin(before, span), today, latest, at)
        else:
            yield from _limit(before, span, at, today, latest)


def _begin(before: str, span: Span) -> int:
    """Return where a saying begins, its preposition included."""
    for preposition in (_FROM, _UNTIL, _AFTER, _BEFORE, _IN):
        if match := preposition.search(before):
            return span.start - len(before) + match.start()
    return span.start


def _range(first: Span, last: Span, begin: int, today: date, latest: str, at: int) -> Iterator[Finding]:  # noqa: PLR0913, PLR0917
    begins, ends = first.first, last.last
    if begins > ends and begins.year - ends.year == 1:  # "November bis Februar": the year of the second counts
        begins = begins.replace(year=begins.year - 1)
    if begins > ends or ends < today:
        return
    yield Finding("earliest_start", max(begins, today).isoformat(), begin, at + last.end)
    yield Finding(latest, ends.isoformat(), begin, at + last.end)


def _limit(before: str, span: Span, at: int, today: date, latest: str) -> Iterator[Finding]:
    where = at + _begin(before, span), at + span.end
    if _FROM.search(before):
        first, last = span.first, None
    elif _AFTER.search(before):
        first, last = span.last + timedelta(days=1), None
    elif _UNTIL.search(before):
        first, last = None, span.last
    elif _BEFORE.search(before):
        first, last = None, span.first - timedelta(days=1)
    elif span.is_ahead:
        return  # "in drei Wochen" may be anything
    elif span.is_adverb or _IN.search(before) or (span.first < span.last and not before.strip(" ,:–-(")):
        first, last = span.first, span.last
    else:
        return
    if span.last < today:
        return
    if first is not None and not (last is not None and latest == "latest_end"):
        yield Finding("earliest_start", max(first, today).isoformat(), *where)
    if last is not None and last >= today:
        yield Finding(latest, last.isoformat(), *where)
