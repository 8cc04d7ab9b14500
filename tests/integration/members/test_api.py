from typing import Any

import pytest

from services.members.store import Store
from shared.ids import new_id
from tests.builders import an_id
from tests.integration.members.conftest import Caller

GIVEN = {"purpose": "matches", "given_at": "2026-11-01T10:00:00+01:00", "text_version": "2026-11"}


def petra(organisation: Any, **changes: Any) -> dict[str, Any]:
    role = {"organisation": organisation["id"], "network": organisation["networks"][0], "role": "company"}
    return {"name": "Petra", "email": "Petra@metallbau.example", "roles": [role], "consents": [GIVEN], **changes}


async def test_a_network_is_read_back_as_it_was_entered(operator: Caller) -> None:
    entered = {"name": "Verbund Süd", "starts_on": "2026-01-01", "ends_on": "2027-12-31"}

    made = await operator.enter("/networks", entered)

    answer = await operator.send("GET", f"/networks/{made['id']}")
    assert answer.json() == made
    assert answer.headers["etag"] == f'"{made["version"]}"'
    assert {name: made[name] for name in entered} == entered
    assert made["status"] == "active"


async def test_an_organisation_gets_its_place_on_the_map_from_its_postcode(organisation: Any) -> None:
    assert organisation["place"]["lat"] == pytest.approx(51.34, abs=0.02)


async def test_a_postcode_without_a_known_place_is_accepted(operator: Caller) -> None:
    body = {"name": "Postfach GmbH", "kinds": ["company"], "place": {"postal_code": "04092", "town": "Leipzig"}}

    assert (await operator.enter("/organisations", body))["place"]["lat"] is None


async def test_a_person_whose_address_the_operator_vouches_for_is_active(operator: Caller, organisation: Any) -> None:
    made = await operator.enter("/members", petra(organisation, confirmed=True))

    assert made["status"] == "active"
    assert made["email"] == "petra@metallbau.example"
    assert made["consents"][0]["given_at"] == "2026-11-01T09:00:00.000000Z"


async def test_a_person_is_unconfirmed_unless_said_otherwise(operator: Caller, organisation: Any) -> None:
    assert (await operator.enter("/members", petra(organisation)))["status"] == "unconfirmed"


async def test_an_address_belongs_to_one_person(operator: Caller, organisation: Any) -> None:
    await operator.enter("/members", petra(organisation))

    again = petra(organisation, email="PETRA@METALLBAU.EXAMPLE")
    assert await operator.faults("POST", "/members", again) == (409, {"email": "taken"})


async def test_nobody_can_change_to_somebody_elses_address(operator: Caller, organisation: Any) -> None:
    await operator.enter("/members", petra(organisation))
    other = await operator.enter("/members", petra(organisation, email="uwe@metallbau.example"))

    faults = await operator.faults(
        "PUT", f"/members/{other['id']}", petra(organisation), If_Match=str(other["version"])
    )

    assert faults == (409, {"email": "taken"})


async def test_the_address_of_an_erased_person_is_free_again(operator: Caller, organisation: Any, store: Store) -> None:
    made = await operator.enter("/members", petra(organisation))

    answer = await operator.send("DELETE", f"/members/{made['id']}", If_Match=str(made["version"]))

    assert answer.json()["status"] == "erased"
    assert await operator.faults("GET", f"/members/{made['id']}") == (404, "missing")
    left = await store.members.collection.find_one({"_id": made["id"]})
    assert "petra" not in str(left).lower()
    assert (await operator.enter("/members", petra(organisation)))["id"] != made["id"]


async def test_a_change_raises_the_version_and_keeps_what_is_not_entered(operator: Caller, network: Any) -> None:
    path, etag = f"/networks/{network['id']}", f'"{network["version"]}"'

    answer = await operator.send("PUT", path, {"name": "Neu", "status": "ended"}, If_Match=etag)

    changed = answer.json()
    assert (changed["name"], changed["status"], changed["founded_at"]) == ("Neu", "ended", network["founded_at"])
    assert changed["version"] == network["version"] + 1
    assert answer.headers["etag"] == f'"{changed["version"]}"'


