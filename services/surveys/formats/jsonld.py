"""schema.org: courses as search engines and other catalogues know them, in and out."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from pydantic_core import from_json

from services.surveys.ba.text import one_line, plain, shortened
from services.surveys.domain.imports import Remark
from services.surveys.formats.records import Record
from shared.events.surveys import CourseDate, Delivery, OfferSnapshot
from shared.rules import RuleBroken

MOST: Final = 200_000
DEEPEST: Final = 6
COURSE: Final = frozenset({"Course"})
LISTS: Final = ("@graph", "itemListElement", "item", "mainEntity", "hasPart")
MODES: Final = {
    Delivery.ON_SITE: "Onsite",
    Delivery.ONLINE: "Online",
    Delivery.SELF_PACED: "Online",
    Delivery.HYBRID: "Blended",
    Delivery.IN_HOUSE: "Onsite",
    Delivery.DISTANCE: "Online",
}
_DELIVERY: Final = {
    "onsite": "on_site",
    "online": "online",
    "blended": "hybrid",
    "offlineeventattendancemode": "on_site",
    "onlineeventattendancemode": "online",
    "mixedeventattendancemode": "hybrid",
}
_HOURS: Final = re.compile(r"PT?(?:(\d{1,5})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?")
_LEVELS: Final = {"beginner": "basic", "intermediate": "advanced", "advanced": "expert"}


def records(file: BinaryIO) -> Iterator[Record]:
    """Give a record for each course of a document, wherever it stands in lists and graphs."""
    file.seek(0)
    try:
        document = from_json(file.read(), allow_inf_nan=False)
    except ValueError:
        raise RuleBroken("jsonld_not_json", field="body") from None
    courses = list(_courses(document))
    if not courses:
        raise RuleBroken("jsonld_without_courses", field="body")
    if len(courses) > MOST:
        raise RuleBroken("sheet_too_many_rows", field="body", most=MOST)
    for place, course in enumerate(courses, 1):
        yield _record(place, course)


def _courses(part: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    for one in _as_list(part):
        if not isinstance(one, dict):
            continue
        if _types(one) & COURSE:
            yield one
            continue
        for name in LISTS:
            yield from _courses(one.get(name), depth + 1)


def _types(thing: dict[str, Any]) -> set[str]:
    return {str(one).rpartition("/")[2].rpartition(":")[2] for one in _as_list(thing.get("@type"))}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """Return the text of a value, of a language-tagged one, or of the first of several."""
    for one in _as_list(value):
        if isinstance(one, str):
            return one
        if isinstance(one, dict):
            return _text(one.get("@value") or one.get("name"))
        if isinstance(one, int | float):
            return f"{one:.10g}"
    return ""


def _record(place: int, course: dict[str, Any]) -> Record:
    offers = [one for one in _as_list(course.get("offers")) if isinstance(one, dict)]
    number = shortened(one_line(_text(course.get("courseCode")) or _text(course.get("identifier"))), 200)
    said: dict[str, Any] = {
        "title": shortened(one_line(_text(course.get("name"))), 200),
        "description": shortened(plain(_text(course.get("description"))), 20_000),
        "own_number": number,
        "provider_name": shortened(one_line(_text(course.get("provider"))), 200),
        "keywords": _keywords(course.get("keywords")),
        "skills": [shortened(one_line(_text(one)), 500) for one in _as_list(course.get("teaches"))][:200],
        "entry_requirements": shortened(plain(_text(course.get("coursePrerequisites"))), 20_000),
        "certificate": shortened(one_line(_text(course.get("educationalCredentialAwarded"))), 500),
        "level": _LEVELS.get(_text(course.get("educationalLevel")).casefold()),
        "course_language": _language(course.get("inLanguage")),
        "hours": _hours(course.get("timeRequired")),
        "price_eur": _price(offers),
        "link": _link(course.get("url")),
        "dates": [_date(one) for one in _as_list(course.get("hasCourseInstance")) if isinstance(one, dict)][:500],
    }
    if not any(said["dates"]):
        said["dates"] = []
    filled = {name: value for name, value in said.items() if value not in (None, "", [])}
    remarks = () if filled.get("title") else (Remark("name", "text_empty", {}),)
    return Record(place, filled, number=number or None, remarks=remarks)


def _keywords(value: Any) -> list[str]:
    words = [word for one in _as_list(value) for word in _text(one).split(",")]
    return list(dict.fromkeys(short for word in words if (short := shortened(one_line(word), 200))))[:200]


def _language(value: Any) -> str | None:
    code = _text(value).split("-")[0].lower()
    return code if re.fullmatch("[a-z]{2,3}", code) else None


def _hours(value: Any) -> float | None:
    found = _HOURS.fullmatch(_text(value))
    if not found or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return days * 24 + hours + round(minutes / 60, 2)


def _price(offers: list[dict[str, Any]]) -> float | None:
    for one in offers:
        if _text(one.get("priceCurrency")) in {"", "EUR"}:
            try:
                price = round(float(_text(one.get("price"))), 2)
            except ValueError:
                continue
            if 0 <= price <= 1_000_000:  # noqa: PLR2004 - the contract's bound
                return price
    return None


def _link(value: Any) -> str | None:
    link = _text(value).strip()
    sound = link.startswith(("https://", "http://")) and len(link) <= 2000 and link.isprintable() and " " not in link  # noqa: PLR2004
    return link if sound else None


def _date(instance: dict[str, Any]) -> dict[str, Any]:
    schedule = next((one for one in _as_list(instance.get("courseSchedule")) if isinstance(one, dict)), {})
    start = _day(instance.get("startDate") or schedule.get("startDate"))
    end = _day(instance.get("endDate") or schedule.get("endDate"))
    mode = _text(instance.get("courseMode") or instance.get("eventAttendanceMode"))
    delivery = _DELIVERY.get(mode.rpartition("/")[2].casefold())
    place = _place(instance.get("location"))
    most = _text(instance.get("maximumAttendeeCapacity"))
    left = _text(instance.get("remainingAttendeeCapacity"))
    cancelled = _text(instance.get("eventStatus")).endswith("EventCancelled")
    said = {
        "starts_on": start,
        "ends_on": end if not (start and end) or end >= start else None,
        "delivery": delivery,
        "place": place or None,
        "participants_max": int(most) if most.isdigit() and len(most) < 6 else None,  # noqa: PLR2004 - 99,999
        "places_left": int(left) if left.isdigit() and len(left) < 6 else None,  # noqa: PLR2004 - 99,999
        "cancelled": cancelled or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _day(value: Any) -> str | None:
    text = _text(value)[:10]
    return text if re.fullmatch(r"(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", text) else None


def _place(value: Any) -> dict[str, str]:
    where = next((one for one in _as_list(value) if isinstance(one, dict) and "VirtualLocation" not in _types(one)), {})
    address = where.get("address")
    if not isinstance(address, dict):
        return {}
    code, town = _text(address.get("postalCode")), shortened(one_line(_text(address.get("addressLocality"))), 100)
    known = {"postal_code": code} if re.fullmatch(r"(?!00|05|43|62)\d{5}", code) else {}
    return {**known, **({"town": town} if town else {})}


# --- out ----------------------------------------------------------------------------------------------------------


END: Final = b"]}\n"


def document_part(offers: Iterable[OfferSnapshot], *, first: bool, begun: bool) -> Iterator[bytes]:
    """Give a JSON-LD document in pieces, closed by END; `begun` says that courses came before."""
    if first:
        yield b'{"@context":"https://schema.org","@graph":['
    for offer in offers:
        text = json.dumps(course(offer), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        yield (b"," if begun else b"") + text.encode()
        begun = True


def course(offer: OfferSnapshot) -> dict[str, Any]:
    """Return an offer as a schema.org Course."""
    said = {
        "@type": "Course",
        "@id": f"urn:uuid:{offer.id}",
        "name": offer.title,
        "description": offer.description or offer.title,
        "courseCode": offer.own_number,
        "provider": {"@type": "Organization", "name": offer.provider_name} if offer.provider_name else None,
        "keywords": list(offer.keywords),
        "teaches": list(offer.skills),
        "coursePrerequisites": offer.entry_requirements,
        "educationalCredentialAwarded": offer.certificate,
        "inLanguage": offer.course_language or offer.language.value,
        "timeRequired": f"PT{offer.hours:g}H" if offer.hours and float(offer.hours).is_integer() else None,
        "url": offer.link,
        "offers": None
        if offer.price_eur is None
        else {"@type": "Offer", "category": "Paid", "price": offer.price_eur, "priceCurrency": offer.currency},
        "hasCourseInstance": [_instance(one) for one in offer.dates],
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _instance(one: CourseDate) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "postalCode": one.place.postal_code,
        "addressLocality": one.place.town,
        "addressCountry": "DE",
    }
    somewhere = one.place.postal_code or one.place.town
    said = {
        "@type": "CourseInstance",
        "@id": f"urn:uuid:{one.id}",
        "courseMode": MODES.get(one.delivery) if one.delivery else None,
        "startDate": one.starts_on.isoformat() if one.starts_on else None,
        "endDate": one.ends_on.isoformat() if one.ends_on else None,
        "location": {"@type": "Place", "address": _filled(address)} if somewhere else None,
        "maximumAttendeeCapacity": one.participants_max,
        "remainingAttendeeCapacity": one.places_left,
        "eventStatus": "https://schema.org/EventCancelled" if one.cancelled else None,
    }
    return _filled(said)


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "", [])}
