"""Wiring of members: settings, database, routes."""

from services.members.api import routers
from services.members.settings import MembersSettings
from services.members.store import Store
from shared.callers import read_private_key
from shared.service import Service


def build(settings: MembersSettings) -> Service:
    """Return the process, ready to run."""
    private_key = read_private_key(settings.caller_private_key_file)
    service = Service("members", settings)
    store = Store(service.database)
    service.prepares(store.prepare)
    service.owns(store.networks, store.organisations, store.members, store.challenges)
    service.serves(*routers(store, private_key, settings.signing_link_key(), settings.allowance()))
    return service


if __name__ == "__main__":
    build(MembersSettings()).run()
