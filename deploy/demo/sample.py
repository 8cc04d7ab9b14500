"""The sample network: read from the files beside this, with days counted from the day of loading.

Everybody and everything in it is made up for this project. References are keys here ("contact": "petra"); whoever loads
the sample puts ids in their place. Otherwise the fields are those of the HTTP APIs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "sample"
WORKING_WEEK: Final = 5
SATURDAY: Final = 5

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody who acts for an organisation; `fields` are name, email and language."""

    key: str
    organisation: str
    role: str
    fields: Fields


@dataclass(frozen=True)
class Told:
    """An offer or a need as somebody enters it: `contact` is a person's key, `fields` the rest."""

    contact: str
    fields: Fields
    answered_by: tuple[str, ...] = ()
    """Keys of the offers that its author had in mind, for needs."""
    nothing_fits: str | None = None
    """Why no offer of the sample fits: nothing_taught, too_far, too_late or too_expensive."""
    key: str = ""
    for_everybody: bool = True
    """False for offers to the members of the network alone."""


@dataclass(frozen=True)
class Sample:
    """A network with its organisations, people, offers and needs, ready to be entered on a given day."""

    network: Fields
    organisations: Mapping[str, Fields]
    people: tuple[Person, ...]
    offers: tuple[Told, ...]
    needs: tuple[Told, ...]


def sample(today: date) -> Sample:
    """Return the sample as if it had been written today."""
    written = _read("network.json")
    organisations = {each["key"]: _with_place(_without(each, "key")) for each in written["organisations"]}
    people = tuple(_person(each) for each in written["people"])
    home = {person.key: organisations[person.organisation]["place"] for person in people}
    network = written["network"]
    return Sample(
        network={
            "name": network["name"],
            "starts_on": _day(today, -network["started_days_ago"]),
            "ends_on": _day(today, network["ends_in_days"]),
        },
        organisations=organisations,
        people=people,
        offers=tuple(_offer(each, today) for each in _read("offers.json")),
        needs=tuple(_need(each, today, home[each["contact"]]) for each in _read("needs.json")),
    )


def _person(written: Fields) -> Person:
    return Person(
        key=written["key"],
        organisation=written["organisation"],
        role=written["role"],
        fields={name: written[name] for name in ("name", "email", "language")},
    )


def _offer(written: Fields, today: date) -> Told:
    fields = _without(written, "key", "contact", "audience", "dates", "ends_in_days")
    fields["dates"] = [_course_date(each, today) for each in written.get("dates", ())]
    fields.setdefault("status", "published")
    if "ends_in_days" in written:
        fields["ends_on"] = _day(today, written["ends_in_days"])
    everybody = written.get("audience") != "network"
    return Told(contact=written["contact"], fields=fields, key=written["key"], for_everybody=everybody)


def _course_date(written: Fields, today: date) -> dict[str, Any]:
    fields = _with_place(_without(written, "starts_in_days", "lasts_days"))
    if "starts_in_days" in written:
        lasts = timedelta(days=written["lasts_days"] - 1)
        on_weekend = "weekend" in written.get("time_models", ())
        start = first_day(today + timedelta(days=written["starts_in_days"]), lasts, on_weekend=on_weekend)
        fields["starts_on"], fields["ends_on"] = start.isoformat(), (start + lasts).isoformat()
    return fields


def first_day(wish: date, lasts: timedelta, *, on_weekend: bool) -> date:
    """Return the first day from `wish` on which such a course would really begin.

    A weekend course begins on a Saturday, one of several weeks on a Monday, and a short one does not run into Saturday.
    """
    if on_weekend:
        return wish + timedelta(days=(SATURDAY - wish.weekday()) % 7)
    if wish.weekday() + lasts.days >= WORKING_WEEK:
        return wish + timedelta(days=-wish.weekday() % 7)
    return wish


def _need(written: Fields, today: date, home: Fields) -> Told:
    own = ("contact", "answered_by", "nothing_fits", "earliest_in_days", "latest_in_days")
    fields = {"status": "open", "place": home, **_without(written, *own)}
    if "earliest_in_days" in written:
        fields["earliest_start"] = _day(today, written["earliest_in_days"])
    if "latest_in_days" in written:
        fields["latest_start"] = _day(today, written["latest_in_days"])
    return Told(
        contact=written["contact"],
        fields=fields,
        answered_by=tuple(written.get("answered_by", ())),
        nothing_fits=written.get("nothing_fits"),
    )


def _with_place(fields: dict[str, Any]) -> dict[str, Any]:
    """Turn "04109 Leipzig" into postcode and town."""
    if "place" in fields:
        postal_code, town = fields["place"].split(" ", 1)
        fields["place"] = {"postal_code": postal_code, "town": town}
    return fields


def _without(written: Fields, *names: str) -> dict[str, Any]:
    return {name: value for name, value in written.items() if name not in names}


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
