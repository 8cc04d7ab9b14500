"""Which texts count as saying nearly the same."""

import pytest

from services.surveys.domain.similar import Text, most_alike


def likeness(one: Text, other: Text) -> float:
    found = most_alike(one, [("it", other)])
    return found[0].likeness if found else 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WIG-Schweißen für drei Schlosser", "WIG-Schweissen für 3 Schlosser"),
        ("Grundkurs Hydraulik", "Hydraulik: Grundkurs"),
        ("Gabelstaplerschein", "Gabelstabler-Schein"),
        ("Excel für Einsteiger", "Excel-Kurs für Einsteiger"),
    ],
)
def test_the_same_in_other_words_order_or_spelling_is_alike(one: str, other: str) -> None:
    assert likeness(Text(one), Text(other)) >= 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WIG-Schweißen für drei Schlosser", "Buchhaltung mit DATEV"),
        ("Excel für Einsteiger", "Englisch für Fortgeschrittene"),
        ("Hydraulik", ""),
        ("…", "!"),
    ],
)
def test_something_else_is_not_alike(one: str, other: str) -> None:
    assert likeness(Text(one), Text(other)) == 0.0


def test_the_same_text_is_wholly_alike() -> None:
    said = Text("Hydraulik", "Wir haben neue Pressen.")

    assert likeness(said, said) == 1.0


def test_descriptions_that_differ_make_equal_titles_less_alike() -> None:
    one = Text("Schulung", "Umgang mit Kettensägen im Forst")
    other = Text("Schulung", "Kaufmännischer Schriftverkehr und Ablage")

    assert 0.5 <= likeness(one, other) < 0.8


def test_the_likest_come_first_and_ten_at_most() -> None:
    others = [(n, Text("Hydraulik " + "Grundlagen " * n)) for n in range(20)]

    found = most_alike(Text("Hydraulik"), others)

    assert [one.thing for one in found][:2] == [0, 1]
    assert len(most_alike(Text("Hydraulik"), [(n, Text("Hydraulik")) for n in range(20)])) == 10
