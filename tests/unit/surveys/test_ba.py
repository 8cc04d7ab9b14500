"""Reading the course search of the Bundesagentur: invented records for each rule, the real page where it is there."""

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.surveys import ba
from services.surveys.ba.text import one_line, plain, shortened
from services.surveys.domain import imports
from shared.events.surveys import CourseDate, Delivery, OfferSnapshot, TimeModel
from shared.rules import RuleBroken
from tests.builders import NETWORK, an_id
from tests.unit.surveys.samples import a_page, a_termin, midnight

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
REAL = Path(__file__).parents[4] / "shared/data/ba/weiterbildungssuche-page.json"


def the_offer(*termine: dict[str, Any]) -> OfferSnapshot:
    (course,) = ba.read(a_page(*termine)).courses
    return ba.as_offer(course, entity=an_id(), networks=(NETWORK,), at=NOON)


def the_date(**changes: Any) -> CourseDate:
    (course_date,) = the_offer(a_termin(**changes)).dates
    return course_date


def why(body: bytes) -> RuleBroken:
    with pytest.raises(RuleBroken) as refused:
        ba.read(body)
    return refused.value


def test_a_midnight_in_berlin_is_that_day_in_winter_and_in_summer() -> None:
    course_date = the_date(beginn=1_801_350_000_000, ende=midnight(2027, 7, 1))

    assert course_date.starts_on == date(2027, 1, 31)
    assert course_date.ends_on == date(2027, 7, 1)


@pytest.mark.parametrize("unknown", [None, 0, "0.0", 0.0, "-5", "auf Anfrage", "NaN", "Infinity", "1e9", ""])
def test_a_price_that_nobody_gave_is_unknown(unknown: object) -> None:
    assert the_offer(a_termin(kostenWert=unknown)).price_eur is None


def test_the_lowest_known_price_of_the_dates_counts() -> None:
    offer = the_offer(a_termin(1, kostenWert="0.0"), a_termin(2, kostenWert="620.50"), a_termin(3, kostenWert=580))

    assert offer.price_eur == 580


def test_a_price_in_another_currency_is_unknown() -> None:
    assert the_offer(a_termin(kostenWaehrung="CHF")).price_eur is None


def test_texts_lose_their_markup_and_keep_their_lines() -> None:
    assert the_offer(a_termin()).description == "Pumpen & Ventile\n- Schaltpläne lesen\n- Fehler finden"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins<br/>zwei</p><h4> Drei </h4>", "Eins\nzwei\nDrei"),
        ("&sect; 43b SGB&nbsp;XI &middot; &Uuml;bung", "§ 43b SGB XI · Übung"),
        ("<script>alert(1)</script><p>Kurs</p>", "Kurs"),
        ("a < b und b > c", "a < b und b > c"),
        ("vor\u2028nach\x00\u202e Ende", "vor nach Ende"),
        ("Fragen an anna.probe@lernwerk.example bitte", "Fragen an bitte"),
        ("<ul><li><p></p></li><li>offen", "- offen"),
        ("<![x>Kurs <!-- Notiz --><?php?>für <a href='x>' title=\"y\">alle</a>", 'Kurs für \' title="y">alle'),
        ("Kosten &lt;b&gt;fett&lt;/b&gt; &amp;amp; mehr", "Kosten <b>fett</b> &amp; mehr"),
        (None, ""),
    ],
)
def test_html_becomes_what_people_read(html: str | None, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "</", "<a href='", "<a x='><a/>", "<script>", "a@", "x.", "&", "<?"]
)
def test_hostile_html_is_read_in_a_moment(piece: str) -> None:
    hostile = (piece * 100_000)[:100_000]

    started = time.process_time()
    plain(hostile)

    assert time.process_time() - started < 5


def test_a_list_in_one_line_is_an_enumeration() -> None:
    assert one_line("<ul><li>IHK-Prüfung</li><li>Zertifikat</li></ul>") == "IHK-Prüfung, Zertifikat"


def test_a_long_text_is_cut_at_a_blank() -> None:
    assert shortened("Schweißen für Fortgeschrittene", 20) == "Schweißen für…"
    assert shortened("x" * 30, 20) == "x" * 19 + "…"
    assert shortened("kurz", 4) == "kurz"


def test_people_and_their_addresses_are_never_imported() -> None:
    offer = the_offer(a_termin(angebot={"inhalt": "<p>Info: anna.probe@lernwerk.example</p>"}))

    assert offer.contact is None
    assert "Probe" not in offer.model_dump_json()
    assert "@" not in offer.model_dump_json()
    assert "0341" not in offer.model_dump_json()


