"""Who may see, list and change which needs and offers, over HTTP and on a real database."""

from itertools import product
from typing import Any

import httpx
import pytest

from services.surveys.domain.seeing import need_for, offer_for
from services.surveys.domain.viewers import PUBLIC, Standing, Viewer
from services.surveys.store import Store
from services.surveys.store.seen import needs_in_sight, offers_in_sight
from tests.builders import ASKER, COMPANY, NETWORK, PROVIDER, TEACHER, a_need, an_id, an_offer
from tests.integration.surveys.people import (
    ADVISER,
    AGENCY,
    COLLEAGUE,
    COORDINATOR,
    ELSEWHERE,
    OFFICE,
    OTHER_COMPANY,
    RIGHTS,
    RIVAL,
    STRANGER,
    as_,
    by_link,
)

NEED: dict[str, Any] = {
    "title": "Hydraulik für Instandhalter",
    "description": "Wir haben neue Pressen.",
    "persons_min": 4,
    "place": {"postal_code": "04109", "town": "Leipzig"},
}


async def seers(http: httpx.AsyncClient, path: str) -> set[str]:
    """Return who can read a thing; who can must also find it in the list, and nobody else."""
    kind, entity = path.strip("/").split("/")
    able = set()
    for who in RIGHTS:
        read = await http.get(path, headers=as_(who))
        listed = (await http.get(f"/{kind}", headers=as_(who))).json()["items"]
        assert (read.status_code == 200) == (entity in {one["id"] for one in listed}), who
        assert read.status_code in {200, 404}
        if read.status_code == 200:
            assert read.json() in listed
            able.add(who)
    return able


@pytest.mark.parametrize(
    ("visibility", "others"),
    [
        ("open", {"rival", "provider", "adviser", "coordinator", "elsewhere"}),
        ("network", {"rival", "provider", "adviser", "coordinator"}),
        ("coordinator", {"coordinator"}),
        ("anonymous", {"rival", "provider", "adviser", "coordinator"}),
    ],
)
async def test_a_need_is_seen_by_whom_its_visibility_says(
    http: httpx.AsyncClient, visibility: str, others: set[str]
) -> None:
    told = await http.post("/needs", json={**NEED, "visibility": visibility}, headers=as_("asker"))

    assert told.status_code == 201
    assert await seers(http, f"/needs/{told.json()['id']}") == {"asker", "colleague", "operator"} | others


async def test_a_draft_is_seen_by_its_own_side_alone(http: httpx.AsyncClient) -> None:
    draft = await http.post("/needs", json={**NEED, "status": "draft", "visibility": "open"}, headers=as_("asker"))

    assert await seers(http, f"/needs/{draft.json()['id']}") == {"asker", "colleague", "operator"}


async def test_a_draft_that_a_coordinator_entered_is_seen_by_that_coordinator(http: httpx.AsyncClient) -> None:
    draft = await http.post("/needs", json={**NEED, "status": "draft"}, headers=as_("coordinator"))

    assert await seers(http, f"/needs/{draft.json()['id']}") == {"coordinator", "operator"}


async def test_a_closed_need_is_seen_by_its_own_side_and_its_coordinators(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json={**NEED, "visibility": "open"}, headers=as_("asker"))
    path = f"/needs/{told.json()['id']}"
    await http.post(f"{path}/withdrawal", headers={**as_("colleague"), "If-Match": told.headers["ETag"]})

    assert await seers(http, path) == {"asker", "colleague", "coordinator", "operator"}


async def test_what_a_company_leaves_out_follows_from_its_role(http: httpx.AsyncClient) -> None:
    need = (await http.post("/needs", json=NEED, headers=as_("asker"))).json()

    assert (need["organisation"], need["contact"], need["entered_by"]) == (COMPANY, ASKER, ASKER)
    assert need["networks"] == [NETWORK]


