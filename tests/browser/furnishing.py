"""One of everything that pages show, so that each page of the portal has an address to look at."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from shared.clock import now
from shared.language import HOME
from shared.links import challenge_url, link_key, need_url, unsubscribe_url
from shared.links import match_url as mailed_match
from tests.browser.town import Town
from tests.waiting import eventually

TABLE: Final = "Titel;Personen;PLZ\nStaplerschein für das Lager;2;04109\nExcel für das Büro;viele;04109\n;1;04109\n"
"""Needs of which the second and the third cannot be taken in."""


@dataclass
class Furnished:
    """What stands for the parameters of addresses, and whole addresses where those say too little."""

    named: dict[str, str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    """By the route's own address, such as "/unsubscribe"."""


async def furnish(town: Town) -> Furnished:
    """Enter one of everything into a town."""
    home = Furnished()
    await _match(town, home)
    await _survey(town, home)
    await _notes(town, home)
    await _places(town, home)
    await _import(town, home)
    await _letter(town, home)
    _links(town, home)
    return home


async def _match(town: Town, home: Furnished) -> None:
    """A match that nobody has answered, and one that both sides are interested in."""
    need, agreed = await town.ask(town.asks), await town.ask(f"{town.asks}, zweite Gruppe")

    async def are_matched() -> bool:
        return all([await town.is_matched(one, [town.offer]) for one in (need, agreed)])

    await eventually(are_matched, timeout=180)
    for side in ("company", "provider"):
        await _is_interested(town, side, f"/pairs/{agreed}/{town.offer}")
    home.named |= {"need": need, "offer": town.offer}
    home.whole |= {
        "/bedarfe/{need}/passend/{offer}/kontakt": f"/bedarfe/{agreed}/passend/{town.offer}/kontakt",
        "/angebote/{offer}/passend/{need}/kontakt": f"/angebote/{town.offer}/passend/{agreed}/kontakt",
    }


async def _is_interested(town: Town, side: str, pair: str) -> None:
    earlier = (await town.as_(side, "matching", "GET", pair))["response"]
    headers = {"If-Match": f'"{earlier["version"]}"'} if earlier else {}
    said = {"what": "interested"}
    await town.as_(side, "matching", "PUT", f"{pair}/responses/{side}", json=said, headers=headers)


async def _survey(town: Town, home: Furnished) -> None:
    made = await town.post("surveys", "/surveys/ready-made", {"network": town.network, "status": "open"})
    home.named |= {"survey": made["id"], "section": "0", "question": "0"}


async def _notes(town: Town, home: Furnished) -> None:
    """A visit, an assessment, and a personal link that asks for one."""
    visit = {
        "company": {"name": "Tischlerei Holzmuster", "postal_code": "04668", "town": "Grimma"},
        "notes": "Zwei Leute sollen CNC lernen, ab März.",
        "consent": {"how": "spoken", "given_on": _in(-1)},
        "follow_up_on": _in(30),
    }
    said = {"text": "In der Metallbranche fehlen Schweißerinnen.", "region": "Leipzig", "persons": 40}
    asked = {"asked": "Agentur für Arbeit Musterland", "asked_for": "Verbund", "expires_on": _in(200)}
    seen = await town.as_("coordinator", "surveys", "POST", "/visits", json=visit, headers=_once())
    given = await town.as_("adviser", "surveys", "POST", "/assessments", json=said, headers=_once())
    link = await town.as_("coordinator", "surveys", "POST", "/assessments/requests", json=asked, headers=_once())
    home.named |= {"visit": seen["id"], "entity": given["id"], "secret": link["secret"]}


async def _places(town: Town, home: Furnished) -> None:
    place = {"organisation": town.company, "name": "Werkstatt Süd", "postal_code": "04277", "town": "Leipzig"}
    made = await town.post("members", "/locations", place)
    invited = {
        "email": town.address("invited"),
        "name": "Robin Muster",
        "language": "de",
        "roles": [{"organisation": town.company, "network": town.network, "role": "company"}],
    }
    challenge = (await town.post("members", "/invitations", invited))["id"]
    home.named |= {
        "network": town.network,
        "location": made["id"],
        "organisation": town.company,
        "challenge": challenge,
    }


async def _import(town: Town, home: Furnished) -> None:
    """A file of needs, taken in but for two rows; and another whose columns are still to be looked at."""
    job = await _brought(town)
    path = f"/imports/{job['id']}"
    plan = {"mapping": job["mapping"], "mode": "valid", "defaults": {"visibility": "network"}}
    await town.as_("company", "surveys", "PUT", path, json=plan)
    await town.as_("company", "surveys", "POST", f"{path}/start")

    async def is_taken_in() -> bool:
        return bool((await town.as_("company", "surveys", "GET", path))["status"] == "done")

    await eventually(is_taken_in, timeout=180)
    home.named |= {"job": job["id"], "kind": "needs", "extension": "csv"}


async def _brought(town: Town) -> Any:
    query = {"kind": "needs", "network": town.network, "organisation": town.company}
    return await town.as_("company", "surveys", "POST", "/imports", params=query, content=TABLE.encode())


async def _letter(town: Town, home: Furnished) -> None:
    """A message that nobody can read, as somebody's faulty program might send it."""
    producer = AIOKafkaProducer(bootstrap_servers=town.stack.broker.bootstrap)
    await producer.start()
    try:
        await producer.send_and_wait("surveys.need.v1", b"no JSON", key=b"nothing")
    finally:
        await producer.stop()

    async def is_set_aside() -> list[Any]:
        return list((await town.call("matching", "GET", "/dead-letters"))["items"])

    letters = await eventually(is_set_aside, timeout=60)
    home.named |= {"service": "matching", "letter": letters[0]["id"]}


def _links(town: Town, home: Furnished) -> None:
    """What mails lead to, signed as they are."""
    need, key = home.named["need"], link_key(town.stack.env("members")["LINK_KEY"])
    home.whole |= {
        "/matches/{need}/{offer}": mailed_match("", key, town.asker, need, town.offer),
        "/unsubscribe": unsubscribe_url("", key, town.asker),
        "/still-needed/{need}": need_url("", key, town.asker, need),
        "/challenges/{challenge}": challenge_url("", key, home.named["challenge"]),
    }


def _in(days: int) -> str:
    return (now().astimezone(HOME).date() + timedelta(days=days)).isoformat()


def _once() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}
