"""What matching publishes: the result of a need, and what people said about one of its matches."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID, uuid5

from pydantic import Field

from shared.events.base import Day, Id, Moment, Snapshot, Value

_PAIRS = UUID("5f0a3c1e-7c0b-4a53-9d1a-6d3b1f6f7a10")


def pair_of(need: str, offer: str) -> str:
    """Return the id of a pair: a UUIDv5 of need and offer, the same wherever it is computed."""
    return str(uuid5(_PAIRS, f"{need}/{offer}"))


Verdict = Literal["fits", "not", "unknown"]

CriterionCode = Literal[
    "content",
    "lifecycle",
    "visibility",
    "place",
    "dates",
    "delivery",
    "seats",
    "price",
    "azav",
    "time_model",
    "cefr",
    "level",
    "entry",
    "latest_end",
    "group_minimum",
]


class Criterion(Value):
    """One reason for or against a match, as a code with parameters; whoever shows it makes the sentence.

    Parameters by code (each may be missing when unknown): content `{words, passage}`, words of the need that the offer
    has, too, and the sentence of the offer with most of them; place `{km, radius_km, town, how}` with how one of
    distance, online, in_house, anywhere; dates `{starts_on, entry, earliest, latest}`; delivery `{delivery}`; seats
    `{left, max, wanted}`; price `{price_eur, max_price_eur}`; azav `{}`; time_model `{models}`; cefr `{asked, has}`;
    level `{offered, wanted}`; latest_end `{ends_on, latest_end}`; group_minimum `{minimum, persons}`. Days are ISO
    texts.
    """

    code: CriterionCode
    verdict: Verdict
    params: dict[str, str | int | float | bool | tuple[str, ...] | None] = Field(default_factory=dict)
    weight: Annotated[float, Field(ge=0, le=1)] = 0.0
    """How much a verdict of `not` or `unknown` lowers `fit`: 0 for deciding limits."""


class Match(Value):
    """An offer that answers a need, with the reasons."""

    offer: Id
    pair: Id
    course_date: Id | None = None
    """The date that meets all limits together and starts first; None for an offer without dates."""
    starts_on: Day | None = None
    probability: Annotated[float, Field(ge=0, le=1)]
    """That the offer's content answers the need; calibrated; no limit or catalogue enters."""
    fit: Annotated[float, Field(ge=0, le=1)]
    """Probability times soft factors: what the list is ordered by."""
    announced: bool
    """Whether people may be told; no other service knows a threshold."""
    criteria: tuple[Criterion, ...]
    found_at: Moment


class NearMiss(Value):
    """An offer that teaches what is wanted, well enough to be announced, but that a deciding limit excludes."""

    offer: Id
    course_date: Id | None = None
    """The date that misses the fewest limits; None for an offer without dates."""
    probability: Annotated[float, Field(ge=0, le=1)]
    criteria: tuple[Criterion, ...]
    """Those with the verdict `not` and a weight of 0 exclude it."""


AdviceCode = Literal[
    "radius",
    "latest_start",
    "earliest_start",
    "delivery",
    "price",
    "persons",
    "azav",
    "time_model",
    "cefr",
    "level",
    "latest_end",
    "group_minimum",
]


class Advice(Value):
    """The smallest change of one limit of the need that would add all matches, at or above `announce`, that it can.

    Parameters by code: radius `{from, to}` in kilometres, without `to` for anywhere; latest_start and earliest_start
    `{from, to}`, days as ISO texts; delivery `{to}`, a form to be accepted as well; price `{from, to}` in euros a
    person; persons `{from, to}`, how many must find room; azav, and a soft criterion that was marked as a must, `{}`:
    not to insist on it.
    """

    code: AdviceCode
    params: dict[str, str | int | float] = Field(default_factory=dict)
    adds: Annotated[int, Field(ge=1)]
    """So many matches at or above `announce`."""


FundingCondition = Literal[
    "suspended", "ended", "not_yet", "promotion", "hours", "azav", "provider", "price", "land", "state"
]


class FundingHint(Value):
    """What might help to pay for a match; told over HTTP beside a pair, and no part of a result.

    Parameters by condition: hours `{above, hours}`; not_yet `{from}`; ended `{to}`; price `{least}`. Days are
    ISO texts.
    """

    rule: Annotated[str, Field(max_length=50)]
    title: Annotated[str, Field(max_length=200)]
    """What it is called, in German in every language, as people look it up."""
    source: Annotated[str, Field(max_length=300)] = ""
    checked_on: Day | None = None
    """The day on which the rule was looked up."""
    verdict: Literal["may_apply", "fails", "unknown"]
    applicant: Literal["employer", "learner"] = "employer"
    condition: FundingCondition | None = None
    """What fails, or what is not known; None when nothing known speaks against it."""
    params: dict[str, str | int | float] = Field(default_factory=dict)


class ResultSnapshot(Snapshot):
    """All matches of one need, best first, at most 50 (ties by probability, then offer id); keyed by the need's id."""

    topic: ClassVar[str] = "matching.result.v1"

    status: Literal["current", "closed"]
    """Closed when the need is no longer open."""
    need_version: int
    model: Annotated[str, Field(max_length=100)]
    matches: tuple[Match, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    """The at most 5 best by content (ties by offer id) of those that a limit excludes; never an offer of `matches`."""
    advice: tuple[Advice, ...] = ()
    """What the company could change, one for each limit, that which adds most first."""


DismissReason = Literal[
    "too_far",
    "wrong_level",
    "dates",
    "price",
    "format",
    "this_provider",
    "already_solved",
    "not_relevant",
]


class Said(Value):
    """What one side said about a match, last of all."""

    what: Literal["seen", "interested", "contacted", "booked", "dismissed"]
    by: Id
    at: Moment
    reason: DismissReason | None = None
    """Why, when dismissed."""
    persons: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """How many, when booked."""


class ResponseSnapshot(Snapshot):
    """What both sides said about one pair; keyed by the pair's id; a side that took everything back is None."""

    topic: ClassVar[str] = "matching.response.v1"

    status: Literal["current"]
    need: Id
    offer: Id
    company: Said | None = None
    provider: Said | None = None
