"""Wiring of members: settings, database, routes."""

from services.members.api import IMPORT_LIMITS, routers
from services.members.api.legal import missing_somewhere
from services.members.domain.pairs import NeedStanding, OfferStanding
from services.members.settings import MembersSettings
from services.members.store import Store
from services.members.work import forget_for_ever
from shared.callers import read_private_key
from shared.events import ResponseSnapshot
from shared.service import Service


def build(settings: MembersSettings) -> Service:
    """Return the process, ready to run."""
    private_key = read_private_key(settings.caller_private_key_file)
    service = Service("members", settings, body_limits=IMPORT_LIMITS)
    store = Store(service.database)
    service.consumes(NeedStanding, into=store.pairs.needs)
    service.consumes(OfferStanding, into=store.pairs.offers)
    service.consumes(ResponseSnapshot, into=store.pairs.responses)
    service.prepares(store.prepare)
    service.owns(store.networks, store.organisations, store.members, store.challenges)
    service.works_leased("retention", lambda: forget_for_ever(store))
    service.warns(lambda: missing_somewhere(store))
    service.serves(*routers(store, private_key, settings.signing_link_key(), settings.allowance()))
    return service


if __name__ == "__main__":
    build(MembersSettings()).run()
