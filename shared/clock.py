"""The one place that reads the wall clock, so that everything else receives times as values."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
