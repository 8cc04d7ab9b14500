"""The columns of needs and offers: what they are called, how their cells are read, what a template says about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.surveys.formats import words
from services.surveys.formats.cells import (
    DAY,
    LAND_NUMBERS,
    LIST,
    NUMBER,
    POSTAL_CODE,
    TEXT,
    WEEKDAY_LIST,
    WHOLE,
    YES_NO,
    Choice,
    Codec,
    one_of,
    some_of,
)
from shared.sheets import Field

DAY_NOTE: Final = "ein Tag, zum Beispiel 01.03.2027"
YES_NOTE: Final = "ja oder nein"
LIST_NOTE: Final = "mehrere durch Semikolon getrennt"


@dataclass(frozen=True)
class Column:
    """One column; its field's name is the path in the JSON of a need, an offer, or (after `dates.`) a course date."""

    field: Field
    codec: Codec

    @property
    def name(self) -> str:
        """Return the path."""
        return self.field.name


def _column(  # noqa: PLR0913 - it is a row of a table
    name: str,
    label: str,
    english: str,
    *synonyms: str,
    codec: Codec = TEXT,
    example: str = "",
    note: str = "",
    required: bool = False,
) -> Column:
    return Column(Field(name, label, english, synonyms, required, example, note), codec)


def _one(name: str, label: str, english: str, choice: Choice, *synonyms: str, example: str = "") -> Column:
    return _column(name, label, english, *synonyms, codec=one_of(choice), example=example, note=choice.told())


def _some(name: str, label: str, english: str, choice: Choice, *synonyms: str, example: str = "") -> Column:
    note = f"eines oder mehrere: {choice.told()}"
    return _column(name, label, english, *synonyms, codec=some_of(choice), example=example, note=note)


def _day(name: str, label: str, english: str, *synonyms: str, example: str = "") -> Column:
    return _column(name, label, english, *synonyms, codec=DAY, example=example, note=DAY_NOTE)


def _yes(name: str, label: str, english: str, *synonyms: str) -> Column:
    return _column(name, label, english, *synonyms, codec=YES_NO, note=YES_NOTE)


def _list(name: str, label: str, english: str, *synonyms: str, example: str = "") -> Column:
    return _column(name, label, english, *synonyms, codec=LIST, example=example, note=LIST_NOTE)


def _number(name: str, label: str, english: str, *synonyms: str, codec: Codec = NUMBER, example: str = "") -> Column:
    return _column(name, label, english, *synonyms, codec=codec, example=example, note="eine Zahl")


ID: Final = "id"
STATUS: Final = "status"

