"""The OpenAPI document of every service, from its own wiring; no server is asked and none is needed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from services.matching.main import build as matching
from services.matching.settings import Settings as MatchingSettings
from services.members.main import build as members
from services.members.settings import MembersSettings
from services.notifications.main import build as notifications
from services.notifications.settings import Settings as NotificationsSettings
from services.surveys.main import build as surveys
from services.surveys.settings import Settings as SurveysSettings
from shared.callers import public_text, write_new_private_key
from shared.service import Service

Given = Mapping[str, Any]
BUILDS: Final[Mapping[str, Callable[[Given], Service]]] = {
    "members": lambda given: members(MembersSettings(**given)),
    "surveys": lambda given: surveys(SurveysSettings(**given)),
    "matching": lambda given: matching(MatchingSettings(**{**given, "role": "api"})),
    "notifications": lambda given: notifications(NotificationsSettings(**given)),
}


def build(service: str, key_folder: Path) -> Service:
    """Return a service wired to servers that are not there; `key_folder` holds the key of members, or will."""
    file = key_folder / "caller.pem"
    if not file.exists():
        write_new_private_key(file)
    key = public_text(write_new_private_key(key_folder / f"{service}.pem").public_key())
    return BUILDS[service](
        {
            "mongo_url": "mongodb://127.0.0.1:9",
            "mongo_database": service,
            "http_port": 9,
            "caller_public_keys": (key,),
            "caller_private_key_file": file,
            "link_key": "00" * 32,
            "public_url": "http://127.0.0.1:8100",
        }
    )


def documents() -> dict[str, dict[str, Any]]:
    """Return each service's OpenAPI document by name."""
    with TemporaryDirectory() as folder:
        return {service: build(service, Path(folder)).app.openapi() for service in BUILDS}
