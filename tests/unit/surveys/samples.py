"""Invented records in the form of the Bundesagentur's course search; a test changes what it is about."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


def midnight(year: int, month: int, day: int) -> int:
    """Return midnight in Europe/Berlin as the search writes it: milliseconds since 1970."""
    return int(datetime(year, month, day, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)


def a_termin(number: int = 1, *, angebot: Any = None, **changes: Any) -> dict[str, Any]:
    course = {
        "id": 7000,
        "titel": "Hydraulik für Instandhalter",
        "inhalt": "<p>Pumpen &amp; Ventile</p><ul><li>Schaltpläne lesen</li><li>Fehler finden</li></ul>",
        "abschlussart": "<p>Teilnahmebescheinigung</p>",
        "abschlussbezeichnung": None,
        "foerderung": None,
        "zugang": None,
        "zielgruppe": None,
        "link": "https://bildung.example/hydraulik",
        "bildungsanbieter": {
            "id": 5,
            "name": "Lernwerk Beispielstadt gGmbH",
            "telefonVorwahl": "0341",
            "email": "anna.probe@lernwerk.example",
        },
        "zertifizierer": [],
        "suchworte": [{"suchwort": "Hydraulik"}, {"suchwort": "Fluidtechnik"}, {"suchwort": "Hydraulik"}],
    }
    return {
        "id": number,
        "unterrichtsform": {"id": 102, "bezeichnung": "Seminar"},
        "unterrichtszeit": {"id": 1, "bezeichnung": "Vollzeit"},
        "angebot": {**course, **(angebot or {})},
        "adresse": {
            "ortStrasse": {"plz": "04109", "name": "Leipzig"},
            "koordinaten": {"lat": 51.34, "lon": 12.37},
        },
        "kostenWert": "480.0",
        "kostenWaehrung": "EUR",
        "foerderung": False,
        "beginn": midnight(2027, 3, 1),
        "ende": midnight(2027, 3, 5),
        "anmeldeschluss": None,
        "individuellerEinstieg": False,
        "teilnehmerMin": 4,
        "teilnehmerMax": 12,
        "inhouseFirmenseminar": False,
        "berufsbegleitend": False,
        "ansprechpartner": [{"name": "Probe", "vorname": "Anna", "email": "anna.probe@lernwerk.example"}],
        **changes,
    }


def a_page(*termine: Any, pages: int = 1) -> bytes:
    page = {"size": 20, "totalElements": len(termine), "totalPages": pages, "number": 0}
    return json.dumps({"_embedded": {"termine": list(termine)}, "page": page}, ensure_ascii=False).encode()
