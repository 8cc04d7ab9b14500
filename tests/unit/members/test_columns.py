"""Cells as people write them become values; exported words are read back."""

from typing import Any

import pytest

from services.members.api.columns import FIELDS, LABELS, Table, label_of, read_cells
from shared.sheets import guessed


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("kinds", "Unternehmen, Bildungsträger", ["company", "provider"]),
        ("kinds", "company; KAMMER", ["company", "chamber"]),
        ("head_count", "1.250", 1250),
        ("postal_code", "4109", "04109"),
        ("postal_code", "D-04109", "04109"),
        ("website", "holz.example", "https://holz.example"),
        ("website", "http://holz.example", "http://holz.example"),
        ("lat", "51,34", 51.34),
        ("training_agreement", "Nein", False),
        ("language", "Englisch", "en"),
        ("privacy", "verborgen", "hidden"),
        ("role", "Beratung", "adviser"),
        ("name", "0123", "0123"),
    ],
)
def test_a_cell_is_read_as_people_mean_it(field: str, cell: str, value: Any) -> None:
    assert read_cells([field], [cell]) == ({field: value}, [])


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("kinds", "Bäckerei", "not_one_of"),
        ("head_count", "viele", "not_a_whole_number"),
        ("head_count", "1" * 12, "not_a_whole_number"),
        ("lon", "östlich", "not_a_number"),
        ("role", "coordinator", "not_one_of"),
        ("training_agreement", "vielleicht", "not_one_of"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(field: str, cell: str, code: str) -> None:
    body, (fault,) = read_cells([field], [cell])

    assert (body, fault.field, fault.code) == ({}, field, code)


def test_empty_cells_and_unknown_columns_say_nothing() -> None:
    assert read_cells(["name", None, "town"], ["", "x", "Halle"]) == ({"town": "Halle"}, [])


@pytest.mark.parametrize("field", sorted(LABELS))
def test_every_word_that_is_written_is_read(field: str) -> None:
    for value in LABELS[field]:
        read = read_cells([field], [label_of(field, value)])[0][field]
        assert read in (value, [value])


@pytest.mark.parametrize("table", sorted(FIELDS))
def test_our_own_headings_are_known_again(table: Table) -> None:
    headings = [field.label for field in FIELDS[table]]

    assert guessed(headings, FIELDS[table]) == tuple(field.name for field in FIELDS[table])
