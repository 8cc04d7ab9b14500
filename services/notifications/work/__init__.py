"""What follows from what is stored: items from results, mails from items, and the hand-over of mails to a server."""

from services.notifications.work.building import Scheduler
from services.notifications.work.sending import Sender

__all__ = ["Scheduler", "Sender"]
