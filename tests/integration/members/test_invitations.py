from collections.abc import Mapping
from typing import Any

import pytest

from services.members.store import Store
from shared.callers import sign_caller_token
from shared.events.members import Role
from tests.builders import ASKER, COMPANY, NETWORK, PROVIDER, a_member, a_network, an_id, an_organisation
from tests.integration.members.conftest import KEY, Caller
from tests.integration.members.letting_in import link, met
from tests.signing import Signed

JAN = "jan@metallbau.example"
OTHER_NETWORK, FOREIGN = an_id(950), an_id(951)
ROLES = ("company", "provider", "adviser", "coordinator", "operator")


@pytest.fixture(autouse=True)
async def region(store: Store) -> None:
    """Two networks; the company is in both, the provider in one, the foreign company in the other."""
    await store.networks.add(a_network())
    await store.networks.add(a_network(id=OTHER_NETWORK, name="Anderer Verbund"))
    await store.organisations.add(an_organisation(networks=(NETWORK, OTHER_NETWORK)))
    await store.organisations.add(an_organisation(id=PROVIDER, name="Bildungswerk", kinds={"provider"}))
    await store.organisations.add(an_organisation(id=FOREIGN, name="Fremde GmbH", networks=(OTHER_NETWORK,)))
    await store.members.add(a_member())


def as_one(*rights: str, subject: str = ASKER, scopes: tuple[str, ...] | None = None) -> Signed:
    return Signed(lambda: sign_caller_token(KEY, subject=subject, rights=rights, audience=("members",), scopes=scopes))


def a_role(role: str = "company", organisation: str = COMPANY, network: str = NETWORK) -> dict[str, str]:
    return {"role": role, "organisation": organisation, "network": network}


def an_invitation(*roles: dict[str, str], email: str = JAN) -> dict[str, Any]:
    return {"email": email, "name": "Jan Muster", "language": "en", "roles": list(roles or (a_role(),))}


COORDINATOR = as_one(f"coordinator:{an_id(1)}:{NETWORK}")
OPERATOR = as_one("operator", subject="operator")


