"""Why an offer that teaches the right thing does not fit, and what the company could change: as sentences.

Both are for the company, or for whoever helps it. No sentence says that a limit excludes what it does not.
"""

from collections.abc import Callable, Mapping
from typing import Final

from shared.events.base import Language
from shared.events.matching import Advice, AdviceCode, Criterion, CriterionCode, NearMiss
from shared.explaining.labels import LABELS
from shared.explaining.params import Params, day, number, whole
from shared.explaining.sentences import SENTENCES
from shared.explaining.voice import Voice
from shared.language import euros, kilometres, long_day

_FORMS_AS_WELL: Final = {
    "on_site": "If lessons on site would do as well",
    "online": "If live lessons online would do as well",
    "self_paced": "If learning at one's own pace would do as well",
    "hybrid": "If days on site joined with lessons online would do as well",
    "in_house": "If lessons at your company would do as well",
    "distance": "If a distance course would do as well",
}


def excluding(miss: NearMiss) -> list[Criterion]:
    """Return the criteria that exclude the offer: what does not fit and decides, so that it lowers nothing."""
    return [each for each in miss.criteria if each.verdict == "not" and each.weight == 0 and each.code != "content"]


def near_miss(miss: NearMiss, language: Language | str) -> str:
    """Return why an offer whose content fits is no match."""
    voice = Voice(Language(language), "company")
    excludes = excluding(miss)
    if not excludes:
        return voice.say("The content fits, but a limit excludes the offer.")
    first, *others = excludes
    return " ".join([_but(voice, first), *(SENTENCES[each.code](voice, "not", each.params) for each in others)])


def _but(v: Voice, criterion: Criterion) -> str:
    said = _BUT[criterion.code](v, criterion.params) if criterion.code in _BUT else None
    reason = SENTENCES[criterion.code](v, "not", criterion.params)
    what = v.say(LABELS[criterion.code])
    return said or v.say("The content fits, but not the {what}. {reason}", what=what, reason=reason)


def _but_far(v: Voice, params: Params) -> str | None:
    km, radius = number(params, "km"), number(params, "radius_km")
    if km is None or radius is None or km <= radius:
        return None
    far, limit = kilometres(km, v.language, above=radius), kilometres(radius, v.language)
    return v.say("The content fits, but it is {km} away; your radius is {limit}.", km=far, limit=limit)


def _but_at_another_time(v: Voice, params: Params) -> str | None:
    starts, earliest, latest = (day(params, name) for name in ("starts_on", "earliest", "latest"))
    if starts and latest and starts > latest:
        first, last = long_day(starts, v.language), long_day(latest, v.language)
        return v.say(
            "The content fits, but it does not start before {day}; you want a start by {last}.", day=first, last=last
        )
    if starts and earliest and starts < earliest:
        begins, wanted = long_day(starts, v.language), long_day(earliest, v.language)
        return v.say(
            "The content fits, but it already starts on {day}; you want a start from {first} on.",
            day=begins,
            first=wanted,
        )
    return None


def _but_dear(v: Voice, params: Params) -> str | None:
    price, most = number(params, "price_eur"), number(params, "max_price_eur")
    if price is None or most is None or price <= most:
        return None
    costs, budget = euros(price, v.language), euros(most, v.language)
    return v.say(
        "The content fits, but it costs {price} a person; your budget is {budget}.", price=costs, budget=budget
    )


def _but_full(v: Voice, params: Params) -> str | None:
    left, most, wanted = (whole(params, name) for name in ("left", "max", "wanted"))
    if left == 0:
        return v.say("The content fits, but the course is full.")
    room = most if left is None else left
    if room is None or wanted is None or room >= wanted:
        return None
    if left is None:
        return v.count(
            "The content fits, but the course takes {n} person at most; you need at least {wanted} places.",
            "The content fits, but the course takes {n} people at most; you need at least {wanted} places.",
            room,
            wanted=str(wanted),
        )
    return v.count(
        "The content fits, but only {n} place is left; you need at least {wanted}.",
        "The content fits, but only {n} places are left; you need at least {wanted}.",
        room,
        wanted=str(wanted),
    )


def _but_not_approved(v: Voice, _: Params) -> str:
    return v.say("The content fits, but the course is not approved (AZAV), as you want it to be.")


_BUT: Final[Mapping[CriterionCode, Callable[[Voice, Params], str | None]]] = {
    "place": _but_far,
    "dates": _but_at_another_time,
    "price": _but_dear,
    "seats": _but_full,
    "azav": _but_not_approved,
}


def advised(advice: Advice, language: Language | str) -> str:
    """Return what the company could change, and what it would bring."""
    voice = Voice(Language(language), "company")
    change = _CHANGES[advice.code](voice, advice.params)
    return voice.count(
        "{change}, {n} more offer would fit.", "{change}, {n} more offers would fit.", advice.adds, change=change
    )


def _radius(v: Voice, params: Params) -> str:
    before, to = number(params, "from"), number(params, "to")
    if before is not None and to is not None and to > before:
        wide, narrow = kilometres(to, v.language), kilometres(before, v.language)
        return v.say("With a radius of {to} instead of {before}", to=wide, before=narrow)
    if before is not None and to is None:
        return v.say("With no limit to the radius, now {before}", before=kilometres(before, v.language))
    return v.say("With a larger radius")


def _latest_start(v: Voice, params: Params) -> str:
    before, to = day(params, "from"), day(params, "to")
    if before is None or to is None or to <= before:
        return v.say("With a later start")
    late, early = long_day(to, v.language), long_day(before, v.language)
    return v.say("With a start by {to} instead of {before}", to=late, before=early)


def _earliest_start(v: Voice, params: Params) -> str:
    before, to = day(params, "from"), day(params, "to")
    if before is None or to is None or to >= before:
        return v.say("With an earlier start")
    early, late = long_day(to, v.language), long_day(before, v.language)
    return v.say("With a start from {to} on instead of {before}", to=early, before=late)


def _delivery(v: Voice, params: Params) -> str:
    return v.say(_FORMS_AS_WELL.get(str(params.get("to")), "If another form of teaching would do as well"))


def _price(v: Voice, params: Params) -> str:
    before, to = number(params, "from"), number(params, "to")
    if before is None or to is None or to <= before:
        return v.say("With a larger budget")
    more, less = euros(to, v.language), euros(before, v.language)
    return v.say("With a budget of {to} instead of {before} a person", to=more, before=less)


def _persons(v: Voice, params: Params) -> str:
    before, to = whole(params, "from"), whole(params, "to")
    if before is None or to is None or not 1 <= to < before:
        return v.say("With fewer people")
    return v.count("With {n} person instead of {before}", "With {n} people instead of {before}", to, before=str(before))


_CHANGES: Final[Mapping[AdviceCode, Callable[[Voice, Params], str]]] = {
    "radius": _radius,
    "latest_start": _latest_start,
    "earliest_start": _earliest_start,
    "delivery": _delivery,
    "price": _price,
    "persons": _persons,
    "azav": lambda v, _: v.say("If the course need not be approved (AZAV)"),
    "time_model": lambda v, _: v.say("If other times would do as well"),
    "latest_end": lambda v, _: v.say("If the course may end later"),
    "level": lambda v, _: v.say("If another level would do as well"),
    "cefr": lambda v, _: v.say("If the course may ask for better German"),
    "group_minimum": lambda v, _: v.say("If others may join the group"),
}
