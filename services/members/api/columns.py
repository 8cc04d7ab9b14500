"""What the columns of tables with organisations, people and locations are called, and how their cells are read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

from services.members.domain.locations import LocationKind, Privacy
from shared.events.members import Kind
from shared.problems import Fault
from shared.sheets import Field

Table = Literal["organisations", "members", "locations"]
Body = dict[str, Any]

_ORGANISATION = ("Firma", "Unternehmen", "Betrieb", "Firmenname", "Einrichtung", "Company", "Organisation")
_PLACE: Final = (
    Field("postal_code", "PLZ", "Postcode", ("Postleitzahl", "Zip"), example="04109"),
    Field("town", "Ort", "Town", ("Stadt", "City"), example="Leipzig"),
)
_KIND_NOTE = "Unternehmen, Bildungsanbieter, Kammer, Agentur, Verbundbüro oder Initiative; mehrere mit Komma"

FIELDS: Final[Mapping[Table, tuple[Field, ...]]] = {
    "organisations": (
        Field("name", "Name", "Name", _ORGANISATION, required=True, example="Muster Metallbau GmbH"),
        Field("kinds", "Art", "Kind", ("Typ", "Type"), example="Unternehmen", note=_KIND_NOTE),
        *_PLACE,
        Field("head_count", "Beschäftigte", "Employees", ("Mitarbeiter", "Mitarbeiterzahl", "MA"), example="28"),
        Field("website", "Website", "Website", ("Internet", "Homepage", "Web"), example="https://metallbau.example"),
        Field("wz2025", "WZ 2025", "WZ 2025", ("Branche", "Wirtschaftszweig"), example="25.62"),
        Field("wz2008", "WZ 2008", "WZ 2008"),
        Field("azav_number", "AZAV-Nummer", "AZAV number", ("AZAV",)),
        Field("kursnet_number", "KURSNET-Nummer", "KURSNET number", ("KURSNET",)),
        Field("training_agreement", "Betriebsvereinbarung", "Works agreement on training", note="ja oder nein"),
    ),
    "members": (
        Field("name", "Name", "Name", ("Ansprechperson", "Ansprechpartner", "Kontakt"), required=True, example="Petra"),
        Field(
            "email", "E-Mail", "E-mail", ("Mail", "E-Mail-Adresse"), required=True, example="petra@metallbau.example"
        ),
        Field("phone", "Telefon", "Telephone", ("Tel", "Phone", "Rufnummer"), example="0341 000000"),
        Field("language", "Sprache", "Language", example="de", note="de oder en"),
        Field(
            "organisation",
            "Organisation",
            "Organisation",
            _ORGANISATION,
            required=True,
            example="Muster Metallbau GmbH",
        ),
        Field(
            "role", "Rolle", "Role", ("Funktion",), example="Unternehmen", note="Unternehmen, Anbieter oder Beratung"
        ),
    ),
    "locations": (
        Field(
            "organisation",
            "Organisation",
            "Organisation",
            _ORGANISATION,
            required=True,
            example="Muster Metallbau GmbH",
        ),
        Field("name", "Standort", "Location", ("Name", "Bezeichnung"), required=True, example="Werk 2"),
        Field("kind", "Art", "Kind", ("Typ",), example="Betrieb", note="Betrieb, Schulungsort, Büro oder Sonstiges"),
        *_PLACE,
        Field("street", "Straße", "Street", ("Anschrift", "Adresse", "Address"), example="Musterweg 1"),
        Field("lat", "Breite", "Latitude", ("Breitengrad", "Lat"), note="Grad, etwa 51,34"),
        Field("lon", "Länge", "Longitude", ("Längengrad", "Lon", "Lng"), note="Grad, etwa 12,37"),
        Field("privacy", "Sichtbarkeit", "Shown", ("Privacy",), example="Ort", note="genau, Ort oder verborgen"),
    ),
}

_KINDS: Final = {
    Kind.COMPANY: ("unternehmen", "betrieb", "firma"),
    Kind.PROVIDER: ("bildungsanbieter", "anbieter", "bildungsträger", "träger"),
    Kind.CHAMBER: ("kammer",),
    Kind.AGENCY: ("agentur", "agentur für arbeit"),
    Kind.NETWORK_OFFICE: ("verbundbüro", "verbund", "weiterbildungsverbund", "network office"),
    Kind.INITIATIVE: ("initiative", "projekt"),
}
_ROLES: Final = {
    "company": ("unternehmen", "betrieb", "firma"),
    "provider": ("bildungsanbieter", "anbieter", "bildungsträger", "träger"),
    "adviser": ("beratung", "beraterin", "berater", "adviser"),
}
_PLACES: Final[Mapping[LocationKind, tuple[str, ...]]] = {
    "company": ("betrieb", "unternehmen", "werk"),
    "training_venue": ("schulungsort", "bildungsstätte", "lehrwerkstatt", "training venue"),
    "office": ("büro", "geschäftsstelle"),
    "other": ("sonstiges", "anderes"),
}
_SHOWN: Final[Mapping[Privacy, tuple[str, ...]]] = {
    "exact": ("genau",),
    "town": ("ort", "stadt"),
    "hidden": ("verborgen", "versteckt", "nicht"),
}
_YES: Final = {True: ("ja", "yes", "j", "x", "wahr"), False: ("nein", "no", "n", "falsch")}
LABELS: Final[Mapping[str, Mapping[Any, tuple[str, ...]]]] = {
    "kinds": _KINDS,
    "role": _ROLES,
    "kind": _PLACES,
    "privacy": _SHOWN,
    "training_agreement": _YES,
}
assert set(_PLACES) == set(get_args(LocationKind)) and set(_SHOWN) == set(get_args(Privacy))  # noqa: PT018 - one table


class Unreadable(ValueError):  # noqa: N818 - it names what the cell is
    """A cell that cannot be what its column holds."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _word(field: str) -> Callable[[str], Any]:
    words = {word: value for value, known in LABELS[field].items() for word in (str(value).casefold(), *known)}
    expected = ", ".join(known[0] for known in LABELS[field].values())

    def read(cell: str) -> Any:
        value = words.get(cell.casefold().strip())
        if value is None:
            raise Unreadable("not_one_of", expected=expected)
        return value

    return read


