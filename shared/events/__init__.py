"""The contracts: one module for each publishing service; a topic carries `<Snapshot> | Erased`, keyed by id."""

from typing import Final

from shared.events.base import Erased, Snapshot
from shared.events.matching import ResponseSnapshot, ResultSnapshot
from shared.events.members import ChallengeSnapshot, MemberSnapshot, NetworkSnapshot, OrganisationSnapshot
from shared.events.surveys import NeedSnapshot, OfferSnapshot

ALL: Final[tuple[type[Snapshot], ...]] = (
    NetworkSnapshot,
    OrganisationSnapshot,
    MemberSnapshot,
    ChallengeSnapshot,
    NeedSnapshot,
    OfferSnapshot,
    ResultSnapshot,
    ResponseSnapshot,
)
"""Every contract that is published; its topic is created before anybody asks about it."""

__all__ = [
    "ALL",
    "ChallengeSnapshot",
    "Erased",
    "MemberSnapshot",
    "NeedSnapshot",
    "NetworkSnapshot",
    "OfferSnapshot",
    "OrganisationSnapshot",
    "ResponseSnapshot",
    "ResultSnapshot",
    "Snapshot",
]
