"""Results over HTTP: confirmed answers alone, small cells hidden, no free text in a download."""

from io import BytesIO
from typing import Any

import httpx
from openpyxl import load_workbook

from services.surveys.domain.asking import Answer
from services.surveys.store import Store
from shared.ids import new_id
from tests.builders import NETWORK, NOW


async def _answered(store: Store, survey: str, **changes: Any) -> None:
    given = {
        "id": new_id(),
        "version": 1,
        "changed_at": NOW,
        "given_at": NOW,
        "status": "confirmed",
        "survey": survey,
        "edition": 1,
        "network": NETWORK,
        "language": "de",
        "challenge": new_id(),
        "organisation": new_id(),
        "values": {"funding": True},
        "needs": ({"title": "=cmd()", "persons": 2},),
    }
    await store.asking.answers.add(Answer.model_validate({**given, **changes}))


async def _survey(http: httpx.AsyncClient, store: Store) -> str:
    """Return a survey that three companies answered with yes, one with no, and one without confirming."""
    survey = (await http.post("/surveys/ready-made", json={"network": NETWORK})).json()["id"]
    for _ in range(3):
        await _answered(store, survey)
    await _answered(store, survey, values={"funding": False})
    await _answered(store, survey, status="waiting")
    return str(survey)


async def test_confirmed_answers_are_counted_and_small_cells_hidden(http: httpx.AsyncClient, store: Store) -> None:
    survey = await _survey(http, store)

    found = (await http.get(f"/surveys/{survey}/results")).json()

    outcomes = {one["question"]["key"]: one for one in found["outcomes"]}
    assert (found["companies"], found["needs"]) == (4, 4)
    # one "no" would follow from the total, so the "yes" is hidden, too
    assert [cell["companies"] for cell in outcomes["funding"]["cells"]] == [None, None]
    assert {cell["value"]: cell["companies"] for cell in outcomes["persons"]["cells"]}["1–2"] == 4
    assert outcomes["title"]["texts"] == ["=cmd()"] * 4


async def test_downloads_hold_what_the_page_shows_and_no_free_text(http: httpx.AsyncClient, store: Store) -> None:
    survey = await _survey(http, store)
    german = {"Accept-Language": "de"}

    table = await http.get(f"/surveys/{survey}/results.csv", headers=german)
    workbook = await http.get(f"/surveys/{survey}/results.xlsx", headers=german)

    rows = [[str(cell or "") for cell in row] for row in load_workbook(BytesIO(workbook.content)).worksheets[0].values]
    assert "Für wie viele Personen?;1–2;4" in table.text
    assert "Interessieren Sie sich für Förderung?;ja;weniger als 3" in table.text
    assert ["Für wie viele Personen?", "1–2", "4"] in rows
    assert "cmd" not in table.text
    assert not any("cmd" in cell for row in rows for cell in row)
    assert "attachment" in table.headers["content-disposition"]
