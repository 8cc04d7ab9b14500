"""schema.org courses in and out: lists and graphs, texts in several forms, and nothing that was not said."""

import json
from io import BytesIO
from typing import Any

import pytest

from services.surveys.formats import jsonld
from services.surveys.formats.records import Record
from shared.events.surveys import Delivery
from shared.rules import RuleBroken
from tests.builders import LEIPZIG, a_date, an_offer

COURSE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Course",
    "name": {"@value": "WIG-Schweißen", "@language": "de"},
    "description": "<p>Edelstahl</p>",
    "courseCode": "W-1",
    "provider": {"@type": "Organization", "name": "Bildungswerk Muster", "email": "petra@bildung.example"},
    "timeRequired": "PT40H30M",
    "offers": [{"@type": "Offer", "price": "840.50", "priceCurrency": "EUR"}],
    "hasCourseInstance": {
        "@type": "CourseInstance",
        "courseMode": "Blended",
        "startDate": "2027-03-01T08:00:00+01:00",
        "endDate": "2027-03-05",
        "location": {"@type": "Place", "address": {"postalCode": "04109", "addressLocality": "Leipzig"}},
        "instructor": {"@type": "Person", "name": "Jörg Muster"},
    },
}


def read(document: Any) -> list[Record]:
    return list(jsonld.records(BytesIO(json.dumps(document).encode())))


@pytest.mark.parametrize(
    "document",
    [
        COURSE,
        [COURSE],
        {"@context": "https://schema.org", "@graph": [{"@type": "Organization"}, COURSE]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": COURSE}]},
        {**COURSE, "@type": ["http://schema.org/Course", "Product"]},
    ],
)
def test_a_course_is_found_wherever_it_stands_and_persons_are_left_out(document: Any) -> None:
    (record,) = read(document)

    said: Any = record.said
    assert (record.number, said["title"], said["description"]) == ("W-1", "WIG-Schweißen", "Edelstahl")
    assert (said["provider_name"], said["hours"], said["price_eur"]) == ("Bildungswerk Muster", 40.5, 840.5)
    assert said["dates"] == [
        {
            "starts_on": "2027-03-01",
            "ends_on": "2027-03-05",
            "delivery": "hybrid",
            "place": {"postal_code": "04109", "town": "Leipzig"},
        }
    ]
    assert "Jörg" not in str(said)
    assert "petra@" not in str(said)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "jsonld_not_json"),
        (b"[]", "jsonld_without_courses"),
        (b'{"@type": "Person"}', "jsonld_without_courses"),
        (b'{"@graph": ' * 100 + b"[]" + b"}" * 100, "jsonld_without_courses"),
    ],
)
def test_a_document_without_courses_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        list(jsonld.records(BytesIO(content)))


def test_what_cannot_be_read_of_a_course_is_left_out() -> None:
    strange = {**COURSE, "timeRequired": {}, "offers": 7, "hasCourseInstance": ["x", {"startDate": "morgen"}]}

    (record,) = read(strange)

    assert record.remarks == ()
    assert not {"hours", "price_eur", "dates"} & set(record.said)


def test_what_is_written_is_read_again() -> None:
    course = a_date(starts_on="2027-03-01", delivery=Delivery.ON_SITE, place=LEIPZIG, participants_max=12)
    offer = an_offer(own_number="W-1", price_eur=840.5, hours=40.0, skills=("WIG",), dates=(course,))

    content = b"".join(jsonld.document_part([offer, an_offer()], first=True, begun=False)) + jsonld.END
    first, second = jsonld.records(BytesIO(content))

    said: Any = first.said
    assert (said["title"], said["own_number"], said["price_eur"], said["hours"]) == (offer.title, "W-1", 840.5, 40.0)
    assert said["dates"][0]["starts_on"] == "2027-03-01"
    assert second.number is None
