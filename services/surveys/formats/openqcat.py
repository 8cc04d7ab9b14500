"""Reads open-Q-cat 1.1, the catalogue format of the Bundesagentur: offers, their dates, and what is withdrawn.

A service is an offer, or (EDUCATION type="false") one date of an offer that it refers to. Persons are never read. The
file is read twice, so that dates find their offers wherever they stand and little is held in memory.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid5
from xml.parsers import expat

from lxml import etree

from services.surveys.ba.offers import TIME_WORDS, TIMES
from services.surveys.ba.text import one_line, plain, shortened
from services.surveys.domain.days import HOME
from services.surveys.domain.imports import Remark
from services.surveys.domain.offers import FORMS
from services.surveys.formats.records import Record
from shared.rules import RuleBroken

DATES: Final = UUID("2a6f0d53-8c6e-4c0f-9c55-70a0f6a2c9b4")
MOST_ELEMENTS: Final = 20_000
"""Of one service; what has more is no course."""
MOST_SERVICES: Final = 200_000
MOST_DATES: Final = 500
EMPTIED: Final = frozenset({"SERVICE", "CLASSIFICATION_GROUP", "CATALOG_STRUCTURE", "SERVICE_TO_CATALOGGROUP_MAP"})
CONTAINERS: Final = frozenset({"NEW_CATALOG", "NEW"})
HIGHEST_PRICE: Final = 1_000_000
_LANGUAGES: Final = {"deu": "de", "ger": "de", "eng": "en", "0": None}
_VAT: Final = re.compile(r"(?i)\b(MwSt|USt|Mehrwertsteuer|Umsatzsteuer)\b")
Element = Any
"""lxml's element."""


def date_id(number: str) -> str:
    """Return the id of the course date that has this number in its catalogue."""
    return str(uuid5(DATES, number))


def records(file: BinaryIO) -> Iterator[Record]:
    """Give a record for each offer, for dates of offers that the file does not hold, and for each withdrawal."""
    _check_prolog(file)
    events: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, container, service, _ in _services(file):
        base = _base(service)
        if container in CONTAINERS and base is not None and len(events[base]) < MOST_DATES:
            events[base] += _dates(service, _text(service, "PRODUCT_ID"))[:MOST_DATES]
    place = 0
    for place, container, service, supplier in _services(file):
        number = _text(service, "PRODUCT_ID")
        if container == "DELETE" or (service.get("mode") or "").upper() == "DELETE":
            yield Record(place, {"date": date_id(number)}, "withdraw", number[:200])
        elif _base(service) is None:
            yield _offer(place, service, supplier, events.pop(number, []))
    for base, dates in events.items():
        place += 1
        yield Record(place, {"course_dates": dates}, "dates", base[:200], whole=False)


def _services(file: BinaryIO) -> Iterator[tuple[int, str, Element, str | None]]:
    """Give (place, what it stands in, service, the supplier's name) and forget each afterwards."""
    file.seek(0)
    parsed = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    place = elements = 0
    suppliers: dict[str, str] = {}
    try:
        for event, element in parsed:
            name = _name(element)
            if event == "start":
                elements += 1
                if elements > MOST_ELEMENTS:
                    raise RuleBroken("openqcat_too_large", field="body", place=place + 1)
                if element.getparent() is None and name != "OPENQCAT":
                    raise RuleBroken("openqcat_wrong_root", field="body")
                continue
            if name == "SUPPLIER":
                _note_supplier(suppliers, element)
                elements = 0
            elif name == "SERVICE" and _name(element.getparent()) in CONTAINERS | {"DELETE"}:
                place += 1
                if place > MOST_SERVICES:
                    raise RuleBroken("sheet_too_many_rows", field="body", most=MOST_SERVICES)
                named = suppliers.get(_text(element, "SUPPLIER_ID_REF")) or next(iter(suppliers.values()), None)
                yield place, _name(element.getparent()), element, named
            if name in EMPTIED:
                elements = 0
                _forget(element)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise RuleBroken("openqcat_not_xml", field="body", line=line or 0, column=column or 0) from None


def _forget(element: Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


class _Begun(Exception):  # noqa: N818 - it names what happened
    """The root element has begun."""


def _check_prolog(file: BinaryIO) -> None:
    """Refuse document types, where entities are declared; no catalogue needs one."""

    def declared(*_: object) -> None:
        raise RuleBroken("openqcat_unsafe", field="body")

    def begun(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    file.seek(0)
    try:
        while piece := file.read(4096):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except _Begun:
        return
    except (expat.ExpatError, ValueError, LookupError):
        raise RuleBroken("openqcat_not_xml", field="body", line=1, column=1) from None


def _note_supplier(suppliers: dict[str, str], supplier: Element) -> None:
    name = one_line(_text(supplier, "SUPPLIER_NAME"))
    for number in supplier.iterfind("{*}SUPPLIER_ID"):
        if name and len(suppliers) < 1000:  # noqa: PLR2004 - more suppliers than any catalogue has
            suppliers[(number.text or "").strip()] = shortened(name, 200)


def _name(element: Element) -> str:
    return etree.QName(element).localname if element is not None and isinstance(element.tag, str) else ""


def _text(element: Element, path: str) -> str:
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def _texts(element: Element, path: str) -> list[str]:
    found = element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))
    return [text for one in found if (text := (one.text or "").strip())]


