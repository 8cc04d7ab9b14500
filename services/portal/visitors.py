"""Who looks at a page, and whether what is sent comes from our own pages: the frame of every area of the portal.

To add an area, say visits: write `services/portal/visits.py` with

    def routes(portal: Portal) -> APIRouter:
        router = area("visits")

        @router.get("/besuche", summary="The visits, newest first")
        async def listed(request: Request, visitor: Coordinator) -> Response:
            visits = await visitor.get("surveys", "/api/v1/visits", limit=50)
            return portal.page(request, "visits/list.html", visits=visits["items"])

        @router.post("/besuche/neu", summary="Enter a visit")
        async def enter(request: Request, visitor: Coordinator) -> Response:
            form = await submitted(request)
            try:
                made = await visitor.post("surveys", "/api/v1/visits", form.body(FIELDS), once=form.text("once"))
            except Refused as refused:  # the page again, with everything typed and what needs another look
                return portal.page(request, "visits/edit.html", 422, form=form.refused(refused))
            return portal.go(f"/besuche/{made.body['id']}", done="saved")

        return router

its templates into `templates/visits/` (they extend base.html and use the macros of forms.html), its German sentences
into `locales/visits.de.po`, its entry into `templates/navigation.html`, and the module into `AREAS` in main.py.

Parameter types: `SignedIn` sends everybody else to the sign-in and back; `Coordinator`, `Company`, `Provider`,
`Adviser`, `Operator` (operators pass everywhere) look like "not found" to the wrong role; `Anybody` is for public
pages, its visitor may be nobody (`visitor.member is None`). With each of them a POST must come from our own pages
(Origin or Sec-Fetch-Site) and, of somebody signed in, carry the hidden token: the macro `f.form` writes it, a form
written by hand begins with `{{ csrf }}`. `visitor` is known to every template.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from time import monotonic
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.neighbours import Neighbours, NothingHere, NotSignedIn
from services.portal.pages import PAGE, PageRoute, Pages, language_wanted
from services.portal.settings import PortalSettings
from services.portal.who import Standing, Visitor
from shared.callers import READING, RoleName
from shared.events.base import Id

__all__ = [
    "Adviser",
    "Anybody",
    "Company",
    "Coordinator",
    "Entity",
    "ForeignForm",
    "Operator",
    "Portal",
    "Provider",
    "SignedIn",
    "Visitor",
    "area",
    "local_path",
    "only",
]

KNOWN_FOR: Final = 30.0
"""Seconds for which a session is believed without asking members again; signing out here ends it at once."""
MOST_KNOWN: Final = 10_000
LONGEST_SECRET: Final = 200


class ForeignForm(HTTPException):
    """What was sent does not come from one of our own pages, or from one of an earlier session."""

    def __init__(self) -> None:
        super().__init__(403)


class Portal:
    """What every area works with: the other services, the pages, cookies, and who the visitors are."""

    def __init__(self, settings: PortalSettings, neighbours: Neighbours, pages: Pages) -> None:
        self.settings = settings
        self.neighbours = neighbours
        self._pages = pages
        self._key = bytes.fromhex(settings.form_key.get_secret_value())
        self._known: dict[bytes, tuple[float, Standing]] = {}
        parts = urlsplit(settings.public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self.secure = parts.scheme == "https"

    # --- answers ---

    def page(self, request: Request, template: str, status: int = 200, /, **shown: Any) -> HTMLResponse:
        """Return a page; the template knows `visitor`, `csrf`, `root`, `path`, `done` and what is given here."""
        return self._pages.page(request, template, status, **shown)

    def go(self, path: str, **query: str) -> RedirectResponse:
        """Lead on to one of our own addresses after something was done; `done="saved"` says so on that page."""
        tail = f"?{urlencode(query)}" if query else ""
        return RedirectResponse(f"{self.settings.public_path}{path}{tail}", status_code=303)

    # --- cookies ---

    def cookie_name(self, name: str) -> str:
        """Return the name that binds a cookie to this host, where the portal is behind TLS."""
        return f"__Host-{name}" if self.secure else name

    def keep(self, response: Response, name: str, value: str, *, seconds: int) -> None:
        """Give the browser a cookie that no script and no other site can use."""
        response.set_cookie(
            self.cookie_name(name), value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def forget(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        self.keep(response, name, "", seconds=0)

    def kept(self, request: Request, name: str) -> str:
        """Return a cookie's value, empty if there is none."""
        return request.cookies.get(self.cookie_name(name), "")

    # --- visitors ---

    async def visitor(self, request: Request) -> Visitor:
        """Return who asks; raises ForeignForm for what another site made their browser send."""
        visitor = await self._visitor(request)
        request.state.visitor = visitor
        request.state.csrf = self.form_token(visitor.secret) if visitor.member else ""
        if request.method not in READING:
            await self._check_form(request, visitor)
        return visitor

    async def _visitor(self, request: Request) -> Visitor:
        address, secret = self.address_of(request), self.kept(request, "session")
        standing = await self._standing(secret, address) if 0 < len(secret) <= LONGEST_SECRET else None
        if standing is None:
            return Visitor(language_wanted(request), address, self.neighbours)
        request.state.language = standing.language
        return Visitor(
            language_wanted(request),
            address,
            self.neighbours,
            standing.token,
            secret,
            standing.member,
            standing.name,
            standing.operator,
            standing.roles,
            standing.session,
        )

    async def _standing(self, secret: str, address: str) -> Standing | None:
        key, now = hashlib.sha256(secret.encode()).digest(), monotonic()
        until, standing = self._known.get(key, (0.0, None))
        if standing is not None and now < until:
            return standing
        try:
            told = await self.neighbours.call(
                "members",
                "POST",
                "/api/v1/sessions/token",
                json={"secret": secret},
                headers={"Client-Address": address},
            )
        except (NotSignedIn, NothingHere):
            self._known.pop(key, None)
            return None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        found = Standing.of(told.body)
        self._known[key] = (now + min(KNOWN_FOR, float(told.body["expires_in"]) / 2), found)
        return found

    def unlearn(self, secret: str) -> None:
        """Ask members about this session anew: it ended, or what its member may do has changed."""
        self._known.pop(hashlib.sha256(secret.encode()).digest(), None)

    def address_of(self, request: Request) -> str:
        """Return the address of whoever asks; a forwarded one counts only from a proxy that the settings name."""
        peer = request.client.host if request.client else ""
        forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        while forwarded and self._is_proxy(peer):
            peer = forwarded.pop()
        return _plain_address(peer)

    def _is_proxy(self, peer: str) -> bool:
        try:
            return any(ip_address(peer) in network for network in self.settings.trusted_proxies)
        except ValueError:
            return False

    # --- forms ---

    def form_token(self, secret: str) -> str:
        """Return what a form must carry to act for this session."""
        mac = hmac.new(self._key, f"bedarfswerk-form-1 {secret}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(mac).decode().rstrip("=")

    async def _check_form(self, request: Request, visitor: Visitor) -> None:
        if not self._is_from_here(request):
            raise ForeignForm
        if visitor.member is None:
            return
        given = (await request.form()).get("csrf")
        if not isinstance(given, str) or not hmac.compare_digest(
            given.encode("utf-8", "replace"), self.form_token(visitor.secret).encode()
        ):
            raise ForeignForm

    def _is_from_here(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        return site == "same-origin" if site else request.headers.get("origin") == self._origin


def _plain_address(peer: str) -> str:
    try:
        return str(ip_address(peer))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - nobody listens there; all whose address is unknown share one limit


def area(name: str) -> APIRouter:
    """Return the router of an area; its unforeseen errors become pages, too."""
    return APIRouter(tags=[name], route_class=PageRoute, default_response_class=HTMLResponse, responses=PAGE)


Entity = Annotated[Id, Path(description="The id, a UUID in lower case")]
"""An id in an address; anything else there is a page that does not exist."""


async def _anybody(request: Request) -> Visitor:
    portal: Portal = request.app.state.portal
    return await portal.visitor(request)


Anybody = Annotated[Visitor, Depends(_anybody)]


async def _signed_in(visitor: Anybody) -> Visitor:
    if visitor.member is None:
        raise NotSignedIn
    return visitor


SignedIn = Annotated[Visitor, Depends(_signed_in)]


def only(*roles: RoleName) -> Callable[[Visitor], Awaitable[Visitor]]:
    """Return a dependency that lets people with one of these roles (and operators) pass."""

    async def permitted(visitor: SignedIn) -> Visitor:
        if not visitor.has(*roles):
            raise NothingHere
        return visitor

    return permitted


Company = Annotated[Visitor, Depends(only("company"))]
Provider = Annotated[Visitor, Depends(only("provider"))]
Adviser = Annotated[Visitor, Depends(only("adviser"))]
Coordinator = Annotated[Visitor, Depends(only("coordinator"))]
Operator = Annotated[Visitor, Depends(only())]


def local_path(wanted: str) -> str:
    """Return where to go after signing in: a path of ours, never another site; the start page for anything else."""
    odd = not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or len(wanted) > 500  # noqa: PLR2004
    return "/" if odd or not wanted.isprintable() else wanted
