"""HTTP of notifications: mails without addresses, and ending them for oneself alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.notifications.api import routes
from services.notifications.store import Store
from shared.callers import CallerKeys, sign_caller_token
from shared.mongo import Database
from shared.web import make_app
from tests.builders import ASKER, an_id
from tests.integration.notifications.conftest import Household, a_pair, a_result

KEY = Ed25519PrivateKey.generate()
OPERATOR = {"subject": "operator", "rights": ["operator"]}
PETRA = {"subject": ASKER, "rights": ["unsubscribe"]}


@pytest.fixture
async def http(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app(title="notifications")
    app.state.caller_keys = CallerKeys([KEY.public_key()], "notifications")
    app.include_router(routes(Store(database)), prefix="/api/v1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://n.example/api/v1") as client:
        yield client


def by(who: dict[str, Any], audience: str = "notifications") -> dict[str, str]:
    return {"Authorization": f"Bearer {sign_caller_token(KEY, audience=(audience,), **who)}"}


async def test_an_operator_sees_mails_page_by_page_and_no_address(house: Household, http: httpx.AsyncClient) -> None:
    for number in (1, 2, 3):
        need, offer = a_pair(number)
        await house.hear(need, offer, a_result(need, offer))
        await house.build()
    await house.send()

    first = await http.get("/mails", params={"limit": 2, "state": "sent"}, headers=by(OPERATOR))
    rest = await http.get("/mails", params={"after": first.json()["next"]}, headers=by(OPERATOR))

    assert [len(page.json()["items"]) for page in (first, rest)] == [2, 1]
    assert rest.json()["next"] is None
    assert first.json()["items"][0]["recipient"] == ASKER
    assert "@" not in first.text + rest.text
    one = await http.get(f"/mails/{rest.json()['items'][0]['id']}", headers=by(OPERATOR))
    assert one.json()["state"] == "sent"
    assert len(one.json()["items"]) == 1


async def test_who_may_do_what(http: httpx.AsyncClient) -> None:
    assert (await http.get("/mails")).status_code == 401
    assert (await http.get("/mails", headers=by(PETRA))).status_code == 403
    assert (await http.get("/mails", headers=by(OPERATOR, "surveys"))).status_code == 401
    assert (await http.get(f"/mails/{an_id(5)}", headers=by(OPERATOR))).status_code == 404
    assert (await http.get("/mails/$where", headers=by(OPERATOR))).status_code == 422
    assert (await http.get("/mails", params={"state": "lost"}, headers=by(OPERATOR))).status_code == 422
    assert (
        await http.post("/unsubscriptions", headers=by({"subject": ASKER, "rights": ["match:x"]}))
    ).status_code == 403
    assert (await http.post("/unsubscriptions", headers=by(OPERATOR))).status_code == 404


async def test_unsubscribing_may_be_repeated_and_taken_back(house: Household, http: httpx.AsyncClient) -> None:
    for _ in range(2):
        answer = await http.post("/unsubscriptions", headers=by(PETRA))
        assert (answer.status_code, answer.json()) == (200, {"member": ASKER, "unsubscribed": True})
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build_and_send()
    assert await house.mailbox.count() == 0

    answer = await http.delete("/unsubscriptions", headers=by(PETRA))
    assert answer.json() == {"member": ASKER, "unsubscribed": False}
    await house.build_and_send()

    assert await house.mailbox.count() == 1


async def test_mails_are_counted_by_state_and_read_newest_first(house: Household, http: httpx.AsyncClient) -> None:
    for number in (1, 2):
        need, offer = a_pair(number)
        await house.hear(need, offer, a_result(need, offer))
        await house.build()
    first, second = [mail.id for mail in await house.store.mails.find({}, after=None, limit=5)]
    await house.store.mails.collection.update_one({"_id": first}, {"$set": {"state": "unknown"}})

    counted = (await http.get("/mails/counts", headers=by(OPERATOR))).json()
    listed = await http.get("/mails", params={"newest_first": True, "limit": 1}, headers=by(OPERATOR))
    rest = await http.get("/mails", params={"newest_first": True, "after": listed.json()["next"]}, headers=by(OPERATOR))

    assert {one["state"]: one["mails"] for one in counted if one["mails"]} == {"pending": 1, "unknown": 1}
    assert [page.json()["items"][0]["id"] for page in (listed, rest)] == [second, first]


async def test_an_operator_takes_note_of_a_parked_mail_once(house: Household, http: httpx.AsyncClient) -> None:
    otto, olga = ({"subject": an_id(number), "rights": ["operator"]} for number in (71, 72))
    need, offer = a_pair(1)
    await house.hear(need, offer, a_result(need, offer))
    await house.build()
    (mail,) = await house.store.mails.find({}, after=None, limit=5)
    too_early = await http.post(f"/mails/{mail.id}/acknowledgement", headers=by(otto))
    await house.store.mails.collection.update_one({"_id": mail.id}, {"$set": {"state": "unknown"}})

    noted = [await http.post(f"/mails/{mail.id}/acknowledgement", headers=by(who)) for who in (otto, olga)]
    counted = (await http.get("/mails/counts", headers=by(OPERATOR))).json()

    assert (too_early.status_code, too_early.json()["code"]) == (409, "mail_not_in_trouble")
    assert [one.json()["seen_by"] for one in noted] == [otto["subject"]] * 2
    assert next(one for one in counted if one["state"] == "unknown") == {"state": "unknown", "mails": 1, "unseen": 0}
    assert (await http.post(f"/mails/{an_id(5)}/acknowledgement", headers=by(otto))).status_code == 404
    assert (await http.post(f"/mails/{mail.id}/acknowledgement", headers=by(PETRA))).status_code == 403
