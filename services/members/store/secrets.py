"""Secrets that are handed out once and kept only as a hash: sessions and tokens of programs."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

SECRET_BYTES: Final = 32
BERLIN: Final = ZoneInfo("Europe/Berlin")


def new_secret() -> str:
    """Return 43 characters that nobody can guess."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """Return what is kept of a secret; no salt is needed, since it has 256 random bits."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def day_of(moment: datetime) -> str:
    """Return the calendar day in Berlin, as days are kept."""
    return moment.astimezone(BERLIN).date().isoformat()
