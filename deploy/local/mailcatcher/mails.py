"""The mails that were caught: one file each, on disk for good before the sender hears that it was accepted."""

import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

MOST_KEPT: Final = 20_000
"""Mails; beyond this the oldest are removed, so that a stack that stays does not fill the disk."""


@dataclass(frozen=True)
class Caught:
    """What is known of a mail without opening it; `sender` and `recipients` are those of the envelope."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    received_at: datetime


class Mails:
    """A folder of caught mails; ids sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for partial in folder.glob("*.partial"):  # a crash came before the answer: the sender still has it
            partial.unlink()
        self._known = {file.stem: self._opened(file.stem)[0] for file in sorted(folder.glob("*.mail"))}
        self._last = max(map(int, self._known), default=0)

    def all(self) -> list[Caught]:
        """Return what is kept, newest last."""
        return list(self._known.values())

    def keep(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> Caught:
        """Store a mail; when this returns, it survives a crash of this process and of the machine."""
        received_at = datetime.now(UTC)
        envelope: dict[str, object] = {"from": sender, "to": recipients, "received_at": received_at.isoformat()}
        with self._lock:
            self._last += 1
            number = f"{self._last:010d}"
            partial = self._folder / f"{number}.partial"
            with partial.open("xb") as out:
                out.write(json.dumps(envelope).encode() + b"\n" + raw)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(self._file(number))
            self._flush_folder()
            caught = _described(number, envelope, raw)
            self._known[number] = caught
            while len(self._known) > MOST_KEPT:
                self._remove(next(iter(self._known)))
        return caught

    def get(self, number: str) -> tuple[Caught, EmailMessage, bytes] | None:
        """Return a mail, parsed and as received; None when there is none of this id."""
        return self._opened(number) if number in self._known else None

    def clear(self) -> None:
        """Remove every mail; ids go on counting."""
        with self._lock:
            for number in list(self._known):
                self._remove(number)

    def _remove(self, number: str) -> None:
        self._known.pop(number)
        self._file(number).unlink(missing_ok=True)

    def _opened(self, number: str) -> tuple[Caught, EmailMessage, bytes]:
        envelope, _, raw = self._file(number).read_bytes().partition(b"\n")
        return _described(number, json.loads(envelope), raw), _parsed(raw), raw

    def _file(self, number: str) -> Path:
        return self._folder / f"{number}.mail"

    def _flush_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def text_of(message: EmailMessage, kind: str) -> str | None:
    """Return the first part of type text/`kind`, however its bytes are encoded; None when there is none."""
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return None
    try:
        return raw.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a character set that nobody knows
        return raw.decode("utf-8", errors="replace")


def headers_of(message: EmailMessage) -> list[tuple[str, str]]:
    """Return the headers in their order, decoded."""
    return [(name, str(value)) for name, value in message.items()]


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _described(number: str, envelope: dict[str, object], raw: bytes) -> Caught:
    head, _, _ = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    recipients = envelope["to"]
    return Caught(
        id=number,
        sender=str(envelope["from"]),
        recipients=tuple(map(str, recipients)) if isinstance(recipients, list | tuple) else (),
        subject=str(_parsed(head + b"\n\n")["subject"] or ""),
        received_at=datetime.fromisoformat(str(envelope["received_at"])),
    )
