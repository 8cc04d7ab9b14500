"""Visits: what a coordinator or adviser notes of a talk with a company; kept here, seen by few, never published."""

from datetime import date
from typing import Literal

from services.surveys.domain.viewers import Viewer
from shared.events.base import Day, Id, Internal, Value
from shared.events.surveys import EntryConsent
from shared.rules import Forbidden, RuleBroken


class Company(Value):
    """A company that has no entry here yet: as much of it as was written down."""

    name: str
    postal_code: str | None = None
    town: str | None = None
    head_count: int | None = None


class Visit(Internal):
    """A talk with a company (Betriebsbesuch), and what is to be done next."""

    status: Literal["noted"] = "noted"
    network: Id
    organisation: Id | None = None
    company: Company | None = None
    """What is known of a company that has no entry; None when `organisation` names it."""
    visited_on: Day
    notes: str = ""
    entered_by: Id | None = None
    consent: EntryConsent | None = None
    """To entering needs for the company; given by its contact person when `given_by` names no member."""
    follow_up_on: Day | None = None
    """Wiedervorlage; taken away when it is done."""
    needs: tuple[Id, ...] = ()
    """The needs that were made from it, in their order."""


def may_see(viewer: Viewer, visit: Visit) -> bool:
    """Tell whether somebody may read, change and erase a visit: the network's coordinators, advisers their own."""
    if viewer.operator or viewer.is_in((visit.network,), "coordinator"):
        return True
    own = visit.entered_by is not None and visit.entered_by == viewer.member
    return own and viewer.is_in((visit.network,), "adviser")


def network_for(viewer: Viewer, wanted: str | None) -> str:
    """Return the network for which somebody enters something: the one that is named, or the only one."""
    own = viewer.networks("coordinator", "adviser")
    if not own and not viewer.operator:
        raise Forbidden
    if wanted is None and len(own) == 1:
        return next(iter(own))
    if wanted is None:
        raise RuleBroken("say_which_network", field="network")
    if not viewer.operator and wanted not in own:
        raise Forbidden("not_your_network", field="network")
    return wanted


def sound(visit: Visit, today: date) -> Visit:
    """Return a visit that can be: with a company, and neither itself nor its consent in the future."""
    if visit.organisation is None and visit.company is None:
        raise RuleBroken("visit_without_company", field="company.name")
    if visit.organisation is not None and visit.company is not None:
        raise RuleBroken("visit_company_twice", field="company.name")
    if visit.visited_on > today:
        raise RuleBroken("visit_in_future", field="visited_on", day=str(visit.visited_on))
    if visit.consent is not None and visit.consent.given_on > today:
        raise RuleBroken("consent_in_future", field="consent.given_on")
    return visit


def with_needs(visit: Visit, needs: tuple[str, ...]) -> Visit:
    """Return the visit with these needs noted, each once."""
    return visit.model_copy(update={"needs": tuple(dict.fromkeys((*visit.needs, *needs)))})


def without_member(visit: Visit, member: str) -> Visit:
    """Return the visit without an erased person's id."""
    consent = visit.consent
    if consent is not None:
        people = ("given_by", "recorded_by")
        gone = {name: None for name in people if getattr(consent, name) == member}
        consent = consent.model_copy(update=gone)
    entered_by = None if visit.entered_by == member else visit.entered_by
    return visit.model_copy(update={"consent": consent, "entered_by": entered_by})
