"""Stores what a batch of a file brings: new things many at once, changes one by one, each exactly once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from services.surveys.domain import day_of, imports, needs, offers
from services.surveys.domain.import_jobs import Fault, ImportJob
from services.surveys.domain.seeing import need_for, offer_for
from services.surveys.domain.viewers import Standing, Viewer
from services.surveys.importing.judging import Judged
from services.surveys.store import Store
from services.surveys.store.imports import add_many, made_before
from shared.clock import now
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.publishing import Once
from shared.rules import Missing, RuleBroken, Stale

TRIES: Final = 3
MERGED_NEED: Final = frozenset(
    {"id", "version", "changed_at", "organisation", "contact", "networks", "source", "entered_by", "confirmed"}
    | {"consent", "expires_on", "asked_on"}
)
"""Of a need that is changed by a file: what stays."""


@dataclass
class Taken:
    """What became of a batch."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refused: list[Judged] = field(default_factory=list)

    def refuse(self, one: Judged, broken: RuleBroken) -> None:
        """Note that a record was refused when it was to be stored."""
        fault = Fault(code=broken.code, params=broken.params)
        self.refused.append(Judged(one.record, None, (fault,)))


def viewer_of(job: ImportJob) -> Viewer:
    """Return who brought the file, with the rights of that moment."""
    return Viewer(job.owner, job.operator, frozenset(Standing(*one) for one in job.standings))


def _once(job: ImportJob, one: Judged) -> Once:
    return Once(f"import:{job.id}", str(one.record.row), b"")


async def take(store: Store, job: ImportJob, batch: Sequence[Judged], *, again: bool) -> Taken:
    """Store a batch; with `again` some of it may have been stored before a crash, and counts as created still."""
    taken = Taken()
    onces = {one.record.row: _once(job, one) for one in batch}
    before: set[str] = set()
    if again:
        keys = list(onces.values())
        before = await (made_before(store.needs, keys) if job.kind == "needs" else made_before(store.offers, keys))
    taken.outcomes["created"] += len(before)
    fresh = [one for one in batch if str(one.record.row) not in before]
    if job.kind == "needs":
        await _take_needs(store, job, fresh, taken)
    else:
        await _take_offers(store, job, fresh, taken)
    return taken


async def _take_needs(store: Store, job: ImportJob, batch: Sequence[Judged], taken: Taken) -> None:
    known = {need.id: need for need in await _by_ids(store, "needs", batch) if isinstance(need, NeedSnapshot)}
    new: list[Judged] = []
    for one in batch:
        stored = known.get(one.record.entity or "")
        view = need_for(viewer_of(job), stored) if stored else None
        if stored is None or view is None or not view.may_change:
            new.append(one)
            continue
        try:
            assert isinstance(one.snapshot, NeedSnapshot)
            taken.outcomes[await _changed_need(store, stored, one)] += 1
        except RuleBroken as broken:
            taken.refuse(one, broken)
    pairs = [(one.snapshot, _once(job, one)) for one in new if isinstance(one.snapshot, NeedSnapshot)]
    stored_now, refused = await add_many(store.needs, pairs)
    taken.outcomes["created"] += len(stored_now)
    for place in refused:
        taken.refuse(new[place], RuleBroken("taken"))


async def _changed_need(store: Store, stored: NeedSnapshot, one: Judged) -> str:
    incoming = one.snapshot
    covered = one.record.covers
    kept = {
        name: getattr(stored, name)
        for name in NeedSnapshot.model_fields
        if name in MERGED_NEED or (covered is not None and name not in covered)
    }
    if "status" not in one.record.said:
        kept["status"] = stored.status
    assert isinstance(incoming, NeedSnapshot)
    new = incoming.model_copy(update=kept)
    if new == stored:
        return "unchanged"
    await store.needs.replace(needs.changed(stored, new, day_of(now())), expected=stored.version, was=stored)
    return "updated"


