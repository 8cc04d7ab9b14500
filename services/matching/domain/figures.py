"""What became of a network's needs in a period: matches found, and what both sides said about them last."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.matching.domain.gaps import company_of
from services.matching.domain.responding import Side
from shared.events.matching import ResponseSnapshot, Said
from shared.events.surveys import NeedSnapshot
from shared.small_cells import is_small, protected

WORDS: Final = ("interested", "contacted", "booked", "dismissed")
SIDES: Final[tuple[Side, ...]] = ("company", "provider")
REASONS: Final = (
    *("too_far", "wrong_level", "dates", "price", "format", "this_provider", "already_solved", "not_relevant"),
    "",
)
"""The last one stands for no reason given."""


@dataclass(frozen=True)
class Counted:
    """One row: how many pairs, of how many companies, with how many persons booked; None where hidden."""

    value: str
    pairs: int | None
    companies: int | None
    persons: int | None = None


@dataclass(frozen=True)
class MatchFigures:
    """Matches and responses of a period."""

    matches: Counted
    announced: Counted
    """Of these, those that people were told."""
    responses: Mapping[Side, tuple[Counted, ...]]
    dismissed: tuple[Counted, ...]
    """By the company's reason."""


Has = Callable[[datetime], bool]
_Pair = tuple[str, int]
"""The company behind a pair, and the persons booked."""


def match_figures(
    needs: Mapping[str, NeedSnapshot],
    found: Mapping[str, Iterable[tuple[datetime, bool]]],
    responses: Iterable[ResponseSnapshot],
    has: Has,
    *,
    exact: bool,
) -> MatchFigures:
    """Count what was found and last said in a period; `exact` shows what fewer than three companies stand behind.

    `found` tells by need when each match was found, and whether people are told.
    """
    within = [
        (company_of(needs[need]), told)
        for need, matches in found.items()
        if need in needs
        for moment, told in matches
        if has(moment)
    ]
    said = [one for one in responses if one.need in needs]
    return MatchFigures(
        _row("matches", [(company, 0) for company, _ in within], exact=exact),
        _row("announced", [(company, 0) for company, told in within if told], exact=exact),
        {side: _table(WORDS, _spoken(needs, said, side, has, lambda words: words.what), exact=exact) for side in SIDES},
        _table(REASONS, _spoken(needs, said, "company", has, _reason), exact=exact),
    )


def _spoken(
    needs: Mapping[str, NeedSnapshot],
    responses: Iterable[ResponseSnapshot],
    side: Side,
    has: Has,
    value: Callable[[Said], str | None],
) -> dict[str, list[_Pair]]:
    spoken: dict[str, list[_Pair]] = {}
    for one in responses:
        words: Said | None = getattr(one, side)
        said = value(words) if words is not None and has(words.at) else None
        if words is not None and said is not None:
            spoken.setdefault(said, []).append((company_of(needs[one.need]), words.persons or 0))
    return spoken


def _reason(words: Said) -> str | None:
    return (words.reason or "") if words.what == "dismissed" else None


def _row(value: str, pairs: list[_Pair], *, exact: bool) -> Counted:
    companies = len({company for company, _ in pairs})
    if not exact and is_small(companies):
        return Counted(value, None, None)
    return Counted(value, len(pairs), companies, sum(persons for _, persons in pairs))


def _table(values: Iterable[str], spoken: Mapping[str, list[_Pair]], *, exact: bool) -> tuple[Counted, ...]:
    rows = [_row(value, spoken.get(value, []), exact=True) for value in values]
    if exact:
        return tuple(rows)
    shown = protected({row.value: row.companies or 0 for row in rows})
    return tuple(Counted(row.value, None, None) if shown[row.value] is None else row for row in rows)
