"""Catalogues in open-Q-cat 1.1: what becomes of their offers, dates and deletions; what is written is valid."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from services.surveys.formats import openqcat, openqcat_out
from services.surveys.formats.records import Record
from shared.events.surveys import Delivery
from shared.rules import RuleBroken
from tests.builders import LEIPZIG, NOW, PROVIDER, a_date, an_id, an_offer

SCHEMA = Path(__file__).parents[4] / "shared/data/openqcat/open-Qcat.V1.1.xsd"

OFFER = """<SERVICE><PRODUCT_ID>{number}</PRODUCT_ID><COURSE_TYPE>5</COURSE_TYPE><SERVICE_DETAILS>
<TITLE>{title}</TITLE><DESCRIPTION_LONG>&lt;p&gt;Edelstahl&lt;/p&gt;&lt;p&gt;Alu&lt;/p&gt;</DESCRIPTION_LONG>
<CONTACT><FIRST_NAME>Petra</FIRST_NAME><LAST_NAME>Beispiel</LAST_NAME><PHONE>0341 1</PHONE></CONTACT>
<REQUIREMENTS>keine</REQUIREMENTS><KEYWORD>WIG</KEYWORD><KEYWORD>Edelstahl</KEYWORD>
<TARGET_GROUP><TARGET_GROUP_TEXT>Schlosser</TARGET_GROUP_TEXT></TARGET_GROUP>
<SERVICE_MODULE><EDUCATION type="true"><DEGREE type="3"><DEGREE_TITLE>Zertifikat</DEGREE_TITLE></DEGREE>
<CERTIFICATE><CERTIFIER_NUMBER>17</CERTIFIER_NUMBER><CERTIFICATE_NUMBER>Z-99</CERTIFICATE_NUMBER>
<CERT_VALIDITY><END_DATE>2028-12-31</END_DATE></CERT_VALIDITY></CERTIFICATE>
<EXTENDED_INFO><INSTITUTION type="1">x</INSTITUTION><INSTRUCTION_FORM type="101">x</INSTRUCTION_FORM>
<TEACHING_LANGUAGES>deu</TEACHING_LANGUAGES><EDUCATION_TYPE type="1">x</EDUCATION_TYPE>
<MEASURE_NUMBER>M-1</MEASURE_NUMBER></EXTENDED_INFO><MODULE_COURSE/></EDUCATION></SERVICE_MODULE></SERVICE_DETAILS>
<SERVICE_CLASSIFICATION><REFERENCE_CLASSIFICATION_SYSTEM_NAME>Kurssystematik</REFERENCE_CLASSIFICATION_SYSTEM_NAME>
<REFERENCE_CLASSIFICATION_GROUP_ID>C 1430-10</REFERENCE_CLASSIFICATION_GROUP_ID></SERVICE_CLASSIFICATION>
<SERVICE_PRICE_DETAILS><SERVICE_PRICE><PRICE_AMOUNT>840.5</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY>
</SERVICE_PRICE></SERVICE_PRICE_DETAILS></SERVICE>"""
DATE = """<SERVICE><PRODUCT_ID>{number}</PRODUCT_ID><COURSE_TYPE>5</COURSE_TYPE><SERVICE_DETAILS><TITLE>Termin</TITLE>
<SERVICE_MODULE><EDUCATION type="false"><REGISTRATION_DATE>2027-02-15T00:00:00</REGISTRATION_DATE>
<EXTENDED_INFO><INSTITUTION type="1">x</INSTITUTION><INSTRUCTION_FORM type="101">x</INSTRUCTION_FORM>
<INSTRUCTION_TIME type="1">Vollzeit</INSTRUCTION_TIME><EXTRA_OCCUPATIONAL>true</EXTRA_OCCUPATIONAL>
<EDUCATION_TYPE type="1">x</EDUCATION_TYPE></EXTENDED_INFO>
<MODULE_COURSE><INSTRUCTOR><LAST_NAME>Muster</LAST_NAME></INSTRUCTOR><MAX_PARTICIPANTS>12</MAX_PARTICIPANTS>
<LOCATION><ZIP>04109</ZIP><CITY>Leipzig</CITY><BARRIER_FREE_LOCATION>true</BARRIER_FREE_LOCATION></LOCATION>
<DURATION type="1"><START_DATE>2027-02-28T23:30:00Z</START_DATE><END_DATE>2027-03-05T16:00:00+01:00</END_DATE>
</DURATION></MODULE_COURSE></EDUCATION></SERVICE_MODULE></SERVICE_DETAILS>
<SERVICE_REFERENCE type="constitutive"><PRODUCT_ID_REF>{base}</PRODUCT_ID_REF></SERVICE_REFERENCE></SERVICE>"""
HEADER = """<HEADER><CATALOG><LANGUAGE>deu</LANGUAGE><CATALOG_ID>1</CATALOG_ID><CATALOG_VERSION>1</CATALOG_VERSION>
</CATALOG><SUPPLIER><SUPPLIER_ID type="supplier_specific">9</SUPPLIER_ID>
<SUPPLIER_NAME>Bildungswerk Muster</SUPPLIER_NAME>
<ADDRESS/><EXTENDED_INFO input_type="0"/></SUPPLIER></HEADER>"""


def new(*services: str) -> bytes:
    return f'<OPENQCAT version="1.1">{HEADER}<NEW_CATALOG>{"".join(services)}</NEW_CATALOG></OPENQCAT>'.encode()


def update(deleted: str, brought: str) -> bytes:
    inside = f"<DELETE>{deleted}</DELETE><NEW>{brought}</NEW>"
    catalog = f'<UPDATE_CATALOG seq_number="1">{inside}</UPDATE_CATALOG>'
    return f'<OPENQCAT version="1.1">{HEADER}{catalog}</OPENQCAT>'.encode()


def read(content: bytes) -> list[Record]:
    return list(openqcat.records(BytesIO(content)))


def test_an_offer_finds_its_dates_wherever_they_stand_and_persons_are_left_out() -> None:
    content = new(DATE.format(number="T-1", base="W-1"), OFFER.format(number="W-1", title="WIG &amp; MAG"))

    (record,) = read(content)

    said: Any = record.said
    assert (record.action, record.number, said["title"]) == ("put", "W-1", "WIG & MAG")
    assert said["description"] == "Edelstahl\nAlu"
    assert (said["provider_name"], said["keywords"]) == ("Bildungswerk Muster", ["WIG", "Edelstahl"])
    assert (said["measure_number"], said["certifier_number"], said["azav"]) == ("M-1", "Z-99", True)
    assert (said["azav_until"], said["ba_systematik"], said["price_eur"]) == ("2028-12-31", "C 1430-10", 840.5)
    (course,) = said["dates"]
    assert (course["starts_on"], course["ends_on"], course["register_by"]) == ("2027-03-01", "2027-03-05", "2027-02-15")
    assert (course["delivery"], course["form_code"]) == ("on_site", "101")
    assert course["time_models"] == ["alongside_work", "full_time"]
    assert course["place"] == {"postal_code": "04109", "town": "Leipzig"}
    assert (course["participants_max"], course["barrier_free"]) == (12, True)
    assert not [
        name for name in ("Petra", "Beispiel", "Muster", "0341") if name in str(said).replace("werk Muster", "")
    ]


def test_an_update_withdraws_brings_and_adds_dates_to_what_is_known() -> None:
    deleted = "<SERVICE><PRODUCT_ID>ALT</PRODUCT_ID></SERVICE>"
    brought = OFFER.format(number="W-2", title="MAG") + DATE.format(number="T-2", base="W-1")

    withdrawn, offer, dates = read(update(deleted, brought))

    assert (withdrawn.action, withdrawn.number) == ("withdraw", "ALT")
    assert (offer.action, offer.number) == ("put", "W-2")
    assert (dates.action, dates.number, len(dates.said["course_dates"])) == ("dates", "W-1", 1)


def test_reading_again_gives_the_same_ids() -> None:
    content = new(OFFER.format(number="W-1", title="WIG"), DATE.format(number="T-1", base="W-1"))

    assert read(content) == read(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><OPENQCAT>&a;</OPENQCAT>', "openqcat_unsafe"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><OPENQCAT/>', "openqcat_unsafe"),
        (b"<html><body/></html>", "openqcat_wrong_root"),
        (b"<OPENQCAT><HEADER>", "openqcat_not_xml"),
        (b"PK\x03\x04", "openqcat_not_xml"),
        (b"<a>" * 1000, "openqcat_wrong_root"),
        (b"<OPENQCAT>" + b"<a>" * 1000, "openqcat_not_xml"),
        (new("<SERVICE>" + "<a/>" * 25_000 + "</SERVICE>"), "openqcat_too_large"),
        (b"<OPENQCAT>" + b"<x/>" * 30_000 + b"</OPENQCAT>", "openqcat_too_large"),
    ],
)
def test_what_is_no_catalogue_or_a_trap_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        read(content)


def test_a_service_without_a_number_is_refused_alone() -> None:
    first, second = read(new(OFFER.format(number="", title="Ohne"), OFFER.format(number="W-1", title="Mit")))

    assert [remark.code for remark in first.remarks] == ["record_field_missing"]
    assert second.remarks == ()


def a_catalogue() -> bytes:
    course = a_date(
        delivery=Delivery.HYBRID,
        place=LEIPZIG,
        starts_on="2027-03-01",
        ends_on="2027-03-05",
        participants_max=12,
        register_by="2027-02-15",
        barrier_free=True,
    )
    offer = an_offer(
        description="Edelstahl <b>& Aluminium</b>",
        own_number="W-1",
        keywords=("WIG",),
        price_eur=840.5,
        link="https://bildung.example/w1",
        certificate="Zertifikat",
        examining_body="Kammer",
        measure_number="M-1",
        certifier_number="Z-9",
        azav_until="2028-12-31",
        ba_systematik="C 1430-10",
        target_group="Schlosser",
        entry_requirements="keine",
        in_house_possible=True,
        course_language="de",
        dates=(course,),
    )
    smallest = an_offer(id=an_id(102))
    written = [openqcat_out.head("Bildungswerk Muster", PROVIDER, NOW), *openqcat_out.services([offer, smallest])]
    return b"".join([*written, openqcat_out.END])


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of open-Q-cat 1.1 lies beside the project")
def test_what_is_written_is_valid_by_the_schema() -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))

    schema.assertValid(etree.fromstring(a_catalogue()))


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of open-Q-cat 1.1 lies beside the project")
def test_the_catalogue_of_these_tests_is_valid_too() -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))

    schema.assertValid(
        etree.fromstring(new(OFFER.format(number="W-1", title="x"), DATE.format(number="T", base="W-1")))
    )


def test_what_is_written_is_read_again() -> None:
    first, second = read(a_catalogue())

    said: Any = first.said
    assert (first.number, said["title"], said["price_eur"]) == ("W-1", "WIG-Schweißen Grundkurs", 840.5)
    assert (said["measure_number"], said["certifier_number"], said["azav_until"]) == ("M-1", "Z-9", "2028-12-31")
    assert (said["link"], said["course_language"]) == ("https://bildung.example/w1", "de")
    (course,) = said["dates"]
    assert (course["starts_on"], course["ends_on"], course["delivery"]) == ("2027-03-01", "2027-03-05", "hybrid")
    assert (second.number, second.said["title"]) == (an_id(102), "WIG-Schweißen Grundkurs")
