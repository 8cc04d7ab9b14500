"""What is read out of notes; the sentences are made up, in the way people write."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.surveys.domain.recognising import proposals

SUNDAY = date(2026, 11, 22)

SENTENCES: list[tuple[str, str, dict[str, Any]]] = [
    # people
    ("3 Leute brauchen WIG-Schweißen", "WIG-Schweißen", {"persons_min": 3}),
    ("Excel für zwei Azubis", "Excel", {"persons_min": 2, "target_groups": ["trainees"]}),
    ("Staplerschein für 5–8 MA", "Staplerschein", {"persons_min": 5, "persons_max": 8}),
    ("Staplerschein für 5 bis 8 Mitarbeiter", "Staplerschein", {"persons_min": 5, "persons_max": 8}),
    ("Ersthelfer: bis zu 10 Personen", "Ersthelfer", {"persons_max": 10}),
    ("Ladungssicherung, mindestens 4 Fahrer", "Ladungssicherung", {"persons_min": 4}),
    ("3 Schlosser und 2 Azubis: MAG-Schweißen", "MAG-Schweißen", {"persons_min": 5, "target_groups": ["trainees"]}),
    ("Ausbilderschein für einen Meister", "Ausbilderschein", {"persons_min": 1}),
    ("SPS-Grundlagen für ca. sechs Mechatroniker:innen", "SPS-Grundlagen", {"persons_min": 6, "level": "basic"}),
    ("Demenz-Fortbildung, 12 Pflegekräfte", "Demenz-Fortbildung", {"persons_min": 12}),
    ("Führungstraining für vier Teamleiter", "Führungstraining", {"persons_min": 4, "target_groups": ["managers"]}),
    ("Forklift training for 4 people", "Forklift training", {"persons_min": 4}),
    ("Kranschein, 2 neue Kollegen", "Kranschein", {"persons_min": 2, "trigger": "new_staff"}),
    # what a company has in all is not what is to be taught
    ("Betrieb mit 11 Leuten sucht Brandschutzhelfer-Kurs", "Brandschutzhelfer-Kurs", {}),
    ("Datenschutz-Schulung, wir sind 25 Mitarbeiter", "Datenschutz-Schulung", {}),
    ("Betrieb mit 40 Mitarbeitern. 3 davon sollen SPS lernen", "SPS", {"persons_min": 3}),
    ("Arbeitsschutz, 60 Beschäftigte insgesamt", "Arbeitsschutz", {}),
    # days
    ("WIG-Schweißen ab März", "WIG-Schweißen", {"earliest_start": "2027-03-01"}),
    ("WIG-Schweißen ab November", "WIG-Schweißen", {"earliest_start": "2026-11-22"}),
    ("Excel bis Ende April", "Excel", {"latest_start": "2027-04-30"}),
    ("Excel, spätestens 15.4.2027", "Excel", {"latest_start": "2027-04-15"}),
    ("CNC-Fräsen im 2. Quartal 2027", "CNC-Fräsen", {"earliest_start": "2027-04-01", "latest_start": "2027-06-30"}),
    ("CNC-Fräsen, Q2/2027", "CNC-Fräsen", {"earliest_start": "2027-04-01", "latest_start": "2027-06-30"}),
    ("Robotik im Mai", "Robotik", {"earliest_start": "2027-05-01", "latest_start": "2027-05-31"}),
    (
        "Hygiene-Schulung zwischen März und Mai 2027",
        "Hygiene-Schulung",
        {"earliest_start": "2027-03-01", "latest_start": "2027-05-31"},
    ),
    (
        "Hygiene-Schulung von Januar bis März",
        "Hygiene-Schulung",
        {"earliest_start": "2027-01-01", "latest_start": "2027-03-31"},
    ),
    (
        "Buchhaltung im 1. Halbjahr 2027",
        "Buchhaltung",
        {"earliest_start": "2027-01-01", "latest_start": "2027-06-30"},
    ),
    ("Buchhaltung ab 1.3.2027", "Buchhaltung", {"earliest_start": "2027-03-01"}),
    ("Buchhaltung am 15. April 2027", "Buchhaltung", {"earliest_start": "2027-04-15", "latest_start": "2027-04-15"}),
    ("Staplerschein in KW 5", "Staplerschein", {"earliest_start": "2027-02-01", "latest_start": "2027-02-07"}),
    ("Staplerschein ab Mitte Februar", "Staplerschein", {"earliest_start": "2027-02-11"}),
    ("Staplerschein nächste Woche", "Staplerschein", {"earliest_start": "2026-11-23", "latest_start": "2026-11-29"}),
    ("Englisch im Frühjahr 2027", "Englisch", {"earliest_start": "2027-03-01", "latest_start": "2027-05-31"}),
    ("Englisch nächstes Jahr", "Englisch", {"earliest_start": "2027-01-01", "latest_start": "2027-12-31"}),
    ("Englisch in den nächsten 6 Monaten", "Englisch", {"latest_start": "2027-05-22"}),
    ("Industriemeister, muss bis Ende 2028 fertig sein", "Industriemeister", {"latest_end": "2028-12-31"}),
    ("KI-Schulung nach den Sommerferien", "KI-Schulung nach den Sommerferien", {}),
    ("KI-Schulung by end of June 2027", "KI-Schulung", {"latest_start": "2027-06-30"}),
    ("KI-Schulung, Entscheidung bis 15.1.2027", "KI-Schulung", {"decide_by": "2027-01-15"}),
    ("Vertrieb. Im Januar wieder melden.", "Vertrieb", {"follow_up_on": "2027-01-01"}),
    ("Vertriebstraining, Wiedervorlage 10.1.2027", "Vertriebstraining", {"follow_up_on": "2027-01-10"}),
    ("Vertriebstraining – in zwei Wochen nochmal anrufen", "Vertriebstraining", {"follow_up_on": "2026-12-06"}),
    # other events are not when the course shall be
    ("Fräsen. Im Mai kommt die Maschine", "Fräsen", {}),
    ("Nachweis Erste Hilfe läuft im Juni ab", "Nachweis Erste Hilfe läuft", {}),
    ("Schweißen, Besuch am 12.11.2026", "Schweißen", {}),
    ("Schweißen ab 31.2.2027", "Schweißen ab 31.2.2027", {}),
    ("Schweißen ab März 2020", "Schweißen", {}),
    # places
    ("Excel in Leipzig", "Excel", {"place": {"town": "Leipzig"}}),
    ("Excel in 04109 Leipzig", "Excel", {"place": {"postal_code": "04109", "town": "Leipzig"}}),
    (
        "Excel in Halle (Saale), Umkreis 30 km",
        "Excel",
        {"place": {"town": "Halle (Saale)"}, "radius_km": 30},
    ),
    ("Excel im Umkreis von 50 km um Gera", "Excel", {"place": {"town": "Gera"}, "radius_km": 50}),
    ("Excel im Umkreis von 50 km", "Excel", {}),
    ("Excel in Word einbinden", "Excel in Word einbinden", {}),
    ("Excel in Leipzig oder in Dresden", "Excel", {}),
    ("Excel, Rechnung 12345 Euro", "Excel", {}),
    # how and when in the week
    ("Rechnungswesen-Kurs online", "Rechnungswesen-Kurs", {"delivery": ["online"]}),
    ("Online-Marketing-Kurs, Präsenz", "Online-Marketing-Kurs", {"delivery": ["on_site"]}),
    ("Lean-Workshop bei uns im Haus", "Lean-Workshop", {"delivery": ["in_house"]}),
    ("Lean-Workshop vor Ort", "Lean-Workshop", {"delivery": ["in_house"]}),
    ("Lean-Workshop, keine Onlinekurse, gern in Präsenz", "Lean-Workshop", {"delivery": ["on_site"]}),
    ("Lean-Workshop online, aber bitte nicht online", "Lean-Workshop", {}),
    ("Fachwirt als Fernkurs, abends", "Fachwirt", {"delivery": ["distance"], "time_models": ["evening"]}),
    ("Hybridantrieb warten lernen", "Hybridantrieb warten", {}),
    ("Hochvolt-Schulung hybrid", "Hochvolt-Schulung", {"delivery": ["hybrid"]}),
    ("Englisch abends oder am Wochenende", "Englisch", {"time_models": ["evening", "weekend"]}),
    ("Englisch abends, nicht am Wochenende", "Englisch", {"time_models": ["evening"]}),
    ("Englisch für unsere Teilzeitkräfte", "Englisch für unsere Teilzeitkräfte", {}),
    # price
    ("ERP-Schulung, max. 800 Euro pro Person", "ERP-Schulung", {"max_price_eur": 800.0}),
    ("ERP-Schulung, höchstens 1.250 €/TN", "ERP-Schulung", {"max_price_eur": 1250.0}),
    ("ERP-Schulung, Budget 5.000 Euro insgesamt", "ERP-Schulung", {}),
    ("ERP-Schulung, max. 500 Euro pro Tag", "ERP-Schulung", {}),
    ("ERP-Schulung: Budget 600 Euro pro Person, max. 700 Euro pro Person", "ERP-Schulung", {}),
    ("SAP-Kurs, max. 40 UE", "SAP-Kurs", {"hours_max": 30.0}),
    # wishes
    ("Schweißkurs mit Bildungsgutschein", "Schweißkurs", {"azav_wanted": True, "funding_interest": True}),
    ("Schweißkurs, AZAV nicht nötig", "Schweißkurs", {}),
    ("Schweißkurs mit Zertifikat", "Schweißkurs mit Zertifikat", {"certificate_wanted": True}),
    ("Deutschkurs, Mitarbeiter sprechen etwa A2", "Deutschkurs", {"cefr": "A2"}),
    ("Deutschkurs B1", "Deutschkurs B1", {}),
    ("Dringend Brandschutzhelfer gesucht", "Brandschutzhelfer", {"urgency": "high"}),
    ("Brandschutzhelfer, nicht eilig", "Brandschutzhelfer", {"urgency": "low"}),
    ("Datenschutz, gesetzlich vorgeschrieben", "Datenschutz", {"trigger": "legal_duty"}),
    ("Gern zusammen mit anderen Betrieben: Kältetechnik", "Kältetechnik", {"pooling": True}),
]


@pytest.mark.parametrize(("note", "title", "fields"), SENTENCES, ids=[sentence[0] for sentence in SENTENCES])
def test_a_sentence_tells_a_need(note: str, title: str, fields: dict[str, Any]) -> None:
    told = proposals(note, SUNDAY)

    assert [one.title for one in told] == [title]
    assert dict(told[0].fields) == fields


def titles(note: str) -> list[str]:
    return [one.title for one in proposals(note, SUNDAY)]


def test_bullets_are_needs_and_what_frames_them_holds_for_all() -> None:
    note = """Besuch bei Metallbau Muster GmbH, 04808 Wurzen, 20.11.2026
