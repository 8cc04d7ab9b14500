from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr, ValidationError

from services.members import commands
from services.members.api.api_tokens import ApiTokenInput
from services.members.api.challenges import UseInput
from services.members.api.invitations import InvitationInput
from services.members.api.me import MeInput
from services.members.api.networks import NetworkInput
from services.members.api.organisations import OrganisationInput
from services.members.api.people import MemberInput
from services.members.api.registrations import RegistrationInput
from services.members.api.sessions import SecretInput
from services.members.api.signing_in import SignInInput
from services.members.api.tokens import LinkInput
from services.members.main import build
from services.members.settings import MembersSettings
from services.members.store import Store
from shared.callers import CallerKeys, public_text, write_new_private_key
from shared.inputs import Input
from shared.rules import Conflict
from shared.settings import ServiceSettings
from tests.integration.members.conftest import LINK_KEY, Caller
from tests.integration.members.letting_in import met, token_of


@pytest.fixture
def members_settings(settings: ServiceSettings, tmp_path: Path) -> MembersSettings:
    key = write_new_private_key(tmp_path / "caller.pem")
    return MembersSettings(
        **settings.model_dump(exclude={"caller_public_keys"}),
        caller_public_keys=(public_text(key.public_key()),),
        caller_private_key_file=tmp_path / "caller.pem",
        link_key=SecretStr(LINK_KEY.hex()),
    )


async def test_init_founds_a_network_with_an_operator_who_is_active(
    members_settings: MembersSettings, store: Store
) -> None:
    made = await commands.init(members_settings, network="Verbund", operator="Chef@verbund.example")

    operator = await store.members.get(made.operator.id)
    assert operator is not None
    assert (operator.email, operator.status) == ("chef@verbund.example", "active")
    assert [(role.role, role.network) for role in operator.roles] == [("operator", made.network.id)]
    office = await store.organisations.get(operator.roles[0].organisation)
    assert office is not None
    assert office.networks == (made.network.id,)


async def test_init_repeated_or_taken_up_after_a_crash_founds_nothing_twice(
    members_settings: MembersSettings, store: Store
) -> None:
    first = await commands.init(members_settings, network="Verbund", operator="chef@verbund.example")
    await store.members.collection.delete_one({"_id": first.operator.id})  # as if it had died before the last step

    second = await commands.init(members_settings, network="Verbund", operator="chef@verbund.example")

    assert second.network.id == first.network.id
    assert await store.networks.count({}) == await store.organisations.count({}) == await store.members.count({}) == 1


async def test_init_gives_a_link_by_which_the_operator_signs_in_once_without_a_mail(
    members_settings: MembersSettings, stranger: Caller
) -> None:
    first = await commands.init(members_settings, network="Verbund", operator="chef@verbund.example")
    assert first.link is None

    made = await commands.init(
        members_settings, network="Verbund", operator="chef@verbund.example", public_url="https://verbund.example/"
    )

    assert made.link is not None
    address = urlsplit(made.link)
    _, place, challenge = address.path.split("/")
    assert (address.netloc, place) == ("verbund.example", "challenges")
    given = {"signature": parse_qs(address.query)["sig"][0]}
    secret = (await met(stranger, challenge, given))["session"]["secret"]
    assert (await token_of(stranger, secret))["operator"] is True
    assert (await stranger.send("POST", f"/challenges/{challenge}/uses", given)).status_code == 422


async def test_init_refuses_to_found_a_second_network(members_settings: MembersSettings, store: Store) -> None:
    await commands.init(members_settings, network="Verbund", operator="chef@verbund.example")

    with pytest.raises(Conflict, match="already_founded"):
        await commands.init(members_settings, network="Anderer", operator="chef@verbund.example")
    assert await store.networks.count({}) == 1


async def test_init_refuses_what_is_no_address_before_it_stores_anything(
    members_settings: MembersSettings, store: Store
) -> None:
    with pytest.raises(ValidationError, match="not_an_email_address"):
        await commands.init(members_settings, network="Verbund", operator="chef")
    assert await store.networks.count({}) == 0


def test_a_token_from_the_key_file_is_an_operators_for_every_service(members_settings: MembersSettings) -> None:
    token = commands.token(members_settings)

    for service in ("members", "surveys", "matching", "notifications"):
        assert CallerKeys.from_setting(members_settings.caller_public_keys, service).caller(token).may("anything")


async def test_the_service_offers_all_its_routes_with_every_status_described(members_settings: MembersSettings) -> None:
    service = build(members_settings)
    described = service.app.openapi()
    service.database.client.close()

    paths = described["paths"]
    assert {"/api/v1/networks/{network}", "/api/v1/organisations", "/api/v1/members", "/api/v1/tokens"} <= set(paths)
    assert set(paths["/api/v1/members/{member}"]["put"]["responses"]) >= {
        "200",
        "401",
        "403",
        "404",
        "409",
        "412",
        "428",
    }
    assert paths["/api/v1/networks"]["post"]["security"] == [{"caller": []}]
    assert "security" not in paths["/api/v1/tokens"]["post"]


def test_a_link_key_that_is_none_stops_the_start(members_settings: MembersSettings) -> None:
    wrong = {**members_settings.model_dump(), "link_key": "short"}

    with pytest.raises(ValidationError, match="link_key"):
        MembersSettings(**wrong)


def test_every_body_is_described_with_an_example_that_its_route_accepts() -> None:
    inputs: list[type[Input]] = [
        NetworkInput,
        OrganisationInput,
        MemberInput,
        LinkInput,
        SignInInput,
        UseInput,
        SecretInput,
        RegistrationInput,
        InvitationInput,
        ApiTokenInput,
        MeInput,
    ]

    for kind in inputs:
        (example,) = kind.model_json_schema()["examples"]
        assert kind.model_validate(example)
    assert MemberInput.model_json_schema()["properties"]["confirmed"]["description"].startswith("Whether the operator")
