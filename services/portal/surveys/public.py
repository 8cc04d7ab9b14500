"""The public Bedarfsabfrage: answered on a phone in three minutes, without account and without JavaScript."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal.forms import Form, submitted
from services.portal.neighbours import Away, NothingHere, Refused
from services.portal.surveys.asked import answers, compacted, count_of_needs, filled, shown, without_need
from services.portal.visitors import Anybody, Entity, Portal, SignedIn, Visitor, area
from shared.events.base import Language
from shared.ids import new_id

TEXT_VERSION: Final = "umfrage-2026-11"
"""Of what people agree to on the page (templates/surveys/contact.html); a new wording takes a new version."""
CONTACT: Final = ("company.name", "company.postal_code", "name", "email")
TRAP: Final = "website"
"""A field that people do not see; what fills it in is a program."""
_KEY: Final = re.compile(r"([0-9a-f-]{36})\.([\w-]{10,100})")
_OF_KIND: Final = re.compile(r"^((?:values|needs\.\d+)\.[a-z0-9_]+)\.(?:text|yes_no|number|choices|place)(?=\.|$)")
"""Between an answer's place and a part of it surveys names the kind of answer that it took it for."""

ONLY_IF: Final = {
    Language.DE: "Nur, wenn Sie bei „{question}“ geantwortet haben: {answer}.",
    Language.EN: "Only if you answered “{question}” with: {answer}.",
}
_MISSING: Final = {
    Language.DE: {
        "company.name": "Bitte nennen Sie Ihren Betrieb.",
        "company.postal_code": "Bitte geben Sie die Postleitzahl Ihres Betriebs an.",
        "name": "Bitte nennen Sie Ihren Namen.",
        "email": "Bitte geben Sie Ihre E-Mail-Adresse an.",
        "privacy": "Ohne Ihr Einverständnis dürfen wir Ihre Angaben nicht verarbeiten.",
    },
    Language.EN: {
        "company.name": "Please name your company.",
        "company.postal_code": "Please give the postcode of your company.",
        "name": "Please give your name.",
        "email": "Please give your e-mail address.",
        "privacy": "Without your consent we may not process what you tell us.",
    },
}

Secret = Annotated[str, Query(max_length=140)]


def routes(portal: Portal) -> APIRouter:
    """Return the routes of the public pages."""
    router = area("public surveys")
    _asking(router, portal)
    _thanks(router, portal)
    return router


