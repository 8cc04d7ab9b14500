"""What one mailbox is asked to prove: how long, with what, and what follows for the person who proved it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.events.base import Value
from shared.events.members import ChallengeSnapshot, Consent, MemberSnapshot, Role
from shared.rules import RuleBroken

ChallengeKind = Literal["sign_in", "confirmation", "invitation"]
ShownStatus = Literal["open", "used", "closed"]
LASTS: Final[dict[ChallengeKind, timedelta]] = {
    "sign_in": timedelta(minutes=60),
    "confirmation": timedelta(days=7),
    "invitation": timedelta(days=14),
}
CODE_LASTS: Final = timedelta(minutes=10)
MOST_CODES: Final = 5
"""So many codes may be tried; the fifth wrong one closes the challenge."""
KEPT: Final = timedelta(days=30)
"""How long a challenge that is over is kept, to answer "what happened to my link?"."""
MOST_ROLES: Final = 100
"""A token holds no more."""


class Registration(Value):
    """What a public survey was told about the person and the company, until the address is confirmed."""

    name: str
    company: str
    postal_code: str | None = None
    town: str | None = None
    head_count: int | None = None
    text_version: str
    wants_mails: bool


def is_open(challenge: ChallengeSnapshot, moment: datetime) -> bool:
    """Tell whether the challenge can still be met."""
    return challenge.status == "open" and moment < challenge.expires_at


def takes_codes(challenge: ChallengeSnapshot, moment: datetime) -> bool:
    """Tell whether the challenge can still be met with its code, which lives shorter than its link."""
    begun = challenge.expires_at - LASTS[challenge.kind]
    return challenge.kind == "sign_in" and is_open(challenge, moment) and moment < begun + CODE_LASTS


def shown_status(challenge: ChallengeSnapshot, moment: datetime) -> ShownStatus:
    """Return what a visitor is told: expired is closed, also before anybody has written it down."""
    return "closed" if challenge.status == "open" and moment >= challenge.expires_at else challenge.status


def may_be_asked(status: str | None, kind: ChallengeKind) -> bool:
    """Tell whether a person of this status (None: nobody) is mailed; only a confirmed one can sign in."""
    return status == "active" or (status == "unconfirmed" and kind != "sign_in")


def company_of(member: MemberSnapshot, network: str) -> str | None:
    """Return the company that the person acts for in the network, the first named if there are several."""
    return next((one.organisation for one in member.roles if one.role == "company" and one.network == network), None)


def confirmed(
    member: MemberSnapshot, said: Registration, role: Role, challenge: ChallengeSnapshot, moment: datetime
) -> MemberSnapshot:
    """Return the person after confirming: active, with the role, and with the consent if mails were wanted.

    What somebody else once said under an address that nobody had confirmed is replaced.
    """
    name = said.name if member.status == "unconfirmed" else member.name
    renamed = with_roles(member.model_copy(update={"name": name}), [role])
    if said.wants_mails and not _wants_mails(member):
        return _agreeing(renamed, said.text_version, challenge.id, moment)
    return renamed


def with_mails(member: MemberSnapshot, moment: datetime, *, wanted: bool, text_version: str | None) -> MemberSnapshot:
    """Return the person with the consent given, withdrawn, or as it was; giving it needs the text that was read."""
    if wanted == _wants_mails(member):
        return member
    if wanted:
        if text_version is None:
            raise RuleBroken("field_missing", field="text_version")
        return _agreeing(member, text_version, None, moment)
    withdrawn = tuple(
        one if one.withdrawn_at else one.model_copy(update={"withdrawn_at": moment}) for one in member.consents
    )
    return member.model_copy(update={"consents": withdrawn})


def _wants_mails(member: MemberSnapshot) -> bool:
    return any(one.purpose == "matches" and one.withdrawn_at is None for one in member.consents)


def _agreeing(member: MemberSnapshot, text_version: str, challenge: str | None, moment: datetime) -> MemberSnapshot:
    given = Consent(purpose="matches", given_at=moment, text_version=text_version, challenge=challenge)
    others = (one for one in member.consents if one.purpose != "matches")
    return member.model_copy(update={"consents": (*others, given)})


def with_roles(member: MemberSnapshot, roles: Iterable[Role]) -> MemberSnapshot:
    """Return the person, whose address is confirmed by this, with these roles as well."""
    all_roles = tuple(dict.fromkeys((*member.roles, *roles)))
    if len(all_roles) > MOST_ROLES:
        raise RuleBroken("too_many_roles", field="roles", most=MOST_ROLES)
    return member.model_copy(update={"status": "active", "roles": all_roles})
