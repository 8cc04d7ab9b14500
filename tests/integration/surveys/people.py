"""The people of these tests, by what they are; each a token, as members would sign it."""

from tests.builders import ASKER, COMPANY, NETWORK, PROVIDER, TEACHER, an_id
from tests.integration.surveys.conftest import a_token

ELSEWHERE, OTHER_COMPANY, OFFICE, AGENCY = (an_id(n) for n in range(910, 914))
COLLEAGUE, RIVAL, COORDINATOR, ADVISER, STRANGER = (an_id(n) for n in range(920, 925))

RIGHTS = {
    "asker": (ASKER, f"company:{COMPANY}:{NETWORK}"),
    "colleague": (COLLEAGUE, f"company:{COMPANY}:{NETWORK}"),
    "rival": (RIVAL, f"company:{OTHER_COMPANY}:{NETWORK}"),
    "provider": (TEACHER, f"provider:{PROVIDER}:{NETWORK}"),
    "adviser": (ADVISER, f"adviser:{AGENCY}:{NETWORK}"),
    "coordinator": (COORDINATOR, f"coordinator:{OFFICE}:{NETWORK}"),
    "elsewhere": (STRANGER, f"coordinator:{OFFICE}:{ELSEWHERE}"),
    "operator": (an_id(930), "operator"),
}


def as_(who: str, tag: str | None = None) -> dict[str, str]:
    """Return the headers of somebody, of nobody for any other word; `tag` goes into If-Match."""
    matching = {} if tag is None else {"If-Match": tag}
    if who not in RIGHTS:
        return {"Authorization": "", **matching}
    subject, right = RIGHTS[who]
    return {"Authorization": f"Bearer {a_token(right, subject=subject)}", **matching}


def by_link(need: str, member: str = ASKER) -> dict[str, str]:
    """Return the headers of whoever follows the link "still needed?" in a mail to a member."""
    return {"Authorization": f"Bearer {a_token(f'need:{need}', subject=member)}"}
