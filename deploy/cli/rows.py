"""Lines of plain files as needs and offers: whatever is null or missing is unknown, unknown keys are ignored.

A line with a wrong value is refused with the field's name; the others are not affected.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Day  # noqa: N812 - a day, as the contracts call it
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from uuid import UUID, uuid5

from shared.events import NeedSnapshot, OfferSnapshot
from shared.events.base import Snapshot
from shared.events.members import Place
from shared.events.surveys import Cefr, CourseDate, Delivery, TimeModel
from shared.places import place_of

S = TypeVar("S", bound=Snapshot)
E = TypeVar("E", bound=StrEnum)

LONGEST_LINE: Final = 4 * 1024 * 1024
"""Characters; a longer line is refused unread."""
_MOST_PEOPLE: Final = 1_000_000
_NAMES: Final = UUID("0e6a3c1c-5f3e-5d0b-8b6a-3f0d7a1f2c11")
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_POSTAL_CODE_DIGITS: Final = 5

_DELIVERY: Final[Mapping[str, frozenset[Delivery]]] = {
    **{form.value: frozenset({form}) for form in Delivery},
    "onsite": frozenset({Delivery.ON_SITE}),
    "inhouse": frozenset({Delivery.IN_HOUSE}),
}
_WHEN: Final[Mapping[str, frozenset[TimeModel]]] = {
    **{model.value: frozenset({model}) for model in TimeModel},
    "fulltime": frozenset({TimeModel.FULL_TIME}),
    "parttime": frozenset({TimeModel.PART_TIME}),
    "selfpaced": frozenset({TimeModel.ALONGSIDE_WORK}),
}
_AT_ONES_OWN_PACE: Final = frozenset(
    {TimeModel.ALONGSIDE_WORK, TimeModel.PART_TIME, TimeModel.EVENING, TimeModel.WEEKEND}
)
"""When a self-paced course can be taken: whenever there is time, but not as a full-time course."""


class WrongValue(ValueError):  # noqa: N818 - it names what it is
    """A field does not hold what it should; the text names the field."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")


@dataclass(frozen=True)
class Named(Generic[S]):
    """A need or an offer with the id that it has in its file."""

    id: str | int
    snapshot: S


