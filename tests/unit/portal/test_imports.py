"""The pages of files: brought, mapped with a preview, started, followed without JavaScript, mended, taken away."""

import json
from typing import Any

import httpx
import pytest

from tests.builders import an_id
from tests.unit.portal.pretending import NETWORK, Browser, Pretended, a_browser

JOB = an_id(850)
PATH = f"/api/v1/imports/{JOB}"
FAULT = {"column": "Anzahl", "code": "cell_no_number", "detail": "„zwei“ ist keine Zahl."}


def a_job(**changes: Any) -> dict[str, Any]:
    known = {"name": "title", "label": "Titel", "english": "Title", "required": True, "note": ""}
    defaults: dict[str, Any] = {
        "id": JOB,
        "version": 1,
        "status": "new",
        "kind": "needs",
        "format": "csv",
        "size": 10,
        "headings": ["Thema", "<b>Anzahl</b>"],
        "mapping": ["title", None],
        "fields": [known, {**known, "name": "persons_min", "label": "Personen"}],
        "defaults": {},
        "mode": "valid",
        "preview": [{"row": 2, "cells": ["Excel", "zwei"], "title": "Excel", "problems": [FAULT]}],
        "records_total": None,
        "records_done": 0,
        "counts": dict.fromkeys(("created", "updated", "unchanged", "ended", "withdrawn", "refused"), 0),
        "problem": None,
        "brought_at": "2026-11-22T09:00:00Z",
    }
    return {**defaults, **changes}


def form_of(browser: Browser) -> dict[str, list[str]]:
    return next(fields for action, fields in browser.forms() if not action)


@pytest.fixture
def services() -> Pretended:
    services = Pretended("coordinator")
    services.says("GET /api/v1/organisations", {"items": []})
    services.says("GET /api/v1/imports", {"items": [a_job()], "next": None})
    services.says("POST /api/v1/imports", a_job(), 201)
    services.says(f"GET {PATH}", a_job())
    services.says(f"PUT {PATH}", a_job())
    services.says(f"POST {PATH}/start", a_job(status="waiting"))
    return services


async def test_a_file_is_brought_as_it_is_for_the_network_that_was_chosen(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/importe/neu")
        token = form_of(browser)["csrf"][0]
        answer = await browser.client.post(
            "/importe/neu",
            data={"csrf": token, "kind": "needs", "network": NETWORK},
            files={"file": ("../../bedarfe.csv", b"Thema\nExcel\n")},
            headers={"Origin": "https://verbund.example"},
        )

    (sent,) = [one for one in services.asked if one.method == "POST"]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/importe/{JOB}")
    assert sent.content == b"Thema\nExcel\n"
    assert dict(sent.url.params) == {"kind": "needs", "network": NETWORK}


async def test_columns_are_chosen_beside_the_first_rows_and_what_is_wrong_with_them(services: Pretended) -> None:
    async with a_browser(services) as browser:
        page = await browser.open(f"/importe/{JOB}")
        fields = form_of(browser)

    assert (fields["mapping.0"], fields["mapping.1"]) == (["title"], [""])
    assert "„zwei“ ist keine Zahl." in page.text
    assert "&lt;b&gt;Anzahl&lt;/b&gt;" in page.text
    assert "Spalten Ihrer Datei" in page.text


async def test_starting_sends_the_plan_first(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open(f"/importe/{JOB}")
        answer = await browser.send(follow=False, mapping__1="persons_min", mode="all", act="start")

    assert answer.status_code == 303
    assert services.sent(f"PUT {PATH}") == {
        "mapping": ["title", "persons_min"],
        "mode": "all",
        "defaults": {"visibility": "coordinator"},
    }
    assert services.was_asked(f"POST {PATH}/start")


async def test_progress_is_shown_anew_without_javascript_and_ends_with_what_is_to_be_mended(
    services: Pretended,
) -> None:
    counts = {**a_job()["counts"], "created": 41, "refused": 1}
    services.says(f"GET {PATH}", a_job(status="running", records_done=42, records_total=100, counts=counts))
    row = {"row": 7, "outcome": "refused", "number": None, "title": "Excel", "problems": [FAULT]}
    services.says(f"GET {PATH}/rows", {"items": [row], "next": None})
    async with a_browser(services) as browser:
        running = await browser.open(f"/importe/{JOB}")
        services.says(f"GET {PATH}", a_job(status="done", counts=counts))
        done = await browser.open(f"/importe/{JOB}")

    assert '<meta http-equiv="refresh" content="3">' in running.text
    assert "42 / 100" in running.text
    assert "refresh" not in done.text
    assert f"/importe/{JOB}/zu-berichtigen.csv" in done.text
    assert "Anzahl: „zwei“ ist keine Zahl." in done.text


async def test_a_file_that_cannot_be_read_is_told_on_the_form(services: Pretended) -> None:
    services.refuses("POST /api/v1/imports", "file", "Diese Arbeitsmappe enthält Makros.")
    async with a_browser(services) as browser:
        await browser.open("/importe/neu")
        answer = await browser.client.post(
            "/importe/neu",
            data={"csrf": form_of(browser)["csrf"][0], "kind": "needs"},
            files={"file": ("a.xlsm", b"x")},
            headers={"Origin": "https://verbund.example"},
        )

    assert answer.status_code == 422
    assert "Diese Arbeitsmappe enthält Makros." in answer.text


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        ("/importe/vorlage/needs.xlsx", "/api/v1/imports/templates/needs.xlsx"),
        (f"/importe/{JOB}/zu-berichtigen.csv", f"{PATH}/refused.csv"),
        ("/exporte/offers.openqcat", "/api/v1/exports/offers.openqcat"),
        ("/exporte/needs.ics", "/api/v1/exports/needs.csv"),
    ],
)
async def test_files_are_taken_away(services: Pretended, at: str, asked: str) -> None:
    services.says(f"GET {asked}", {"a": "file"})
    async with a_browser(services) as browser:
        answer = await browser.client.get(at)

    assert answer.status_code == httpx.codes.OK
    assert json.loads(answer.content) == {"a": "file"}
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_advisers_bring_no_files() -> None:
    async with a_browser(Pretended("adviser")) as browser:
        assert (await browser.client.get("/importe")).status_code == 404
