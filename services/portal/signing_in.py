"""Signing in by a mailed link or code, the pages behind mailed challenges, signing out."""

from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request, Response

from services.portal.forms import Form, submitted
from services.portal.neighbours import Away, NothingHere, Refused
from services.portal.visitors import Anybody, Entity, Portal, Visitor, area, local_path
from shared.clock import now

Signature = Annotated[str, Query(max_length=100)]
AFTER: Final = {"confirmation": "confirmed", "invitation": "welcome"}
"""What the start page says after a challenge was met."""


def routes(portal: Portal) -> APIRouter:
    """Return the routes of signing in and out."""
    router = area("signing in")
    _ask(router, portal)
    _codes(router, portal)
    _links(router, portal)

    @router.post("/abmelden", summary="Sign out")
    async def sign_out(visitor: Anybody) -> Response:
        await _end(portal, visitor)
        answer = portal.go("/", done="signed-out")
        portal.forget(answer, "session")
        return answer

    return router


def _ask(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/anmelden", methods=["GET", "HEAD"], summary="Ask for a mail to sign in with")
    async def form(request: Request, _: Anybody, next: str = "/") -> Response:  # noqa: A002 - the name in the address
        return portal.page(request, "signing_in/ask.html", form=Form({"next": [local_path(next)]}))

    @router.post("/anmelden", summary="Send the mail")
    async def ask(request: Request, visitor: Anybody) -> Response:
        form = await submitted(request)
        wanted = {"email": form.text("email"), "language": visitor.language.value}
        try:
            asked = (await visitor.call("members", "POST", "/api/v1/sign-ins", token="", json=wanted)).body
        except Refused as refused:
            return portal.page(request, "signing_in/ask.html", 422, form=form.refused(refused))
        answer = portal.go("/anmelden/code")
        kept = f"{asked['challenge']}.{asked['browser']}.{quote(local_path(form.text('next')), safe='')}"
        portal.keep(answer, "sign-in", kept, seconds=asked["expires_in"])
        return answer


def _codes(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/anmelden/code", methods=["GET", "HEAD"], summary="Where the code of the mail is entered")
    async def form(request: Request, _: Anybody) -> Response:
        if not portal.kept(request, "sign-in"):
            return portal.go("/anmelden")
        return portal.page(request, "signing_in/code.html", form=Form(), wrong=False)

    @router.post("/anmelden/code", summary="Sign in with the code")
    async def enter(request: Request, visitor: Anybody) -> Response:
        form = await submitted(request)
        challenge, browser, after = _asked(portal, request)
        if not challenge:
            return portal.go("/anmelden")
        given = {"browser": browser, "code": form.text("code")}
        try:
            met = await _use(visitor, challenge, given)
        except (Refused, NothingHere):
            return portal.page(request, "signing_in/code.html", 422, form=form, wrong=True)
        return await _signed_in(portal, visitor, met, after)


def _links(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/challenges/{challenge}", methods=["GET", "HEAD"], summary="The page behind a mailed link")
    async def show(request: Request, visitor: Anybody, challenge: Entity, sig: Signature = "") -> Response:
        found = await visitor.call(
            "members", "GET", f"/api/v1/challenges/{challenge}", token="", params={"signature": sig}
        )
        return portal.page(request, "signing_in/challenge.html", asked=found.body)

    @router.post("/challenges/{challenge}", summary="Sign in, confirm, accept")
    async def use(request: Request, visitor: Anybody, challenge: Entity, sig: Signature = "") -> Response:
        try:
            met = await _use(visitor, challenge, {"signature": sig})
        except (Refused, NothingHere):
            return portal.page(request, "signing_in/challenge.html", 404, asked={"status": "closed", "kind": "sign_in"})
        asked_here, _, after = _asked(portal, request)
        code = AFTER.get(met["kind"])
        return await _signed_in(portal, visitor, met, after if asked_here == challenge else "/", code)


async def _use(visitor: Visitor, challenge: str, given: dict[str, str]) -> Any:
    return (await visitor.call("members", "POST", f"/api/v1/challenges/{challenge}/uses", token="", json=given)).body


def _asked(portal: Portal, request: Request) -> tuple[str, str, str]:
    """Return challenge, browser's secret and where to go after, of the sign-in that this browser asked for."""
    parts = portal.kept(request, "sign-in").split(".")
    if len(parts) != 3:  # noqa: PLR2004 - as `ask` writes it
        return "", "", "/"
    challenge, browser, after = parts
    is_id = challenge.replace("-", "").isalnum()
    return (challenge if is_id else ""), browser, local_path(unquote(after))


async def _signed_in(portal: Portal, visitor: Visitor, met: Any, after: str, done: str | None = None) -> Response:
    await _end(portal, visitor)  # whoever was signed in here before
    session = met["session"]
    answer = portal.go("/", done=done) if done else portal.go(after)
    seconds = int((datetime.fromisoformat(session["expires_at"]) - now()).total_seconds())
    portal.keep(answer, "session", session["secret"], seconds=max(seconds, 0))
    portal.forget(answer, "sign-in")
    return answer


async def _end(portal: Portal, visitor: Visitor) -> None:
    if not visitor.secret:
        return
    portal.unlearn(visitor.secret)
    try:
        await visitor.call("members", "POST", "/api/v1/sessions/end", token="", json={"secret": visitor.secret})
    except (Away, NothingHere, Refused):
        return  # the cookie goes in any case; the session ends by its time