@dataclass(frozen=True)
class Refused:
    """A line that cannot be used, and why."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file} line {self.line}: {self.why}"


def read_rows(path: Path, read: Callable[["Row"], S]) -> Iterator[Named[S] | Refused]:
    """Give each line of a JSON Lines file, read by `need_of` or `offer_of`; blank lines are left out."""
    seen: dict[str, int] = {}
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            try:
                row = Row(_object(raw), number)
                named = Named(row.id, read(row))
                if (first := seen.setdefault(str(row.id), number)) != number:
                    raise WrongValue("id", f"line {first} has the same")
                yield named
            except ValueError as error:
                yield Refused(path.name, number, str(error))


def _object(raw: bytes) -> Mapping[str, Any]:
    if len(raw) > LONGEST_LINE:
        raise ValueError("the line is too long")
    try:
        told = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - the value is wrong, not the program
    return told


class Row:
    """One line, read field by field; every reader returns None for what is null, missing or blank."""

    def __init__(self, told: Mapping[str, Any], line: int) -> None:
        self._told = told
        self._line = line

    def _value(self, field: str) -> Any:
        told = self._told.get(field)
        return None if isinstance(told, str) and not told.strip() else told

    @property
    def id(self) -> str | int:
        """The id as it stands there; a line without one is named by its number."""
        told = self._value("id")
        if told is None:
            return f"line {self._line}"
        if isinstance(told, bool) or not isinstance(told, str | int):
            raise WrongValue("id", "it must be a text or a whole number")
        return told

    def uuid(self, kind: str) -> str:
        """Return an id as the contracts ask for, the same for the same id."""
        return str(uuid5(_NAMES, f"{kind}/{_SURROGATES.sub('', str(self.id))}"))

    def text(self, field: str) -> str | None:
        """Return a text without lone surrogates, which no UTF-8 has."""
        told = self._value(field)
        if told is None:
            return None
        if not isinstance(told, str):
            raise WrongValue(field, "it must be a text")
        return _SURROGATES.sub("", told)

    def number(self, field: str, least: float = 0, most: float = float("inf")) -> float | None:
        """Return a number from `least` to `most`, both included."""
        told = self._value(field)
        if told is None:
            return None
        if isinstance(told, bool) or not isinstance(told, int | float) or not _is_finite(told):
            raise WrongValue(field, "it must be a number")
        if not least <= told <= most:
            bounds = f"from {least:g} to {most:g}" if isfinite(most) else f"{least:g} or more"
            raise WrongValue(field, f"it must be {bounds}")
        return float(told)

    def whole(self, field: str, least: int) -> int | None:
        """Return a whole number; 3.0 is one."""
        told = self.number(field, least, _MOST_PEOPLE)
        if told is not None and told != int(told):
            raise WrongValue(field, "it must be a whole number")
        return None if told is None else int(told)

    def flag(self, field: str) -> bool | None:
        """Return true or false."""
        told = self._value(field)
        if told is not None and not isinstance(told, bool):
            raise WrongValue(field, "it must be true or false")
        return told

    def day(self, field: str) -> Day | None:
        """Return a day, YYYY-MM-DD; a time of day after it is left out."""
        told = self.text(field)
        if told is None:
            return None
        day, _, _ = told.strip().replace(" ", "T").partition("T")
        try:
            return Day.fromisoformat(day)
        except ValueError:
            raise WrongValue(field, "it must be a day, YYYY-MM-DD") from None

    def words(self, field: str) -> list[str]:
        """Return the lower-case words of a list of texts, or of one text; nothing for an empty one."""
        told = self._value(field)
        listed = [] if told is None else told if isinstance(told, list) else [told]
        if not all(isinstance(each, str) for each in listed):
            raise WrongValue(field, "it must be a text, or a list of texts")
        return [word for each in listed if (word := each.strip().casefold())]

    def choices(self, field: str, known: Mapping[str, frozenset[E]]) -> frozenset[E]:
        """Return what the words of a field stand for."""
        for word in (words := self.words(field)):
            if word not in known:
                raise WrongValue(field, f"{word[:40]!r} is none of {', '.join(known)}")
        return frozenset().union(*(known[word] for word in words))

    def cefr(self, field: str) -> Cefr | None:
        """Return a language level, A1 to C2."""
        told = self.text(field)
        if told is None:
            return None
        try:
            return Cefr(told.strip().upper())
        except ValueError:
            raise WrongValue(field, "it must be one of A1, A2, B1, B2, C1, C2") from None

    def place(self) -> Place:
        """Return the place by its coordinates if both are told, else by its postcode."""
        lat, lon = self.number("lat", -90, 90), self.number("lon", -180, 180)
        code, town = self._postal_code(), self.text("city")
        place = place_of(code, town[:100] if town else None)
        return place if lat is None or lon is None else place.model_copy(update={"lat": lat, "lon": lon})

    def _postal_code(self) -> str | None:
        told = self._value("postal_code")
        if isinstance(told, int) and not isinstance(told, bool):
            return f"{told:05d}"[:10]  # spreadsheets cut the leading zero off
        code = self.text("postal_code")
        return code.strip()[:10] if code else None


def _is_finite(number: float) -> bool:
    try:
        return isfinite(number)
    except OverflowError:  # a whole number with hundreds of digits
        return False


def offer_of(row: Row) -> OfferSnapshot:
    """Return an offer for everybody with one course date; ValueError says what is wrong."""
    forms = row.choices("delivery", _DELIVERY)
    if len(forms) > 1:
        raise WrongValue("delivery", "it must be one form")
    own_pace = "selfpaced" in row.words("time_model")
    starts_on = row.day("starts_on")
    date = CourseDate(
        id=row.uuid("date"),
        entry="rolling" if own_pace and starts_on is None else "fixed",
        starts_on=starts_on,
        ends_on=row.day("ends_on"),
        delivery=next(iter(forms), None),
        time_models=row.choices("time_model", _WHEN) | (_AT_ONES_OWN_PACE if own_pace else frozenset()),
        place=row.place(),
    )
    room = {
        "participants_min": row.whole("min_participants", 0),
        "participants_max": row.whole("max_participants", 0),
    }
    return OfferSnapshot(
        id=row.uuid("offer"), version=1, status="published", changed_at=_LONG_AGO, title="-", source="file"
    ).model_copy(
        update={
            "title": row.text("title") or "",
            "description": row.text("description") or "",
            "provider_name": row.text("provider"),
            "hours": row.number("hours"),
            "price_eur": row.number("price_eur"),
            "azav": row.flag("azav"),
            "cefr": row.cefr("language_level"),
            "dates": (date.model_copy(update=room),),
        }
    )


def need_of(row: Row) -> NeedSnapshot:
    """Return an open need; ValueError says what is wrong."""
    topic, text, radius = row.text("topic"), row.text("text"), row.number("radius_km")
    return NeedSnapshot(
        id=row.uuid("need"), version=1, status="open", changed_at=_LONG_AGO, title="-", source="import"
    ).model_copy(
        update={
            "title": topic or text or "",
            "description": (text or "") if topic else "",
            "persons_min": row.whole("participants", 1),
            "place": row.place(),
            "radius_km": int(radius) if radius is not None and radius.is_integer() else radius,
            "delivery": row.choices("delivery", _DELIVERY),
            "earliest_start": row.day("earliest"),
            "latest_start": row.day("latest"),
            "time_models": row.choices("time_model", _WHEN),
            "cefr": row.cefr("language_level"),
            "azav_wanted": bool(row.flag("needs_azav")),
            "max_price_eur": row.number("max_price_eur"),
        }
    )