async def test_a_change_of_an_older_version_is_refused(operator: Caller, organisation: Any) -> None:
    path, etag = f"/organisations/{organisation['id']}", f'"{organisation["version"]}"'
    body = {"name": "Neu", "kinds": ["provider"]}
    await operator.send("PUT", path, body, If_Match=etag)

    assert await operator.faults("PUT", path, body | {"name": "Anders"}, If_Match=etag) == (412, {"If-Match": "stale"})
    assert await operator.faults("DELETE", path, If_Match=etag) == (412, {"If-Match": "stale"})
    assert await operator.faults("PUT", path, body) == (428, {"If-Match": "if_match_missing"})
    assert (await operator.send("GET", path)).json()["name"] == "Neu"


@pytest.mark.parametrize("path", ["/networks", "/organisations", "/members"])
async def test_what_is_not_there_is_missing(operator: Caller, path: str) -> None:
    body = {"name": "x", "kinds": ["company"]} if path == "/organisations" else {"name": "x"}
    body |= {"email": "x@y.example"} if path == "/members" else {}

    assert await operator.faults("GET", f"{path}/{new_id()}") == (404, "missing")
    assert await operator.faults("DELETE", f"{path}/{new_id()}", If_Match="1") == (404, "missing")
    assert await operator.faults("PUT", f"{path}/{new_id()}", body, If_Match="1") == (404, "missing")


async def test_a_repeated_creation_is_the_same_one(operator: Caller, organisation: Any, store: Store) -> None:
    first = await operator.send("POST", "/members", petra(organisation), Idempotency_Key="a")

    again = await operator.send("POST", "/members", petra(organisation), Idempotency_Key="a")

    assert again.json() == first.json()
    assert again.status_code == 201
    assert await store.members.count({}) == 1


async def test_a_key_of_a_creation_stands_for_one_content(operator: Caller, organisation: Any) -> None:
    await operator.send("POST", "/members", petra(organisation), Idempotency_Key="a")

    other = petra(organisation, email="uwe@metallbau.example")
    faults = await operator.faults("POST", "/members", other, Idempotency_Key="a")

    assert faults == (422, {"Idempotency-Key": "idempotency_key_reused"})


async def test_lists_are_read_page_by_page_and_filtered(operator: Caller, organisation: Any) -> None:
    for number in range(3):
        await operator.enter("/members", petra(organisation, email=f"p{number}@metallbau.example"))
    await operator.enter("/members", petra(organisation, email="frei@metallbau.example", roles=[]))

    query = f"organisation={organisation['id']}&limit=2"
    first = (await operator.send("GET", f"/members?{query}")).json()
    rest = (await operator.send("GET", f"/members?{query}&after={first['next']}")).json()

    addresses = [member["email"] for member in first["items"] + rest["items"]]
    assert addresses == [f"p{number}@metallbau.example" for number in range(3)]
    assert rest["next"] is None


async def test_organisations_are_found_by_network_and_kind(operator: Caller, organisation: Any) -> None:
    network = organisation["networks"][0]
    other = {"name": "Bildungswerk", "kinds": ["provider", "network_office"], "networks": [network]}
    provider = await operator.enter("/organisations", other)

    async def found(query: str) -> list[str]:
        return [one["id"] for one in (await operator.send("GET", f"/organisations?{query}")).json()["items"]]

    assert await found(f"network={network}") == [organisation["id"], provider["id"]]
    assert await found(f"network={network}&kind=provider") == [provider["id"]]
    assert await found(f"network={new_id()}") == []


async def test_what_others_belong_to_cannot_be_erased(operator: Caller, organisation: Any) -> None:
    await operator.enter("/members", petra(organisation))

    for path in (f"/networks/{organisation['networks'][0]}", f"/organisations/{organisation['id']}"):
        etag = (await operator.send("GET", path)).headers["etag"]
        assert await operator.faults("DELETE", path, If_Match=etag) == (409, "still_used")


