import pytest

from services.members.api.allowance import client_address
from services.members.domain.granting import may_give, rights_of
from shared.events.members import Role
from tests.builders import COMPANY, NETWORK, a_member, an_id

OTHER = an_id(77)


def a_role(role: str, organisation: str = COMPANY, network: str = NETWORK) -> Role:
    return Role.model_validate({"role": role, "organisation": organisation, "network": network})


def test_a_token_says_each_role_with_organisation_and_network() -> None:
    member = a_member(roles=(a_role("adviser"), a_role("operator"), a_role("company", OTHER)))

    assert rights_of(member) == {f"adviser:{COMPANY}:{NETWORK}", "operator", f"company:{OTHER}:{NETWORK}"}


@pytest.mark.parametrize(
    ("right", "role", "may"),
    [
        ("operator", a_role("operator"), True),
        (f"coordinator:{OTHER}:{NETWORK}", a_role("coordinator"), True),
        (f"coordinator:{OTHER}:{NETWORK}", a_role("operator"), False),
        (f"coordinator:{OTHER}:{OTHER}", a_role("company"), False),
        (f"company:{COMPANY}:{NETWORK}", a_role("company"), True),
        (f"company:{COMPANY}:{NETWORK}", a_role("provider"), False),
        (f"company:{COMPANY}:{OTHER}", a_role("company"), False),
        (f"company:{OTHER}:{NETWORK}", a_role("company"), False),
        (f"adviser:{COMPANY}:{NETWORK}", a_role("adviser"), False),
        ("match:x:y", a_role("company"), False),
        ("", a_role("company"), False),
    ],
)
def test_who_may_give_which_role(right: str, role: Role, may: bool) -> None:
    assert may_give({right}, role) is may


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002/64"),
        ("2001:db8:1:2::", "20010db800010002/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_counted_as_one_household(told: str, counted: str) -> None:
    assert client_address(None, told) == counted  # type: ignore[arg-type]  # only asked when nothing was told
