"""One function for each criterion: verdict and parameters in, a sentence or two out."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from shared.events.matching import CriterionCode, Verdict
from shared.explaining.params import Params, day, number, whole, word, words
from shared.explaining.voice import Voice
from shared.language import euros, kilometres, listed, long_day

_FORMS: Final = {
    "on_site": "The course is taught on site.",
    "online": "The course is taught live online.",
    "self_paced": "People learn at their own pace.",
    "hybrid": "The course joins days on site with lessons online.",
    "in_house": "The course is held in-house, at the company.",
    "distance": "It is a distance course.",
}

_TIMES: Final = {
    "full_time": "full time",
    "part_time": "part time",
    "alongside_work": "alongside work",
    "morning": "in the morning",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "weekend": "at the weekend",
    "weekdays": "on weekdays",
}

_LEVELS: Final = {"basic": "basic", "advanced": "advanced", "expert": "expert"}


def _content(v: Voice, verdict: Verdict, params: Params) -> str:
    if verdict == "not":
        return v.say("The content probably does not fit.")
    shared_words, carried = words(params, "words"), _carried(v, params)
    if verdict == "unknown":
        uncertain = v.say("Whether the content fits is not certain.")
        if not shared_words:
            return uncertain
        return f"{uncertain} {v.say('Found in both: {words}.', words=', '.join(shared_words))}{carried}"
    if shared_words:
        return v.say("The content fits. Found in both: {words}.", words=", ".join(shared_words)) + carried
    return v.say("The content fits your need.") if v.to_company else v.say("The content of your offer fits the need.")


def _carried(v: Voice, params: Params) -> str:
    """Return a further sentence that quotes the passage, or nothing."""
    passage = word(params, "passage")
    return f" {v.say('The offer says: “{passage}”.', passage=passage)}" if passage else ""


def _lifecycle(v: Voice, verdict: Verdict, _: Params) -> str:
    if verdict == "unknown":
        return v.say("Whether the offer still exists is not known.")
    return v.say("The offer is current.") if verdict == "fits" else v.say("The offer cannot be booked at present.")


def _visibility(v: Voice, verdict: Verdict, _: Params) -> str:
    if verdict == "unknown":
        return v.say("Whether the offer is open to this network is not known.")
    if verdict == "fits":
        return v.say("The offer is open to this network.")
    return v.say("The offer is not open to this network.")


def _place(v: Voice, verdict: Verdict, params: Params) -> str:
    if verdict == "unknown":
        return _unknown_place(v, params)
    how, town = params.get("how"), word(params, "town")
    if verdict == "fits":
        if how == "online":
            return v.say("The course runs online, so the place does not matter.")
        if how == "in_house":
            return (
                v.say("The course can take place at your company.")
                if v.to_company
                else v.say("Your course can take place at the company.")
            )
    sentences = [v.say("The course takes place in {town}.", town=town)] if town else []
    km, radius = number(params, "km"), number(params, "radius_km")
    if km is not None and radius is not None and (km <= radius) == (verdict == "fits"):
        far, limit = kilometres(km, v.language, above=radius), kilometres(radius, v.language)
        sentences.append(v.say("Distance: about {km} (wanted: at most {limit}).", km=far, limit=limit))
    elif verdict == "not":
        sentences.append(v.say("The place is too far away."))
    elif how == "anywhere":
        sentences.append(v.say("The company did not limit the place.") if not v.to_company else _anywhere(v, km))
    else:
        sentences.append(v.say("The place fits."))
    return " ".join(sentences)


def _anywhere(v: Voice, km: float | None) -> str:
    if km is None:
        return v.say("You did not limit the place.")
    return v.say("Distance: about {km}; you did not limit the place.", km=kilometres(km, v.language))


def _unknown_place(v: Voice, params: Params) -> str:
    if town := word(params, "town"):
        return v.say("The course takes place in {town}. How far that is, is not known.", town=town)
    return v.say("Where the course takes place is not known.")


def _dates(v: Voice, verdict: Verdict, params: Params) -> str:
    starts, entry = day(params, "starts_on"), params.get("entry")
    if verdict == "unknown":
        if starts:
            begins = long_day(starts, v.language)
            return v.say("The course starts on {day}. Whether that fits is not known.", day=begins)
        return v.say("When the course starts is not known.")
    if verdict == "fits" and entry == "rolling":
        return v.say("It is possible to join at any time.")
    if verdict == "fits" and entry == "on_request":
        return v.say("The start is agreed between you.")
    sentences = [v.say("The course starts on {day}.", day=long_day(starts, v.language))] if starts else []
    earliest, latest = day(params, "earliest"), day(params, "latest")
    inside = starts is not None and (earliest or starts) <= starts <= (latest or starts)
    if starts is not None and inside == (verdict == "fits") and (earliest or latest):
        sentences.append(_window(v, earliest, latest))
    elif verdict == "not":
        sentences.append(v.say("The date does not fit."))
    elif not starts:
        sentences.append(v.say("The date fits."))
    return " ".join(sentences)


def _window(v: Voice, earliest: date | None, latest: date | None) -> str:
    if earliest and latest:
        first, last = long_day(earliest, v.language), long_day(latest, v.language)
        return v.say("Wanted: a start from {first} to {last}.", first=first, last=last)
    if earliest:
        return v.say("Wanted: a start from {first} on.", first=long_day(earliest, v.language))
    return v.say("Wanted: a start by {last}.", last=long_day(latest or date.max, v.language))


def _delivery(v: Voice, verdict: Verdict, params: Params) -> str:
    form = _FORMS.get(str(params.get("delivery")))
    if verdict == "unknown":
        return v.say("How the course is taught is not known.")
    sentences = [v.say(form)] if form else []
    if verdict == "not":
        sentences.append(v.say("Another form of teaching is wanted."))
    elif not form:
        sentences.append(v.say("The form of teaching fits."))
    return " ".join(sentences)


def _seats(v: Voice, verdict: Verdict, params: Params) -> str:
    left, most, wanted = (whole(params, name) for name in ("left", "max", "wanted"))
    if verdict == "unknown":
        return v.say("Whether there are places left is not known.")
    known = most if left is None else left
    enough = known is not None and known >= (wanted or 1)
    if known is None or enough != (verdict == "fits"):
        return v.say("There is enough room.") if verdict == "fits" else v.say("There is not enough room.")
    if left == 0:
        sentences = [v.say("The course is full.")]
    elif left is not None:
        sentences = [v.count("{n} place is left.", "{n} places are left.", left)]
    else:
        sentences = [v.count("The course takes {n} person at most.", "The course takes up to {n} people.", known)]
    if wanted:
        sentences.append(v.count("Needed: at least {n} place.", "Needed: at least {n} places.", wanted))
    if left is None and verdict == "fits":
        sentences.append(v.say("Whether there are places left is not known."))
    return " ".join(sentences)


def _price(v: Voice, verdict: Verdict, params: Params) -> str:
    price, most = number(params, "price_eur"), number(params, "max_price_eur")
    if verdict == "unknown":
        return v.say("The price is not known.") if price is None else _price_alone(v, price, None)
    sentences = [_price_alone(v, price, verdict)] if price is not None else []
    if price and most is not None and (price <= most) == (verdict == "fits"):
        sentences.append(v.say("Budget: {budget} a person.", budget=euros(most, v.language)))
    elif verdict == "not":
        sentences.append(v.say("The price is above the budget."))
    elif price is None:
        sentences.append(v.say("The price fits."))
    return " ".join(sentences)


def _price_alone(v: Voice, price: float, verdict: Verdict | None) -> str:
    if verdict is None:
        return v.say(
            "The course costs {price} a person. Whether that fits is not known.", price=euros(price, v.language)
        )
    if price == 0 and verdict == "fits":
        return v.say("The course is free of charge.")
    return v.say("The course costs {price} a person.", price=euros(price, v.language))


def _azav(v: Voice, verdict: Verdict, _: Params) -> str:
    if verdict == "unknown":
        return v.say("Whether the course is approved (AZAV) is not known.")
    if verdict == "fits":
        return v.say("The course is approved (AZAV), as wanted.")
    return v.say("The course is not approved (AZAV), as is wanted.")


def _time_model(v: Voice, verdict: Verdict, params: Params) -> str:
    models = [v.say(_TIMES[model]) for model in words(params, "models") if model in _TIMES]
    if verdict == "unknown":
        return v.say("At what times the course is taught is not known.")
    if not models:
        return v.say("The times fit.") if verdict == "fits" else v.say("The times do not fit.")
    times = v.say("Times: {models}.", models=listed(models, v.language))
    return times if verdict == "fits" else times + " " + v.say("Other times are wanted.")


def _cefr(v: Voice, verdict: Verdict, params: Params) -> str:
    asked, has = word(params, "asked"), word(params, "has")
    if verdict == "unknown":
        if asked:
            return v.say(
                "The course asks for German at {asked}. Whether the participants have that is not known.", asked=asked
            )
        return v.say("What German the course asks for is not known.")
    if asked and has and (asked <= has) == (verdict == "fits"):
        return v.say("The course asks for German at {asked}; the participants have {has}.", asked=asked, has=has)
    if verdict == "fits":
        return v.say("The knowledge of German suffices.")
    return v.say("The course asks for better German.")


def _level(v: Voice, verdict: Verdict, params: Params) -> str:
    offered, wanted = (_LEVELS.get(word(params, name) or "") for name in ("offered", "wanted"))
    if verdict == "unknown":
        return v.say("The level of the course is not known.")
    if verdict == "not" and offered and wanted and offered != wanted:
        return v.say("Level: {offered}; wanted: {wanted}.", offered=v.say(offered), wanted=v.say(wanted))
    if verdict == "not":
        return v.say("The level does not fit.")
    return v.say("Level: {offered}.", offered=v.say(offered)) if offered else v.say("The level fits.")


def _entry(v: Voice, verdict: Verdict, _: Params) -> str:
    if verdict == "unknown":
        return v.say("Whether the requirements for taking part are met is not known.")
    if verdict == "fits":
        return v.say("The requirements for taking part are met.")
    return v.say("The requirements for taking part are not met.")


def _latest_end(v: Voice, verdict: Verdict, params: Params) -> str:
    ends, latest = day(params, "ends_on"), day(params, "latest_end")
    if verdict == "unknown":
        return v.say("When the course ends is not known.")
    sentences = [v.say("The course ends on {day}.", day=long_day(ends, v.language))] if ends else []
    if ends and latest and (ends <= latest) == (verdict == "fits"):
        sentences.append(v.say("Wanted: an end by {last}.", last=long_day(latest, v.language)))
    elif verdict == "not":
        sentences.append(v.say("The end is too late."))
    elif not ends:
        sentences.append(v.say("The course ends in time."))
    return " ".join(sentences)


def _group_minimum(v: Voice, verdict: Verdict, params: Params) -> str:
    minimum, persons = whole(params, "minimum"), whole(params, "persons")
    if verdict == "unknown":
        return v.say("Whether enough people take part for the course to run is not known.")
    if minimum is None or (persons is not None and (persons >= minimum) != (verdict == "fits")):
        return v.say("The size of the group fits.") if verdict == "fits" else v.say("The group is too small.")
    needs = v.count("The course runs from {n} person on.", "The course runs from {n} people on.", minimum)
    if verdict == "fits":
        return needs
    return needs + " " + v.say("Others would have to join.")


SENTENCES: Final[Mapping[CriterionCode, Callable[[Voice, Verdict, Params], str]]] = {
    "content": _content,
    "lifecycle": _lifecycle,
    "visibility": _visibility,
    "place": _place,
    "dates": _dates,
    "delivery": _delivery,
    "seats": _seats,
    "price": _price,
    "azav": _azav,
    "time_model": _time_model,
    "cefr": _cefr,
    "level": _level,
    "entry": _entry,
    "latest_end": _latest_end,
    "group_minimum": _group_minimum,
}
