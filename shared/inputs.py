"""What strangers may send: bounded, strictly typed, cleaned of what could spoof, or refused with a code for the fault.

Fields of requests are declared with the types below. `shared.problems` words the faults: `control_character`,
`not_a_postal_code`, `not_an_email_address`, `not_a_web_address`, `not_a_likely_time`, `too_deep`, and pydantic's own.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, PydanticKnownError, core_schema, to_json


class Input(BaseModel):
    """A request's body: unknown fields are refused, and each value must have its own JSON type (no "3" for 3).

    Code of our own may build one from Python values (days, sets); what holds JSON's values alone is judged as JSON.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Judge as JSON what FastAPI hands over, which is what json.loads returned.

        Only when pydantic reads JSON itself is it strict about numbers and yet takes "2026-11-02" for a day.
        """
        usual = handler(source)
        judged_first = core_schema.no_info_before_validator_function(cls._judge, usual)
        return core_schema.json_or_python_schema(json_schema=usual, python_schema=judged_first)

    @classmethod
    def _judge(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and _is_from_json(raw):
            faults = (fault for path, value in _walk(raw) for fault in _faults(path, value))
            if first := list(islice(faults, MOST_FAULTS)):
                raise ValidationError.from_exception_data(cls.__name__, first)
            cls.model_validate_json(to_json(raw, inf_nan_mode="constants"), strict=True)
        return raw


def an_example(**fields: Any) -> ConfigDict:
    """Return the setting of an Input that shows readers of the API what a request may look like."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


Path = tuple[str | int, ...]
DEEPEST: Final = 32
"""Levels of nesting; no input needs more than five, and parsers differ in how many they can bear."""
MOST_FAULTS: Final = 20
JSON_TYPES: Final = frozenset({dict, list, str, int, float, bool})


def _walk(raw: Any) -> Iterator[tuple[Path, Any]]:
    """Visit every value, however deep (without recursion), each key as a value at the place of its object."""
    waiting: list[tuple[Path, Any]] = [((), raw)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting += [(path, key) for key in value]
            waiting += [((*path, key), part) for key, part in value.items() if _is_writable(key)]
        elif isinstance(value, list):
            waiting += [((*path, index), part) for index, part in enumerate(value)]


def _is_from_json(raw: Any) -> bool:
    return all(value is None or type(value) in JSON_TYPES for _, value in _walk(raw))


def _is_writable(text: Any) -> bool:
    r"""Return whether an encoding can write the text: JSON may hold halves of characters, such as "\ud800"."""
    return not (isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text))


def _faults(path: Path, value: Any) -> Iterator[InitErrorDetails]:
    if not _is_writable(value):
        yield InitErrorDetails(type=_control_character("\ud800"), loc=path, input=None)
    if len(path) == DEEPEST and isinstance(value, dict | list):
        too_deep = PydanticCustomError("too_deep", "This is nested too deeply")
        yield InitErrorDetails(type=too_deep, loc=path[:1], input=None)


def _control_character(character: str) -> PydanticCustomError:
    return PydanticCustomError(
        "control_character",
        "The character {character} is not allowed here",
        {"character": f"U+{ord(character):04X}"},
    )


