import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from deploy.cli.calls import Calls
from deploy.cli.deployment import Deployment
from deploy.demo.watching import Mail, Received, Seen, Watch
from services.notifications.domain.telling import item_id
from shared.events import ResultSnapshot
from shared.events.matching import Match, pair_of
from tests.builders import ASKER, NOW, TEACHER, a_need, an_id, an_offer

NEED, OFFER = a_need(id=an_id(1), version=3), an_offer(id=an_id(101))
PAIR = pair_of(NEED.id, OFFER.id)
BOTH_SIDES = frozenset({item_id(ASKER, PAIR, "offer_for_need"), item_id(TEACHER, PAIR, "need_for_offer")})
MAIL = Received("0000000001", "petra@metallbau.example", "Ein Angebot", datetime(2027, 1, 1, tzinfo=UTC))


def _result(need_version: int = 3, *, announced: bool = True, version: int = 1) -> ResultSnapshot:
    match = Match(offer=OFFER.id, pair=PAIR, probability=0.9, fit=0.9, announced=announced, criteria=(), found_at=NOW)
    return ResultSnapshot(
        id=NEED.id,
        version=version,
        changed_at=NOW,
        status="current",
        need_version=need_version,
        model="m",
        matches=(match,),
    )


def _seen(result: ResultSnapshot | None, *mails: Mail, received: int = 0, **need: object) -> Seen:
    return Seen(
        needs={NEED.id: NEED.model_copy(update=need)},
        offers={OFFER.id: OFFER},
        results={NEED.id: result} if result else {},
        mails=mails,
        received=(MAIL,) * received,
    )


def _mail(state: str, *items: str) -> Mail:
    return Mail(an_id(301), state, frozenset(items))


def test_all_is_quiet_when_both_sides_of_each_announced_match_got_their_mail() -> None:
    assert _seen(_result(), _mail("sent", *BOTH_SIDES), received=1).waits_for() == []


@pytest.mark.parametrize(
    ("seen", "waits_for"),
    [
        (_seen(None), "1 needs without a current result"),
        (_seen(_result(need_version=2), _mail("sent", *BOTH_SIDES), received=1), "1 needs without a current result"),
        (_seen(_result()), "2 matches that somebody should have been told"),
        (_seen(_result(), _mail("sent", min(BOTH_SIDES)), received=1), "1 matches that somebody should have been told"),
        (_seen(_result(), _mail("cancelled", *BOTH_SIDES)), "2 matches that somebody should have been told"),
        (_seen(_result(announced=False), _mail("handed_over")), "1 mails on their way"),
        (_seen(_result(), _mail("sent", *BOTH_SIDES)), "1 mails sent but not received"),
    ],
)
def test_what_is_not_finished_is_said(seen: Seen, waits_for: str) -> None:
    assert seen.waits_for() == [waits_for]


def test_nobody_has_to_be_told_what_is_not_announced_or_what_a_coordinator_decides() -> None:
    assert _seen(_result(announced=False)).waits_for() == []
    assert _seen(_result(), visibility="coordinator").waits_for() == []


class _Stack:
    """Answers like matching, notifications and the mail catcher; matching's answers are given one after another."""

    def __init__(self, *answers: dict[str, Any] | None) -> None:
        self._answers = list(answers)
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/matches"):
            self.asked += 1
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            return httpx.Response(200 if answer else 404, json=answer or {"title": "nothing"})
        if request.url.path.endswith("/mails"):
            mail = {"id": an_id(301), "state": "sent", "items": sorted(BOTH_SIDES)}
            return httpx.Response(200, json={"items": [mail], "next": None})
        return httpx.Response(200, json=[_caught()])


def _told(**changes: object) -> dict[str, Any]:
    return {"need": NEED.id, "status": "current", "need_version": 3, "model": "m", "matches": [], **changes}


def _caught() -> dict[str, Any]:
    return {"id": MAIL.id, "from": "b@localhost", "to": [MAIL.to], "subject": MAIL.subject, "received_at": str(MAIL.at)}


async def _watch(stack: _Stack, use: Callable[[Watch], Any]) -> Any:
    deployment = Deployment({"matching": "http://matching", "notifications": "http://notifications"}, lambda: "t")
    transport = httpx.MockTransport(stack)
    async with (
        Calls(deployment, transport=transport) as calls,
        httpx.AsyncClient(base_url="http://catcher", transport=transport) as catcher,
    ):
        watch = Watch(calls, catcher)
        watch.entered([NEED.model_dump(mode="json")], [OFFER.model_dump(mode="json")])
        return await use(watch)


async def test_watching_ends_when_the_results_stay_as_they_are() -> None:
    first, then = _told(matches=[]), _told(matches=[match.model_dump(mode="json") for match in _result().matches])
    stack = _Stack(None, _told(status="waiting", need_version=None, model=None), first, then, then)
    shown: list[Seen] = []

    quiet = await _watch(stack, lambda watch: watch.until_quiet(20, shown.append))

    assert quiet.matches() == 1
    assert quiet.received == (MAIL,)
    assert stack.asked >= 5
    assert shown[0].matches() == 0
    assert shown[-1].matches() == 1


async def test_watching_gives_up_with_what_is_missing() -> None:
    async def hurried(watch: Watch) -> Seen:
        return await watch.until_quiet(0.05, lambda _: None)

    with pytest.raises(TimeoutError, match="after 0 s: 1 needs without a current result"):
        await asyncio.wait_for(_watch(_Stack(None), hurried), 10)
