"""Wiring: the only place that opens the database and builds the application."""

from services.surveys.api import IMPORT_LIMITS, routes
from services.surveys.settings import Settings
from services.surveys.store import Store
from services.surveys.work import end_as_days_pass
from shared.service import Service


def build(settings: Settings) -> Service:
    """Declare the service: what it owns, what it does by itself, what it answers."""
    service = Service("surveys", settings, body_limits=IMPORT_LIMITS)
    store = Store(service.database)
    service.owns(store.needs, store.offers)
    service.prepares(store.prepare)
    service.works_leased("days", lambda: end_as_days_pass(store))
    service.serves(routes(store))
    return service


def main() -> None:
    """Run one process of the service."""
    build(Settings()).run()


if __name__ == "__main__":
    main()