def _education(service: Element) -> Element | None:
    return service.find("{*}SERVICE_DETAILS/{*}SERVICE_MODULE/{*}EDUCATION")


def _base(service: Element) -> str | None:
    """Return the number of the offer of which this service is a date; None for an offer."""
    education = _education(service)
    if education is None or (education.get("type") or "").strip() not in {"false", "0"}:
        return None
    references = service.iterfind("{*}SERVICE_REFERENCE")
    numbers = (_text(one, "PRODUCT_ID_REF") for one in references)
    return next((number for number in numbers if number and number != _text(service, "PRODUCT_ID")), None)


def _offer(place: int, service: Element, supplier: str | None, events: list[dict[str, Any]]) -> Record:
    number = one_line(_text(service, "PRODUCT_ID"))
    details = "SERVICE_DETAILS/"
    said: dict[str, Any] = {
        "title": shortened(one_line(_text(service, details + "TITLE")), 200),
        "description": shortened(plain(_text(service, details + "DESCRIPTION_LONG")), 20_000),
        "entry_requirements": shortened(plain(_text(service, details + "REQUIREMENTS")), 20_000),
        "keywords": _each(_texts(service, details + "KEYWORD"), 200),
        "target_group": shortened(
            "\n".join(plain(text) for text in _texts(service, details + "TARGET_GROUP/TARGET_GROUP_TEXT")), 20_000
        ),
        "ba_systematik": _systematik(service),
        "provider_name": supplier,
        "own_number": shortened(number, 200) or None,
        "link": _link(service),
        **_price(service),
        **_of_education(service),
        "dates": [*(_dates(service, "")), *events][:MOST_DATES],
    }
    remarks = () if said["own_number"] else (Remark("PRODUCT_ID", "record_field_missing", {}),)
    filled = {name: value for name, value in said.items() if value not in (None, "", [])}
    return Record(place, {"title": "", **filled}, "put", said["own_number"], remarks=remarks)


def _each(texts: list[str], most: int) -> list[str]:
    return list(dict.fromkeys(short for text in texts if (short := shortened(one_line(text), 200))))[:most]


def _systematik(service: Element) -> str | None:
    numbers: list[str] = []
    for one in service.iterfind("{*}SERVICE_CLASSIFICATION"):
        number = _text(one, "REFERENCE_CLASSIFICATION_GROUP_ID")
        system = _text(one, "REFERENCE_CLASSIFICATION_SYSTEM_NAME").lower()
        if number and ("systematik" in system or "kursnet" in system):
            return number[:50]
        numbers.append(number)
    return next((number[:50] for number in numbers if number), None)


def _price(service: Element) -> dict[str, Any]:
    """Return a price in euros; 0 means unknown, as in the Bundesagentur's search."""
    price = "SERVICE_PRICE_DETAILS/"
    said: dict[str, Any] = {}
    amount = _text(service, price + "SERVICE_PRICE/PRICE_AMOUNT")
    currency = _text(service, price + "SERVICE_PRICE/PRICE_CURRENCY") or "EUR"
    try:
        euros = round(float(amount), 2) if amount and currency == "EUR" else 0.0
    except ValueError:
        euros = 0.0
    if 0 < euros <= HIGHEST_PRICE:
        said["price_eur"] = euros
    remarks = shortened(one_line(_text(service, price + "REMARKS")), 500)
    if _VAT.search(remarks):
        said["vat_note"] = remarks
    return said


def _of_education(service: Element) -> dict[str, Any]:
    education = _education(service)
    if education is None:
        return {}
    info = "EXTENDED_INFO/"
    measure = _text(education, info + "MEASURE_NUMBER")[:100]
    certificate = _text(education, "CERTIFICATE/CERTIFICATE_NUMBER")[:100]
    certifier = _text(education, "CERTIFICATE/CERTIFIER_NUMBER")
    languages = [one.strip().lower() for one in _texts(education, info + "TEACHING_LANGUAGES")]
    language = _LANGUAGES.get(languages[0], languages[0]) if languages else None
    return {
        "certificate": shortened(one_line(_text(education, "DEGREE/DEGREE_TITLE")), 500),
        "examining_body": shortened(one_line(_text(education, "DEGREE/DEGREE_EXAM/EXAMINER")), 500),
        "measure_number": measure,
        "certifier_number": certificate,
        "certifier": f"Fachkundige Stelle {one_line(certifier)}" if certifier else None,
        "azav": True if measure or certificate else None,
        "azav_until": _day(_text(education, "CERTIFICATE/CERT_VALIDITY/END_DATE")),
        "in_house_possible": True if _is_true(_text(education, info + "INHOUSE_SEMINAR")) else None,
        "course_language": language if language and re.fullmatch("[a-z]{2,3}", language) else None,
    }


