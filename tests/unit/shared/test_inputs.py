from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from shared.inputs import (
    DayInput,
    EmailAddress,
    Input,
    LineText,
    MomentInput,
    PostalCode,
    ProseText,
    WebAddress,
    line,
    prose,
)


class Colour(StrEnum):
    RED = "red"


class Part(Input):
    name: LineText = "part"


class Sent(Input):
    title: LineText = "title"
    short: Annotated[str, line(5, required=False)] = ""
    text: ProseText = ""
    reason: Annotated[str, prose(10, required=True)] = "because"
    postal_code: PostalCode | None = None
    email: EmailAddress | None = None
    link: WebAddress | None = None
    persons: Annotated[int, Field(ge=1, le=10_000)] | None = None
    price: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    wanted: bool = False
    day: DayInput | None = None
    moment: MomentInput | None = None
    colours: frozenset[Colour] = frozenset()
    parts: tuple[Part, ...] = ()


def read(**raw: Any) -> Sent:
    return Sent.model_validate(raw, from_attributes=True)  # as FastAPI does


def faults(raw: Any) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate(raw, from_attributes=True)
    return [(fault["loc"], fault["type"]) for fault in refused.value.errors(include_url=False)]


def test_days_choices_and_parts_are_read_from_their_json() -> None:
    sent = read(day="2027-01-12", colours=["red"], parts=[{"name": "a"}], price=5, moment="2026-11-02T10:00:00+01:00")

    assert sent.day == date(2027, 1, 12)
    assert sent.colours == {Colour.RED}
    assert sent.parts == (Part(name="a"),)
    assert sent.price == 5.0
    assert sent.moment == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert sent.moment.tzinfo is UTC


def test_code_of_our_own_may_build_one_from_python_values() -> None:
    assert Sent(day=date(2027, 1, 12), colours=frozenset({Colour.RED})) == read(day="2027-01-12", colours=["red"])


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("persons", "3", "int_type"),
        ("persons", True, "int_type"),
        ("persons", 3.0, "int_type"),
        ("persons", 0, "greater_than_equal"),
        ("persons", -1, "greater_than_equal"),
        ("persons", 10**9, "less_than_equal"),
        ("persons", 10**30, "less_than_equal"),
        ("price", "5", "float_type"),
        ("price", True, "float_type"),
        ("price", float("nan"), "finite_number"),
        ("price", float("inf"), "finite_number"),
        ("wanted", 1, "bool_type"),
        ("wanted", "true", "bool_type"),
        ("title", 5, "string_type"),
        ("title", {"$ne": ""}, "string_type"),
        ("title", ["a"], "string_type"),
        ("title", None, "string_type"),
        ("day", "12.01.2027", "date_parsing"),
        ("day", "2027-02-30", "date_parsing"),
        ("day", "9999-12-31", "less_than_equal"),
        ("day", 1_800_000_000, "date_type"),
        ("moment", "2026-11-02T10:00:00", "timezone_aware"),
        ("moment", "0001-01-01T00:00:00+14:00", "not_a_likely_time"),
        ("moment", "9999-12-31T23:59:59-14:00", "not_a_likely_time"),
        ("moment", 1_800_000_000, "datetime_type"),
        ("$where", "1", "extra_forbidden"),
        ("colours", "red", "frozen_set_type"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field(field: str, value: Any, fault: str) -> None:
    assert faults({field: value}) == [((field,), fault)]


@pytest.mark.parametrize("raw", [[], "text", 5, None])
def test_a_body_that_is_no_object_is_refused(raw: Any) -> None:
    assert [fault for _, fault in faults(raw)] == ["model_attributes_type"]


def test_every_wrong_field_is_named_down_to_the_part() -> None:
    assert faults({"persons": 0, "parts": [{}, {"name": "", "x": 1}]}) == [
        (("persons",), "greater_than_equal"),
        (("parts", 1, "name"), "string_too_short"),
        (("parts", 1, "x"), "extra_forbidden"),
    ]


def test_half_characters_are_refused_wherever_they_stand() -> None:
    raw = {"title": "a\ud800", "parts": [{"name": "\udfff"}], "\ud800": 1}

    assert set(faults(raw)) == {
        (("title",), "control_character"),
        (("parts", 0, "name"), "control_character"),
        ((), "control_character"),
    }


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_without_end_is_refused(opening: str) -> None:
    nested: Any = 1
    for _ in range(900):
        nested = [nested] if opening == "[" else {"a": nested}

    assert faults({"title": nested}) == [(("title",), "too_deep")]


def test_a_title_that_looks_like_an_expression_is_a_title() -> None:
    assert read(title="$version").title == "$version"


def test_texts_are_trimmed_and_composed() -> None:
    assert read(title=" Scho\u0308n \u00a0\n").title == "Sch\u00f6n"


def test_prose_keeps_its_lines_and_tabs() -> None:
    assert read(text="a\r\nb\tc\n").text == "a\nb\tc"


PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
HIDDEN = [
    *"\x00\x01\x07\x08\x0b\x0c\x1b\x1c\x1d\x1e\x1f\x7f\x85\x9b\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029",
    *"\u202a\u202b\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff\U000e0041\U0001fffe\r",
]


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
@pytest.mark.parametrize("field", ["title", "text"])
def test_characters_that_steer_or_hide_are_refused_at_every_place(field: str, character: str) -> None:
    assert faults({field: f"a{character}b"}) == [((field,), "control_character")]
    if character != "\r":
        assert faults({field: f"{character}b"}) == [((field,), "control_character")]
        assert faults({field: f"a{character}"}) == [((field,), "control_character")]


@pytest.mark.parametrize("character", ["\n", "\t", "\r\n"])
def test_a_line_has_no_line_breaks_or_tabs(character: str) -> None:
    assert faults({"title": f"a{character}b"}) == [(("title",), "control_character")]


@pytest.mark.parametrize("text", ["👩\u200d🔧 gesucht", PERSIAN, "Schweißen „WIG“ & MAG ½ €", "日本語"])
def test_texts_of_all_scripts_are_kept(text: str) -> None:
    assert read(title=text).title == text


def test_soft_hyphens_of_pasted_texts_vanish() -> None:
    assert read(title="Weiter\u00adbildung").title == "Weiterbildung"


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\n", "\u00ad"])
def test_a_required_text_may_not_be_empty(text: str) -> None:
    assert faults({"title": text}) == [(("title",), "string_too_short")]
    assert faults({"reason": text}) == [(("reason",), "string_too_short")]
    assert read(short=text, text=text) == read()


def test_a_text_may_be_as_long_as_said_and_not_longer() -> None:
    assert read(title="ä" * 200, short=" 12345 ").short == "12345"
    assert faults({"title": "ä" * 201, "short": "123456", "text": "x" * 20_001}) == [
        (("title",), "string_too_long"),
        (("short",), "string_too_long"),
        (("text",), "string_too_long"),
    ]


@pytest.mark.parametrize("postal_code", ["04109", "01067", "99998", "04092", "11011", " 04109 "])
def test_a_well_formed_postcode_is_accepted_though_its_place_may_be_unknown(postal_code: str) -> None:
    assert read(postal_code=postal_code).postal_code == postal_code.strip()


@pytest.mark.parametrize(
    "postal_code", ["0410", "041099", "D-041", "0410a", "٠٤١٠٩", "00000", "05123", "4109.", "-4109"]
)
def test_a_postcode_that_is_none_is_refused(postal_code: str) -> None:
    assert faults({"postal_code": postal_code}) == [(("postal_code",), "not_a_postal_code")]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Petra@Metallbau.Example ", "petra@metallbau.example"),
        ("petra.beispiel+kurse@metallbau.example", "petra.beispiel+kurse@metallbau.example"),
        ("info@müller.example", "info@xn--mller-kva.example"),
    ],
)
def test_one_mailbox_has_one_address(written: str, kept: str) -> None:
    assert read(email=written).email == kept


