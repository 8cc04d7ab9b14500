"""The public Bedarfsabfrage: answered without an account, counting once its address is confirmed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.surveys.domain.asking.answering import need_id
from services.surveys.store import Store
from services.surveys.work.confirming import confirm_answers, delete_unconfirmed, forget_answers_of
from shared.clock import now
from shared.copies import Received
from shared.events.members import ChallengeSnapshot
from shared.ids import new_id
from tests.builders import ASKER, COMPANY, NETWORK, NOW, TEACHER
from tests.integration.surveys.conftest import a_token

ANSWERS: dict[str, Any] = {
    "version": 1,
    "values": {"head_count": 11, "who_sees_it": "anonymous"},
    "needs": [
        {"title": "WIG-Schweißen", "persons": 2, "radius": "50", "delivery": ["on_site", "in_house"]},
        {"title": "Excel für das Büro", "persons": 1, "together": True},
    ],
    "place": {"postal_code": "04109"},
}


def a_challenge(id: str, **changes: Any) -> ChallengeSnapshot:  # noqa: A002 - the contract's name
    given = {
        "version": 2,
        "changed_at": NOW,
        "status": "used",
        "kind": "confirmation",
        "member": ASKER,
        "organisation": COMPANY,
        "network": NETWORK,
        "expires_at": NOW,
    }
    return ChallengeSnapshot.model_validate({**given, "id": id, **changes})


async def heard(store: Store, challenge: ChallengeSnapshot) -> None:
    record = challenge.model_dump(mode="json")
    await store.asking.challenges.apply([Received(challenge.id, challenge.version, record)])


async def a_survey(http: httpx.AsyncClient) -> dict[str, Any]:
    made = await http.post("/surveys/ready-made", json={"network": NETWORK})
    assert made.status_code == 201, made.text
    survey: dict[str, Any] = made.json()
    return survey


async def opened(http: httpx.AsyncClient, survey: str) -> str:
    read = await http.get(f"/public/surveys/{survey}", headers={"Authorization": ""})
    assert read.status_code == 200, read.text
    return str(read.json()["form"])


async def answered(http: httpx.AsyncClient, survey: str, challenge: str, **changes: Any) -> httpx.Response:
    body = {**ANSWERS, "form": await opened(http, survey), "challenge": challenge, **changes}
    return await http.post(f"/public/surveys/{survey}/answers", json=body, headers={"Authorization": ""})


async def all_needs(store: Store) -> list[Any]:
    return sorted(await store.needs.find({}), key=lambda need: need.title)


async def test_a_ready_made_survey_asks_for_two_things_beside_company_and_person(http: httpx.AsyncClient) -> None:
    survey = await a_survey(http)

    required = [q["key"] for s in survey["definition"]["sections"] for q in s["questions"] if q["required"]]
    assert required == ["title", "persons"]


async def test_an_answer_opens_its_needs_when_it_is_confirmed(http: httpx.AsyncClient, store: Store) -> None:
    survey, challenge = await a_survey(http), new_id()
    taken = await answered(http, survey["id"], challenge)
    await confirm_answers(store)
    before = await all_needs(store)

    await heard(store, a_challenge(challenge))
    await confirm_answers(store)

    assert taken.status_code == 202, taken.text
    assert before == []
    excel, welding = await all_needs(store)
    assert (welding.title, welding.persons_min, welding.radius_km) == ("WIG-Schweißen", 2, 50)
    assert welding.delivery == {"on_site", "in_house"}
    assert (welding.place.postal_code, welding.visibility) == ("04109", "anonymous")
    assert (excel.persons_max, excel.pooling) == (1, True)
    for need in (excel, welding):
        assert (need.status, need.source, need.confirmed) == ("open", "survey", True)
        assert (need.contact, need.organisation, need.networks) == (ASKER, COMPANY, (NETWORK,))
        assert need.consent.how == "online"
        assert need.expires_on is not None


async def _answer_first(answer: Callable[[], Awaitable[Any]], confirm: Callable[[], Awaitable[Any]], look: Any) -> None:
    await answer()
    await look()
    await confirm()
    await look()


async def _confirmation_first(answer: Callable[[], Awaitable[Any]], confirm: Any, look: Any) -> None:
    await confirm()
    await look()
    await answer()
    await look()


async def _nobody_looks_between(answer: Callable[[], Awaitable[Any]], confirm: Any, look: Any) -> None:
    await confirm()
    await answer()
    await look()


async def _everything_twice(answer: Callable[[], Awaitable[Any]], confirm: Any, look: Any) -> None:
    for _ in range(2):
        await answer()
        await confirm()
        await look()
        await look()


@pytest.mark.parametrize("order", [_answer_first, _confirmation_first, _nobody_looks_between, _everything_twice])
async def test_the_needs_are_made_once_in_every_order_of_arrival(
    http: httpx.AsyncClient, store: Store, order: Any
) -> None:
    survey, challenge = await a_survey(http), new_id()
    form = await opened(http, survey["id"])

    async def answer() -> None:
        taken = await answered(http, survey["id"], challenge, form=form)
        assert taken.status_code == 202, taken.text

    await order(answer, lambda: heard(store, a_challenge(challenge)), lambda: confirm_answers(store))

    assert [need.title for need in await all_needs(store)] == ["Excel für das Büro", "WIG-Schweißen"]
    assert [one.status for one in await store.asking.answers.find({})] == ["confirmed"]


async def test_dying_between_two_needs_makes_neither_twice(
    http: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, challenge = await a_survey(http), new_id()
    await answered(http, survey["id"], challenge)
    await heard(store, a_challenge(challenge))

    async def die(point: str) -> None:
        raise KeyboardInterrupt(point)

    monkeypatch.setattr("services.surveys.work.confirming.pass_point", die)
    with pytest.raises(KeyboardInterrupt):
        await confirm_answers(store)
    monkeypatch.undo()
    halfway = len(await all_needs(store))

    await confirm_answers(store)

    assert halfway == 1
    assert len(await all_needs(store)) == 2


@pytest.mark.parametrize(
    "changes",
    [{"status": "open"}, {"status": "closed"}, {"kind": "sign_in"}, {"network": new_id()}],
    ids=["open", "closed", "sign-in", "network"],
)
async def test_only_a_used_confirmation_of_this_network_counts(
    http: httpx.AsyncClient, store: Store, changes: dict[str, Any]
) -> None:
    survey, challenge = await a_survey(http), new_id()
    await answered(http, survey["id"], challenge)
    await heard(store, a_challenge(challenge, **changes))

    await confirm_answers(store)

    assert await all_needs(store) == []


async def test_what_nobody_confirms_is_deleted_after_eight_days(http: httpx.AsyncClient, store: Store) -> None:
    survey = await a_survey(http)
    for given_at in (now() - timedelta(days=8, minutes=1), now() - timedelta(days=7, hours=23)):
        taken = await answered(http, survey["id"], new_id())
        old = await store.asking.answers.get(taken.json()["id"])
        assert old is not None
        await store.asking.answers.replace(old.model_copy(update={"given_at": given_at}), expected=old.version)

    assert await delete_unconfirmed(store) == 1

    assert await store.asking.answers.collection.count_documents({}) == 1


async def test_an_answer_keeps_the_edition_it_was_given_to(http: httpx.AsyncClient, store: Store) -> None:
    survey, challenge = await a_survey(http), new_id()
    definition = survey["definition"]
    definition["sections"] = [
        {
            "title": {"de": "Neu", "en": "New"},
            "questions": [{"key": "other", "kind": "text", "label": {"de": "Was noch?", "en": "What else?"}}],
        }
    ]
    changed = await http.put(
        f"/surveys/{survey['id']}", json={"definition": definition}, headers={"If-Match": f'"{survey["version"]}"'}
    )
    assert changed.json()["edition"] == 2

    taken = await answered(http, survey["id"], challenge)
    await heard(store, a_challenge(challenge))
    await confirm_answers(store)

    assert taken.status_code == 202
    assert len(await all_needs(store)) == 2
    assert (await answered(http, survey["id"], new_id(), version=3)).status_code == 422


async def test_a_closed_survey_takes_no_answers_and_a_draft_is_nobodys_business(http: httpx.AsyncClient) -> None:
    survey = await a_survey(http)
    form = await opened(http, survey["id"])
    await http.post(f"/surveys/{survey['id']}/closing", headers={"If-Match": f'"{survey["version"]}"'})
    draft = await http.post("/surveys/ready-made", json={"network": NETWORK, "status": "draft"})

    refused = await answered(http, survey["id"], new_id(), form=form)

    assert (refused.status_code, refused.json()["code"]) == (409, "survey_closed")
    assert (await http.get(f"/public/surveys/{survey['id']}")).json()["standing"] == "closed"
    assert (await http.get(f"/public/surveys/{draft.json()['id']}")).status_code == 404


async def test_anybody_finds_the_surveys_that_are_open(http: httpx.AsyncClient) -> None:
    survey = await a_survey(http)
    other = await a_survey(http)
    await http.post(f"/surveys/{other['id']}/closing", headers={"If-Match": f'"{other["version"]}"'})

    found = (await http.get("/public/surveys", headers={"Authorization": ""})).json()["items"]

    assert [one["id"] for one in found] == [survey["id"]]
    assert found[0]["title"]["de"]


async def test_a_half_finished_answer_is_found_again_by_its_secret_alone(http: httpx.AsyncClient) -> None:
    survey = await a_survey(http)
    half = {"survey": survey["id"], "version": 1, "needs": [{"title": "Excel"}]}
    kept = (await http.post("/public/drafts", json=half)).json()
    again = await http.put(
        f"/public/drafts/{kept['id']}", params={"secret": kept["secret"]}, json={**half, "needs": [{"title": "Word"}]}
    )

    read = await http.get(f"/public/drafts/{kept['id']}", params={"secret": kept["secret"]})
    guessed = await http.get(f"/public/drafts/{kept['id']}", params={"secret": "x" * 32})

    assert again.json()["secret"] == kept["secret"]
    assert read.json()["needs"] == [{"title": "Word"}]
    assert guessed.status_code == 404


async def test_a_confirmed_answer_can_be_copied_by_its_secret(http: httpx.AsyncClient, store: Store) -> None:
    survey, challenge = await a_survey(http), new_id()
    kept = (await answered(http, survey["id"], challenge)).json()
    address = f"/public/answers/{kept['id']}"
    before = await http.get(address, params={"secret": kept["secret"]})

    await heard(store, a_challenge(challenge))
    await confirm_answers(store)

    after = await http.get(address, params={"secret": kept["secret"]})
    assert before.status_code == 404
    assert after.json()["needs"][0]["title"] == "WIG-Schweißen"
    assert (await http.get(address, params={"secret": "x"})).status_code == 404


async def test_what_an_erased_person_wrote_freely_is_gone(http: httpx.AsyncClient, store: Store) -> None:
    survey, confirmed, waiting = await a_survey(http), new_id(), new_id()
    kept = (await answered(http, survey["id"], confirmed)).json()
    await answered(http, survey["id"], waiting)
    await heard(store, a_challenge(confirmed))
    await heard(store, a_challenge(waiting, status="open"))
    await confirm_answers(store)

    for _ in range(2):
        await forget_answers_of(store, ASKER)

    (left,) = await store.asking.answers.find({})
    assert (left.id, left.member) == (kept["id"], None)
    assert left.needs[0] == {"persons": 2, "radius": "50", "delivery": ("on_site", "in_house")}


def test_ids_of_needs_are_valid_and_differ() -> None:
    answer = new_id()

    ids = {need_id(answer, number) for number in range(10)}

    assert len(ids) == 10
    assert all(one[14] == "7" and one[19] in "89ab" and one[:13] == answer[:13] for one in ids)


async def test_people_find_their_own_confirmed_answers_and_nobody_elses(http: httpx.AsyncClient, store: Store) -> None:
    survey, challenge = await a_survey(http), new_id()
    kept = (await answered(http, survey["id"], challenge)).json()
    await answered(http, survey["id"], new_id())
    await heard(store, a_challenge(challenge))
    await confirm_answers(store)

    own = await http.get("/answers", headers={"Authorization": f"Bearer {a_token(subject=ASKER)}"})
    others = await http.get("/answers", headers={"Authorization": f"Bearer {a_token(subject=TEACHER)}"})

    (found,) = own.json()
    assert (found["id"], found["secret"]) == (kept["id"], kept["secret"])
    assert sorted(found["needs"]) == sorted(need.id for need in await all_needs(store))
    assert others.json() == []
    assert (await http.get("/answers", headers={"Authorization": ""})).status_code == 401
