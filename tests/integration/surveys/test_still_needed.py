"""Needs that grow old: their contact is asked and answers by mail or page; the schedule ends what nobody wants."""

from datetime import date, timedelta

import httpx
import pytest

from services.surveys.domain import day_of
from services.surveys.store import Store
from services.surveys.work import end_what_is_past
from shared.clock import now
from shared.events.surveys import NeedSnapshot
from tests.builders import ASKER, a_need, an_id
from tests.integration.surveys.people import RIVAL, as_, by_link

TODAY = date(2026, 11, 22)
HALF_A_YEAR = timedelta(days=180)


async def an_old_need(store: Store, **changes: object) -> str:
    """Store a need whose contact was asked some days ago."""
    asked = {"expires_on": day_of(now()) + timedelta(days=5), "asked_on": day_of(now()) - timedelta(days=9)}
    return (await store.needs.add(a_need(**{**asked, **changes}))).id


async def the_need(store: Store, need: str) -> NeedSnapshot:
    found = await store.needs.get(need)
    assert found is not None
    return found


async def test_the_schedule_asks_once_then_expires_and_publishes_both(store: Store) -> None:
    need = (await store.needs.add(a_need(expires_on=TODAY + timedelta(days=200)))).id
    ask_on = TODAY + timedelta(days=186)

    seen = []
    for day in (ask_on - timedelta(days=1), ask_on, ask_on, TODAY + timedelta(days=200), TODAY + timedelta(days=201)):
        changed = await end_what_is_past(store, day)
        stored = await the_need(store, need)
        seen.append((changed, stored.status, stored.asked_on))

    assert seen == [
        (0, "open", None),
        (1, "open", ask_on),
        (0, "open", ask_on),
        (0, "open", ask_on),
        (1, "expired", None),
    ]
    document = await store.needs.collection.find_one({"_id": need})
    assert document is not None
    assert document["unpublished"]["token"]


async def test_the_schedule_gets_through_many_needs_that_nothing_happens_to(store: Store) -> None:
    for n in range(105):
        await store.needs.add(a_need(id=an_id(n + 1), contact=None, expires_on=TODAY + timedelta(days=3)))
    past = (await store.needs.add(a_need(id=an_id(300), latest_start=TODAY - timedelta(days=1)))).id

    assert await end_what_is_past(store, TODAY) == 1
    assert (await the_need(store, past)).status == "expired"


@pytest.mark.parametrize("who", ["asker", "colleague", "coordinator", "operator", "link"])
async def test_a_need_that_is_still_needed_is_open_for_another_half_year(
    http: httpx.AsyncClient, store: Store, who: str
) -> None:
    need = await an_old_need(store)

    headers = by_link(need) if who == "link" else as_(who)
    answer = await http.post(f"/needs/{need}/still-needed", json={"answer": "needed"}, headers=headers)

    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["asked_on"]) == ("open", None)
    assert told["expires_on"] == (day_of(now()) + HALF_A_YEAR).isoformat()
    assert await end_what_is_past(store, day_of(now())) == 0


@pytest.mark.parametrize("who", ["rival", "provider", "adviser"])
async def test_others_do_not_say_whether_a_need_is_needed(http: httpx.AsyncClient, store: Store, who: str) -> None:
    need = await an_old_need(store)

    answer = await http.post(f"/needs/{need}/still-needed", json={"answer": "withdrawn"}, headers=as_(who))
    by_foreign_link = await http.post(
        f"/needs/{need}/still-needed", json={"answer": "withdrawn"}, headers=by_link(need, RIVAL)
    )

    assert (answer.status_code, by_foreign_link.status_code) == (403, 404)
    assert (await the_need(store, need)).status == "open"


async def test_an_answer_may_be_repeated_and_closes_the_need(http: httpx.AsyncClient, store: Store) -> None:
    need = await an_old_need(store)

    first = await http.post(f"/needs/{need}/still-needed", json={"answer": "covered"}, headers=by_link(need))
    again = await http.post(f"/needs/{need}/still-needed", json={"answer": "covered"}, headers=by_link(need))
    other = await http.post(f"/needs/{need}/still-needed", json={"answer": "needed"}, headers=by_link(need))

    assert (first.status_code, first.json()["status"]) == (200, "covered")
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "need_closed")


async def test_an_expired_need_opens_again_with_a_later_start(http: httpx.AsyncClient, store: Store) -> None:
    yesterday, later = day_of(now()) - timedelta(days=1), day_of(now()) + timedelta(days=60)
    need = await an_old_need(store, status="expired", latest_start=yesterday, asked_on=None)
    path = f"/needs/{need}/still-needed"

    too_early = await http.post(
        path, json={"answer": "needed", "latest_start": yesterday.isoformat()}, headers=by_link(need)
    )
    opened = await http.post(path, json={"answer": "needed", "latest_start": later.isoformat()}, headers=by_link(need))

    assert too_early.status_code == 422
    assert [fault["field"] for fault in too_early.json()["errors"]] == ["latest_start"]
    assert opened.json()["status"] == "open"
    assert opened.json()["latest_start"] == opened.json()["expires_on"] == later.isoformat()


async def test_what_a_link_answered_is_remembered_as_the_contacts(http: httpx.AsyncClient, store: Store) -> None:
    need = await an_old_need(store)

    await http.post(f"/needs/{need}/still-needed", json={"answer": "withdrawn"}, headers=by_link(need))

    (change,) = (await http.get(f"/needs/{need}/history", headers=as_("asker"))).json()["items"]
    assert (change["by"], change["was"]["status"]) == (ASKER, "open")


@pytest.mark.parametrize("said", [{}, {"answer": "vielleicht"}, {"answer": "needed", "latest_start": "morgen"}])
async def test_an_answer_that_is_none_is_refused(refusing: httpx.AsyncClient, said: dict[str, str]) -> None:
    answer = await refusing.post(f"/needs/{an_id(1)}/still-needed", json=said)

    assert answer.status_code == 422
