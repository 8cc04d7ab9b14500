"""Links in mails: a signature bound to a purpose says which member may open what, without a password."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Final, Literal
from urllib.parse import urlencode

Purpose = Literal["match", "unsubscribe", "need", "challenge"]
"""`need`: say whether a need is still open. `challenge`: prove a mailbox."""

KEY_BYTES: Final = 32
CODE_DIGITS: Final = 8


def link_key(setting: str) -> bytes:
    """Return the key that members and notifications share, from 64 hexadecimal digits; ValueError for anything else."""
    key = bytes.fromhex(setting)
    if len(key) != KEY_BYTES:
        raise ValueError(f"a link key has {KEY_BYTES} bytes, this one has {len(key)}")
    return key


def signature(key: bytes, purpose: Purpose, *parts: str) -> str:
    """Return 43 characters that fit into a URL; each part enters with its length, so that parts cannot be shifted."""
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for text in ("bedarfswerk-link-1", purpose, *parts):
        encoded = text.encode("utf-8", "surrogatepass")
        mac.update(len(encoded).to_bytes(8, "big"))
        mac.update(encoded)
    return urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def matches(key: bytes, given: str, purpose: Purpose, *parts: str) -> bool:
    """Return whether `given` is the signature of these parts, in a time that does not depend on how much of it fits."""
    expected = signature(key, purpose, *parts)
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))


def match_url(public_url: str, key: bytes, member: str, need: str, offer: str) -> str:
    """Return the portal's address where this member sees and answers this match."""
    query = urlencode({"member": member, "sig": signature(key, "match", member, need, offer)})
    return f"{public_url.rstrip('/')}/matches/{need}/{offer}?{query}"


def unsubscribe_url(public_url: str, key: bytes, member: str) -> str:
    """Return the portal's address where this member ends all mails about matches."""
    query = urlencode({"member": member, "sig": signature(key, "unsubscribe", member)})
    return f"{public_url.rstrip('/')}/unsubscribe?{query}"


def need_url(public_url: str, key: bytes, member: str, need: str) -> str:
    """Return the portal's address where this member says whether a need is still open."""
    query = urlencode({"member": member, "sig": signature(key, "need", member, need)})
    return f"{public_url.rstrip('/')}/still-needed/{need}?{query}"


def challenge_url(public_url: str, key: bytes, challenge: str) -> str:
    """Return the portal's address whose button meets a challenge: signs in, confirms, accepts."""
    query = urlencode({"sig": signature(key, "challenge", challenge)})
    return f"{public_url.rstrip('/')}/challenges/{challenge}?{query}"


def code_of(key: bytes, challenge: str) -> str:
    """Return the eight digits that meet a challenge in the browser that asked for it."""
    mac = hmac.new(key, f"bedarfswerk-code-1 {challenge}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
