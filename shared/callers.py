"""Who calls: short-lived tokens that members signs with Ed25519 and every service checks without a look-up."""

import os
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.clock import now
from shared.rules import Forbidden, NotSignedIn

ISSUER: Final = "bedarfswerk-members"
ALGORITHM: Final = "EdDSA"
LONGEST_MINUTES: Final = 10
LEEWAY: Final = timedelta(seconds=5)
"""How much the clocks of two machines may differ."""
MOST_KEYS: Final = 2
"""The present key and the one before or after it, so that keys can be changed without a gap."""
LONGEST_TOKEN: Final = 16_384
"""Characters; what is longer is refused unread. A hundred roles need 13,000."""

OPERATOR: Final = "operator"
"""The right that includes all others."""

RoleName = Literal["company", "provider", "adviser", "coordinator"]
ROLES: Final[tuple[RoleName, ...]] = get_args(RoleName)
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class CallerRole:
    """What the caller is in one network; written into tokens as `role:organisation:network`."""

    role: RoleName
    organisation: str
    network: str

    def right(self) -> str:
        """Return the right that a token carries."""
        return f"{self.role}:{self.organisation}:{self.network}"


@dataclass(frozen=True)
class Caller:
    """Who calls, as a token says it: `subject` is a member's id, or a word for a program."""

    subject: str
    rights: frozenset[str]
    scopes: frozenset[str] | None = None
    """`<service>:read` and `<service>:write`, to which a program's token is bound; None for people, who are not."""

    def may(self, right: str) -> bool:
        """Return whether the caller has this right or every right."""
        return right in self.rights or OPERATOR in self.rights

    @property
    def is_operator(self) -> bool:
        """Whether the caller may do everything."""
        return OPERATOR in self.rights

    @cached_property
    def roles(self) -> tuple[CallerRole, ...]:
        """What the caller is, in which network, for which organisation."""
        return tuple(filter(None, map(_role_in, sorted(self.rights))))

    def organisations(self, *roles: RoleName) -> frozenset[str]:
        """Return the organisations for which the caller has one of these roles, any if none is named."""
        return frozenset(one.organisation for one in self.roles if not roles or one.role in roles)

    def networks(self, *roles: RoleName) -> frozenset[str]:
        """Return the networks in which the caller has one of these roles, any if none is named."""
        return frozenset(one.network for one in self.roles if not roles or one.role in roles)

    def acts_for(self, organisation: str | None, *roles: RoleName) -> bool:
        """Return whether the caller has one of these roles for the organisation; never for None."""
        return organisation in self.organisations(*roles)

    def is_in(self, networks: Iterable[str], *roles: RoleName) -> bool:
        """Return whether the caller has one of these roles in one of the networks."""
        return not self.networks(*roles).isdisjoint(networks)


def _role_in(right: str) -> CallerRole | None:
    role, _, rest = right.partition(":")
    organisation, _, network = rest.partition(":")
    known = next((one for one in ROLES if one == role), None)
    return CallerRole(known, organisation, network) if known and network else None


class CallerKeys:
    """The public keys that one service trusts, and the name by which tokens must address it."""

    def __init__(self, public_keys: Iterable[Ed25519PublicKey], audience: str) -> None:
        self.audience = audience
        self._keys = {thumbprint(key): key for key in public_keys}
        if not 1 <= len(self._keys) <= MOST_KEYS:
            raise ValueError(f"1 or {MOST_KEYS} public keys are needed, {len(self._keys)} are given")

    @classmethod
    def from_setting(cls, texts: Iterable[str], audience: str) -> "CallerKeys":
        """Read one or two raw public keys in base64 (see `public_text`); ValueError for anything else."""
        return cls([Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True)) for text in texts], audience)

    def caller(self, token: str) -> Caller:
        """Return whom a valid token names; NotSignedIn for every other text."""
        try:
            return _caller_in(self._claims(token))
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError):
            # RecursionError: a stranger's header may nest arrays a thousand deep.
            raise NotSignedIn from None

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long")
        return jwt.decode(
            token,
            self._keys[jwt.get_unverified_header(token)["kid"]],
            algorithms=[ALGORITHM],
            audience=self.audience,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "iat", "exp"]},
        )


