"""The mail catcher: an SMTP server that delivers to nobody, keeps every mail on disk and shows it on pages."""

from deploy.local.mailcatcher.process import MailCatcher

__all__ = ["MailCatcher"]
