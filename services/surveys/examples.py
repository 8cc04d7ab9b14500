"""Examples that the description of the HTTP API shows; everybody and everything in them is made up."""

from typing import Any, Final

_NETWORK: Final = "019a0000-0000-7000-8000-000000000384"
_COMPANY: Final = "019a0000-0000-7000-8000-000000000385"
_PROVIDER: Final = "019a0000-0000-7000-8000-000000000386"
_ASKER: Final = "019a0000-0000-7000-8000-000000000387"
_TEACHER: Final = "019a0000-0000-7000-8000-000000000388"
_STAMP: Final = {"version": 32977625677825, "changed_at": "2026-11-22T09:00:00.000000Z"}
_LEIPZIG: Final = {"postal_code": "04109", "town": "Leipzig"}
_ON_THE_MAP: Final = {**_LEIPZIG, "lat": 51.34, "lon": 12.37}

NEED: Final[dict[str, Any]] = {
    "title": "WIG-Schweißen für drei Schlosser",
    "description": "Wir schweißen künftig mehr Edelstahl; Grundlagen im MAG-Schweißen sind da.",
    "organisation": _COMPANY,
    "contact": _ASKER,
    "networks": [_NETWORK],
    "persons_min": 3,
    "persons_max": 4,
    "earliest_start": "2027-01-11",
    "latest_start": "2027-04-30",
    "delivery": ["on_site", "in_house"],
    "place": _LEIPZIG,
    "radius_km": 50,
    "max_price_eur": 900,
}
NEED_ANSWER: Final[dict[str, Any]] = {
    "id": "019a0000-0000-7000-8000-000000000001",
    **_STAMP,
    "status": "open",
    **NEED,
    "place": _ON_THE_MAP,
    "hints": [],
}
NEED_IN_FULL: Final[dict[str, Any]] = {
    **NEED,
    "visibility": "anonymous",
    "company_name": "Muster Metallbau GmbH",
    "trigger": "new_technology",
    "urgency": "high",
    "topics": ["metal"],
    "skills": ["WIG-Schweißen"],
    "kldb": ["24422"],
    "target_groups": ["skilled"],
    "eqf": 4,
    "hours_max": 80,
    "decide_by": "2026-12-18",
    "course_languages": ["de"],
    "funding_interest": True,
    "pooling": True,
    "source": "visit",
    "consent": {"how": "spoken", "given_on": "2026-11-20", "given_by": _ASKER},
    "follow_up_on": "2027-01-15",
}
ANONYMOUS_NEED: Final[dict[str, Any]] = {
    "id": "019a0000-0000-7000-8000-000000000001",
    **_STAMP,
    "status": "open",
    "title": NEED["title"],
    "description": NEED["description"],
    "visibility": "anonymous",
    "networks": [_NETWORK],
    "earliest_start": "2027-01-11",
    "latest_start": "2027-04-30",
    "delivery": ["on_site", "in_house"],
    "reduced": True,
    "area": "041",
    "persons_band": "3-5",
}
SIMILAR_NEEDS: Final[dict[str, Any]] = {"items": [{"likeness": 0.83, "need": NEED_ANSWER}]}
HISTORY: Final[dict[str, Any]] = {
    "items": [
        {
            "version": 32977625677826,
            "at": "2026-11-23T08:15:00.000000Z",
            "by": _ASKER,
            "was": {"persons_min": 2, "title": "WIG-Schweißen"},
        }
    ],
    "merged_into": None,
}
STILL_NEEDED: Final = ({"answer": "needed", "latest_start": "2027-09-30"}, {"answer": "covered"})

OFFER: Final[dict[str, Any]] = {
    "title": "WIG-Schweißen Grundkurs",
    "description": "Edelstahl und Aluminium, Nahtvorbereitung, Sichtprüfung.",
    "provider": _PROVIDER,
    "provider_name": "Bildungswerk Muster gGmbH",
    "contact": _TEACHER,
    "networks": [_NETWORK],
    "price_eur": 840,
    "hours": 40,
    "own_number": "WIG-1",
    "dates": [
        {
            "starts_on": "2027-03-01",
            "ends_on": "2027-03-05",
            "delivery": "on_site",
            "time_models": ["full_time"],
            "place": _LEIPZIG,
            "participants_max": 12,
        }
    ],
}
OFFER_ANSWER: Final[dict[str, Any]] = {
    "id": "019a0000-0000-7000-8000-000000000065",
    **_STAMP,
    "status": "published",
    "source": f"api:{_PROVIDER}",
    **OFFER,
    "dates": [{"id": "019a0000-0000-7000-8000-0000000001f5", **OFFER["dates"][0], "place": _ON_THE_MAP}],
    "hints": [],
}
INITIATIVE: Final[dict[str, Any]] = {
    "title": "Digitalisierungslotsen für kleine Betriebe",
    "description": "Kostenfreie Beratung vor Ort: Wir sehen uns Abläufe an und schlagen nächste Schritte vor.",
    "kind": "initiative",
    "initiative": "advice",
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "link": "https://lotsen.example/",
}

BA_FILE: Final[dict[str, Any]] = {
    "_embedded": {
        "termine": [
            {
                "id": 170000001,
                "angebot": {"id": 14000001, "titel": "Hydraulik für Instandhalter", "inhalt": "<p>Pumpen, Ventile</p>"},
                "beginn": 1803855600000,
                "ende": 1804201200000,
                "kostenWert": "480.0",
            }
        ]
    },
    "page": {"size": 20, "totalElements": 1, "totalPages": 1, "number": 0},
}
IMPORT_ANSWER: Final[dict[str, Any]] = {
    "results": [
        {
            "number": "170000001",
            "title": "Hydraulik für Instandhalter",
            "outcome": "created",
            "offer": "019a0000-0000-7000-8000-000000000065",
            "problems": [],
        },
        {
            "number": "170000002",
            "title": None,
            "outcome": "refused",
            "offer": None,
            "problems": [
                {
                    "field": "_embedded.termine.1.angebot.titel",
                    "code": "record_field_missing",
                    "detail": "This field is missing in the file.",
                }
            ],
        },
    ],
    "counts": {"created": 1, "unchanged": 0, "updated": 0, "ended": 0, "refused": 1},
}
