"""A span of days, as reports ask for it: both days included, in Europe/Berlin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Query

from shared.clock import now
from shared.ids import first_id_at, made_at
from shared.inputs import DayInput
from shared.language import HOME
from shared.rules import RuleBroken

LONGEST: Final = timedelta(days=20 * 366)


@dataclass(frozen=True)
class Period:
    """All days from the first to the last."""

    first: date
    last: date

    def has(self, moment: datetime) -> bool:
        """Tell whether a moment falls into it."""
        return self.first <= moment.astimezone(HOME).date() <= self.last

    def has_day(self, day: date | None) -> bool:
        """Tell whether a day is one of its days."""
        return day is not None and self.first <= day <= self.last

    @property
    def ids(self) -> dict[str, str]:
        """Select by id what was made in it, as a filter of the database."""
        ends = _midnight(self.last) + timedelta(days=1)
        return {"$gte": first_id_at(_midnight(self.first)), "$lt": first_id_at(ends)}

    @property
    def months(self) -> tuple[str, ...]:
        """Name its months, such as 2026-11, the first one first."""
        return tuple(self._months())

    def _months(self) -> Iterator[str]:
        year, month = self.first.year, self.first.month
        while (year, month) <= (self.last.year, self.last.month):
            yield f"{year:04}-{month:02}"
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - of a year


def made_on(entity: str) -> date:
    """Return the day on which something was made, as its id tells."""
    return made_at(entity).astimezone(HOME).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HOME)


async def _asked(
    first: Annotated[DayInput | None, Query(alias="from", description="First day; without it 1 January")] = None,
    last: Annotated[DayInput | None, Query(alias="to", description="Last day; without it today")] = None,
) -> Period:
    ends = last or now().astimezone(HOME).date()
    begins = first or date(ends.year, 1, 1)
    if begins > ends:
        raise RuleBroken("period_backwards", field="to", start=str(begins), end=str(ends))
    if ends - begins > LONGEST:
        raise RuleBroken("period_too_long", field="from", years=20)
    return Period(begins, ends)


Asked = Annotated[Period, Depends(_asked)]
"""A route's parameter of this type takes `from` and `to`."""