async def test_a_network_nobody_belongs_to_is_erased(operator: Caller, network: Any) -> None:
    answer = await operator.send("DELETE", f"/networks/{network['id']}", If_Match=f'"{network["version"]}"')

    assert sorted(answer.json()) == ["changed_at", "id", "status", "version"]


@pytest.mark.parametrize(
    ("path", "body", "faults"),
    [
        (
            "/networks",
            {"name": "a", "starts_on": "2026-02-02", "ends_on": "2026-02-01"},
            {"ends_on": "end_before_start"},
        ),
        ("/networks", {"name": ""}, {"name": "text_empty"}),
        ("/networks", {"name": {"$ne": ""}}, {"name": "not_a_text"}),
        ("/networks", {"name": "a", "$where": "1"}, {"$where": "field_unknown"}),
        ("/networks", {"name": "a\x00"}, {"name": "control_character"}),
        ("/networks", {"name": "x" * 201}, {"name": "text_too_long"}),
        ("/networks", {"name": "a", "starts_on": 1}, {"starts_on": "not_a_day"}),
        ("/organisations", {"name": "a", "kinds": []}, {"kinds": "list_too_short"}),
        ("/organisations", {"name": "a", "kinds": ["bakery"]}, {"kinds.0": "not_one_of"}),
        (
            "/organisations",
            {"name": "a", "kinds": ["company"], "place": {"postal_code": "0410"}},
            {"place.postal_code": "not_a_postal_code"},
        ),
        (
            "/organisations",
            {"name": "a", "kinds": ["company"], "head_count": "3"},
            {"head_count": "not_a_whole_number"},
        ),
        ("/organisations", {"name": "a", "kinds": ["company"], "networks": ["x"]}, {"networks.0": "pattern"}),
        (
            "/organisations",
            {"name": "a", "kinds": ["company"], "networks": [new_id()]},
            {"networks.0": "unknown_network"},
        ),
        ("/members", {"name": "a", "email": "nobody"}, {"email": "not_an_email_address"}),
        ("/members", {"name": "a", "email": "a@b.example", "confirmed": 1}, {"confirmed": "not_a_yes_or_no"}),
        (
            "/members",
            {"name": "a", "email": "a@b.example", "consents": [GIVEN | {"given_at": "2999-01-01T00:00:00Z"}]},
            {"consents.0.given_at": "not_a_likely_time"},
        ),
    ],
)
async def test_bad_input_is_refused_by_field_and_nothing_is_stored(
    operator: Caller, store: Store, path: str, body: Any, faults: dict[str, str]
) -> None:
    assert await operator.faults("POST", path, body) == (422, faults)
    assert await store.networks.count({}) + await store.organisations.count({}) + await store.members.count({}) == 0


async def test_a_title_that_looks_like_an_expression_stays_a_title(operator: Caller) -> None:
    made = await operator.enter("/networks", {"name": "$version"})

    assert (await operator.send("GET", f"/networks/{made['id']}")).json()["name"] == "$version"


EVERYTHING = [
    (method, f"/{kind}{ending}")
    for kind in ("networks", "organisations", "members")
    for method, ending in (
        ("POST", ""),
        ("GET", ""),
        ("GET", f"/{an_id(9)}"),
        ("PUT", f"/{an_id(9)}"),
        ("DELETE", f"/{an_id(9)}"),
    )
]


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
async def test_nobody_comes_near_without_signing_in(stranger: Caller, method: str, path: str) -> None:
    body = {"name": "a", "kinds": ["company"]} if "organisations" in path else {"name": "a"}
    body |= {"email": "a@b.example"} if "members" in path else {}
    is_public = method == "GET" and path.startswith("/networks/")

    answer = await stranger.send(method, path, body, If_Match="1")

    assert answer.status_code == (404 if is_public else 401)