async def _take_offers(store: Store, job: ImportJob, batch: Sequence[Judged], taken: Taken) -> None:
    numbers = [one.record.number for one in batch if one.record.number]
    by_number = await store.offers_by_number(job.source, numbers)
    by_id = {offer.id: offer for offer in await _by_ids(store, "offers", batch) if isinstance(offer, OfferSnapshot)}
    viewer = viewer_of(job)
    new: list[Judged] = []
    for one in batch:
        stored = by_number.get(one.record.number or "")
        if stored is None and (named := by_id.get(one.record.entity or "")):
            view = offer_for(viewer, named)
            stored = named if view and view.may_change else None
        if stored is None and one.record.action == "withdraw":
            stored = await _with_date(store, job, str(one.record.said.get("date")))
        if stored is None and one.record.action == "put":
            new.append(one)
            continue
        await _take_known(store, one, stored, taken)
    pairs = [(one.snapshot, _once(job, one)) for one in new if isinstance(one.snapshot, OfferSnapshot)]
    stored_now, refused = await add_many(store.offers, pairs)
    for offer in stored_now.values():
        taken.outcomes["ended" if offer.status == "ended" else "created"] += 1
    for place in refused:
        await _take_known(store, new[place], await _stored_now(store, job, new[place]), taken)


async def _take_known(store: Store, one: Judged, stored: OfferSnapshot | None, taken: Taken) -> None:
    for _ in range(TRIES):
        try:
            if stored is None:
                raise Missing("number_unknown")  # noqa: TRY301 - judged like all other refusals
            taken.outcomes[await _changed_offer(store, stored, one)] += 1
        except (Stale, Missing) as lost:
            if stored is None:
                return taken.refuse(one, lost)
            stored = await store.offers.get(stored.id)
        except RuleBroken as broken:
            return taken.refuse(one, broken)
        else:
            return None
    return taken.refuse(one, Stale())


async def _with_date(store: Store, job: ImportJob, course: str) -> OfferSnapshot | None:
    found = await store.offers.find({"source": job.source, "dates.id": course}, limit=1)
    return found[0] if found else None


async def _stored_now(store: Store, job: ImportJob, one: Judged) -> OfferSnapshot | None:
    number = one.record.number or ""
    return (await store.offers_by_number(job.source, [number])).get(number)


async def _changed_offer(store: Store, stored: OfferSnapshot, one: Judged) -> str:
    today = day_of(now())
    if one.record.action == "withdraw":
        new = _withdrawn(stored, one)
    elif one.record.action == "dates":
        new = imports.taken_in(stored, stored.model_copy(update={"dates": one.dates}), today, whole=False)
    else:
        assert isinstance(one.snapshot, OfferSnapshot)
        new = imports.taken_in(stored, _merged(stored, one.snapshot, one), today, whole=one.record.whole)
    if new == stored:
        return "unchanged"
    await store.offers.replace(new, expected=stored.version, was=stored)
    if one.record.action == "withdraw":
        return "withdrawn"
    return "ended" if new.status == "ended" != stored.status else "updated"


def _merged(stored: OfferSnapshot, incoming: OfferSnapshot, one: Judged) -> OfferSnapshot:
    """Return what the file says, and for what it does not speak of, what is stored."""
    covered = one.record.covers
    kept = {name: getattr(stored, name) for name in ("source",)}
    if covered is not None:
        kept |= {name: getattr(stored, name) for name in OfferSnapshot.model_fields if name not in covered}
    kept |= {} if incoming.own_number else {"own_number": stored.own_number}
    if "status" not in one.record.said and incoming.status != "ended":
        kept["status"] = stored.status
    kept.pop("networks", None)
    return incoming.model_copy(update=kept)


def _withdrawn(stored: OfferSnapshot, one: Judged) -> OfferSnapshot:
    """Withdraw an offer, or take away the one course date that the number names."""
    gone = one.record.said.get("date")
    if gone is None or stored.own_number == one.record.number:
        return offers.withdrawn(stored)
    return stored.model_copy(update={"dates": tuple(course for course in stored.dates if course.id != gone)})


async def _by_ids(store: Store, kind: str, batch: Sequence[Judged]) -> Sequence[NeedSnapshot | OfferSnapshot]:
    ids = [one.record.entity for one in batch if one.record.entity]
    if not ids:
        return ()
    owned = store.needs if kind == "needs" else store.offers
    return await owned.find({"id": {"$in": ids}}, limit=len(ids))
