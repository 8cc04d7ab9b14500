"""What is remembered of changes, who reads it, and how a person disappears from everything."""

import httpx
from bson import encode

from services.surveys.store import Store
from services.surveys.work.forgetting import forget_erased
from shared.copies import Received
from shared.events.base import Erased, Snapshot
from shared.events.members import MemberStanding
from shared.mongo import Database
from tests.builders import ASKER, NOW, TEACHER, a_member, an_id
from tests.integration.surveys.people import COLLEAGUE, COORDINATOR, RIGHTS, as_

NEED = {"title": "Hydraulik", "persons_min": 2, "visibility": "open"}


async def received(store: Store, snapshot: Snapshot | Erased) -> None:
    await store.members.apply([Received(snapshot.id, snapshot.version, snapshot.model_dump(mode="json"))])


def erased(member: str) -> Erased:
    return Erased(id=member, version=9, changed_at=NOW)


async def test_every_change_is_remembered_with_who_made_it_and_what_was_before(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json=NEED, headers=as_("asker"))
    path = f"/needs/{told.json()['id']}"
    changed = await http.put(path, json={**NEED, "title": "Pneumatik"}, headers=as_("colleague", told.headers["ETag"]))
    await http.put(path, json={**NEED, "title": "Pneumatik"}, headers=as_("asker", changed.headers["ETag"]))
    await http.post(f"{path}/withdrawal", headers=as_("coordinator", changed.headers["ETag"]))

    history = (await http.get(f"{path}/history", headers=as_("asker"))).json()

    assert [(change["by"], change["was"]) for change in history["items"]] == [
        (COORDINATOR, {"status": "open"}),
        (COLLEAGUE, {"title": "Hydraulik"}),
    ]
    assert [change["version"] - told.json()["version"] for change in history["items"]] == [2, 1]
    assert history["merged_into"] is None


async def test_a_history_is_its_own_sides_and_the_coordinators(http: httpx.AsyncClient) -> None:
    need = (await http.post("/needs", json=NEED, headers=as_("asker"))).json()["id"]
    offer = (await http.post("/offers", json={"title": "Hydraulik"}, headers=as_("provider"))).json()["id"]

    of_need = {who: (await http.get(f"/needs/{need}/history", headers=as_(who))).status_code for who in RIGHTS}
    of_offer = {who: (await http.get(f"/offers/{offer}/history", headers=as_(who))).status_code for who in RIGHTS}

    assert {who for who, status in of_need.items() if status == 200} == {
        "asker",
        "colleague",
        "coordinator",
        "operator",
    }
    assert {who for who, status in of_offer.items() if status == 200} == {"provider", "coordinator", "operator"}
    assert of_need["rival"] == 403
    assert of_offer["elsewhere"] == 404


async def test_a_coordinator_does_not_learn_the_company_of_an_anonymous_need_from_its_history(
    http: httpx.AsyncClient,
) -> None:
    told = await http.post("/needs", json={**NEED, "visibility": "anonymous"}, headers=as_("asker"))
    path = f"/needs/{told.json()['id']}"
    await http.put(
        path,
        json={**NEED, "visibility": "anonymous", "contact": None, "persons_min": 3},
        headers=as_("asker", told.headers["ETag"]),
    )

    (change,) = (await http.get(f"{path}/history", headers=as_("coordinator"))).json()["items"]

    assert (change["by"], change["was"]) == (None, {"persons_min": 2})


async def test_a_history_is_erased_with_its_need(http: httpx.AsyncClient, store: Store) -> None:
    told = await http.post("/needs", json=NEED, headers=as_("asker"))
    path = f"/needs/{told.json()['id']}"
    changed = await http.put(path, json={**NEED, "title": "Neu"}, headers=as_("asker", told.headers["ETag"]))
    await http.delete(path, headers=as_("asker", changed.headers["ETag"]))

    document = await store.needs.collection.find_one({"_id": told.json()["id"]})

    assert document is not None
    assert "history" not in document
    assert (await http.get(f"{path}/history", headers=as_("asker"))).status_code == 404


async def test_an_erased_person_is_named_by_no_document(
    http: httpx.AsyncClient, store: Store, database: Database
) -> None:
    consent = {"how": "spoken", "given_on": "2026-11-20", "given_by": ASKER}
    told = await http.post("/needs", json={**NEED, "consent": consent, "contact": ASKER}, headers=as_("coordinator"))
    own = await http.post("/needs", json=NEED, headers=as_("asker"))
    for need in (told, own):
        path, anew = f"/needs/{need.json()['id']}", {**NEED, "title": "Neu", "contact": COLLEAGUE, "consent": None}
        await http.put(path, json=anew, headers=as_("asker", need.headers["ETag"]))
    others = await http.post("/needs", json=NEED, headers=as_("colleague"))
    await received(store, a_member(id=ASKER))

    await received(store, erased(ASKER))
    assert await forget_erased(store) == 1

    for collection in ("needs", "offers"):
        async for document in database[collection].find({}):
            assert ASKER.encode() not in encode(document), collection
    (opened,) = [need for need in await store.needs.find({}) if need.id == own.json()["id"]]
    assert (opened.contact, opened.entered_by) == (COLLEAGUE, None)
    assert await store.needs.count({"entered_by": COLLEAGUE, "id": others.json()["id"]}) == 1
    document = await store.needs.collection.find_one({"_id": own.json()["id"]})
    assert document is not None
    assert document["unpublished"]["token"]
    assert await forget_erased(store) == 0


async def test_what_comes_after_the_erasure_is_forgotten_too(http: httpx.AsyncClient, store: Store) -> None:
    await received(store, erased(TEACHER))
    await forget_erased(store)
    offer = await http.post("/offers", json={"title": "Hydraulik"}, headers=as_("provider"))

    assert await forget_erased(store) == 1

    kept = await store.offers.get(offer.json()["id"])
    assert kept is not None
    assert (kept.contact, kept.entered_by) == (None, None)


async def test_of_people_only_their_standing_is_kept(store: Store) -> None:
    await received(store, a_member(id=an_id(77), name="Petra Beispiel", email="petra@metallbau.example"))

    document = await store.members.collection.find_one({"_id": an_id(77)})

    assert document is not None
    assert b"petra" not in encode(document).lower()
    assert await store.members.get(an_id(77)) == MemberStanding(**a_member(id=an_id(77)).model_dump())
