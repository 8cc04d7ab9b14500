"""What might help to pay for a match: hints that inform, and never filter or order anything.

"May apply" says that no known fact speaks against it; whether it does is for those to say who grant it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a day, as the contracts call it
from typing import Final

from services.matching.domain.funding_rules import LAND_BY_POSTCODE, PROMOTES, RULES, Land, Rule
from shared.events.matching import FundingCondition, FundingHint
from shared.events.surveys import NeedSnapshot, OfferSnapshot

UNIT_IN_HOURS: Final = 0.75
"""A teaching unit has 45 minutes."""

_DIGITS: Final = 3


@dataclass(frozen=True)
class _Finding:
    """A condition that fails, or that nobody knows to hold."""

    condition: FundingCondition
    fails: bool
    params: dict[str, str | float]


def funding_hints(need: NeedSnapshot, offer: OfferSnapshot, starts_on: Day | None) -> tuple[FundingHint, ...]:
    """Return a hint for each rule that could concern the company, in the order of the rules.

    `starts_on` is the first day of the date that serves the need, None when it is not known. Rules of another Land
    than that of the company are left out, and so is everything for an initiative, which costs nothing.
    """
    if offer.kind == "initiative":
        return ()
    land = LAND_BY_POSTCODE.get((need.place.postal_code or "")[:_DIGITS])
    return tuple(
        _hint(rule, list(_findings(rule, offer, starts_on, land)))
        for rule in RULES
        if not (rule.lands and land is not None and land not in rule.lands)
    )


def _hint(rule: Rule, findings: list[_Finding]) -> FundingHint:
    """Return what fails, before what is unknown, before that it may apply."""
    first = min(findings, key=lambda finding: not finding.fails, default=None)
    return FundingHint(
        rule=rule.id,
        title=rule.title,
        source=rule.source,
        checked_on=rule.checked_on,
        verdict="may_apply" if first is None else "fails" if first.fails else "unknown",
        applicant=rule.applicant,
        condition=first and first.condition,
        params=first.params if first else {},
    )


def _findings(rule: Rule, offer: OfferSnapshot, starts_on: Day | None, land: Land | None) -> Iterator[_Finding]:
    if rule.state in {"suspended", "ended"}:
        yield _Finding("suspended" if rule.state == "suspended" else "ended", fails=True, params={})
    if rule.for_promotion and not _promotes(offer):
        yield _Finding("promotion", fails=True, params={})
    yield from _of_time(rule, starts_on)
    yield from _of_hours(rule, offer)
    if rule.measure_approved and not offer.azav:
        yield _Finding("azav", fails=offer.azav is False, params={})
    if rule.provider_approved and not offer.azav and not rule.measure_approved:
        yield _Finding("provider", fails=False, params={})  # an approved measure has an approved provider
    if rule.price_from is not None and (offer.price_eur is None or offer.price_eur < rule.price_from):
        yield _Finding("price", fails=offer.price_eur is not None, params={"least": rule.price_from})
    if rule.lands and land is None:
        yield _Finding("land", fails=False, params={})
    if rule.state == "unclear":
        yield _Finding("state", fails=False, params={})


def _of_time(rule: Rule, starts_on: Day | None) -> Iterator[_Finding]:
    begins, ends = rule.valid_from, rule.valid_to
    if begins is not None and (starts_on is None or starts_on < begins):
        yield _Finding("not_yet", fails=starts_on is not None, params={"from": begins.isoformat()})
    if ends is not None and (starts_on is None or starts_on > ends):
        yield _Finding("ended", fails=starts_on is not None, params={"to": ends.isoformat()})


def _of_hours(rule: Rule, offer: OfferSnapshot) -> Iterator[_Finding]:
    """Compare hours; a course is short only if both ways of counting that are told say so."""
    if rule.hours_above is None:
        return
    counted = [hours for hours in (offer.hours, offer.teaching_units) if hours is not None]
    if not counted:
        yield _Finding("hours", fails=False, params={"above": rule.hours_above})
    elif max(counted) <= rule.hours_above:
        yield _Finding("hours", fails=True, params={"above": rule.hours_above, "hours": max(counted)})
    elif (offer.hours if offer.hours is not None else (offer.teaching_units or 0) * UNIT_IN_HOURS) <= rule.hours_above:
        yield _Finding("hours", fails=False, params={"above": rule.hours_above})


def _promotes(offer: OfferSnapshot) -> bool:
    told = f"{offer.title} {offer.certificate or ''}".casefold()
    return any(part in told for part in PROMOTES)
