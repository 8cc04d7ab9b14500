"""Who sees and changes what of networks, organisations and people."""

from typing import Any

import pytest

from services.members.store import Store
from shared.callers import sign_caller_token
from shared.events.members import Role
from shared.ids import new_id
from tests.builders import NETWORK, an_id
from tests.integration.members.conftest import KEY, Caller
from tests.integration.members.world import (
    COMPANY,
    ELSEWHERE,
    FOREIGN,
    IDS,
    NEIGHBOUR,
    OFFICE,
    PROVIDER,
    SignedIn,
    World,
)

EVERYBODY = ("company", "neighbour", "provider", "adviser", "coordinator", "foreigner", "other_coordinator", "operator")


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    return await World(store, stranger.client).fill()


async def statuses(world: World, method: str, path: str, body: Any = None, **headers: str) -> dict[str, int]:
    return {who: (await world[who].send(method, path, body, **headers)).status_code for who in EVERYBODY}


async def ids(caller: Caller, path: str) -> set[str]:
    return {one["id"] for one in (await caller.send("GET", path)).json()["items"]}


def whole(organisation: Any, **changes: Any) -> dict[str, Any]:
    """Return what was read as it is sent back."""
    named = ("name", "kinds", "networks", "head_count", "website")
    place = {name: organisation["place"][name] for name in ("postal_code", "town")}
    return {**{name: organisation[name] for name in named}, "place": place, **changes}


# --- networks ------------------------------------------------------------------------------------------------------


async def test_the_name_of_a_network_is_no_secret(world: World) -> None:
    answer = await world["nobody"].send("GET", f"/networks/{NETWORK}")

    assert answer.json()["name"] == "Verbund 384"
    assert (await world["nobody"].send("GET", "/networks")).status_code == 401
    assert await ids(world["foreigner"], "/networks") == {NETWORK, ELSEWHERE}


async def test_a_network_is_changed_by_its_coordinators_and_operators(world: World) -> None:
    found = {}
    for who in EVERYBODY:
        version = str((await world.network()).version)
        answer = await world[who].send("PUT", f"/networks/{NETWORK}", {"name": who}, If_Match=version)
        found[who] = answer.status_code

    assert {who for who, status in found.items() if status == 200} == {"coordinator", "operator"}
    assert set(found.values()) == {200, 403}


async def test_networks_are_founded_and_erased_by_operators(world: World) -> None:
    assert (await world["coordinator"].send("POST", "/networks", {"name": "Mein"})).status_code == 403
    assert (await world["coordinator"].send("DELETE", f"/networks/{NETWORK}", If_Match="1")).status_code == 403


# --- organisations -------------------------------------------------------------------------------------------------


async def test_an_organisation_is_seen_whole_by_its_people_and_coordinators(world: World) -> None:
    seen = {}
    for who in EVERYBODY:
        answer = await world[who].send("GET", f"/organisations/{COMPANY}")
        seen[who] = answer.json().get("whole") if answer.status_code == 200 else answer.status_code

    assert seen == {
        "company": True,
        "neighbour": False,
        "provider": False,
        "adviser": False,
        "coordinator": True,
        "foreigner": 404,
        "other_coordinator": 404,
        "operator": True,
    }


async def test_a_card_tells_name_kinds_town_and_website_alone(world: World) -> None:
    card = (await world["provider"].send("GET", f"/organisations/{COMPANY}")).json()

    told = {name for name, value in card.items() if value not in (None, [], False)}
    assert told == {"id", "version", "status", "changed_at", "name", "kinds", "networks", "place"}
    assert card["place"] == {"postal_code": None, "town": "Leipzig", "lat": None, "lon": None}


async def test_a_card_does_not_tell_of_networks_that_one_is_not_in(world: World) -> None:
    both = whole(
        (await world["operator"].send("GET", f"/organisations/{COMPANY}")).json(), networks=[NETWORK, ELSEWHERE]
    )
    version = (await world["operator"].send("GET", f"/organisations/{COMPANY}")).headers["etag"]
    await world["operator"].send("PUT", f"/organisations/{COMPANY}", both, If_Match=version)

    assert (await world["provider"].send("GET", f"/organisations/{COMPANY}")).json()["networks"] == [NETWORK]
    assert await ids(world["provider"], f"/organisations?network={ELSEWHERE}") == set()
    assert COMPANY in await ids(world["other_coordinator"], f"/organisations?network={ELSEWHERE}")


async def test_lists_hold_what_one_may_see(world: World) -> None:
    assert await ids(world["foreigner"], "/organisations") == {FOREIGN, an_id(957)}
    assert await ids(world["company"], "/organisations") == {an_id(number) for number in range(951, 956)}
    assert len(await ids(world["operator"], "/organisations")) == 7
    assert await ids(world.signed_in(new_id()), "/organisations") == set()


