"""Lines of plain files: all fields, nothing at all, and every kind of wrong value."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.rows import Named, Refused, need_of, offer_of, read_rows
from shared.events import NeedSnapshot, OfferSnapshot
from shared.events.surveys import Cefr, Delivery, TimeModel

OFFER: dict[str, Any] = {
    "id": "A1",
    "title": "WIG-Schweißen",
    "description": "Grundkurs",
    "provider": "Bildungswerk",
    "postal_code": "04109",
    "city": "Leipzig",
    "lat": None,
    "lon": None,
    "delivery": "onsite",
    "starts_on": "2027-01-12",
    "ends_on": "2027-02-12",
    "hours": 80,
    "min_participants": 3,
    "max_participants": 12,
    "time_model": "evening",
    "language_level": "B1",
    "azav": True,
    "price_eur": 890.5,
    "something_else": {"is": "ignored"},
}
NEED: dict[str, Any] = {
    "id": 7,
    "topic": "Schweißen",
    "text": "WIG für unsere Schlosser",
    "participants": 3,
    "postal_code": "04109",
    "radius_km": 37.5,
    "delivery": ["onsite", "hybrid"],
    "earliest": "2027-01-01",
    "latest": "2027-03-31",
    "time_model": ["evening", "weekend"],
    "language_level": "b2",
    "needs_azav": True,
    "max_price_eur": 900,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


def offers(file: Path, *rows: object) -> Iterator[Named[OfferSnapshot] | Refused]:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_rows(file, offer_of)


def offer(file: Path, **changes: Any) -> OfferSnapshot:
    [named] = offers(file, {**OFFER, **changes})
    assert isinstance(named, Named), named
    return named.snapshot


def need(file: Path, **changes: Any) -> NeedSnapshot:
    file.write_text(json.dumps({**NEED, **changes}), encoding="utf-8")
    [named] = read_rows(file, need_of)
    assert isinstance(named, Named), named
    return named.snapshot


def test_an_offer_is_read_with_all_that_it_tells(file: Path) -> None:
    read = offer(file)

    [day] = read.dates
    assert (read.title, read.description, read.provider_name) == ("WIG-Schweißen", "Grundkurs", "Bildungswerk")
    assert (read.hours, read.price_eur, read.azav, read.cefr, read.networks) == (80, 890.5, True, Cefr.B1, ())
    assert (day.starts_on, day.ends_on, day.delivery) == (date(2027, 1, 12), date(2027, 2, 12), Delivery.ON_SITE)
    assert (day.participants_min, day.participants_max, day.time_models) == (3, 12, frozenset({TimeModel.EVENING}))
    assert (day.place.town, round(day.place.lat or 0, 1)) == ("Leipzig", 51.3)


def test_a_need_is_read_with_all_that_it_tells(file: Path) -> None:
    read = need(file)

    assert (read.title, read.description) == ("Schweißen", "WIG für unsere Schlosser")
    assert (read.persons_min, read.radius_km, read.max_price_eur) == (3, 37.5, 900)
    assert read.delivery == {Delivery.ON_SITE, Delivery.HYBRID}
    assert read.time_models == {TimeModel.EVENING, TimeModel.WEEKEND}
    assert (read.earliest_start, read.latest_start) == (date(2027, 1, 1), date(2027, 3, 31))
    assert (read.cefr, read.azav_wanted, read.place.postal_code) == (Cefr.B2, True, "04109")


def test_null_missing_and_blank_are_unknown(file: Path) -> None:
    rows: list[dict[str, Any]] = [
        {},
        dict.fromkeys(OFFER),
        dict.fromkeys(OFFER, " "),
        {"delivery": [], "time_model": []},
    ]
    for row in rows:
        [named] = offers(file, row)

        assert isinstance(named, Named), named
        [course] = named.snapshot.dates
        assert (named.id, named.snapshot.title) == ("line 1", "")
        assert {named.snapshot.price_eur, named.snapshot.azav, course.starts_on, course.place.lat} == {None}
        assert not course.time_models


def test_coordinates_go_before_the_postcode_and_may_lie_at_sea(file: Path) -> None:
    [at_sea] = offer(file, lat=54.5, lon=3).dates
    [half_told] = offer(file, lat=54.5).dates

    assert (at_sea.place.lat, at_sea.place.lon) == (54.5, 3)
    assert round(half_told.place.lat or 0, 1) == 51.3


def test_a_postcode_that_lost_its_zero_is_mended(file: Path) -> None:
    assert need(file, postal_code=4109).place == need(file).place


def test_what_is_self_paced_can_be_taken_at_any_time_but_not_as_full_time(file: Path) -> None:
    [course] = offer(file, time_model="selfpaced", starts_on=None, delivery="online").dates

    assert (course.entry, course.delivery) == ("rolling", Delivery.ONLINE)
    assert {TimeModel.EVENING, TimeModel.WEEKEND, TimeModel.ALONGSIDE_WORK} <= course.time_models
    assert TimeModel.FULL_TIME not in course.time_models
    assert need(file, time_model=["selfpaced"]).time_models <= course.time_models


def test_texts_of_any_length_are_kept_and_half_characters_dropped(file: Path) -> None:
    assert need(file, topic=None, text="ä" * 20_000).title == "ä" * 20_000
    assert offer(file, title="😀\ud800" + "x" * 500).title == "😀" + "x" * 500


@pytest.mark.parametrize(
    ("field", "wrong", "why"),
    [
        ("id", ["A1"], "id: it must be a text or a whole number"),
        ("title", 5, "title: it must be a text"),
        ("description", {"x": 1}, "description: it must be a text"),
        ("price_eur", "890", "price_eur: it must be a number"),
        ("price_eur", -1, "price_eur: it must be 0 or more"),
        ("price_eur", True, "price_eur: it must be a number"),
        ("hours", 10**400, "hours: it must be a number"),
        ("lat", 91, "lat: it must be from -90 to 90"),
        ("lon", float("nan"), "lon: it must be a number"),
        ("delivery", "brieftaube", "delivery: 'brieftaube' is none of"),
        ("delivery", ["onsite", "online"], "delivery: it must be one form"),
        ("starts_on", "12.01.2027", "starts_on: it must be a day, YYYY-MM-DD"),
        ("starts_on", "2027-02-30", "starts_on: it must be a day, YYYY-MM-DD"),
        ("starts_on", 20270112, "starts_on: it must be a text"),
        ("min_participants", 2.5, "min_participants: it must be a whole number"),
        ("time_model", [1], "time_model: it must be a text, or a list of texts"),
        ("language_level", "C3", "language_level: it must be one of A1"),
        ("azav", "ja", "azav: it must be true or false"),
        ("postal_code", 4.5, "postal_code: it must be a text"),
    ],
)
def test_a_wrong_value_is_named_with_line_and_field_and_the_others_go_on(
    file: Path, field: str, wrong: object, why: str
) -> None:
    first, refused, last = offers(file, {**OFFER, "id": "A0"}, {**OFFER, field: wrong}, {**OFFER, "id": "A2"})

    assert str(refused).startswith(f"rows.jsonl line 2: {why}")
    assert isinstance(first, Named)
    assert isinstance(last, Named)


def test_lines_that_are_no_objects_are_named_blank_ones_left_out(file: Path) -> None:
    deep = "[" * 100_000
    file.write_bytes(b'\xef\xbb\xbf{"id": 1}\n\n{broken\n[]\n\xff\xfe\n' + deep.encode() + b'\n{"id": "1"}\n')

    told = [row.id if isinstance(row, Named) else str(row) for row in read_rows(file, offer_of)]

    assert told == [
        1,
        "rows.jsonl line 3: it is not JSON",
        "rows.jsonl line 4: it is no JSON object",
        "rows.jsonl line 5: it is not UTF-8",
        "rows.jsonl line 6: it is not JSON",
        "rows.jsonl line 7: id: line 1 has the same",
    ]
