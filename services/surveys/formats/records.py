"""What a file says, one record at a time, before anybody has judged whether it can be stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from services.surveys.domain.imports import Remark
from shared.events.surveys import OfferSnapshot

Action = Literal["put", "dates", "withdraw"]
"""Store as a whole; add course dates to what is stored; withdraw what is stored."""


@dataclass(frozen=True)
class Record:
    """One need or offer of a file; what could not be read is among the remarks, and then it is not stored."""

    row: int
    """Where it begins: the row of a table, or its place in another file, from 1."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """As `NeedInput` or `OfferInput` takes it."""
    action: Action = "put"
    number: str | None = None
    """The provider's own number."""
    entity: str | None = None
    """The id of what it shall replace, if the file names one."""
    remarks: tuple[Remark, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    """The rows of the table that it comes from, to be handed back when they are refused."""
    whole: bool = True
    """Whether it has all course dates of the offer."""
    covers: frozenset[str] | None = None
    """The fields that the file speaks of; others stay as they are when it changes something. None for all."""

    offer: OfferSnapshot | None = None
    """The offer itself, of formats that are read by a reader of their own."""

    @property
    def title(self) -> str | None:
        """Return the title, as far as there is one."""
        title = self.offer.title if self.offer else self.said.get("title")
        return title[:200] if isinstance(title, str) and title else None