async def test_others_see_no_contact_and_an_anonymous_need_in_outline_only(http: httpx.AsyncClient) -> None:
    plain = (await http.post("/needs", json=NEED, headers=as_("asker"))).json()
    hidden = (await http.post("/needs", json={**NEED, "visibility": "anonymous"}, headers=as_("asker"))).json()

    plainly = (await http.get(f"/needs/{plain['id']}", headers=as_("provider"))).json()
    outline = (await http.get(f"/needs/{hidden['id']}", headers=as_("provider"))).json()

    assert (plainly["organisation"], plainly["contact"], plainly["persons_min"]) == (COMPANY, None, 4)
    assert outline["reduced"]
    assert (outline["area"], outline["persons_band"]) == ("041", "3-5")
    assert outline["title"] == NEED["title"]
    assert [outline[name] for name in ("organisation", "contact", "entered_by", "persons_min")] == [None] * 4
    assert outline["place"] == {"postal_code": None, "town": None, "lat": None, "lon": None}
    assert not {COMPANY, ASKER} & set(str(outline).replace("'", " ").split())


async def test_a_filter_does_not_tell_what_is_hidden(http: httpx.AsyncClient) -> None:
    await http.post("/needs", json={**NEED, "visibility": "anonymous"}, headers=as_("asker"))

    asked = {
        who: (await http.get("/needs", params={"organisation": COMPANY}, headers=as_(who))).json()["items"]
        for who in ("provider", "coordinator", "asker")
    }

    assert {who: len(found) for who, found in asked.items()} == {"provider": 0, "coordinator": 0, "asker": 1}


async def test_the_author_is_warned_of_an_anonymous_text_that_names_the_firm(http: httpx.AsyncClient) -> None:
    said = {
        **NEED,
        "visibility": "anonymous",
        "description": "Die Muster Metallbau sucht einen Kurs.",
        "company_name": "Muster Metallbau GmbH",
    }

    told = (await http.post("/needs", json=said, headers=as_("asker"))).json()
    openly = (await http.post("/needs", json={**said, "visibility": "network"}, headers=as_("asker"))).json()

    assert [(hint["field"], hint["code"]) for hint in told["hints"]] == [("description", "names_company")]
    assert openly["hints"] == []
    assert "company_name" not in told


@pytest.mark.parametrize(
    ("who", "changes", "status", "code"),
    [
        ("asker", {"organisation": OTHER_COMPANY}, 403, "not_your_organisation"),
        ("asker", {"networks": [ELSEWHERE]}, 403, "not_your_network"),
        ("asker", {"organisation": None}, 422, "say_which_organisation"),
        ("coordinator", {"networks": [ELSEWHERE]}, 403, "not_your_network"),
        ("coordinator", {"networks": []}, 422, "say_which_network"),
        ("provider", {}, 403, "forbidden"),
        ("nobody", {}, 401, "not_signed_in"),
    ],
)
async def test_nobody_tells_a_need_for_others(
    http: httpx.AsyncClient, who: str, changes: dict[str, Any], status: int, code: str
) -> None:
    refused = await http.post("/needs", json={**NEED, **changes}, headers=as_(who))

    assert refused.status_code == status
    assert code in refused.text
    assert (await http.get("/needs")).json()["items"] == []


async def test_coordinators_and_advisers_tell_needs_for_companies(http: httpx.AsyncClient) -> None:
    for who in ("coordinator", "adviser"):
        told = await http.post("/needs", json={**NEED, "organisation": COMPANY, "contact": ASKER}, headers=as_(who))

        assert told.status_code == 201
        need = told.json()
        assert (need["organisation"], need["contact"], need["entered_by"]) == (COMPANY, ASKER, RIGHTS[who][0])
        assert need["networks"] == [NETWORK]


async def test_only_its_own_side_and_coordinators_change_a_need(http: httpx.AsyncClient) -> None:
    answers = {}
    for who in RIGHTS:
        told = await http.post("/needs", json={**NEED, "visibility": "open"}, headers=as_("asker"))
        path, tag = f"/needs/{told.json()['id']}", {"If-Match": told.headers["ETag"]}
        changed = await http.put(path, json={**NEED, "title": "Neu"}, headers={**as_(who), **tag})
        now = {"If-Match": changed.headers.get("ETag", told.headers["ETag"])}
        withdrawn = await http.post(f"{path}/withdrawal", headers={**as_(who), **now})
        last = {"If-Match": withdrawn.headers.get("ETag", told.headers["ETag"])}
        erased = await http.delete(path, headers={**as_(who), **last})
        answers[who] = {changed.status_code, withdrawn.status_code, erased.status_code}

    assert {who for who, statuses in answers.items() if statuses == {200, 204}} == {
        *("asker", "colleague", "coordinator", "operator"),
    }
    assert {who for who, statuses in answers.items() if statuses == {403}} == {
        *("rival", "provider", "adviser", "elsewhere"),
    }


