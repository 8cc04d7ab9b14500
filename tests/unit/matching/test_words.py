"""Words in common: stems and parts of compounds, but no small words and no chance beginnings."""

import pytest

from services.matching.domain.words import LONGEST_PASSAGE, MOST, common_words, passage


@pytest.mark.parametrize(
    ("asked", "taught", "words"),
    [
        ("WIG-Schweißen für Schlosser", "Schutzgasschweißen nach dem WIG-Verfahren", ("WIG", "Schweißen")),
        ("Schweißen lernen", "Schweißfachkraft", ("Schweißen",)),
        ("Gabelstapler fahren", "Fahrausweis für Stapler", ("Gabelstapler",)),
        ("SPS und S7", "Programmieren mit SPS (S7)", ("SPS", "S7")),
        ("Kalkulationen in Excel", "Excel: Kalkulation von Angeboten", ("Kalkulationen", "Excel")),
        ("LADUNG SICHERN", "Ladungssicherung nach VDI", ("LADUNG",)),
        ("Steuerungstechnik", "Steuerrecht", ()),
        ("Steuerung", "Steuerrecht", ()),
        ("Messebau", "Messtechnik", ()),
        ("Maschinenpflege", "Altenpflege", ()),
        ("wir brauchen einen Kurs für unsere Leute", "ein Kurs für Leute, die einen brauchen", ()),
        ("", "Excel", ()),
        ("😀 \x00 !?", "😀", ()),
        ("ß", "ß", ()),
    ],
)
def test_words_in_common(asked: str, taught: str, words: tuple[str, ...]) -> None:
    assert common_words(asked, taught) == words


def test_a_word_is_told_once_and_few_are_told() -> None:
    asked = "Schweißen, Schweißer, schweißen: " + " ".join(f"Thema{letter}wort" for letter in "abcdefghijkl")

    told = common_words(asked, asked)

    assert len(told) == MOST
    assert told[:2] == ("Schweißen", "Themaawort")


def test_the_passage_is_the_sentence_with_most_words_in_common_and_never_the_title() -> None:
    taught = "WIG-Schweißen. Nähte prüfen. Sie schweißen Edelstahl nach dem WIG-Verfahren! Zertifikat der Kammer."

    assert passage("Edelstahl mit WIG schweißen", "WIG-Schweißen", taught) == (
        "Sie schweißen Edelstahl nach dem WIG-Verfahren!"
    )
    assert passage("Lohnabrechnung", "WIG-Schweißen", taught) is None
    assert passage("WIG", "WIG-Schweißen", "WIG-Schweißen") is None


def test_a_long_passage_ends_between_words() -> None:
    told = passage("Schweißen", "Kurs", "Kurs. Schweißen " + "und noch viel mehr " * 40)

    assert told is not None
    assert len(told) <= LONGEST_PASSAGE
    assert told.endswith(" …")