def _asking(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/umfragen/{survey}", methods=["GET", "HEAD"], summary="A survey, to be answered by anybody")
    async def ask(
        request: Request, survey: Entity, visitor: Anybody, entwurf: Secret = "", vorlage: Secret = ""
    ) -> Response:
        asked = await _survey(visitor, survey)
        form = Form({"entwurf": [entwurf]} if entwurf else {})
        if entwurf or vorlage:
            form.fill(filled(await _earlier(visitor, "drafts" if entwurf else "answers", entwurf or vorlage)))
        return await _page(portal, request, visitor, asked, form)

    @router.post("/umfragen/{survey}", summary="Send the answer, keep it for later, or add a need")
    async def answer(request: Request, survey: Entity, visitor: Anybody) -> Response:
        form, asked = await submitted(request), await _survey(visitor, survey)
        wanted = form.text("do")
        if wanted == "more":
            form.fill({"count": str(count_of_needs(form) + 1)})
            return await _page(portal, request, visitor, asked, form)
        if wanted.startswith("less-") and wanted.removeprefix("less-").isdigit():
            return await _page(portal, request, visitor, asked, without_need(form, int(wanted.removeprefix("less-"))))
        if wanted == "keep":
            return await _keep(portal, request, visitor, asked, compacted(form))
        return await _send(portal, request, visitor, asked, compacted(form))


async def _send(portal: Portal, request: Request, visitor: Visitor, asked: dict[str, Any], form: Form) -> Response:
    thanks = f"/umfragen/{asked['id']}/danke"
    if form.text(TRAP):
        return portal.go(thanks)
    said = _said(asked, visitor, form)
    try:
        await _told(visitor, f"/api/v1/public/surveys/{asked['id']}/checks", said)
    except Refused as refused:
        _take_up(form, refused)
    _check_contact(form, visitor.language)
    if form.is_faulty:
        return await _page(portal, request, visitor, asked, form, 422)
    try:
        registered = await visitor.call(
            "members",
            "POST",
            "/api/v1/registrations",
            token="",
            json=_registration(asked, visitor, form),
            headers={"Idempotency-Key": form.once},
        )
        challenge = registered.body["challenge"]
        kept = await _told(visitor, f"/api/v1/public/surveys/{asked['id']}/answers", {**said, "challenge": challenge})
    except Refused as refused:
        _take_up(form, refused).fill({"once": new_id()})
        return await _page(portal, request, visitor, asked, form, 422)
    await _forget_draft(visitor, form)
    return portal.go(thanks, antwort=f"{kept['id']}.{kept['secret']}")


async def _told(visitor: Visitor, path: str, said: dict[str, Any]) -> Any:
    return (await visitor.call("surveys", "POST", path, token="", json=said)).body


def _said(asked: dict[str, Any], visitor: Visitor, form: Form) -> dict[str, Any]:
    place = {"postal_code": form.text("company.postal_code") or None, "town": form.text("company.town") or None}
    return {
        **answers(asked["definition"], form),
        "version": asked["version"],
        "form": form.text("form"),
        "language": visitor.language.value,
        "place": place,
    }


def _registration(asked: dict[str, Any], visitor: Visitor, form: Form) -> dict[str, Any]:
    company: dict[str, Any] = {"name": form.text("company.name"), "postal_code": form.text("company.postal_code")}
    if form.text("company.town"):
        company["town"] = form.text("company.town")
    heads = _head_count(asked["definition"], answers(asked["definition"], form)["values"])
    if heads is not None:
        company["head_count"] = heads
    return {
        "email": form.text("email"),
        "name": form.text("name"),
        "language": visitor.language.value,
        "network": asked["network"],
        "company": company,
        "text_version": TEXT_VERSION,
        "wants_mails": form.json("wants_mails", "yes"),
    }


def _head_count(definition: dict[str, Any], values: dict[str, Any]) -> int | None:
    for section in definition["sections"]:
        for question in section["questions"]:
            said = values.get(question["key"])
            if question["fills"] == "company.head_count" and isinstance(said, int | float):
                return int(said)
    return None


def _check_contact(form: Form, language: Language) -> None:
    """Say what is missing about company and person, so that all faults are shown at once."""
    sentences = _MISSING[language]
    for name in CONTACT:
        if not form.text(name):
            form.fault(name, sentences[name])
    if not form.json("privacy", "yes"):
        form.fault("privacy", sentences["privacy"])


def _take_up(form: Form, refused: Refused) -> Form:
    """Put what a service found wrong beside the fields of this page: the company's place is asked with its name."""
    form.refused(refused)
    for name in [one for one in form.errors if one.startswith("place.")]:
        form.fault(name.replace("place.", "company.", 1), form.errors.pop(name))
    form.errors = {_OF_KIND.sub(r"\1", name): said for name, said in form.errors.items()}
    if "form" in form.errors:
        form.fill({"form": ""})
    return form


async def _keep(portal: Portal, request: Request, visitor: Visitor, asked: dict[str, Any], form: Form) -> Response:
    body = {**answers(asked["definition"], form), "survey": asked["id"], "version": asked["version"]}
    found = _KEY.fullmatch(form.text("entwurf"))
    try:
        if found:
            address = f"/api/v1/public/drafts/{found[1]}"
            kept = await visitor.call("surveys", "PUT", address, token="", json=body, params={"secret": found[2]})
        else:
            kept = await visitor.call("surveys", "POST", "/api/v1/public/drafts", token="", json=body)
    except Refused as refused:
        return await _page(portal, request, visitor, asked, _take_up(form, refused), 422)
    key = f"{kept.body['id']}.{kept.body['secret']}"
    link = f"{portal.settings.public_url}/umfragen/{asked['id']}?entwurf={key}"
    return portal.page(request, "surveys/kept.html", survey=asked["id"], link=link, until=kept.body["until"])


async def _forget_draft(visitor: Visitor, form: Form) -> None:
    found = _KEY.fullmatch(form.text("entwurf"))
    if found:
        try:
            address = f"/api/v1/public/drafts/{found[1]}"
            await visitor.call("surveys", "DELETE", address, token="", params={"secret": found[2]})
        except (Away, NothingHere, Refused):
            return  # it goes by itself after thirty days


async def _survey(visitor: Visitor, survey: str) -> dict[str, Any]:
    asked: dict[str, Any] = (await visitor.call("surveys", "GET", f"/api/v1/public/surveys/{survey}", token="")).body
    return asked


async def _earlier(visitor: Visitor, kind: str, key: str) -> dict[str, Any]:
    found = _KEY.fullmatch(key)
    if not found:
        raise NothingHere
    address = f"/api/v1/public/{kind}/{found[1]}"
    earlier: dict[str, Any] = (
        await visitor.call("surveys", "GET", address, token="", params={"secret": found[2]})
    ).body
    return earlier


async def network_name(visitor: Visitor, network: str) -> str:
    """Return the network's name; empty when members cannot be asked now, since the survey needs no name."""
    try:
        found = await visitor.call("members", "GET", f"/api/v1/networks/{network}", token="")
    except (Away, NothingHere, Refused):
        return ""
    return str(found.body.get("name", ""))


async def _page(  # noqa: PLR0913, PLR0917 - what the page shows, and for whom
    portal: Portal, request: Request, visitor: Visitor, asked: dict[str, Any], form: Form, status: int = 200
) -> HTMLResponse:
    if not form.text("form"):
        form.fill({"form": asked["form"]})
    return portal.page(
        request,
        "surveys/public.html",
        status,
        asked=asked,
        survey=shown(asked["definition"], visitor.language, ONLY_IF[visitor.language]),
        network=await network_name(visitor, asked["network"]),
        form=form,
        count=count_of_needs(form),
        preview=False,
    )


def _thanks(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/umfragen/{survey}/danke", methods=["GET", "HEAD"], summary="Please confirm the mail")
    async def thanks(request: Request, survey: Entity, _: Anybody, antwort: Secret = "") -> Response:
        copy = f"{portal.settings.public_url}/umfragen/{survey}?vorlage={antwort}" if _KEY.fullmatch(antwort) else ""
        return portal.page(request, "surveys/thanks.html", survey=survey, copy=copy)

    @router.get("/meine-antworten", summary="One's own answers, to be copied")
    async def own(request: Request, visitor: SignedIn) -> Response:
        return portal.page(request, "surveys/own.html", answers=await visitor.get("surveys", "/api/v1/answers"))
