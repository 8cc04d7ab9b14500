"""What was found in a text: a value for a field of a need, and the piece of text that says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Scalar = str | int | float | bool

MANY: Final = frozenset({"delivery", "time_models", "target_groups", "course_languages"})
"""Fields that take several values."""


@dataclass(frozen=True)
class Finding:
    """A value for one field; days are ISO texts, a place is two fields (`place.postal_code`, `place.town`)."""

    field: str
    value: Scalar
    start: int
    end: int
    """Where in the text that was read."""
    denied: bool = False
    """Whether the text says that it shall not be so ("nicht am Wochenende")."""


@dataclass(frozen=True)
class Found:
    """A finding as it is told: with its text in place of where it stands."""

    field: str
    value: Scalar
    text: str


def agreed(findings: Iterable[Finding]) -> list[Finding]:
    """Return what stands without contradiction: neither denied elsewhere nor beside another value of a single field."""
    known = list(findings)
    denied = {(one.field, one.value) for one in known if one.denied}
    values: dict[str, set[Scalar]] = {}
    for one in known:
        values.setdefault(one.field, set()).add(one.value)
    first: dict[tuple[str, Scalar], Finding] = {}
    for one in known:
        single = one.field in MANY or len(values[one.field]) == 1
        if single and not one.denied and (one.field, one.value) not in denied:
            first.setdefault((one.field, one.value), one)
    return list(first.values())


def fields_of(found: Iterable[Found]) -> Mapping[str, Any]:
    """Return the values as fields of a need: lists where several may stand, a place as an object."""
    fields: dict[str, Any] = {}
    for one in found:
        outer, _, inner = one.field.partition(".")
        if inner:
            fields.setdefault(outer, {})[inner] = one.value
        elif one.field in MANY:
            fields[one.field] = [*fields.get(one.field, ()), one.value]
        else:
            fields[one.field] = one.value
    return fields
