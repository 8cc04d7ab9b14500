"""What people typed: read as texts, turned into a service's JSON, and shown again with what needs another look.

Names of fields are the paths of the service's JSON (`place.postal_code`, `dates.0.starts_on`), so that a problem that
names a field finds it on the page. A text that is no number is passed on as it is: the service says what is wrong.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Literal, Self

from fastapi import Request
from starlette.datastructures import UploadFile

from services.portal.neighbours import Refused
from shared.ids import new_id

Kind = Literal["text", "line", "whole", "number", "day", "yes", "maybe", "list", "lines"]
"""How a field becomes JSON: `text` (may be empty), `line` and `day` (empty is null), `whole`, `number` (German or
English), `yes` (a ticked box), `maybe` (yes, no, or nothing said), `list` (ticked boxes), `lines` (one entry a row)."""

_GERMAN_NUMBER: Final = re.compile(r"-?\d{1,3}(\.\d{3})*(,\d+)?|-?\d+,\d+")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
"""What is surely finite, and a number in every language."""


class Form:
    """The fields of a form by name, each with all its values, and what is wrong with them."""

    def __init__(self, values: Mapping[str, Iterable[str]] | None = None) -> None:
        self._values = {name: list(given) for name, given in (values or {}).items()}
        self.errors: dict[str, str] = {}
        """Sentences by field."""
        self.problem: str | None = None
        """What is wrong with the whole, and no one field."""
        self.stale = False
        """Whether somebody else changed it meanwhile."""
        self._labels: dict[str, str] = {}
        self._rows: dict[str, list[int]] = {}

    @classmethod
    def of(cls, entity: Mapping[str, Any]) -> Self:
        """Return the form that shows what a service holds."""
        form = cls()
        form.fill(entity)
        return form

    def fill(self, entity: Mapping[str, Any]) -> Self:
        """Set what is given, whatever was there."""
        for name, value in entity.items():
            self._fill(name, value)
        return self

    def _fill(self, name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, part in value.items():
                self._fill(f"{name}.{key}", part)
        elif isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value):
            for index, part in enumerate(value):
                self._fill(f"{name}.{index}", part)
        elif isinstance(value, list | tuple | set | frozenset):
            self._values[name] = [str(part) for part in value]
        else:
            self._values[name] = [_written(value)]

    # --- what was typed ---

    def text(self, name: str) -> str:
        """Return a field's text without blanks around it, empty if it was not sent."""
        return (self._values.get(name) or [""])[0].strip()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> str:
        """Return a field's text as it was typed, to be shown again."""
        return (self._values.get(name) or [""])[0]

    def texts(self, name: str) -> list[str]:
        """Return all values of a field, such as ticked boxes."""
        return [value for value in self._values.get(name, []) if value]

    def all_lines(self, name: str) -> str:
        """Return the values of a list as rows of one text."""
        return "\n".join(self.texts(name))

    def pairs(self) -> list[tuple[str, str]]:
        """Return all fields with something in them, to be carried along unseen."""
        return [(name, value) for name, values in self._values.items() for value in values if value]

    def ticked(self, name: str, value: str) -> bool:
        """Return whether a box or an option is chosen."""
        return value in self._values.get(name, [])

    def json(self, name: str, kind: Kind) -> Any:  # noqa: PLR0911 - one for each kind
        """Return the value as the service takes it; what cannot be read is passed on as text."""
        text = self.text(name)
        if kind == "text":
            return text
        if kind == "yes":
            return text in {"yes", "on"}
        if kind == "list":
            return self.texts(name)
        if kind == "lines":
            return [row.strip() for value in self.texts(name) for row in value.splitlines() if row.strip()]
        if kind == "maybe":
            return {"yes": True, "no": False}.get(text)
        if not text:
            return None
        return number_in(text, whole=kind == "whole") if kind in {"whole", "number"} else text

    def body(self, fields: Mapping[str, Kind]) -> dict[str, Any]:
        """Return the JSON of these fields, nested where names have dots."""
        whole: dict[str, Any] = {}
        for name, kind in fields.items():
            *path, last = name.split(".")
            part = whole
            for step in path:
                part = part.setdefault(step, {})
            part[last] = self.json(name, kind)
        return whole

    def rows(self, name: str, fields: Mapping[str, Kind], *, idle: Collection[str] = ()) -> list[dict[str, Any]]:
        """Return the JSON of repeated groups `name.0.…`, `name.1.…` in which more was typed than in `idle` fields.

        A group whose box `remove` is ticked is left out, too.
        """
        rows = []
        self._rows[name] = []
        for number in self.numbers(name):
            typed = (self.text(f"{name}.{number}.{key}") for key in fields if key not in idle)
            if any(typed) and not self.text(f"{name}.{number}.remove"):
                inside = {f"{name}.{number}.{key}": kind for key, kind in fields.items()}
                rows.append(self.body(inside)[name][str(number)])
                self._rows[name].append(number)
        return rows

    def numbers(self, name: str) -> list[int]:
        """Return the numbers of the repeated groups that were sent."""
        found = (re.match(rf"{re.escape(name)}\.(\d{{1,3}})\.", key) for key in self._values)
        return sorted({int(one[1]) for one in found if one})

    @property
    def once(self) -> str:
        """The key by which a form that is sent twice creates once; made when the form is shown first."""
        return self.text("once") or new_id()

    # --- what is wrong ---

    def refused(self, refused: Refused) -> Self:
        """Take up what a service found wrong."""
        self.stale = refused.code == "stale"
        for name, sentence in refused.errors:
            self.fault(self._on_the_page(name), sentence)
        if not refused.errors:
            self.problem = refused.title
        return self

    def _on_the_page(self, path: str) -> str:
        """Return the field's name: rows that were left empty were not sent, so the service counts without them."""
        name, _, rest = path.partition(".")
        number, _, key = rest.partition(".")
        sent = self._rows.get(name)
        return f"{name}.{sent[int(number)]}.{key}" if sent and number.isdigit() and int(number) < len(sent) else path

    def fault(self, name: str, sentence: str) -> Self:
        """Say what is wrong with a field; the first word about each counts."""
        self.errors.setdefault(name, sentence)
        return self

    @property
    def is_faulty(self) -> bool:
        """Whether anything needs another look."""
        return bool(self.errors or self.problem or self.stale)

    # --- for the macros ---

    def label(self, name: str, label: str) -> str:
        """Note how a field is called on this page; nothing is shown."""
        self._labels[name] = label
        return ""

    def error(self, name: str) -> str | None:
        """Return what is wrong with a field, or with a part of it that has no field of its own."""
        inner = (said for at, said in self.errors.items() if at.startswith(f"{name}.") and at not in self._labels)
        return self.errors.get(name) or next(inner, None)

    def summary(self) -> list[tuple[str | None, str | None, str]]:
        """Return (field, its label, sentence) of all that is wrong; None where this page shows no such field."""
        found = []
        for at, sentence in self.errors.items():
            name = next((known for known in _and_above(at) if known in self._labels), None)
            found.append((name, self._labels.get(name) if name else None, sentence))
        return found


def _and_above(path: str) -> Iterable[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]


def _written(value: Any) -> str:
    if value is None or value is False:
        return "no" if value is False else ""
    if value is True:
        return "yes"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value)


def number_in(text: str, *, whole: bool = False) -> float | int | str:
    """Return the number that people write as 1.250,50 or 1250.5; the text itself when it is none."""
    plain = text.removesuffix("€").strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if _GERMAN_NUMBER.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    if not _NUMBER.fullmatch(plain) or (whole and "." in plain):
        return text
    return int(plain) if whole else float(plain)


async def submitted(request: Request) -> Form:
    """Return what was sent; files are left to whoever expects them (`uploaded`)."""
    sent = await request.form()
    values: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str) and name != "csrf":
            values.setdefault(name, []).append(value)
    return Form(values)


async def uploaded(request: Request, name: str) -> UploadFile | None:
    """Return a chosen file, None when none was chosen."""
    file = (await request.form()).get(name)
    return file if isinstance(file, UploadFile) and file.filename else None