@pytest.mark.parametrize(
    ("code", "delivery"),
    [
        (101, Delivery.ON_SITE),
        (105, Delivery.ON_SITE),
        (201, Delivery.ONLINE),
        (204, Delivery.SELF_PACED),
        (206, Delivery.ONLINE),
        (301, Delivery.HYBRID),
        (304, Delivery.HYBRID),
        (401, Delivery.DISTANCE),
        (403, Delivery.DISTANCE),
        (999, None),
    ],
)
def test_the_teaching_form_follows_from_its_code(code: int, delivery: Delivery | None) -> None:
    assert the_date(unterrichtsform={"id": code, "bezeichnung": "?"}).delivery == delivery


def test_an_in_house_seminar_comes_to_the_company() -> None:
    offer = the_offer(a_termin(inhouseFirmenseminar=True))

    assert offer.in_house_possible is True
    assert offer.dates[0].delivery is Delivery.IN_HOUSE


@pytest.mark.parametrize(
    ("time", "models"),
    [
        ({"id": 2, "bezeichnung": "Teilzeit"}, {TimeModel.PART_TIME}),
        ({"id": 5, "bezeichnung": "Abend- und Wochenendkurs"}, {TimeModel.EVENING, TimeModel.WEEKEND}),
        ({"id": 77, "bezeichnung": None}, set()),
        (None, set()),
    ],
)
def test_the_time_model_follows_from_number_or_name(time: object, models: set[TimeModel]) -> None:
    assert the_date(unterrichtszeit=time).time_models == models


def test_alongside_work_is_a_time_model_of_its_own() -> None:
    models = the_date(berufsbegleitend=True).time_models

    assert models == {TimeModel.FULL_TIME, TimeModel.ALONGSIDE_WORK}


def test_individual_entry_is_rolling_and_no_date_at_all_is_on_request() -> None:
    assert the_date(individuellerEinstieg=True, beginn=None, ende=None).entry == "rolling"
    assert the_date(beginn=None, ende=None).entry == "on_request"


def test_the_place_is_that_of_the_file_and_else_that_of_the_postcode() -> None:
    town = {"plz": "01067", "name": "Dresden"}

    given = the_date(adresse={"ortStrasse": town, "koordinaten": {"lat": 51.05, "lon": 13.74}}).place
    looked_up = the_date(adresse={"ortStrasse": town, "koordinaten": {"lat": 0.0, "lon": 0.0}}).place

    assert (given.lat, given.lon) == (51.05, 13.74)
    assert looked_up.town == "Dresden"
    assert looked_up.lat == pytest.approx(51.06, abs=0.05)
    assert the_date(adresse=None).place.lat is None


@pytest.mark.parametrize(
    ("angebot", "vouchers", "azav"),
    [
        ({"zertifizierer": [{"name": "Prüfhaus GmbH"}]}, True, True),
        ({"zertifizierer": [{"name": "Prüfhaus GmbH"}]}, False, None),
        ({"zertifizierer": []}, True, None),
        ({"foerderung": "<p>Die Maßnahme ist nach AZAV durch das Prüfhaus zugelassen.</p>"}, False, True),
        ({"foerderung": "<p>Die AZAV-Zulassung ist beantragt, noch nicht zugelassen.</p>"}, False, None),
        ({"foerderung": "<p>Bildungsgutschein</p>"}, True, None),
    ],
)
def test_approval_is_said_only_when_it_is_certain(angebot: dict[str, Any], vouchers: bool, azav: bool | None) -> None:
    assert the_offer(a_termin(angebot=angebot, foerderung=vouchers)).azav is azav


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    assert the_offer(a_termin(angebot={"link": "javascript:alert(1)"})).link is None


def test_records_of_one_course_become_one_offer_with_many_dates() -> None:
    reading = ba.read(a_page(a_termin(1), a_termin(2, angebot={"id": 7001}), a_termin(3)))

    assert [(course.number, len(course.records)) for course in reading.courses] == [("7000", 2), ("7001", 1)]


def test_the_same_record_has_the_same_date_in_every_file() -> None:
    assert the_date().id == the_date(beginn=midnight(2027, 4, 1), ende=None).id


