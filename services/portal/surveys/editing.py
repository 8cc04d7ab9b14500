"""The survey builder as plain forms: one page for the whole, one for each section and each question."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from services.portal.forms import Form, submitted
from services.portal.neighbours import NothingHere, Refused
from services.portal.surveys.asked import said_in
from services.portal.surveys.coordinating import survey_of
from services.portal.surveys.definitions import (
    FIELDS,
    Definition,
    fields_of,
    moved,
    with_head,
    with_question,
    with_section,
    without,
)
from services.portal.visitors import Coordinator, Entity, Portal, Visitor, area

Place = Annotated[str, Path(pattern=r"^(\d{1,2}|neu)$", description="Its number, from 0; `neu` for a new one")]
NEW: Final = "neu"
Change = Callable[[Definition], Definition]


def routes(portal: Portal) -> APIRouter:
    """Return the builder's routes."""
    router = area("survey builder")
    _whole(router, portal)
    _head(router, portal)
    _sections(router, portal)
    _questions(router, portal)
    return router


def _number(place: str, things: list[Any]) -> int | None:
    """Return the place of something that is there; None for a new one."""
    if place == NEW:
        return None
    if int(place) >= len(things):
        raise NothingHere
    return int(place)


async def _change(visitor: Visitor, survey: str, change: Change, **days: str | None) -> None:
    """Store the survey with its definition changed; raises Refused with what is wrong."""
    read = await survey_of(visitor, survey)
    one = read.body
    body = {"definition": change(one["definition"]), "opens_on": one["opens_on"], "closes_on": one["closes_on"], **days}
    await visitor.put("surveys", f"/api/v1/surveys/{survey}", body, etag=read.etag)


def _shown_again(form: Form, refused: Refused, path: str) -> Form:
    """Take up what surveys found wrong, named as on this page: without the path that leads to what is edited."""
    form.refused(refused)
    form.errors = {name.removeprefix("definition.").removeprefix(path): said for name, said in form.errors.items()}
    return form


def _whole(router: APIRouter, portal: Portal) -> None:
    async def overview(request: Request, survey: str, visitor: Visitor, form: Form, status: int = 200) -> Response:
        one = (await survey_of(visitor, survey)).body
        definition = one["definition"]
        sections = [
            (
                said_in(section["title"], visitor.language),
                section["each_need"],
                [(said_in(asked["label"], visitor.language), asked["kind"]) for asked in section["questions"]],
            )
            for section in definition["sections"]
        ]
        title = said_in(definition["title"], visitor.language)
        return portal.page(request, "surveys/edit.html", status, one=one, title=title, sections=sections, form=form)

    @router.api_route("/umfragen/{survey}/fragen", methods=["GET", "HEAD"], summary="All questions, to be changed")
    async def show(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        return await overview(request, survey, visitor, Form())

    @router.post("/umfragen/{survey}/fragen", summary="Move or delete a section or a question")
    async def arrange(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        form = await submitted(request)
        try:
            await _change(visitor, survey, _arranged(form))
        except Refused as refused:
            return await overview(request, survey, visitor, form.refused(refused), 422)
        return portal.go(f"/umfragen/{survey}/fragen", done="saved")


def _arranged(form: Form) -> Change:
    def change(definition: Definition) -> Definition:
        section = _number(form.text("section") or "0", definition["sections"]) or 0
        asked = form.text("question")
        place = _number(asked, definition["sections"][section]["questions"]) if asked.isdigit() else None
        if form.text("do") == "delete":
            return without(definition, section, place)
        return moved(definition, section, place, -1 if form.text("do") == "up" else 1)

    return change


def _head(router: APIRouter, portal: Portal) -> None:
    @router.api_route("/umfragen/{survey}/angaben", methods=["GET", "HEAD"], summary="Title, introduction and days")
    async def show(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        one = (await survey_of(visitor, survey)).body
        form = Form.of({**one["definition"], "opens_on": one["opens_on"], "closes_on": one["closes_on"]})
        return portal.page(request, "surveys/edit_head.html", survey=survey, form=form)

    @router.post("/umfragen/{survey}/angaben", summary="Change title, introduction and days")
    async def change(request: Request, survey: Entity, visitor: Coordinator) -> Response:
        form = await submitted(request)
        days = {name: form.json(name, "day") for name in ("opens_on", "closes_on")}
        try:
            await _change(visitor, survey, lambda old: with_head(old, form), **days)
        except Refused as refused:
            shown = _shown_again(form, refused, "")
            return portal.page(request, "surveys/edit_head.html", 422, survey=survey, form=shown)
        return portal.go(f"/umfragen/{survey}/fragen", done="saved")


def _sections(router: APIRouter, portal: Portal) -> None:
    address = "/umfragen/{survey}/abschnitte/{section}"

    @router.api_route(address, methods=["GET", "HEAD"], summary="A section, to be changed")
    async def show(request: Request, survey: Entity, section: Place, visitor: Coordinator) -> Response:
        sections = (await survey_of(visitor, survey)).body["definition"]["sections"]
        place = _number(section, sections)
        form = Form() if place is None else Form.of({**sections[place], "questions": None})
        return portal.page(request, "surveys/edit_section.html", survey=survey, form=form)

    @router.post(address, summary="Change a section")
    async def change(request: Request, survey: Entity, section: Place, visitor: Coordinator) -> Response:
        form = await submitted(request)

        def changed(old: Definition) -> Definition:
            return with_section(old, _number(section, old["sections"]), form)

        try:
            await _change(visitor, survey, changed)
        except Refused as refused:
            shown = _shown_again(form, refused, f"sections.{section}.")
            return portal.page(request, "surveys/edit_section.html", 422, survey=survey, form=shown)
        return portal.go(f"/umfragen/{survey}/fragen", done="saved")


def _questions(router: APIRouter, portal: Portal) -> None:
    address = "/umfragen/{survey}/abschnitte/{section}/fragen/{question}"

    async def page(request: Request, survey: str, visitor: Visitor, form: Form, status: int = 200) -> Response:
        definition = (await survey_of(visitor, survey)).body["definition"]
        others = [
            (one["key"], said_in(one["label"], visitor.language))
            for section in definition["sections"]
            for one in section["questions"]
        ]
        return portal.page(
            request,
            "surveys/edit_question.html",
            status,
            survey=survey,
            form=form,
            others=others,
            fields=[(name, name) for name in FIELDS],
        )

    @router.api_route(address, methods=["GET", "HEAD"], summary="A question, to be changed")
    async def show(request: Request, survey: Entity, section: Place, question: Place, visitor: Coordinator) -> Response:
        sections = (await survey_of(visitor, survey)).body["definition"]["sections"]
        here = _number(section, sections) or 0
        place = _number(question, sections[here]["questions"])
        form = Form() if place is None else Form.of(fields_of(sections[here]["questions"][place]))
        return await page(request, survey, visitor, form)

    @router.post(address, summary="Change a question")
    async def change(
        request: Request, survey: Entity, section: Place, question: Place, visitor: Coordinator
    ) -> Response:
        form = await submitted(request)
        path = ""

        def changed(old: Definition) -> Definition:
            nonlocal path
            here = _number(section, old["sections"]) or 0
            questions = old["sections"][here]["questions"]
            place = _number(question, questions)
            path = f"sections.{here}.questions.{len(questions) if place is None else place}."
            return with_question(old, here, place, form)

        try:
            await _change(visitor, survey, changed)
        except Refused as refused:
            return await page(request, survey, visitor, _shown_again(form, refused, path), 422)
        return portal.go(f"/umfragen/{survey}/fragen", done="saved")
