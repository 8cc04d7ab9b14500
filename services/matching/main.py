"""Wiring: the only place that opens the database, loads the model and builds the application."""

from services.matching.api import routes
from services.matching.scoring.embedder import Bundled
from services.matching.scoring.model import read_model
from services.matching.settings import Settings
from services.matching.store import Store
from services.matching.work import match_while_held
from shared.events import NeedSnapshot, OfferSnapshot
from shared.service import Service


def build(settings: Settings) -> Service:
    """Declare the service: what it keeps copies of, what it owns, what it does by itself, what it answers."""
    service = Service("matching", settings)
    store = Store(service.database)
    service.consumes(NeedSnapshot, into=store.needs)
    service.consumes(OfferSnapshot, into=store.offers)
    service.owns(store.results, store.responses)
    service.prepares(store.prepare)
    if settings.role != "api":
        embedder, model, sweep_every = Bundled(), read_model(), settings.sweep_minutes * 60
        lease = service.works_leased(
            "matching", lambda: match_while_held(store, embedder, model, lease, sweep_every=sweep_every)
        )
    service.serves(routes(store))
    return service


def main() -> None:
    """Run one process of the service."""
    build(Settings()).run()


if __name__ == "__main__":
    main()