async def invited(caller: Caller, body: dict[str, Any], headers: Mapping[str, str]) -> Any:
    answer = await caller.send("POST", "/invitations", body, **headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_invitation_counts_once_the_owner_of_the_mailbox_accepts(stranger: Caller, store: Store) -> None:
    made = await invited(stranger, an_invitation(a_role(), a_role("adviser")), COORDINATOR)
    (before,) = await store.members.find({"email": JAN})
    assert (before.status, before.roles) == ("unconfirmed", ())
    assert (made["status"], made["email"], made["invited_by"]) == ("open", JAN, ASKER)
    page = await stranger.send("GET", f"/challenges/{made['id']}?signature={link(made['id'])['signature']}")
    assert page.json() == {
        "kind": "invitation",
        "status": "open",
        "network": {"id": NETWORK, "name": "Weiterbildungsverbund Muster"},
        "organisation": {"id": COMPANY, "name": "Muster Metallbau GmbH"},
        "language": "en",
    }

    await met(stranger, made["id"])

    (after,) = await store.members.find({"email": JAN})
    assert (after.status, after.consents) == ("active", ())
    assert after.roles == (
        Role(organisation=COMPANY, network=NETWORK, role="company"),
        Role(organisation=COMPANY, network=NETWORK, role="adviser"),
    )
    log = await store.audit.entries({"member": after.id})
    assert sorted((one.what, one.by, one.role) for one in log) == [
        ("invited", ASKER, "adviser"),
        ("invited", ASKER, "company"),
        ("role_given", after.id, "adviser"),
        ("role_given", after.id, "company"),
    ]


async def test_roles_are_added_to_those_that_an_active_person_has(stranger: Caller, store: Store) -> None:
    made = await invited(
        stranger, an_invitation(a_role("provider", PROVIDER), email="petra@metallbau.example"), COORDINATOR
    )
    await met(stranger, made["id"])

    member = await store.members.get(ASKER)
    assert member is not None
    assert [(role.role, role.organisation) for role in member.roles] == [("company", COMPANY), ("provider", PROVIDER)]


async def test_whether_an_address_is_known_is_not_told_to_the_inviter(stranger: Caller) -> None:
    known = await invited(stranger, an_invitation(email="petra@metallbau.example"), COORDINATOR)
    unknown = await invited(stranger, an_invitation(email="nobod@metallbau.example"), COORDINATOR)

    changing = ("id", "email", "invited_at", "expires_at")
    for name in changing:
        del known[name], unknown[name]
    assert known == unknown


COMPANYS = f"company:{COMPANY}:{NETWORK}"
PROVIDERS = f"provider:{PROVIDER}:{NETWORK}"
MAY: list[tuple[str, dict[str, str]]] = [
    *(("operator", a_role(role)) for role in ROLES),
    ("operator", a_role("company", FOREIGN, OTHER_NETWORK)),
    *((f"coordinator:{an_id(1)}:{NETWORK}", a_role(role)) for role in ROLES[:4]),
    (COMPANYS, a_role("company")),
    (PROVIDERS, a_role("provider", PROVIDER)),
]
MAY_NOT: list[tuple[str, dict[str, str]]] = [
    (f"coordinator:{an_id(1)}:{NETWORK}", a_role("operator")),
    (f"coordinator:{an_id(1)}:{NETWORK}", a_role("company", FOREIGN, OTHER_NETWORK)),
    (f"coordinator:{an_id(1)}:{NETWORK}", a_role("company", COMPANY, OTHER_NETWORK)),
    *((COMPANYS, a_role(role)) for role in ROLES[1:]),
    (COMPANYS, a_role("company", FOREIGN, OTHER_NETWORK)),
    (COMPANYS, a_role("company", COMPANY, OTHER_NETWORK)),
    (PROVIDERS, a_role("company", PROVIDER)),
    (f"adviser:{COMPANY}:{NETWORK}", a_role("adviser")),
    ("unsubscribe", a_role()),
]


@pytest.mark.parametrize(("right", "role"), MAY)
async def test_who_may_give_a_role_invites_into_it(stranger: Caller, right: str, role: dict[str, str]) -> None:
    await invited(stranger, an_invitation(role), as_one(right))


@pytest.mark.parametrize(("right", "role"), MAY_NOT)
async def test_nobody_invites_into_roles_that_are_not_theirs_to_give(
    stranger: Caller, store: Store, right: str, role: dict[str, str]
) -> None:
    refused = await stranger.faults("POST", "/invitations", an_invitation(a_role(), role), **as_one(right))

    assert refused[0] == 403
    assert await store.members.count({}) == 1
    assert await store.challenges.count({}) == 0


async def test_nobody_is_invited_without_a_token_or_by_a_program(stranger: Caller) -> None:
    program = as_one("operator", scopes=("members:read", "members:write"))

    assert (await stranger.send("POST", "/invitations", an_invitation())).status_code == 401
    assert (await stranger.send("POST", "/invitations", an_invitation(), **program)).status_code == 403


@pytest.mark.parametrize(
    ("role", "fault"),
    [
        (a_role(organisation=an_id(1)), {"roles.0.organisation": "unknown_organisation"}),
        (a_role("provider", PROVIDER, OTHER_NETWORK), {"roles.0.network": "not_in_network"}),
    ],
)
async def test_roles_must_be_possible(stranger: Caller, role: dict[str, str], fault: dict[str, str]) -> None:
    assert await stranger.faults("POST", "/invitations", an_invitation(role), **OPERATOR) == (422, fault)


async def test_a_withdrawn_invitation_is_worth_nothing(stranger: Caller) -> None:
    made = await invited(stranger, an_invitation(), COORDINATOR)

    assert (await stranger.send("DELETE", f"/invitations/{made['id']}", **COORDINATOR)).status_code == 204

    assert await stranger.faults("POST", f"/challenges/{made['id']}/uses", link(made["id"])) == (
        422,
        "challenge_not_met",
    )
    assert await stranger.faults("DELETE", f"/invitations/{made['id']}", **COORDINATOR) == (404, "missing")
    (listed,) = (await stranger.send("GET", "/invitations", **COORDINATOR)).json()["items"]
    assert listed["status"] == "closed"


async def test_invitations_are_seen_by_inviter_coordinator_and_operator(stranger: Caller) -> None:
    inside = await invited(stranger, an_invitation(a_role()), OPERATOR)
    mixed = await invited(
        stranger, an_invitation(a_role(), a_role("company", FOREIGN, OTHER_NETWORK), email="x@y.example"), OPERATOR
    )
    own = await invited(stranger, an_invitation(email="own@metallbau.example"), as_one(COMPANYS, subject=an_id(70)))

    async def seen(headers: Mapping[str, str]) -> list[str]:
        return [one["id"] for one in (await stranger.send("GET", "/invitations", **headers)).json()["items"]]

    assert await seen(OPERATOR) == [own["id"], mixed["id"], inside["id"]]
    assert await seen(COORDINATOR) == [own["id"], inside["id"]]
    assert await seen(as_one(COMPANYS, subject=an_id(70))) == [own["id"]]
    assert await seen(as_one(COMPANYS, subject=an_id(71))) == []
    foreign = await stranger.faults("DELETE", f"/invitations/{own['id']}", **as_one(COMPANYS, subject=an_id(71)))
    assert foreign == (404, "missing")


async def test_a_role_whose_organisation_left_meanwhile_is_not_given(stranger: Caller, store: Store) -> None:
    made = await invited(stranger, an_invitation(a_role(), a_role("provider", PROVIDER)), COORDINATOR)
    provider = await store.organisations.get(PROVIDER)
    assert provider is not None
    await store.organisations.replace(provider.model_copy(update={"networks": ()}), expected=provider.version)

    await met(stranger, made["id"])

    (member,) = await store.members.find({"email": JAN})
    assert [role.organisation for role in member.roles] == [COMPANY]


async def test_an_invitation_repeated_with_its_key_mails_once(stranger: Caller, store: Store) -> None:
    keyed = {**COORDINATOR, "Idempotency_Key": "one"}

    first = await invited(stranger, an_invitation(), keyed)
    second = await invited(stranger, an_invitation(), keyed)

    assert first == second
    assert await store.challenges.count({}) == 1
