"""Wiring: the only place that opens the database, loads the model and builds the application."""

from collections.abc import Callable
from datetime import timedelta

from services.matching.api import routes
from services.matching.pooling import Pooling
from services.matching.previewing import Previews
from services.matching.scoring.embedder import Bundled, Embedder
from services.matching.scoring.model import Model, read_model
from services.matching.settings import Settings
from services.matching.store import Store
from services.matching.work import match_while_held
from shared.events import NeedSnapshot, OfferSnapshot
from shared.limits import Limit
from shared.service import Service


def build(
    settings: Settings, *, load_embedder: Callable[[], Embedder] = Bundled, model: Model | None = None
) -> Service:
    """Declare the service: what it keeps copies of, what it owns, what it does by itself, what it answers.

    The embedders are loaded at once where a worker runs, elsewhere with the first preview.
    """
    service = Service("matching", settings)
    store = Store(service.database)
    service.consumes(NeedSnapshot, into=store.needs)
    service.consumes(OfferSnapshot, into=store.offers)
    service.owns(store.results, store.responses)
    service.prepares(store.prepare)
    model = model or read_model()
    previews = Previews(store, model, load_embedder)
    if settings.role != "api":
        embedder, sweep_every = load_embedder(), settings.sweep_minutes * 60
        lease = service.works_leased(
            "matching", lambda: match_while_held(store, embedder, model, lease, sweep_every=sweep_every)
        )
        previews = Previews(store, model, lambda: embedder)
    limit = Limit("previews", settings.previews_a_minute, timedelta(minutes=1))
    service.serves(routes(store, previews, limit, Pooling(store, model)))
    return service


def main() -> None:
    """Run one process of the service."""
    build(Settings()).run()


if __name__ == "__main__":
    main()
