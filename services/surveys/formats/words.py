"""The words by which people call the values of needs and offers; the first of each is the one that we write."""

from typing import Final

from services.surveys.formats.cells import Choice

DELIVERY: Final = Choice(
    {
        "on_site": ("Präsenz", "vor Ort", "on site", "Präsenzunterricht", "Präsenzkurs", "classroom"),
        "online": ("online", "online live", "virtuell", "digital", "Webinar", "virtuelles Klassenzimmer"),
        "self_paced": ("Selbstlernen", "E-Learning", "self-paced", "Selbststudium", "WBT"),
        "hybrid": ("hybrid", "Blended Learning", "kombiniert"),
        "in_house": ("in-house", "Inhouse", "im Unternehmen", "im Betrieb", "Firmenseminar"),
        "distance": ("Fernunterricht", "Fernlehrgang", "Fernkurs", "distance course"),
    }
)
TIME_MODEL: Final = Choice(
    {
        "full_time": ("Vollzeit", "full time", "ganztags"),
        "part_time": ("Teilzeit", "part time"),
        "alongside_work": ("berufsbegleitend", "alongside work", "nebenberuflich"),
        "morning": ("vormittags", "Vormittag", "morning"),
        "afternoon": ("nachmittags", "Nachmittag", "afternoon"),
        "evening": ("abends", "Abend", "evening", "Abendkurs"),
        "weekend": ("Wochenende", "weekend", "am Wochenende"),
        "weekdays": ("wochentags", "weekdays", "werktags"),
    }
)
LEVEL: Final = Choice(
    {
        "basic": ("Grundlagen", "basic", "Anfänger", "Einsteiger", "Grundkurs", "Basis"),
        "advanced": ("Fortgeschrittene", "advanced", "Aufbau", "Aufbaukurs", "fortgeschritten"),
        "expert": ("Experten", "expert", "Experte", "Spezialisten"),
    }
)
CEFR: Final = Choice({name: (name,) for name in ("A1", "A2", "B1", "B2", "C1", "C2")})
TRIGGER: Final = Choice(
    {
        "digitalisation": ("Digitalisierung", "digitalisation", "digitalization"),
        "new_technology": ("neue Technik", "new technology", "neue Maschine", "neue Technologie"),
        "legal_duty": ("gesetzliche Pflicht", "legal duty", "Vorschrift", "Pflichtschulung"),
        "quality": ("Qualität", "quality"),
        "sustainability": ("Nachhaltigkeit", "sustainability", "Energiewende"),
        "new_staff": ("neue Beschäftigte", "new staff", "neue Mitarbeiter", "Einarbeitung"),
        "succession": ("Nachfolge", "succession", "Generationswechsel"),
        "growth": ("Wachstum", "growth"),
        "language": ("Sprache", "language", "Deutsch"),
        "other": ("anderer Anlass", "other", "Sonstiges"),
    }
)
TARGET_GROUPS: Final = Choice(
    {
        "unskilled": ("Ungelernte", "unskilled"),
        "semi_skilled": ("Angelernte", "semi-skilled", "Helfer"),
        "skilled": ("Fachkräfte", "skilled", "Facharbeiter"),
        "trainees": ("Auszubildende", "trainees", "Azubis"),
        "managers": ("Führungskräfte", "managers", "Leitung"),
    }
)
VISIBILITY: Final = Choice(
    {
        "open": ("offen", "open", "öffentlich"),
        "network": ("im Verbund", "network", "Verbund"),
        "coordinator": ("nur für die Koordination", "coordinator", "Koordination"),
        "anonymous": ("anonym", "anonymous"),
    }
)
LANGUAGE: Final = Choice({"de": ("Deutsch", "German"), "en": ("Englisch", "English")})
URGENCY: Final = Choice(
    {
        "low": ("gering", "low", "niedrig"),
        "normal": ("normal", "mittel", "medium"),
        "high": ("hoch", "high", "dringend"),
    }
)
NEED_STATUS: Final = Choice(
    {
        "draft": ("Entwurf", "draft"),
        "open": ("offen", "open"),
        "covered": ("gedeckt", "covered", "erledigt"),
        "withdrawn": ("zurückgezogen", "withdrawn"),
        "expired": ("abgelaufen", "expired"),
    }
)
OFFER_STATUS: Final = Choice(
    {
        "preparing": ("in Vorbereitung", "preparing", "geplant"),
        "published": ("veröffentlicht", "published"),
        "permanent": ("dauerhaft", "permanent"),
        "ended": ("beendet", "ended"),
        "blocked": ("gesperrt", "blocked"),
        "withdrawn": ("zurückgezogen", "withdrawn"),
    }
)
KIND: Final = Choice({"course": ("Kurs", "course", "Lehrgang"), "initiative": ("Initiative", "Projekt", "project")})
INITIATIVE: Final = Choice(
    {
        "advice": ("Beratung", "advice"),
        "workshop": ("Workshop", "Werkstatt"),
        "network": ("Netzwerk", "network"),
        "funding": ("Förderung", "funding"),
        "other": ("Sonstiges", "other"),
    }
)
ENTRY: Final = Choice(
    {
        "fixed": ("fester Beginn", "fixed", "fest"),
        "rolling": ("laufender Einstieg", "rolling", "laufend", "jederzeit"),
        "on_request": ("auf Anfrage", "on request", "nach Vereinbarung"),
    }
)
MUST: Final = Choice(
    {
        "time_model": ("Zeitmodell", "time model"),
        "cefr": ("Sprachniveau", "cefr"),
        "level": ("Niveau", "level"),
        "entry": ("Zugang", "entry"),
        "latest_end": ("spätestes Ende", "latest end"),
        "group_minimum": ("Mindestgruppe", "group minimum"),
    }
)