def _dates(service: Element, number: str) -> list[dict[str, Any]]:
    education = _education(service)
    if education is None:
        return []
    common = _common(education)
    found = [_of_module(module) for module in education.iterfind("{*}MODULE_COURSE")]
    if any(segment for segment, _ in found):
        found = [(False, _around([one for _, one in found]))]
    dates = [{**common, **one} for _, one in found if one]
    if not dates and (number or common.keys() - {"time_models"}):
        dates = [common] if number else []
    key = number or _text(service, "PRODUCT_ID")
    return [{**one, "id": date_id(key if len(dates) == 1 else f"{key}#{place}")} for place, one in enumerate(dates)]


def _common(education: Element) -> dict[str, Any]:
    """Return what a service says about all its dates."""
    info = "{*}EXTENDED_INFO/"
    said: dict[str, Any] = {}
    form, time = education.find(info + "{*}INSTRUCTION_FORM"), education.find(info + "{*}INSTRUCTION_TIME")
    code = _code(form)
    if code in FORMS:
        said |= {"delivery": FORMS[code].value, "form_code": str(code)}
    elif education.find("{*}MODULE_COURSE") is None and (
        education.find("{*}MODULE_WBT") is not None or education.find("{*}MODULE_CBT") is not None
    ):
        said["delivery"] = "self_paced"
    words = " ".join((one.text or "").lower() for one in (form, time) if one is not None)
    models = {model.value for word, model in TIME_WORDS.items() if word in words}
    models |= {TIMES[number].value for number in [_code(time)] if number in TIMES}
    if _is_true(_text(education, "EXTENDED_INFO/EXTRA_OCCUPATIONAL")):
        models.add("alongside_work")
    said |= {"time_models": sorted(models)} if models else {}
    last = _day(_text(education, "REGISTRATION_DATE"))
    return said | ({"register_by": last} if last else {})


def _of_module(module: Element) -> tuple[bool, dict[str, Any]]:
    """Return whether this is a part of a course only, and what it says."""
    start, end = _day(_text(module, "DURATION/START_DATE")), _day(_text(module, "DURATION/END_DATE"))
    code = _text(module, "LOCATION/ZIP")
    town = shortened(one_line(_text(module, "LOCATION/CITY")), 100)
    place = {
        **({"postal_code": code} if re.fullmatch(r"(?!00|05|43|62)\d{5}", code) else {}),
        **({"town": town} if town else {}),
    }
    barrier_free = _text(module, "LOCATION/BARRIER_FREE_LOCATION")
    said = {
        "entry": "rolling" if _is_true(_text(module, "FLEXIBLE_START")) else None,
        "starts_on": start,
        "ends_on": end if not (start and end) or end >= start else None,
        "participants_min": _count(_text(module, "MIN_PARTICIPANTS")),
        "participants_max": _count(_text(module, "MAX_PARTICIPANTS")),
        "place": place or None,
        "barrier_free": _is_true(barrier_free) if barrier_free else None,
    }
    return module.find("{*}EXTENDED_INFO/{*}SEGMENT_TYPE") is not None, {
        name: value for name, value in said.items() if value is not None
    }


def _around(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the one course whose parts these are."""
    whole: dict[str, Any] = {}
    for part in reversed(parts):
        whole |= part
    starts, ends = ([part[name] for part in parts if name in part] for name in ("starts_on", "ends_on"))
    return whole | ({"starts_on": min(starts)} if starts else {}) | ({"ends_on": max(ends)} if ends else {})


def _code(element: Element | None) -> int | None:
    text = (element.get("type") or "") if element is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004 - three digits


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:7]) <= 100_000 else None  # noqa: PLR2004


def _is_true(text: str) -> bool:
    return text in {"true", "1"}


def _day(text: str) -> str | None:
    """Return the day in Germany of a date or a moment; None for what is none, and for years no course is in."""
    try:
        read = datetime.fromisoformat(text)
        day = read.astimezone(HOME).date() if read.tzinfo else read.date()
    except (ValueError, OverflowError):
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return None
    return day.isoformat() if 1950 <= day.year < 2150 else None  # noqa: PLR2004 - a lifetime around us


def _link(service: Element) -> str | None:
    sources = service.iterfind(".//{*}MIME_ELEMENT/{*}MIME_SOURCE")
    links = ((one.text or "").strip() for one in sources)
    sound = (link for link in links if link.startswith(("https://", "http://")) and len(link) <= 2000)  # noqa: PLR2004
    return next((link for link in sound if link.isprintable() and " " not in link and "@" not in link), None)