- 3 Leute brauchen WIG-Schweißen, ab März
- Excel für zwei Bürokräfte, online, in Leipzig
Im Januar wieder melden."""

    welding, excel = proposals(note, SUNDAY)

    assert welding.title == "WIG-Schweißen"
    assert dict(welding.fields) == {
        "persons_min": 3,
        "earliest_start": "2027-03-01",
        "place": {"postal_code": "04808", "town": "Wurzen"},
        "follow_up_on": "2027-01-01",
    }
    assert welding.topics == ("metal.welding",)
    assert excel.title == "Excel"
    assert dict(excel.fields) == {
        "persons_min": 2,
        "delivery": ["online"],
        "place": {"town": "Leipzig"},
        "follow_up_on": "2027-01-01",
    }


@pytest.mark.parametrize(
    "note",
    [
        "1. Staplerschein für 3 Leute\n2. Excel Grundkurs",
        "Staplerschein für 3 Leute. Außerdem Excel Grundkurs.",
        "Staplerschein für 3 Leute\n\nExcel Grundkurs",
        "Staplerschein für 3 Leute\nExcel Grundkurs",
        "• Staplerschein für 3 Leute\n• Excel Grundkurs",
        "Staplerschein für 3 Leute und Excel Grundkurs für 2 Damen",
    ],
)
def test_several_needs_are_told_apart(note: str) -> None:
    assert titles(note) == ["Staplerschein", "Excel Grundkurs"]


def test_the_name_of_a_firm_above_a_list_is_no_need() -> None:
    note = "Tischlerei Muster, 14 MA, Grimma\nThema 1: CNC-Fräsen für 2 Tischler\nThema 2: Ausbilderschein"

    first, second = proposals(note, SUNDAY)

    assert (first.title, second.title) == ("CNC-Fräsen", "Ausbilderschein")
    assert dict(first.fields) == {"persons_min": 2, "place": {"town": "Grimma"}}


def test_more_about_the_same_need_is_no_need_of_its_own() -> None:
    note = "Wir brauchen Schweißkurse. Außerdem soll es bei uns im Haus sein.\n15. April wäre gut."

    assert titles(note) == ["Schweißkurse"]


def test_every_value_names_a_piece_of_the_note() -> None:
    note = "Besuch in Grimma\n- 3 Leute, WIG-Schweißen, ab März, max. 800 Euro pro Person, im Umkreis von 50 km"

    (need,) = proposals(note, SUNDAY)

    assert {(one.field, one.text) for one in need.found} == {
        ("persons_min", "3 Leute"),
        ("earliest_start", "ab März"),
        ("max_price_eur", "max. 800 Euro pro Person"),
        ("place.town", "Grimma"),
        ("radius_km", "Umkreis von 50 km"),
    }
    assert need.description == "3 Leute, WIG-Schweißen, ab März, max. 800 Euro pro Person, im Umkreis von 50 km"


def test_two_numbers_of_people_contradict_each_other() -> None:
    (need,) = proposals("Schweißen für 3 Leute, vielleicht 5 Leute", SUNDAY)

    assert "persons_min" not in need.fields


@pytest.mark.parametrize("note", ["", " \n\t ", "…", "---"])
def test_no_word_no_need(note: str) -> None:
    assert proposals(note, SUNDAY) == ()


def test_a_note_that_is_not_understood_is_one_need_as_it_stands() -> None:
    assert titles("Irgendwas mit Katzen") == ["Irgendwas mit Katzen"]


HOSTILE: dict[str, Callable[[int], str]] = {
    "one letter": lambda size: "a" * size,
    "blanks": lambda size: " " * size + "x",
    "numbers": lambda size: "3 " * (size // 2),
    "counts": lambda size: "3 alte neue " * (size // 12),
    "lines": lambda size: "x\n" * (size // 2),
    "bullets": lambda size: "- 3 Leute Excel\n" * (size // 16),
    "and": lambda size: "und " * (size // 4),
    "further": lambda size: "außerdem Excel " * (size // 15),
    "trailing words": lambda size: "schweißen" + " brauchen" * (size // 9) + " x",
    "leading words": lambda size: "wir brauchen " * (size // 13),
    "days": lambda size: "ab März bis " * (size // 12),
    "names": lambda size: "in Bad Aaaaaaaaa-" * (size // 17),
    "marks": lambda size: "\u202e\x00\ud800İ" * (size // 4),
    "digits": lambda size: "1.2.3." * (size // 6),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_megabyte_is_read_in_no_time(kind: str) -> None:
    note = HOSTILE[kind](1_000_000)

    before = time.process_time()
    told = proposals(note, SUNDAY)

    assert time.process_time() - before < 1
    assert len(told) <= 20
    assert all(len(one.title) <= 100 for one in told)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_written_nothing_is_raised(seed: int) -> None:
    pieces = " ".join(sentence[0] for sentence in SENTENCES).split(" ")
    jumbled = [pieces[(seed * 7919 + place * place * 31) % len(pieces)] for place in range(120)]

    for joint in (" ", "\n", ", ", "", " - ", "\n- "):
        for one in proposals(joint.join(jumbled), date(2027, 12, 31)):
            assert one.title
            assert all(found.text for found in one.found)