async def test_an_organisation_tells_its_sizes_by_two_rules(world: World) -> None:
    seen = (await world["company"].send("GET", f"/organisations/{COMPANY}")).json()

    assert (seen["size_eu"], seen["size_sgb3"]) == ("small", "below_50")


async def test_an_organisation_is_changed_by_its_people_and_coordinators(world: World) -> None:
    path = f"/organisations/{COMPANY}"
    entered = whole((await world["operator"].send("GET", path)).json())
    found = {}
    for who in EVERYBODY:
        version = (await world["operator"].send("GET", path)).headers["etag"]
        found[who] = (await world[who].send("PUT", path, entered | {"name": who}, If_Match=version)).status_code

    assert found == {
        "company": 200,
        "neighbour": 403,
        "provider": 403,
        "adviser": 403,
        "coordinator": 200,
        "foreigner": 404,
        "other_coordinator": 404,
        "operator": 200,
    }


async def test_a_company_does_not_put_itself_into_networks_or_out_of_them(world: World) -> None:
    path = f"/organisations/{COMPANY}"
    there = await world["company"].send("GET", path)
    version = there.headers["etag"]

    more = whole(there.json(), networks=[NETWORK, ELSEWHERE])
    less = whole(there.json(), networks=[])

    assert await world["company"].faults("PUT", path, more, If_Match=version) == (
        403,
        {"networks.1": "not_your_network"},
    )
    assert await world["company"].faults("PUT", path, less, If_Match=version) == (403, {"networks": "not_your_network"})
    assert (await world["coordinator"].faults("PUT", path, more, If_Match=version))[0] == 403


async def test_an_organisation_stays_in_a_network_as_long_as_somebody_acts_there_for_it(world: World) -> None:
    path = f"/organisations/{COMPANY}"
    there = await world["coordinator"].send("GET", path)

    left = await world["coordinator"].faults(
        "PUT", path, whole(there.json(), networks=[]), If_Match=there.headers["etag"]
    )

    assert left == (409, {"networks": "people_act_there"})


async def test_coordinators_enter_organisations_in_their_own_network(world: World) -> None:
    async def entered(who: str, networks: list[str]) -> object:
        body = {"name": "Neu", "kinds": ["company"], "networks": networks}
        answer = await world[who].send("POST", "/organisations", body)
        return answer.status_code

    assert await entered("coordinator", [NETWORK]) == 201
    assert await entered("coordinator", [ELSEWHERE]) == 403
    assert await entered("coordinator", []) == 422
    assert await entered("company", [NETWORK]) == 403
    assert await entered("operator", []) == 201


async def test_a_cooperation_is_made_of_organisations_that_one_sees(world: World) -> None:
    body = {"name": "Bietergemeinschaft", "kinds": ["provider"], "networks": [NETWORK]}

    made = await world["coordinator"].enter("/organisations", body | {"parts": [PROVIDER, NEIGHBOUR]})
    foreign = await world["coordinator"].faults("POST", "/organisations", body | {"parts": [PROVIDER, FOREIGN]})
    missing = await world["coordinator"].faults("POST", "/organisations", body | {"parts": [PROVIDER, new_id()]})

    assert made["parts"] == [PROVIDER, NEIGHBOUR]
    assert foreign == missing == (422, {"parts.1": "unknown_organisation"})


async def test_a_membership_has_days_in_order(world: World) -> None:
    body = {"name": "Neu", "kinds": ["company"], "networks": [NETWORK]}
    days = {"network": NETWORK, "since": "2026-02-02", "until": "2026-02-01"}

    faults = await world["coordinator"].faults("POST", "/organisations", body | {"memberships": [days]})

    assert faults == (422, {"memberships.0.until": "end_before_start"})


# --- people --------------------------------------------------------------------------------------------------------


async def test_a_person_is_seen_by_oneself_colleagues_coordinators_and_operators(world: World) -> None:
    assert await statuses(world, "GET", f"/members/{IDS['colleague']}") == {
        "company": 200,
        "neighbour": 404,
        "provider": 404,
        "adviser": 404,
        "coordinator": 200,
        "foreigner": 404,
        "other_coordinator": 404,
        "operator": 200,
    }
    assert await ids(world["company"], "/members") == {IDS["company"], IDS["colleague"]}
    assert await ids(world["foreigner"], "/members") == {IDS["foreigner"]}


async def test_a_foreign_person_and_one_who_is_not_there_look_alike(world: World) -> None:
    foreign = await world["company"].send("GET", f"/members/{IDS['provider']}")
    missing = await world["company"].send("GET", f"/members/{new_id()}")

    assert {**foreign.json(), "request": ""} == {**missing.json(), "request": ""}


