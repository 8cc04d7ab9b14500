"""What becomes of an answer: needs with ids derived from it, so that making them twice makes them once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from services.surveys.domain import needs as rules
from services.surveys.domain.asking.checking import Answers, Fault
from services.surveys.domain.asking.filling import NEED, need_fields
from services.surveys.domain.asking.kinds import Answer
from services.surveys.domain.asking.questions import Definition
from services.surveys.domain.days import day_of
from shared.events.members import ChallengeSnapshot
from shared.events.surveys import EntryConsent, NeedSnapshot
from shared.rules import RuleBroken

UNCONFIRMED_FOR: Final = timedelta(days=8)
"""A day longer than a confirmation can be used; then the answer is deleted."""
FREE_KINDS: Final = frozenset({"text", "long_text"})
"""Kinds of question whose answers may name people."""


def confirms(challenge: ChallengeSnapshot | None, answer: Answer) -> bool:
    """Return whether the person who was asked has confirmed this very answer."""
    return (
        challenge is not None
        and challenge.id == answer.challenge
        and challenge.kind == "confirmation"
        and challenge.status == "used"
        and challenge.network == answer.network
        and challenge.member is not None
    )


def confirmed(answer: Answer, challenge: ChallengeSnapshot) -> Answer:
    """Return the answer as one that counts."""
    return answer.model_copy(
        update={"status": "confirmed", "member": challenge.member, "organisation": challenge.organisation}
    )


def needs_of(answer: Answer, definition: Definition) -> tuple[NeedSnapshot, ...]:
    """Return the needs that a confirmed answer opens, as they were judged on the day it was given."""
    return tuple(rules.started(need, day_of(answer.given_at)) for need in _told(answer, definition))


def _told(answer: Answer, definition: Definition) -> tuple[NeedSnapshot, ...]:
    if not definition.makes_needs:
        return ()
    return tuple(_need(answer, definition, number) for number in range(len(answer.needs)))


def _need(answer: Answer, definition: Definition, number: int) -> NeedSnapshot:
    fields = need_fields(definition, answer.values, answer.needs[number])
    consent = EntryConsent(
        how="online", given_on=day_of(answer.given_at), given_by=answer.member, recorded_by=answer.member
    )
    return NeedSnapshot(
        **{
            "id": need_id(answer.id, number),
            "version": 1,
            "changed_at": answer.given_at,
            "status": "open",
            "language": answer.language,
            "organisation": answer.organisation,
            "contact": answer.member,
            "entered_by": answer.member,
            "networks": (answer.network,),
            "place": answer.place,
            "source": "survey",
            "consent": consent,
            **fields,
        }
    )


def need_id(answer: str, number: int) -> str:
    """Return the id of an answer's n-th need: a UUIDv7 of the answer's time, the rest a hash of answer and number."""
    mixed = UUID(answer).bytes[:6] + sha256(f"{answer}:{number}".encode()).digest()[:10]
    plain = int.from_bytes(mixed)
    versioned = plain & ~(0xF << 76) | (0x7 << 76)
    return str(UUID(int=versioned & ~(0x3 << 62) | (0x2 << 62)))


def need_faults(answer: Answer, definition: Definition, today: date) -> tuple[Fault, ...]:
    """Return where the needs of an answer break a rule, by the question that fills the field at fault."""
    faults = []
    for number, need in enumerate(_told(answer, definition)):
        try:
            rules.started(need, today)
        except RuleBroken as broken:
            faults.append(Fault(_place_of(definition, broken.field, number), broken.code, broken.params))
    return tuple(faults)


def _place_of(definition: Definition, field: str | None, number: int) -> str:
    named = NEED + ("persons" if (field or "").startswith("persons") else (field or "title"))
    once = {question.fills: question.key for question in definition.questions(each_need=False)}
    if named in once:
        return f"values.{once[named]}"
    question = definition.filling(named)
    if question is not None:
        return f"needs.{number}.{question.key}"
    return "place" if field == "place" else f"needs.{number}"


def without_person(answer: Answer, definition: Definition) -> Answer:
    """Return the answer after its person was erased: whose it was and all that was written freely is gone."""
    free = {question.key for question in definition.questions() if question.kind in FREE_KINDS}
    return answer.model_copy(
        update={
            "member": None,
            "values": _without(answer.values, free),
            "needs": tuple(_without(need, free) for need in answer.needs),
        }
    )


def _without(answers: Mapping[str, object], keys: set[str]) -> Answers:
    kept: Answers = {key: value for key, value in answers.items() if key not in keys}  # type: ignore[misc]
    return kept


def given_before(moment: datetime) -> datetime:
    """Return the time before which answers that are still unconfirmed are deleted."""
    return moment - UNCONFIRMED_FOR