def _caller_in(claims: dict[str, Any]) -> Caller:
    lifetime = float(claims["exp"]) - float(claims["iat"])
    if not 0 < lifetime <= LONGEST_MINUTES * 60:
        raise ValueError("lifetime")
    rights = claims["rights"]
    if not isinstance(rights, list) or not all(isinstance(right, str) for right in rights):
        raise TypeError("rights")
    scopes = claims.get("scopes")
    if scopes is not None and not (isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)):
        raise TypeError("scopes")
    return Caller(claims["sub"], frozenset(rights), None if scopes is None else frozenset(scopes))


def sign_caller_token(  # noqa: PLR0913 - each is a claim of its own
    private_key: Ed25519PrivateKey,
    *,
    subject: str,
    rights: Iterable[str],
    audience: tuple[str, ...],
    minutes: float = LONGEST_MINUTES,
    issued_at: datetime | None = None,
    scopes: Iterable[str] | None = None,
) -> str:
    """Return a token for the services named in `audience`; ValueError for more minutes than services accept.

    `scopes` bind it further: `surveys:read` for what changes nothing at surveys, `surveys:write` for what does.
    """
    if not 0 < minutes <= LONGEST_MINUTES:
        raise ValueError(f"a token lives at most {LONGEST_MINUTES} minutes")
    issued = issued_at or now()
    claims = {
        "iss": ISSUER,
        "sub": subject,
        "aud": list(audience),
        "iat": int(issued.timestamp()),
        "exp": int(issued.timestamp()) + int(minutes * 60),
        "rights": sorted(rights),
        **({} if scopes is None else {"scopes": sorted(scopes)}),
    }
    return jwt.encode(claims, private_key, algorithm=ALGORITHM, headers={"kid": thumbprint(private_key.public_key())})


def thumbprint(key: Ed25519PublicKey) -> str:
    """Return the name of a key after RFC 7638: SHA-256 of its canonical JWK."""
    point = _unpadded(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return _unpadded(sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{point}"}}'.encode()).digest())


def public_text(key: Ed25519PublicKey) -> str:
    """Return a key as the setting CALLER_PUBLIC_KEYS takes it: its 32 bytes in base64."""
    return b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def write_new_private_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and keep it as PEM, readable by the owner alone; FileExistsError rather than replacing one."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return key


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Read a PEM file; ValueError when it holds another kind of key."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} holds no Ed25519 key")  # noqa: TRY004 - the file's content is wrong, not a type
    return key


BEARER: Final = HTTPBearer(
    auto_error=False,
    scheme_name="caller",
    bearerFormat="JWT",
    description="A caller token of members: at most ten minutes, with the rights inside.",
)


async def current_caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Caller:
    """Return who sent this request; the app keeps its `CallerKeys` as `app.state.caller_keys`."""
    if credentials is None:
        raise NotSignedIn
    keys: CallerKeys = request.app.state.caller_keys
    caller = keys.caller(credentials.credentials)
    kind = "read" if request.method in READING else "write"
    if caller.scopes is not None and f"{keys.audience}:{kind}" not in caller.scopes:
        raise Forbidden("scope_missing", scope=f"{keys.audience}:{kind}")
    return caller


async def maybe_caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Caller | None:
    """Return who sent this request, None for nobody; a token that is there must be valid."""
    return None if credentials is None else await current_caller(request, credentials)


Anybody = Annotated[Caller | None, Depends(maybe_caller)]
"""A route's parameter of this type answers people who are not signed in, too."""

SignedIn = Annotated[Caller, Depends(current_caller)]
"""A route's parameter of this type needs a valid token, whatever its rights."""


def requires(right: str) -> Callable[[Caller], Awaitable[Caller]]:
    """Return a dependency, for `Depends`, that lets callers with this right (or every right) pass and returns them."""

    async def permitted(caller: SignedIn) -> Caller:
        if not caller.may(right):
            raise Forbidden
        return caller

    return permitted


Operator = Annotated[Caller, Depends(requires(OPERATOR))]
"""A route's parameter of this type needs an operator's token."""