NEEDS: Final = (
    _column(
        *("title", "Titel", "Title", "Thema", "Bezeichnung", "Bedarf", "Qualifizierungsbedarf", "Schulungsbedarf"),
        *("Weiterbildungsbedarf", "Kurs", "Weiterbildung", "Schulung", "Name", "need", "course", "topic"),
        required=True,
        example="WIG-Schweißen für drei Schlosser",
        note="worum es geht, höchstens 200 Zeichen",
    ),
    _column(
        *("description", "Beschreibung", "Description", "Inhalt", "Inhalte", "Bemerkung", "Bemerkungen", "Notiz"),
        *("Notizen", "Anmerkung", "Erläuterung", "Details", "Kommentar", "notes", "remarks", "content"),
        example="Wir schweißen künftig mehr Edelstahl.",
        note="freier Text; bitte keine Namen von Beschäftigten",
    ),
    _column(ID, "Kennung", "ID", note="bleibt leer; steht nur in Dateien, die von hier stammen"),
    _one(STATUS, "Status", "Status", words.NEED_STATUS, "Stand", "state"),
    _one("language", "Sprache des Textes", "Language of the text", words.LANGUAGE),
    _one("visibility", "Sichtbarkeit", "Visibility", words.VISIBILITY, "sichtbar für"),
    _number(
        *("persons_min", "Personen", "Persons", "Anzahl", "Anzahl Personen", "Teilnehmer", "Teilnehmende"),
        *("Teilnehmerzahl", "TN", "Anzahl TN", "Personenzahl", "Mitarbeiter", "MA", "Personen mindestens"),
        *("number of participants", "participants", "people"),
        codec=WHOLE,
        example="3",
    ),
    _number("persons_max", "Personen höchstens", "Persons at most", "maximal", "max TN", codec=WHOLE, example="4"),
    _day(
        *("earliest_start", "Frühester Beginn", "Earliest start", "Beginn", "Start", "ab", "Termin", "Zeitraum von"),
        *("Wann", "gewünschter Beginn", "start date"),
        example="11.01.2027",
    ),
    _day("latest_start", "Spätester Beginn", "Latest start", "bis", "Zeitraum bis", "spätestens", example="30.04.2027"),
    _day("latest_end", "Spätestes Ende", "Latest end", "Ende", "end date"),
    _some(
        *("delivery", "Lernform", "Delivery", words.DELIVERY, "Unterrichtsform", "Durchführung", "Form", "Format"),
        example="Präsenz, in-house",
    ),
    _some("time_models", "Zeitmodell", "Time model", words.TIME_MODEL, "Unterrichtszeit", "Zeiten"),
    _column(
        *("place.postal_code", "PLZ", "Postcode", "Postleitzahl", "zip", "postal code"),
        codec=POSTAL_CODE,
        example="04109",
        note="fünf Ziffern",
    ),
    _column("place.town", "Ort", "Town", "Stadt", "Standort", "city", "location", "place", example="Leipzig"),
    _number("radius_km", "Umkreis in km", "Radius in km", "Umkreis", "Entfernung", codec=WHOLE, example="50"),
    _number("max_price_eur", "Budget je Person (€)", "Budget a person (€)", "Budget", "Preis", "Kosten", example="900"),
    _yes("azav_wanted", "AZAV gewünscht", "AZAV wanted", "AZAV"),
    _yes("certificate_wanted", "Zertifikat gewünscht", "Certificate wanted", "Zertifikat", "Abschluss"),
    _one("level", "Niveau", "Level", words.LEVEL, "Kursniveau"),
    _one("cefr", "Sprachniveau", "Language level", words.CEFR, "GER", "CEFR"),
    _some("musts", "Zwingend", "Musts", words.MUST),
    _yes("pooling", "Gemeinsamer Kurs möglich", "Shared course possible", "Bündelung", "pooling"),
    _list("topics", "Themencodes", "Topic codes"),
    _list("skills", "Fähigkeiten", "Skills", "Kompetenzen", "Fertigkeiten", example="Edelstahl;WIG"),
    _list("esco", "ESCO", "ESCO concepts"),
    _list("kldb", "KldB 2010", "KldB", "Beruf (KldB)"),
    _one("trigger", "Anlass", "Trigger", words.TRIGGER, "Grund", "reason"),
    _one("urgency", "Dringlichkeit", "Urgency", words.URGENCY, "Priorität", "priority"),
    _some("target_groups", "Zielgruppe", "Target group", words.TARGET_GROUPS, "Zielgruppen"),
    _number("eqf", "DQR-Niveau", "EQF level", "DQR", "EQR", codec=WHOLE),
    _number("hours_max", "Stunden höchstens", "Hours at most", "Stunden", "Umfang", "Dauer", "hours"),
    _day("decide_by", "Entscheidung bis", "Decide by"),
    _list("course_languages", "Kurssprachen", "Course languages", "Unterrichtssprache"),
    _column("accessibility", "Barrierefreiheit", "Accessibility", "Unterstützungsbedarf"),
    _yes("funding_interest", "Interesse an Förderung", "Interest in funding", "Förderung", "funding"),
    _day("follow_up_on", "Wiedervorlage", "Follow-up", "Wiedervorlage am"),
)