@pytest.mark.parametrize(
    ("broken", "field", "code"),
    [
        ("kein Objekt", "_embedded.termine.1", "record_field_unreadable"),
        ({"id": 2}, "_embedded.termine.1.angebot", "record_field_missing"),
        (a_termin(2, angebot={"titel": None}), "_embedded.termine.1.angebot.titel", "record_field_unreadable"),
        (a_termin(2, angebot={"titel": "<p> </p>"}), "_embedded.termine.1.angebot.titel", "text_empty"),
        (a_termin(2, beginn="bald"), "_embedded.termine.1.beginn", "record_field_unreadable"),
        (a_termin(2, beginn=10**20), "_embedded.termine.1.beginn", "record_field_unreadable"),
        (a_termin(2, ende=midnight(2027, 2, 1)), "_embedded.termine.1.ende", "record_ends_before_start"),
        (a_termin(1), "_embedded.termine.1.id", "record_twice"),
        (
            a_termin(2, angebot={"suchworte": "Hydraulik"}),
            "_embedded.termine.1.angebot.suchworte",
            "record_field_unreadable",
        ),
    ],
)
def test_a_broken_record_is_refused_by_field_and_the_others_are_read(broken: object, field: str, code: str) -> None:
    reading = ba.read(a_page(a_termin(1), broken, a_termin(3)))

    assert [record.termin.id for course in reading.courses for record in course.records] == [1, 3]
    assert [(refused.index, refused.remarks[0].field, refused.remarks[0].code) for refused in reading.refused] == [
        (1, field, code)
    ]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"", "import_empty", "body"),
        (b" \r\n\t", "import_empty", "body"),
        (a_page(a_termin())[:300], "import_cut_off", "body"),
        (b"<!DOCTYPE html><html><body>Bitte anmelden</body></html>", "import_is_a_web_page", "body"),
        (b"\xef\xbb\xbf\n<html></html>", "import_is_a_web_page", "body"),
        (b"Titel;Beginn\nHydraulik;1.3.2027", "import_not_json", "body"),
        (b"\xff\xfe{\x00}\x00", "import_not_json", "body"),
        (b'{"_embedded": NaN}', "import_not_json", "body"),
        (b"[" * 100_000, "import_not_json", "body"),
        (b"[]", "import_wrong_shape", "_embedded.termine"),
        (b'{"_embedded": {"kurse": []}}', "import_wrong_shape", "_embedded.termine"),
        (b'{"_embedded": {"termine": {"$ne": ""}}}', "import_wrong_shape", "_embedded.termine"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(body: bytes, code: str, field: str) -> None:
    broken = why(body)

    assert (broken.code, broken.field) == (code, field)


def test_a_cut_off_file_says_where_it_ends() -> None:
    assert why(b'{"_embedded": {\n  "termine": [').params == {"line": 2, "column": 14}


def test_a_search_without_hits_is_no_fault() -> None:
    assert ba.read(b'{"page": {"totalElements": 0, "totalPages": 0}}').courses == ()


def test_a_byte_order_mark_is_passed_over() -> None:
    assert len(ba.read(b"\xef\xbb\xbf" + a_page(a_termin())).courses) == 1


def test_only_a_whole_search_is_taken_for_all_dates() -> None:
    assert ba.read(a_page(a_termin())).whole
    assert not ba.read(a_page(a_termin(), pages=3)).whole
    assert not ba.read(a_page(a_termin(), "kaputt")).whole


@pytest.mark.skipif(not REAL.exists(), reason="uses the Bundesagentur's six real records, which lie beside the project")
def test_of_the_six_real_records_three_are_over_and_none_is_refused() -> None:
    reading = ba.read(REAL.read_bytes())

    offers = [ba.as_offer(course, entity=an_id(), networks=(), at=NOON) for course in reading.courses]
    taken = [imports.taken_in(None, offer, TODAY, whole=reading.whole) for offer in offers]

    assert reading.refused == ()
    assert [(offer.own_number, offer.status, offer.azav) for offer in taken] == [
        ("14224391", "ended", True),
        ("14320590", "published", None),
        ("13841979", "published", True),
        ("14485257", "ended", True),
        ("11717365", "published", True),
        ("13633772", "ended", True),
    ]
    assert [offer.dates[0].entry for offer in taken] == ["fixed", "on_request", "rolling", "fixed", "rolling", "fixed"]
    assert taken[0].dates[0].starts_on == date(2023, 9, 4)
    assert all(offer.price_eur is None and offer.contact is None for offer in taken)