@pytest.mark.parametrize(
    "written",
    [
        "petra",
        "petra@",
        "@metallbau.example",
        "a@b",
        "a@b@c.example",
        "a@localhost",
        "a@[127.0.0.1]",
        "Petra <petra@metallbau.example>",
        "a@metallbau.example,b@metallbau.example",
        "a b@metallbau.example",
        "mäx@metallbau.example",
        f"{'a' * 65}@metallbau.example",
        ".a@metallbau.example",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    assert faults({"email": written}) == [(("email",), "not_an_email_address")]


def test_an_address_with_a_line_break_is_no_way_into_a_mails_headers() -> None:
    assert faults({"email": "a@b.example\r\nBcc: c@d.example"}) == [(("email",), "control_character")]


@pytest.mark.parametrize(
    "link", ["https://bildung.example/kurse?x=1#y", "http://bildung.example:8080", "https://müller.example/ä"]
)
def test_web_addresses_are_kept(link: str) -> None:
    assert read(link=link).link == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//bildung.example",
        "bildung.example",
        "https://",
        "https://user:secret@bildung.example",
        "https://bildung.example/a b",
        'https://bildung.example/"onload="',
        "https://bildung.example:99999",
        "https://[bildung.example",
        "https://intern/x",
    ],
)
def test_what_is_no_web_address_is_refused(link: str) -> None:
    assert faults({"link": link}) == [(("link",), "not_a_web_address")]


def test_readers_of_the_api_are_told_the_limits() -> None:
    fields = Sent.model_json_schema()["properties"]

    assert fields["title"] == {"type": "string", "title": "Title", "minLength": 1, "maxLength": 200, "default": "title"}
    assert fields["text"]["maxLength"] == 20_000
    assert Sent.model_json_schema()["additionalProperties"] is False
