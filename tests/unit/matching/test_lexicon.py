"""What the lexicon, spelling and words make of a text."""

from pathlib import Path

import numpy as np
import pytest

from services.matching.scoring import figures
from services.matching.scoring.lexicon import BEGINNING, KNOWING, read_lexicon, tokens
from services.matching.scoring.reading import told_again
from services.matching.scoring.spelling import corrected
from services.matching.scoring.text import Saying
from services.matching.scoring.words import beside, levels_clash, parts, shared_grams, shared_stems, words_of


def subjects_of(text: str) -> set[str]:
    lexicon = read_lexicon()
    return {lexicon.names[subject] for subject in lexicon.subjects(tokens(text))}


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Staplerschein", "Gabelstapler"),
        ("FLURFÖRDERZEUGE", "Gabelstapler"),
        ("forklift training", "Gabelstapler"),
        ("der DSB fehlt", "Datenschutzbeauftragter"),
        ("AdA-Schein", "Ausbildung der Ausbilder"),
        ("SiFa", "Fachkraft für Arbeitssicherheit"),
        ("SPS-Kurs", "SPS-Programmierung"),
        ("jemand soll Lohn machen", "Lohn- und Gehaltsabrechnung"),
        ("BEM einführen", "Betriebliches Eingliederungsmanagement"),
        ("KLR", "Kosten- und Leistungsrechnung"),
        ("Schweisserschein verlängern", "Schweißerprüfung"),
        ("Erste-Hilfe-Kurs", "Erste Hilfe"),
    ],
)
def test_a_subject_is_known_by_its_other_words(text: str, subject: str) -> None:
    assert subject in subjects_of(text)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("das mag sein", "MAG-Schweißen"),
        ("es lohnt sich", "Lohn- und Gehaltsabrechnung"),
        ("Krankenschwester", "Kran"),
        ("weg damit", "Immobilien"),
        ("Förderung möglich", "Mahnwesen"),
        ("der IT-Leiter", "Leitern und Tritte"),
        ("Firma sucht Hilfe", "Suchtprävention"),
        ("ganztags", "Offener Ganztag"),
    ],
)
def test_words_that_only_look_alike_name_no_subject(text: str, subject: str) -> None:
    assert subject not in subjects_of(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Gabelstabler", "Gabelstapler"),
        ("Hydrualik und Phneumatik", "Hydraulik und Pneumatik"),
        ("Datenschuzt", "Datenschutz"),
        ("Wir müssen sollen suchen", "Wir müssen sollen suchen"),
        ("Schnitzel und Terrassen", "Schnitzel und Terrassen"),
        ("forklift licence", "forklift licence"),
        ("S7-1500", "S7-1500"),
    ],
)
def test_only_misspelt_words_are_corrected(written: str, meant: str) -> None:
    assert corrected(written) == meant


def test_the_embedders_are_told_the_subjects_that_a_title_does_not_name() -> None:
    assert told_again(Saying("need", "Staplerschein")) == "Gabelstapler: Staplerschein"
    assert told_again(Saying("offer", "Gabelstapler fahren", "Mit Prüfung.")) == "Gabelstapler fahren. Mit Prüfung."


def test_levels_and_siblings_are_seen() -> None:
    lexicon = read_lexicon()
    wig, mag, both = (words_of(title, "", {}) for title in ("WIG-Schweißen", "MAG-Schweißen", "WIG und MAG"))
    beginners, experts = (words_of(title, "", {}) for title in ("Excel für Anfänger", "Excel für Fortgeschrittene"))

    assert (beside(wig, mag), beside(wig, both), beside(wig, wig)) == (1.0, 0.0, 0.0)
    assert (levels_clash(beginners, experts), levels_clash(beginners, beginners), levels_clash(wig, experts)) == (
        1,
        0,
        0,
    )
    assert (lexicon.levels(tokens("Grundkurs")), lexicon.levels(tokens("Aufbaukurs"))) == (
        frozenset({BEGINNING}),
        frozenset({KNOWING}),
    )


def test_compounds_are_split_into_known_words_and_a_text_shares_everything_with_itself() -> None:
    words = words_of("Wärmepumpen einbauen", "", {})

    assert parts(tokens("Maschinenpflege")[0]) == ("maschin", "pfleg")
    assert parts(tokens("Kran")[0]) == ()
    assert shared_grams(words, words) == pytest.approx(1)
    assert shared_grams(words, words_of("", "", {})) == 0
    assert 0 < shared_stems(words, words) < 1


@pytest.mark.parametrize("line", ["no colon", "Empty:", "Kran < Nowhere: Kranschein", "Name: !!"])
def test_a_lexicon_with_a_wrong_line_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "lexicon.txt").write_text(f"{line}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"subject|word"):
        read_lexicon(tmp_path / "lexicon.txt")


def test_figures_of_a_perfect_and_of_a_useless_ranking() -> None:
    right = np.array([[True, False, False], [False, False, True], [False, False, False]])
    perfect, useless = right * 0.9 + 0.01, np.full(right.shape, 0.1)

    assert (figures.ndcg(perfect, right), figures.mrr(perfect, right), figures.first_is_right(perfect, right)) == (
        1,
        1,
        1,
    )
    assert figures.auc_answerable(perfect, right) == 1
    assert figures.auc_answerable(useless, right) == 0.5
    assert figures.calibration_error(perfect, right) == pytest.approx(0.09)
    ((told, were, count),) = figures.reliability(useless, right)
    assert (told, were) == pytest.approx((0.1, 2 / 9))
    assert count == 9
    assert (figures.precision_from(perfect, right, 0.5), figures.share_misled(perfect, right, 0.5)) == (1, 0)
