"""Wiring: the only place that opens the database and builds the application."""

from services.surveys.api import IMPORT_LIMITS, routes
from services.surveys.importing.working import import_for_ever
from services.surveys.settings import Settings
from services.surveys.store import Store
from services.surveys.work import end_as_days_pass
from services.surveys.work.confirming import confirm_for_ever, delete_unconfirmed_for_ever
from services.surveys.work.forgetting import forget_for_ever
from shared.events.members import ChallengeSnapshot, MemberStanding
from shared.service import Service


def build(settings: Settings) -> Service:
    """Declare the service: what it owns, what it does by itself, what it answers."""
    service = Service("surveys", settings, body_limits=IMPORT_LIMITS)
    store = Store(service.database)
    service.owns(store.needs, store.offers)
    service.prepares(store.prepare)
    service.consumes(ChallengeSnapshot, into=store.asking.challenges)
    service.consumes(MemberStanding, into=store.members)
    service.works_leased("days", lambda: end_as_days_pass(store))
    confirmations = service.wakes.event("challenges", "answers")
    service.works_leased("confirm", lambda: confirm_for_ever(store, confirmations))
    people = service.wakes.event("members")
    service.works_leased("forget", lambda: forget_for_ever(store, people))
    service.works_leased("unconfirmed", lambda: delete_unconfirmed_for_ever(store))
    brought = service.wakes.event("imports")
    service.works_leased("imports", lambda: import_for_ever(store, brought))
    service.warms(store.read_what_is_searched)
    service.serves(routes(store, least_form_seconds=settings.least_form_seconds))
    return service


def main() -> None:
    """Run one process of the service."""
    build(Settings()).run()


if __name__ == "__main__":
    main()
