"""Writes offers as an open-Q-cat 1.1 catalogue, valid by its schema; persons are never written."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, Final

from lxml import etree

from services.surveys.domain.days import HOME
from shared.events.surveys import CourseDate, Delivery, OfferSnapshot

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
FORM_CODES: Final = {
    Delivery.ON_SITE: "101",
    Delivery.ONLINE: "201",
    Delivery.SELF_PACED: "204",
    Delivery.HYBRID: "301",
    Delivery.DISTANCE: "401",
}
UNKNOWN: Final = "0"
"""Of codes that the catalogue's receiver must know and we do not."""
LANGUAGES: Final = {"de": "deu", "en": "eng"}
END: Final = b"</NEW_CATALOG></OPENQCAT>\n"
Element = Any
"""lxml's element."""


def head(provider: str, number: str, made_at: datetime) -> bytes:
    """Return everything up to the first offer; `number` identifies the provider."""
    header = etree.Element("HEADER")
    _add(header, "GENERATOR_INFO", "Bedarfswerk")
    catalog = etree.SubElement(header, "CATALOG")
    _add(catalog, "LANGUAGE", "deu")
    _add(catalog, "CATALOG_ID", number, 50)
    _add(catalog, "CATALOG_VERSION", made_at.strftime("%Y%m%d%H%M%S"))
    _add(catalog, "GENERATION_DATE", made_at.isoformat(timespec="seconds"))
    supplier = etree.SubElement(header, "SUPPLIER")
    _add(supplier, "SUPPLIER_ID", number).set("type", "supplier_specific")
    _add(supplier, "SUPPLIER_NAME", provider or "unbekannt", 255)
    etree.SubElement(supplier, "ADDRESS")
    etree.SubElement(supplier, "EXTENDED_INFO").set("input_type", UNKNOWN)
    begin = b'<?xml version="1.0" encoding="UTF-8"?>\n<OPENQCAT version="1.1">'
    return begin + etree.tostring(header, encoding="utf-8") + b'<NEW_CATALOG FULLCATALOG="false">\n'


def services(offers: Iterable[OfferSnapshot]) -> Iterator[bytes]:
    """Give the services: each offer, followed by its course dates."""
    for offer in offers:
        number = offer.own_number or offer.id
        yield etree.tostring(_offer(offer, number), encoding="utf-8") + b"\n"
        for course in offer.dates:
            yield etree.tostring(_date(offer, number, course), encoding="utf-8") + b"\n"


def _offer(offer: OfferSnapshot, number: str) -> Element:
    service = _service(number)
    details = etree.SubElement(service, "SERVICE_DETAILS")
    _add(details, "TITLE", offer.title, 255)
    _some(details, "DESCRIPTION_LONG", offer.description, 30_000)
    _some(details, "REQUIREMENTS", offer.entry_requirements, 10_000)
    for word in offer.keywords:
        _some(details, "KEYWORD", word, 255)
    if offer.target_group:
        _add(etree.SubElement(details, "TARGET_GROUP"), "TARGET_GROUP_TEXT", offer.target_group, 4000)
    _education(details, offer, None)
    if offer.ba_systematik:
        classification = etree.SubElement(service, "SERVICE_CLASSIFICATION")
        _add(classification, "REFERENCE_CLASSIFICATION_SYSTEM_NAME", "Kurssystematik")
        _add(classification, "REFERENCE_CLASSIFICATION_GROUP_ID", offer.ba_systematik, 60)
    if offer.price_eur is not None:
        prices = etree.SubElement(service, "SERVICE_PRICE_DETAILS")
        price = etree.SubElement(prices, "SERVICE_PRICE")
        _add(price, "PRICE_AMOUNT", f"{offer.price_eur:.2f}")
        _add(price, "PRICE_CURRENCY", "EUR")
        _some(prices, "REMARKS", offer.vat_note or "", 2000)
    if offer.link:
        mime = etree.SubElement(etree.SubElement(service, "MIME_INFO"), "MIME_ELEMENT")
        _add(mime, "MIME_TYPE", "text/html")
        _add(mime, "MIME_SOURCE", offer.link, 2000)
    return service


def _date(offer: OfferSnapshot, number: str, course: CourseDate) -> Element:
    service = _service(course.id)
    details = etree.SubElement(service, "SERVICE_DETAILS")
    _add(details, "TITLE", offer.title, 255)
    _education(details, offer, course)
    reference = etree.SubElement(service, "SERVICE_REFERENCE")
    reference.set("type", "constitutive")
    _add(reference, "PRODUCT_ID_REF", number, 255)
    return service