async def test_colleagues_do_not_see_each_others_consents(world: World) -> None:
    seen = (await world["company"].send("GET", f"/members/{IDS['colleague']}")).json()

    assert (seen["email"], seen["consents"]) == ("colleague@people.example", [])
    assert (await world["company"].send("GET", f"/members/{IDS['company']}")).json()["consents"] != []


async def test_a_coordinators_look_at_contact_details_is_shown_to_the_person(world: World) -> None:
    seen = (await world["coordinator"].send("GET", f"/members/{IDS['company']}")).json()

    assert seen["email"] == "company@people.example"
    shown = (await world["company"].send("GET", "/audit")).json()["items"]
    assert [(one["what"], one["actor"]["name"], one["network"]) for one in shown] == [
        ("contact_viewed", "Frau coordinator", NETWORK)
    ]
    assert (await world["colleague"].send("GET", "/audit")).json()["items"] == []
    assert (await world["other_coordinator"].send("GET", "/audit")).json()["items"] == []
    assert len((await world["coordinator"].send("GET", "/audit")).json()["items"]) == 1


async def test_lists_show_coordinators_no_contact_details_and_so_are_not_logged(world: World) -> None:
    people = (await world["coordinator"].send("GET", f"/members?network={NETWORK}")).json()["items"]

    assert {one["id"]: one["email"] for one in people if one["email"]} == {
        IDS["coordinator"]: "coordinator@people.example"
    }
    assert all(one["phone"] is None for one in people if one["id"] != IDS["coordinator"])
    assert len(people) == 6
    assert (await world["operator"].send("GET", "/audit")).json()["items"] == []


def entered(**changes: Any) -> dict[str, Any]:
    role = {"role": "company", "organisation": COMPANY, "network": NETWORK}
    return {"name": "Neu", "email": "neu@people.example", "roles": [role], **changes}


async def test_coordinators_enter_people_in_their_network_without_say_for_them(world: World) -> None:
    made = await world["coordinator"].enter("/members", entered())

    assert (made["status"], made["consents"]) == ("unconfirmed", [])
    logged = (await world["coordinator"].send("GET", f"/audit?member={made['id']}")).json()["items"]
    assert [(one["what"], one["role"], one["by"]) for one in logged] == [("role_given", "company", IDS["coordinator"])]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"confirmed": True}, {"confirmed": "own_matter"}),
        ({"blocked": True}, {"blocked": "own_matter"}),
        ({"publishes_contact": True}, {"publishes_contact": "own_matter"}),
        (
            {"consents": [{"purpose": "matches", "given_at": "2026-11-01T10:00:00Z", "text_version": "1"}]},
            {"consents": "own_matter"},
        ),
        ({"roles": []}, {"roles": "role_needed"}),
        (
            {"roles": [{"role": "company", "organisation": FOREIGN, "network": ELSEWHERE}]},
            {"roles.0": "role_not_yours"},
        ),
        (
            {"roles": [{"role": "operator", "organisation": OFFICE, "network": NETWORK}]},
            {"roles.0": "role_not_yours"},
        ),
    ],
)
async def test_coordinators_give_nobody_more_than_they_may(world: World, changes: Any, faults: Any) -> None:
    before = await world.store.members.count({})

    assert (await world["coordinator"].faults("POST", "/members", entered(**changes)))[1] == faults
    assert await world.store.members.count({}) == before


async def test_companies_enter_nobody(world: World) -> None:
    assert (await world["company"].send("POST", "/members", entered())).status_code == 403


async def put(world: World, who: str | SignedIn, person: str, **changes: Any) -> Any:
    there = await world.store.members.get(person)
    assert there is not None
    roles = [role.model_dump() for role in there.roles]
    body = {"name": there.name, "email": there.email, "phone": there.phone, "roles": roles, **changes}
    caller = world[who] if isinstance(who, str) else who
    return await caller.send("PUT", f"/members/{person}", body, If_Match=str(there.version))


async def test_nobody_raises_own_rights(world: World) -> None:
    role = {"role": "provider", "organisation": PROVIDER, "network": NETWORK}
    own = {"role": "coordinator", "organisation": OFFICE, "network": NETWORK}

    for who in ("company", "adviser", "provider"):
        assert (await put(world, who, IDS[who], roles=[role])).status_code == 403
    assert (await put(world, "coordinator", IDS["coordinator"], roles=[own, role])).json()["code"] == "own_roles"
    assert (await put(world, "coordinator", IDS["coordinator"], name="Anders")).status_code == 200


async def test_every_change_of_roles_is_logged(world: World) -> None:
    adviser = {"role": "adviser", "organisation": COMPANY, "network": NETWORK}

    assert (await put(world, "coordinator", IDS["company"], roles=[adviser])).status_code == 200

    logged = (await world["operator"].send("GET", f"/audit?member={IDS['company']}")).json()["items"]
    assert {(one["what"], one["role"], one["by"]) for one in logged} == {
        ("role_given", "adviser", IDS["coordinator"]),
        ("role_taken", "company", IDS["coordinator"]),
    }


