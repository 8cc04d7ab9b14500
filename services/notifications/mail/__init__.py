"""A mail as people read it: what it says, how it looks, and the headers that mail servers expect."""

from services.notifications.mail.letter import AnyLetter, Entry, Letter, Proof, Question
from services.notifications.mail.rendering import Renderer

__all__ = ["AnyLetter", "Entry", "Letter", "Proof", "Question", "Renderer"]