def _service(number: str) -> Element:
    service = etree.Element("SERVICE")
    _add(service, "PRODUCT_ID", number, 255)
    _add(service, "COURSE_TYPE", "5")  # Weiterbildungsangebot
    return service


def _education(details: Element, offer: OfferSnapshot, course: CourseDate | None) -> None:
    education = etree.SubElement(etree.SubElement(details, "SERVICE_MODULE"), "EDUCATION")
    education.set("type", "true" if course is None else "false")
    if course is None:
        _degree(education, offer)
    elif course.register_by:
        _add(education, "REGISTRATION_DATE", _moment(course.register_by, "23:59"))
    if course is None and (offer.certifier_number or offer.azav_until):
        certificate = etree.SubElement(education, "CERTIFICATE")
        _some(certificate, "CERTIFICATE_NUMBER", offer.certifier_number or "", 255)
        if offer.azav_until:
            _add(etree.SubElement(certificate, "CERT_VALIDITY"), "END_DATE", offer.azav_until.isoformat())
    info = etree.SubElement(education, "EXTENDED_INFO")
    _add(info, "INSTITUTION", "unbekannt").set("type", UNKNOWN)
    code = (course.form_code or FORM_CODES.get(course.delivery or Delivery.IN_HOUSE)) if course else None
    form = _add(info, "INSTRUCTION_FORM", course.delivery.value if course and course.delivery else "unbekannt")
    form.set("type", code if code and code.isdigit() else UNKNOWN)
    if offer.in_house_possible or (course and course.delivery is Delivery.IN_HOUSE):
        _add(info, "INHOUSE_SEMINAR", "true")
    if course and "alongside_work" in course.time_models:
        _add(info, "EXTRA_OCCUPATIONAL", "true")
    if offer.course_language:
        _add(info, "TEACHING_LANGUAGES", LANGUAGES.get(offer.course_language, offer.course_language)[:3])
    _add(info, "EDUCATION_TYPE", "unbekannt").set("type", UNKNOWN)
    _some(info, "MEASURE_NUMBER", offer.measure_number or "", 30)
    _module(education, course)


def _degree(education: Element, offer: OfferSnapshot) -> None:
    if not (offer.certificate or offer.examining_body):
        return
    degree = etree.SubElement(education, "DEGREE")
    degree.set("type", "3")  # anbieterspezifisch
    _some(degree, "DEGREE_TITLE", offer.certificate or "", 2000)
    if offer.examining_body:
        exam = etree.SubElement(degree, "DEGREE_EXAM")
        exam.set("type", UNKNOWN)
        _add(exam, "EXAMINER", offer.examining_body, 2000)


def _module(education: Element, course: CourseDate | None) -> None:
    module = etree.SubElement(education, "MODULE_COURSE")
    if course is None:
        return
    for name, count in (
        ("MIN_PARTICIPANTS", course.participants_min),
        ("MAX_PARTICIPANTS", course.participants_max),
    ):
        _some(module, name, "" if count is None else str(count))
    if course.place.postal_code or course.place.town:
        location = etree.SubElement(module, "LOCATION")
        _some(location, "ZIP", course.place.postal_code or "", 14)
        _some(location, "CITY", course.place.town or "", 36)
        if course.barrier_free is not None:
            _add(location, "BARRIER_FREE_LOCATION", "true" if course.barrier_free else "false")
    if course.starts_on or course.ends_on:
        duration = etree.SubElement(module, "DURATION")
        duration.set("type", UNKNOWN)
        if course.starts_on:
            _add(duration, "START_DATE", _moment(course.starts_on, course.starts_at or "00:00"))
        if course.ends_on:
            _add(duration, "END_DATE", _moment(course.ends_on, course.ends_at or "00:00"))
    if course.entry != "fixed":
        _add(module, "FLEXIBLE_START", "true")


def _moment(day: date, at: str) -> str:
    return datetime.combine(day, time.fromisoformat(at), HOME).isoformat(timespec="seconds")


def _add(parent: Element, name: str, text: str, longest: int = 64_000) -> Element:
    element = etree.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)[:longest]
    return element


def _some(parent: Element, name: str, text: str, longest: int = 64_000) -> None:
    if text:
        _add(parent, name, text, longest)
