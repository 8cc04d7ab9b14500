"""Marks on documents: `unpublished` (the relay sends it) and `due` (the worker does what follows).

Every marking writes a fresh random token. A mark is cleared only if version and token are those that were read, so a
slow process can never clear a mark that was set after it looked.
"""

from typing import Any
from uuid import uuid4

Mark = dict[str, Any]


def fresh_mark(*, again: bool = False) -> Mark:
    """Return a new mark; `again` says that nothing changed and the document is merely repeated."""
    return {"token": uuid4().hex, "again": again}
