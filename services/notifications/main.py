"""Run notifications: `python -m services.notifications.main`."""

from services.notifications.api import routes
from services.notifications.mail import Renderer
from services.notifications.mail.courier import Courier, Server
from services.notifications.settings import Settings
from services.notifications.store import Store
from services.notifications.work import Scheduler, Sender
from shared.events import (
    ChallengeSnapshot,
    MemberSnapshot,
    NeedSnapshot,
    NetworkSnapshot,
    OfferSnapshot,
    OrganisationSnapshot,
    ResponseSnapshot,
    ResultSnapshot,
)
from shared.links import link_key
from shared.service import Service


def build(settings: Settings) -> Service:
    """Return the service, wired but not running."""
    service = Service("notifications", settings)
    store = Store(service.database)
    service.prepares(store.prepare)

    service.consumes(NetworkSnapshot, into=store.networks)
    service.consumes(OrganisationSnapshot, into=store.organisations)
    service.consumes(MemberSnapshot, into=store.members)
    service.consumes(ChallengeSnapshot, into=store.challenges)
    service.consumes(NeedSnapshot, into=store.needs)
    service.consumes(OfferSnapshot, into=store.offers)
    service.consumes(ResultSnapshot, into=store.results)
    service.consumes(ResponseSnapshot, into=store.responses)

    changes = service.wakes.event("networks", "members", "challenges", "needs", "offers", "results")
    scheduler = Scheduler(store, changes, service.wakes.event("items"))
    service.works_leased("scheduler", scheduler.run)

    sender = Sender(
        store,
        Renderer(settings.public_url, link_key(settings.link_key.get_secret_value()), settings.mail_from),
        [Courier(server_of(settings)) for _ in range(settings.smtp_connections)],
        [service.wakes.event("mails") for _ in range(settings.smtp_connections)],
        sender=settings.mail_from,
        mode=settings.mail_mode,
    )
    lease = service.works_leased("sender", sender.run)
    sender.holds = lambda: lease.held
    service.checks(sender.problems)

    service.serves(routes(store))
    return service


def server_of(settings: Settings) -> Server:
    """Return the mail server that the settings name."""
    return Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        tls=settings.smtp_tls,
        local_name=settings.mail_from.rpartition("@")[2],
    )


if __name__ == "__main__":
    build(Settings()).run()