def _several(field: str) -> Callable[[str], list[Any]]:
    one = _word(field)
    return lambda cell: [one(part) for part in cell.replace(";", ",").replace("/", ",").split(",") if part.strip()]


def _whole(cell: str) -> int:
    digits = cell.replace(".", "").replace(" ", "").removeprefix("ca")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):  # noqa: PLR2004 - no head count is longer
        raise Unreadable("not_a_whole_number")
    return int(digits)


def _number(cell: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        raise Unreadable("not_a_number") from None


def _postal_code(cell: str) -> str:
    """Return the postcode with the zero in front that spreadsheets drop."""
    code = cell.strip().removeprefix("D-")
    return code.zfill(5) if code.isascii() and code.isdigit() else code


def _website(cell: str) -> str:
    return cell if "://" in cell else f"https://{cell}"


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "kinds": _several("kinds"),
    "role": _word("role"),
    "kind": _word("kind"),
    "privacy": _word("privacy"),
    "training_agreement": _word("training_agreement"),
    "head_count": _whole,
    "lat": _number,
    "lon": _number,
    "postal_code": _postal_code,
    "website": _website,
    "language": lambda cell: {"deutsch": "de", "englisch": "en"}.get(cell.casefold(), cell.casefold()),
}


def read_cells(columns: Sequence[str | None], cells: Sequence[str]) -> tuple[Body, list[Fault]]:
    """Return the values that stand in a row's cells, by field, and those that cannot be read."""
    body: Body = {}
    faults: list[Fault] = []
    for field, cell in zip(columns, cells, strict=False):
        if field is None or not cell:
            continue
        try:
            body[field] = _READERS.get(field, str)(cell)
        except Unreadable as error:
            faults.append(Fault(field, error.code, error.params))
    return body, faults


def label_of(field: str, value: Any) -> str:
    """Return the German word for a value as a table that is exported holds it."""
    if value is None:
        return ""
    known = LABELS.get(field, {}).get(value)
    return known[0].capitalize() if known else str(value)
