"""Cells as people write them: numbers, days, persons, choices; what is none is refused by name."""

from typing import Any

import pytest

from services.surveys.formats import cells, words
from shared.rules import RuleBroken


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250,50 €", 1250.5),
        ("1,250.50", 1250.5),
        ("1250.5", 1250.5),
        ("1.250", 1250),
        ("ca. 40 Stunden", 40),
        ("12 345,6", 12345.6),
        ("0,5", 0.5),
        ("7", 7),
    ],
)
def test_numbers_are_read_as_germans_and_others_write_them(text: str, value: float) -> None:
    assert cells.number(text) == value


@pytest.mark.parametrize("text", ["zwei", "", "-", "1,2,3", "=1+1", "3 bis 5 oder auch viel mehr als das"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="cell_no_number"):
        cells.number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3-5", {"persons_min": 3, "persons_max": 5}),
        ("3 bis 5 Personen", {"persons_min": 3, "persons_max": 5}),
        ("4 TN", {"persons_min": 4}),
    ],
)
def test_persons_may_be_a_range(text: str, value: dict[str, int]) -> None:
    assert cells.persons(text) == value


@pytest.mark.parametrize(
    "text", ["2027-03-01", "01.03.2027", "1.3.27", "1. 3. 2027", "2027-03-01 00:00:00", "01.03.2027 08:30"]
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert cells.day(text) == "2027-03-01"


@pytest.mark.parametrize("text", ["31.02.2027", "morgen", "03/01/2027", "2027"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="cell_no_day"):
        cells.day(text)


def test_spreadsheets_cut_off_the_zero_of_eastern_postcodes() -> None:
    assert [cells.postal_code(text) for text in ("4109", "04109", "D-04109")] == ["04109"] * 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Präsenz, online", ["on_site", "online"]),
        ("vor Ort und in-house", ["on_site", "in_house"]),
        ("E-Learning", ["self_paced"]),
    ],
)
def test_choices_are_known_by_many_words(text: str, value: list[str]) -> None:
    assert words.DELIVERY.values(text) == value


def test_an_unknown_choice_names_those_there_are() -> None:
    with pytest.raises(RuleBroken) as caught:
        words.LEVEL.value("Meister")

    assert caught.value.params["choices"] == "Grundlagen, Fortgeschrittene, Experten"


@pytest.mark.parametrize("parts", [["a"], ["a;b"], ['sagt "ja"', "b;c", "d"], ["x, y"]])
def test_lists_come_back_as_they_were(parts: list[str]) -> None:
    assert cells.listed(cells.as_list(parts)) == parts


def test_every_value_has_a_word_that_is_read_again() -> None:
    choices: Any = [choice for choice in vars(words).values() if isinstance(choice, cells.Choice)]

    for choice in choices:
        assert [choice.value(choice.word(value)) for value in choice.words] == list(choice.words)
