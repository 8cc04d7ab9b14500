"""Moments and days: whatever is a date for people is a day in Europe/Berlin."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

HOME: Final = ZoneInfo("Europe/Berlin")


def day_of(moment: datetime) -> date:
    """Return the day on which an aware moment falls in Europe/Berlin."""
    return moment.astimezone(HOME).date()
