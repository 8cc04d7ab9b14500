"""A mail as people read it: what it says, how it looks, and the headers that mail servers expect."""

from services.notifications.mail.letter import Entry, Letter
from services.notifications.mail.rendering import Renderer

__all__ = ["Entry", "Letter", "Renderer"]
