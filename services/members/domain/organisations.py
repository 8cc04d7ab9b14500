"""Rules of organisations beyond their networks: sizes, memberships with dates, cooperations."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from shared.events.members import OrganisationSnapshot
from shared.rules import RuleBroken

EuSize = Literal["micro", "small", "medium", "large"]
SgbSize = Literal["below_50", "50_to_499", "500_and_more"]


def eu_size(head_count: int | None) -> EuSize | None:
    """Return the size class of the EU's recommendation 2003/361, by staff alone: below 10, 50, 250."""
    if head_count is None:
        return None
    if head_count < 10:  # noqa: PLR2004 - the classes themselves
        return "micro"
    if head_count < 50:  # noqa: PLR2004
        return "small"
    return "medium" if head_count < 250 else "large"  # noqa: PLR2004


def sgb_size(head_count: int | None) -> SgbSize | None:
    """Return the size class of § 82 (2) SGB III: below 50, below 500."""
    if head_count is None:
        return None
    if head_count < 50:  # noqa: PLR2004 - the classes themselves
        return "below_50"
    return "50_to_499" if head_count < 500 else "500_and_more"  # noqa: PLR2004


def sound_memberships(organisation: OrganisationSnapshot, today: date) -> OrganisationSnapshot:
    """Return the organisation if each network has one membership at most, and a present one is among its networks."""
    seen: set[str] = set()
    for place, one in enumerate(organisation.memberships):
        field = f"memberships.{place}"
        if one.network in seen:
            raise RuleBroken("membership_twice", field=f"{field}.network")
        seen.add(one.network)
        if one.since is not None and one.until is not None and one.until < one.since:
            raise RuleBroken("end_before_start", field=f"{field}.until", start=str(one.since), end=str(one.until))
        if one.network not in organisation.networks and (one.until is None or one.until >= today):
            raise RuleBroken("not_in_network", field=f"{field}.network")
    return organisation


def sound_references(
    organisation: OrganisationSnapshot, old: OrganisationSnapshot | None, known: Collection[str]
) -> OrganisationSnapshot:
    """Return the organisation if parts and controller are among the `known` ones, or stood there before."""
    before = {*old.parts, old.controller} if old else set()
    for place, part in enumerate(organisation.parts):
        if part == organisation.id:
            raise RuleBroken("part_of_itself", field=f"parts.{place}")
        if part not in known and part not in before:
            raise RuleBroken("unknown_organisation", field=f"parts.{place}")
    if organisation.controller not in known and organisation.controller not in {None, organisation.id, *before}:
        raise RuleBroken("unknown_organisation", field="controller")
    return organisation.model_copy(update={"parts": tuple(dict.fromkeys(organisation.parts))})