async def test_a_coordinator_leaves_roles_in_other_networks_and_operators_alone(world: World) -> None:
    everywhere = [
        Role(role="company", organisation=COMPANY, network=NETWORK),
        Role(role="company", organisation=FOREIGN, network=ELSEWHERE),
        Role(role="operator", organisation=OFFICE, network=NETWORK),
    ]
    await world.add_person("vielseitig", an_id(980), *everywhere)

    seen = (await world["coordinator"].send("GET", f"/members/{an_id(980)}")).json()["roles"]
    answer = await put(world, "coordinator", an_id(980), roles=[])

    assert ELSEWHERE not in {role["network"] for role in seen}
    assert answer.status_code == 200
    left = await world.store.members.get(an_id(980))
    assert left is not None
    assert left.roles == tuple(everywhere[1:])


async def test_nobody_takes_over_somebody_elses_mailbox(world: World) -> None:
    taken = await put(world, "coordinator", IDS["company"], email="mine@people.example")

    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (403, "address_not_yours")
    role = Role(role="company", organisation=COMPANY, network=NETWORK)
    await world.add_person("vertippt", an_id(981), role, status="unconfirmed", consents=())
    corrected = await put(world, "coordinator", an_id(981), email="richtig@people.example")
    assert corrected.json()["email"] == "richtig@people.example"


async def test_coordinators_erase_entries_that_nobody_confirmed_and_operators_all(world: World) -> None:
    role = Role(role="company", organisation=COMPANY, network=NETWORK)
    made = await world.add_person("karteileiche", an_id(981), role, status="unconfirmed", consents=())

    confirmed = await world["coordinator"].send("DELETE", f"/members/{IDS['company']}", If_Match="1")
    unconfirmed = await world["coordinator"].send("DELETE", f"/members/{made.id}", If_Match=str(made.version))

    assert (confirmed.status_code, unconfirmed.status_code) == (403, 200)


async def test_a_mailed_link_opens_no_account(world: World) -> None:
    link = sign_caller_token(KEY, subject=IDS["company"], rights={"match:x"}, audience=("members",))
    caller = SignedIn(world.client, f"Bearer {link}")

    for path in (f"/members/{IDS['company']}", "/me", "/audit", "/members", "/sessions"):
        assert (await caller.send("GET", path)).status_code == 403
    assert (await caller.send("DELETE", "/me", If_Match="1")).status_code == 403


async def test_the_last_operator_neither_goes_nor_steps_back(world: World) -> None:
    role = Role(role="operator", organisation=OFFICE, network=NETWORK)
    first = await world.add_person("betreiberin", an_id(982), role)

    assert (await put(world, "operator", first.id, roles=[])).json()["code"] == "last_operator"
    assert (await put(world, "operator", first.id, blocked=True)).json()["code"] == "last_operator"
    gone = await world["operator"].faults("DELETE", f"/members/{first.id}", If_Match=str(first.version))
    assert gone == (409, "last_operator")
    await world.add_person("vertretung", an_id(983), role)
    assert (await put(world, "operator", first.id, roles=[])).status_code == 200


# --- legal texts ---------------------------------------------------------------------------------------------------


async def test_everybody_reads_legal_texts_that_coordinators_write(world: World) -> None:
    path = f"/networks/{NETWORK}/legal"
    first = await world["nobody"].send("GET", path)
    texts = {"imprint": "Verbund\nWeg 1", "privacy": "p", "accessibility": "a", "feedback_email": "b@verbund.example"}

    for who in ("company", "foreigner", "other_coordinator"):
        assert (await world[who].send("PUT", path, texts, If_Match=first.headers["etag"])).status_code == 403
    written = await world["coordinator"].send("PUT", path, texts, If_Match=first.headers["etag"])

    assert (first.json()["imprint"], written.status_code) == ("", 200)
    assert (await world["nobody"].send("GET", path)).json() == texts
    late = await world["operator"].faults("PUT", path, texts, If_Match=first.headers["etag"])
    assert late == (412, {"If-Match": "stale"})
    assert (await world["nobody"].send("GET", f"/networks/{new_id()}/legal")).status_code == 404


async def test_the_legal_texts_go_with_their_network(world: World) -> None:
    made = await world["operator"].enter("/networks", {"name": "Kurz"})
    path = f"/networks/{made['id']}"
    assert (await world["operator"].send("PUT", f"{path}/legal", {"imprint": "x"}, If_Match="0")).status_code == 200

    await world["operator"].send("DELETE", path, If_Match=str(made["version"]))

    assert await world.store.legal.get(made["id"]) is None