OFFERS: Final = (
    _column(
        *("title", "Titel", "Title", "Kurstitel", "Kurs", "Thema", "Bezeichnung", "Angebot", "Veranstaltung"),
        *("Seminar", "Lehrgang", "course", "Kursname", "Name"),
        required=True,
        example="WIG-Schweißen Grundkurs",
        note="höchstens 200 Zeichen",
    ),
    _column(
        *("own_number", "Kursnummer", "Own number", "Nummer", "Kurs-Nr.", "Nr.", "Angebotsnummer", "eigene Nummer"),
        *("Veranstaltungsnummer", "course number", "number"),
        example="WIG-1",
        note="Ihre eigene Nummer; daran erkennen wir das Angebot wieder. Mehrere Termine: eine Zeile je Termin",
    ),
    _column("description", "Beschreibung", "Description", "Inhalt", "Inhalte", "Kursinhalt", "content", "Bemerkung"),
    _column(ID, "Kennung", "ID", note="bleibt leer; steht nur in Dateien, die von hier stammen"),
    _one(STATUS, "Status", "Status", words.OFFER_STATUS, "state"),
    _one("kind", "Art", "Kind", words.KIND),
    _one("language", "Sprache des Textes", "Language of the text", words.LANGUAGE),
    _column("provider_name", "Anbieter", "Provider", "Bildungsanbieter", "Träger", "Veranstalter", "Institution"),
    _list("keywords", "Stichwörter", "Keywords", "Schlagwörter", "Suchworte", "tags"),
    _column("aims", "Ziele", "Aims", "Kursziel", "Lernziele"),
    _column("target_group", "Zielgruppe", "Target group", "Teilnehmerkreis"),
    _some("target_groups", "Zielgruppen nach Können", "Target groups by skill", words.TARGET_GROUPS),
    _column("entry_requirements", "Voraussetzungen", "Entry requirements", "Zugang", "Zugangsvoraussetzungen"),
    _column("certificate", "Abschluss", "Certificate", "Zertifikat", "Abschlussbezeichnung"),
    _column("examining_body", "Prüfende Stelle", "Examining body", "Prüfungsstelle"),
    _one("level", "Niveau", "Level", words.LEVEL),
    _one("cefr", "Sprachniveau", "Language level", words.CEFR, "GER", "CEFR"),
    _number("teaching_units", "Unterrichtseinheiten", "Teaching units", "UE", "Unterrichtsstunden"),
    _number("hours", "Stunden", "Hours", "Zeitstunden", "Dauer in Stunden", example="40"),
    _number(
        "price_eur", "Preis (€)", "Price (€)", "Preis", "Kosten", "Gebühr", "Teilnahmegebühr", "fee", example="840"
    ),
    _column("currency", "Währung", "Currency", note="drei Buchstaben, sonst EUR"),
    _column("vat_note", "Umsatzsteuer", "VAT note", "MwSt"),
    _yes("azav", "AZAV-Zulassung", "AZAV approved", "AZAV", "Bildungsgutschein"),
    _column("certifier", "Fachkundige Stelle", "Certifier", "Zertifizierer"),
    _column("certifier_number", "Nummer der fachkundigen Stelle", "Certifier's number", "Zertifikatsnummer"),
    _column("measure_number", "Maßnahmenummer", "Measure number", "BA-Maßnahmenummer", "Maßnahmennummer"),
    _day("azav_until", "Zulassung bis", "Approved until"),
    _column(
        *("land_numbers", "Bildungsurlaub", "Educational leave", "Bildungsfreistellung", "Bildungszeit"),
        codec=LAND_NUMBERS,
        note="Land und Nummer, zum Beispiel ST: 2026-123",
    ),
    _column("zfu_number", "ZFU-Nummer", "ZFU number", "ZFU"),
    _column("ba_systematik", "BA-Systematik", "BA classification", "Systematiknummer"),
    _list("topics", "Themencodes", "Topic codes"),
    _list("skills", "Fähigkeiten", "Skills", "Kompetenzen"),
    _yes("in_house_possible", "In-house möglich", "In-house possible", "Inhouse", "Firmenschulung"),
    _column("course_language", "Kurssprache", "Course language", "Unterrichtssprache", note="zum Beispiel de"),
    _column("link", "Internetadresse", "Link", "URL", "Webseite", "Website", "Homepage"),
    _one("initiative", "Art der Initiative", "Kind of initiative", words.INITIATIVE),
    _day("starts_on", "Initiative ab", "Initiative from"),
    _day("ends_on", "Initiative bis", "Initiative until"),
    _day("updated_on", "Aktualisiert am", "Updated on", "Stand"),
    _column("dates.id", "Terminkennung", "Date ID", note="bleibt leer"),
    _one("dates.entry", "Einstieg", "Entry", words.ENTRY),
    _day(
        *("dates.starts_on", "Beginn", "Start", "Kursbeginn", "Termin", "Startdatum", "von", "Datum", "start date"),
        example="01.03.2027",
    ),
    _day("dates.ends_on", "Ende", "End", "Kursende", "Enddatum", "bis", "end date", example="05.03.2027"),
    _one("dates.delivery", "Lernform", "Delivery", words.DELIVERY, "Unterrichtsform", "Durchführung", "Form"),
    _some("dates.time_models", "Zeitmodell", "Time model", words.TIME_MODEL, "Unterrichtszeit"),
    _column("dates.place.postal_code", "PLZ", "Postcode", "Postleitzahl", "zip", codec=POSTAL_CODE, example="04109"),
    _column("dates.place.town", "Ort", "Town", "Stadt", "Kursort", "Veranstaltungsort", "city", example="Leipzig"),
    _number("dates.participants_min", "Teilnehmende mindestens", "Participants at least", "min TN", codec=WHOLE),
    _number("dates.participants_max", "Teilnehmende höchstens", "Participants at most", "max TN", codec=WHOLE),
    _number("dates.places_left", "Freie Plätze", "Places left", "Plätze", codec=WHOLE),
    _day("dates.register_by", "Anmeldung bis", "Register by", "Anmeldeschluss"),
    _yes("dates.cancelled", "Abgesagt", "Cancelled"),
    _yes("dates.full", "Ausgebucht", "Full", "ausgebucht"),
    _column("dates.weekdays", "Wochentage", "Weekdays", codec=WEEKDAY_LIST, note="zum Beispiel Mo, Mi"),
    _column("dates.starts_at", "Uhrzeit von", "From (time)", "Beginn Uhrzeit", note="zum Beispiel 08:30"),
    _column("dates.ends_at", "Uhrzeit bis", "Until (time)", "Ende Uhrzeit"),
    _column("dates.form_code", "Unterrichtsform (Schlüssel)", "Form code"),
    _yes("dates.barrier_free", "Barrierefrei", "Barrier-free"),
    _yes("dates.start_guaranteed", "Startgarantie", "Start guaranteed", "Durchführungsgarantie"),
)

COLUMNS: Final[dict[str, Sequence[Column]]] = {"needs": NEEDS, "offers": OFFERS}


def fields_of(kind: str) -> list[Field]:
    """Return the fields to which the headings of a table of needs or offers may be mapped."""
    return [column.field for column in COLUMNS[kind]]


def for_templates(kind: str) -> list[Field]:
    """Return what a template asks for: everything but the ids of what came from here."""
    return [field for field in fields_of(kind) if field.name not in {ID, "dates.id"}]