async def test_what_may_not_be_seen_and_what_is_missing_look_alike(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json={**NEED, "visibility": "coordinator"}, headers=as_("asker"))

    for path in (f"/needs/{told.json()['id']}", f"/needs/{an_id(9)}"):
        tag = {"If-Match": told.headers["ETag"]}
        answers = [
            await http.get(path, headers=as_("provider")),
            await http.put(path, json=NEED, headers={**as_("provider"), **tag}),
            await http.post(f"{path}/withdrawal", headers={**as_("provider"), **tag}),
            await http.delete(path, headers={**as_("provider"), **tag}),
        ]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "missing")}


async def test_a_coordinators_change_keeps_what_the_coordinator_does_not_see(http: httpx.AsyncClient) -> None:
    told = await http.post("/needs", json={**NEED, "visibility": "anonymous"}, headers=as_("asker"))
    path = f"/needs/{told.json()['id']}"
    seen = (await http.get(path, headers=as_("coordinator"))).json()

    anew = {**NEED, "title": "Hydraulik", "visibility": "anonymous", "organisation": None, "contact": None}
    changed = await http.put(path, json=anew, headers={**as_("coordinator"), "If-Match": told.headers["ETag"]})

    assert (seen["organisation"], seen["contact"], seen["place"]["town"]) == (None, None, "Leipzig")
    assert changed.status_code == 200
    kept = (await http.get(path, headers=as_("asker"))).json()
    assert (kept["title"], kept["organisation"], kept["contact"]) == ("Hydraulik", COMPANY, ASKER)


async def test_a_mailed_link_opens_the_contacts_need_and_nothing_else(http: httpx.AsyncClient) -> None:
    one, other = [(await http.post("/needs", json=NEED, headers=as_("asker"))).json()["id"] for _ in range(2)]

    assert (await http.get(f"/needs/{one}", headers=by_link(one))).json()["title"] == NEED["title"]
    assert (await http.get(f"/needs/{other}", headers=by_link(one))).status_code == 404
    assert (await http.get(f"/needs/{one}", headers=by_link(one, RIVAL))).status_code == 404
    assert (await http.get("/needs", headers=by_link(one))).status_code == 403


async def test_offers_without_networks_are_everybodys_and_others_their_networks(http: httpx.AsyncClient) -> None:
    anyones = await http.post("/offers", json={"title": "Hydraulik", "networks": []}, headers=as_("provider"))
    ours = await http.post("/offers", json={"title": "Pneumatik"}, headers=as_("provider"))

    public = (await http.get("/offers", headers=as_("nobody"))).json()["items"]
    read = await http.get(f"/offers/{anyones.json()['id']}", headers=as_("nobody"))

    assert anyones.json()["contact"] == TEACHER
    assert [offer["title"] for offer in public] == ["Hydraulik"]
    assert (read.json()["contact"], read.json()["entered_by"], read.json()["reduced"]) == (None, None, True)
    assert ours.json()["networks"] == [NETWORK]
    assert await seers(http, f"/offers/{anyones.json()['id']}") == set(RIGHTS)
    assert await seers(http, f"/offers/{ours.json()['id']}") == set(RIGHTS) - {"elsewhere"}


async def test_an_offer_that_is_withdrawn_is_its_own_sides(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json={"title": "Hydraulik"}, headers=as_("provider"))
    path = f"/offers/{made.json()['id']}"
    await http.post(f"{path}/withdrawal", headers={**as_("provider"), "If-Match": made.headers["ETag"]})

    assert await seers(http, path) == {"provider", "coordinator", "operator"}


