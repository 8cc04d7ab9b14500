"""A file on its way in: what it is, how its columns are read, how far it has come, and which step may follow."""

from datetime import timedelta
from typing import Final, Literal

from shared.events.base import Id, Internal, Moment, Value
from shared.rules import Conflict, RuleBroken

Kind = Literal["needs", "offers"]
Format = Literal["csv", "xlsx", "jsonl", "openqcat", "ba", "jsonld"]
Mode = Literal["all", "valid"]
Status = Literal["new", "waiting", "checking", "running", "done", "failed", "cancelled"]

TABLES: Final = frozenset({"csv", "xlsx"})
OPEN: Final = frozenset({"new", "waiting", "checking", "running"})
AT_WORK: Final = frozenset({"waiting", "checking", "running"})
KEPT_FOR: Final = timedelta(days=30)
"""How long a finished job can be read, with the rows that were refused."""


class Fault(Value):
    """What is wrong with one cell, or with a whole row."""

    column: str = ""
    """The heading; the field of other files. Empty for the whole row."""
    code: str
    params: dict[str, str | int | float] = {}  # noqa: RUF012 - pydantic copies it


class PreviewRow(Value):
    """One of the first rows, as it would be taken."""

    row: int
    cells: tuple[str, ...] = ()
    title: str | None = None
    faults: tuple[Fault, ...] = ()


class Counts(Value):
    """How many records had which outcome."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    ended: int = 0
    withdrawn: int = 0
    refused: int = 0

    def more(self, **by: int) -> "Counts":
        """Return the counts raised."""
        return self.model_copy(update={name: getattr(self, name) + count for name, count in by.items()})


class ImportJob(Internal):
    """One file for one network, company or provider, brought by one member."""

    status: Status
    kind: Kind
    format: Format
    size: int
    """Bytes."""
    owner: Id | None
    """The member who brought it; None for a program."""
    operator: bool = False
    standings: tuple[tuple[str, str, str], ...] = ()
    """(role, organisation, network) of the owner when the job was made or started."""
    network: Id | None = None
    organisation: Id | None = None
    provider: Id | None = None
    headings: tuple[str, ...] = ()
    mapping: tuple[str | None, ...] = ()
    """For each heading the field; None for columns that are passed over."""
    defaults: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    mode: Mode = "valid"
    preview: tuple[PreviewRow, ...] = ()
    records_total: int | None = None
    """Known when the file was read once."""
    records_done: int = 0
    counts: Counts = Counts()
    problem: Fault | None = None
    """Why it failed."""
    brought_at: Moment
    ended_at: Moment | None = None

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks of what it brings."""
        return (self.network,) if self.network else ()

    @property
    def source(self) -> str:
        """Under which a provider's own numbers are unique, whichever way an offer comes."""
        if self.format == "ba":
            return "ba"
        return f"api:{self.provider}" if self.provider else f"import:{self.network or 'all'}"


def planned(job: ImportJob, mapping: tuple[str | None, ...], mode: Mode, defaults: dict[str, str]) -> ImportJob:
    """Return the job with another plan; only before it starts."""
    if job.status != "new":
        raise Conflict("import_started", field="status")
    if job.format in TABLES and len(mapping) != len(job.headings):
        raise RuleBroken("mapping_length", field="mapping", columns=len(job.headings))
    return job.model_copy(update={"mapping": mapping, "mode": mode, "defaults": defaults})


def started(job: ImportJob) -> ImportJob:
    """Return the job waiting for a worker; starting twice is the same as once."""
    if job.status in AT_WORK:
        return job
    if job.status != "new":
        raise Conflict("import_ended", field="status")
    if job.format in TABLES and "title" not in job.mapping and not job.defaults.get("title"):
        raise RuleBroken("mapping_without_title", field="mapping")
    return job.model_copy(update={"status": "waiting"})