BLANKS: Final = " \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{IDEOGRAPHIC SPACE}"
"""What is trimmed from both ends; other invisible characters are refused, not hidden by trimming."""
JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
NO_JOINERS_BETWEEN: Final = ("LATIN", "GREEK", "CYRILLIC", "DIGIT")
"""There a joiner shows nothing and makes two texts look the same; in emoji and in Persian it means something."""
LINE_BREAKS: Final = str.maketrans("", "", "\n\t")
REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that steer or hide: NUL, overrides of direction, U+2028, …"""


@dataclass(frozen=True)
class Text:
    """Marks a string as text for people: trimmed, composed (NFC), bounded, without characters that could spoof."""

    longest: int
    required: bool
    lines: bool
    """Whether line breaks and tabs are allowed; CR LF becomes LF."""

    def cleaned(self, raw: str) -> str:
        """Return the text as it is kept; raises `control_character`, `string_too_short`, `string_too_long`."""
        text = raw.replace("\r\n", "\n") if self.lines else raw
        text = unicodedata.normalize("NFC", text.strip(BLANKS).replace("\N{SOFT HYPHEN}", ""))
        # What is printable holds nothing that could spoof; looking at each character takes a hundred times as long.
        suspicious = not (text.translate(LINE_BREAKS) if self.lines else text).isprintable()
        for place, character in enumerate(text) if suspicious else ():
            if _spoofs(text, place) and not (self.lines and character in "\n\t"):
                raise _control_character(character)
        if self.required and not text:
            raise PydanticKnownError("string_too_short", {"min_length": 1})
        if len(text) > self.longest:
            raise PydanticKnownError("string_too_long", {"max_length": self.longest})
        return text

    def __get_pydantic_core_schema__(self, source: type[str], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to clean after it has made sure that the value is a string."""
        return core_schema.no_info_after_validator_function(self.cleaned, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Tell readers of the API how long the text may be."""
        return {**handler(schema), "maxLength": self.longest, **({"minLength": 1} if self.required else {})}


def _spoofs(text: str, place: int) -> bool:
    character = text[place]
    if character in JOINERS:
        return (
            any(_needs_no_joiner(text[there : there + 1]) for there in (place - 1, place + 1) if there >= 0)
            or not place
        )
    if unicodedata.category(character) in REFUSED:
        return True
    return (ord(character) & 0xFFFE) == 0xFFFE or "\ufdd0" <= character <= "\ufdef"  # noqa: PLR2004 - noncharacters


def _needs_no_joiner(neighbour: str) -> bool:
    return neighbour < "\x80" or unicodedata.name(neighbour, "").startswith(NO_JOINERS_BETWEEN)


def line(longest: int, *, required: bool = True) -> Text:
    """Mark a text that stays on a single row, such as a title."""
    return Text(longest, required=required, lines=False)


def prose(longest: int, *, required: bool = False) -> Text:
    """Mark a text of several lines; it may be empty unless `required`."""
    return Text(longest, required=required, lines=True)


LineText = Annotated[str, line(200)]
LongLine = Annotated[str, line(500)]
ProseText = Annotated[str, prose(20_000)]

NO_SUCH_REGION: Final = ("00", "05", "43", "62")
"""The first two digits that Deutsche Post has given to no region."""


def _postal_code(text: str) -> str:
    if not (len(text) == 5 and text.isascii() and text.isdigit()) or text.startswith(NO_SUCH_REGION):  # noqa: PLR2004
        raise PydanticCustomError("not_a_postal_code", "A German postcode has five digits, such as 04109")
    return text


PostalCode = Annotated[str, line(10), AfterValidator(_postal_code), Field(examples=["04109"])]
"""Well-formed is enough: codes for PO boxes and bulk mail have no known coordinates."""


def _email_address(text: str) -> str:
    try:
        address = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise PydanticCustomError("not_an_email_address", "This is no e-mail address") from None
    return str(address.ascii_email or address.normalized).lower()


EmailAddress = Annotated[str, line(254), AfterValidator(_email_address), Field(examples=["petra@metallbau.example"])]
"""In lower case, so that one mailbox is one address; a domain with umlauts is kept as mail servers know it (xn--…)."""


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        faulty = parts.scheme not in {"http", "https"} or "." not in (parts.hostname or "") or "@" in parts.netloc
        faulty = faulty or parts.port == 0 or any(character.isspace() or character in '<>"\\' for character in text)
    except ValueError:
        faulty = True
    if faulty:
        raise PydanticCustomError("not_a_web_address", "A web address begins with https:// or http://")
    return text


WebAddress = Annotated[str, line(2000), AfterValidator(_web_address), Field(examples=["https://bildung.example/kurse"])]

EARLIEST_DAY: Final = date(1900, 1, 1)
LATEST_DAY: Final = date(2199, 12, 31)


def _in_sane_years(moment: datetime) -> datetime:
    # Before anything computes with it: year 1 in another time zone than UTC overflows.
    if not EARLIEST_DAY <= moment.date() <= LATEST_DAY:
        raise PydanticCustomError("not_a_likely_time", "This time lies too far from today")
    return moment.astimezone(UTC)


DayInput = Annotated[date, Field(ge=EARLIEST_DAY, le=LATEST_DAY, examples=["2027-01-12"])]
MomentInput = Annotated[AwareDatetime, AfterValidator(_in_sane_years), Field(examples=["2026-11-02T09:00:00Z"])]