async def test_only_providers_and_coordinators_publish_and_change_offers(http: httpx.AsyncClient) -> None:
    made = await http.post("/offers", json={"title": "Hydraulik"}, headers=as_("provider"))
    path, tag = f"/offers/{made.json()['id']}", {"If-Match": made.headers["ETag"]}

    created = {who: (await http.post("/offers", json={"title": "x"}, headers=as_(who))).status_code for who in RIGHTS}
    changed = {
        who: (await http.put(path, json={"title": "Hydraulik"}, headers={**as_(who), **tag})).status_code
        for who in RIGHTS
    }

    allowed = {"provider", "coordinator", "operator"}
    assert {who for who, status in created.items() if status == 201} == {*allowed, "elsewhere"}
    assert {who for who, status in changed.items() if status == 200} == allowed
    assert changed["elsewhere"] == 404
    assert {changed[who] for who in ("asker", "rival", "adviser")} == {403}


VIEWERS = [
    PUBLIC,
    *(
        Viewer(member, frozenset({role}) == {"operator"}, frozenset({Standing(role, organisation, network)}))
        for member, role, organisation, network in [
            (COLLEAGUE, "company", COMPANY, ELSEWHERE),
            (RIVAL, "company", OTHER_COMPANY, NETWORK),
            (TEACHER, "provider", PROVIDER, ELSEWHERE),
            (STRANGER, "provider", OTHER_COMPANY, NETWORK),
            (ADVISER, "adviser", AGENCY, NETWORK),
            (COORDINATOR, "coordinator", OFFICE, NETWORK),
            (STRANGER, "coordinator", OFFICE, ELSEWHERE),
        ]
    ),
    Viewer(ASKER),
    Viewer(ASKER, linked=frozenset({an_id(1), an_id(2)})),
    Viewer(operator=True),
]


async def test_a_list_selects_every_need_that_the_rule_shows(store: Store) -> None:
    cases = product(
        ("draft", "open", "covered", "withdrawn", "expired"),
        ("open", "network", "coordinator", "anonymous"),
        ((), (NETWORK,)),
        (COMPANY, None),
    )
    all_of_them = [
        await store.needs.add(
            a_need(id=an_id(n), status=status, visibility=visibility, networks=networks, organisation=organisation)
        )
        for n, (status, visibility, networks, organisation) in enumerate(cases, 1)
    ]

    for viewer in VIEWERS:
        selected = {need.id for need in await store.needs.find(needs_in_sight(viewer), limit=500)}
        assert {need.id for need in all_of_them if need_for(viewer, need)} <= selected, viewer


async def test_a_list_selects_every_offer_that_the_rule_shows(store: Store) -> None:
    cases = product(
        ("preparing", "published", "permanent", "ended", "blocked", "withdrawn"), ((), (NETWORK,)), (PROVIDER, None)
    )
    all_of_them = [
        await store.offers.add(an_offer(id=an_id(n), status=status, networks=networks, provider=provider))
        for n, (status, networks, provider) in enumerate(cases, 1)
    ]

    for viewer in VIEWERS:
        selected = {offer.id for offer in await store.offers.find(offers_in_sight(viewer), limit=500)}
        assert {offer.id for offer in all_of_them if offer_for(viewer, offer)} <= selected, viewer


async def test_pages_are_full_although_some_needs_between_are_hidden(http: httpx.AsyncClient) -> None:
    for n in range(12):
        hidden = "coordinator" if n % 3 else "network"
        await http.post("/needs", json={**NEED, "title": f"Bedarf {n}", "visibility": hidden}, headers=as_("asker"))

    first = (await http.get("/needs", params={"limit": 3}, headers=as_("provider"))).json()
    rest = (await http.get("/needs", params={"limit": 3, "after": first["next"]}, headers=as_("provider"))).json()

    assert [need["title"] for need in first["items"]] == ["Bedarf 0", "Bedarf 3", "Bedarf 6"]
    assert [need["title"] for need in rest["items"]] == ["Bedarf 9"]
    assert rest["next"] is None
