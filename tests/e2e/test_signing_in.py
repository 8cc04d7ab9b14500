"""From a mail to a session: by link and by code, invited or known, whatever scanners open meanwhile."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from deploy.local.service import local_client
from deploy.local.stack import LocalStack
from tests.e2e.world import World

BOT = {"User-Agent": "Mozilla/5.0 (compatible; LinkScanner/1.0)"}


async def ask(stack: LocalStack, method: str, path: str, **request: Any) -> httpx.Response:
    """Ask members as somebody who is not signed in."""
    async with local_client(stack.url("members")) as client:
        return await client.request(method, f"/api/v1{path}", **request)


async def invited(world: World, name: str = "invited") -> str:
    """Invite a colleague of the company by mail, and return the link."""
    role = {"organisation": world.company, "network": world.network, "role": "company"}
    fields = {"email": world.address(name), "name": "Robin Muster", "language": "de", "roles": [role]}
    await world.post("members", "/invitations", fields, key=uuid4().hex)
    return (await world.newest_mail(name, "/challenges/"))[0]


def parts_of(link: str) -> tuple[str, str]:
    address = urlsplit(link)
    return address.path.rpartition("/")[2], parse_qs(address.query)["sig"][0]


async def roles_of(stack: LocalStack, secret: str) -> set[tuple[str, str]]:
    """Return what a session may do, as (role, organisation)."""
    answer = await ask(stack, "POST", "/sessions/token", json={"secret": secret})
    assert answer.status_code == 200, answer.text
    return {(role["role"], role["organisation"]["id"]) for role in answer.json()["roles"]}


async def test_who_is_invited_signs_in_by_the_mailed_link(world: World, stack: LocalStack) -> None:
    challenge, signature = parts_of(await invited(world))

    met = await ask(stack, "POST", f"/challenges/{challenge}/uses", json={"signature": signature})

    assert met.status_code == 200, met.text
    assert await roles_of(stack, met.json()["session"]["secret"]) == {("company", world.company)}


async def test_who_is_invited_can_later_sign_in_by_a_code(world: World, stack: LocalStack) -> None:
    challenge, signature = parts_of(await invited(world))
    await ask(stack, "POST", f"/challenges/{challenge}/uses", json={"signature": signature})

    asked = (await ask(stack, "POST", "/sign-ins", json={"email": world.address("invited"), "language": "de"})).json()
    link, text = await mail_of(world, "invited", asked["challenge"])
    code = "".join(re.findall(r"\d", re.search(r"\b\d{4} ?\d{4}\b", text)[0]))  # type: ignore[index]
    met = await ask(
        stack, "POST", f"/challenges/{asked['challenge']}/uses", json={"browser": asked["browser"], "code": code}
    )

    assert asked["challenge"] in link
    assert met.status_code == 200, met.text
    assert await roles_of(stack, met.json()["session"]["secret"]) == {("company", world.company)}


async def mail_of(world: World, who: str, challenge: str) -> tuple[str, str]:
    """Return the link of one challenge and the text of its mail."""
    return await world.newest_mail(who, f"/challenges/{challenge}")


async def test_a_code_is_of_no_use_in_another_browser(world: World, stack: LocalStack) -> None:
    asked = (await ask(stack, "POST", "/sign-ins", json={"email": world.address("company"), "language": "de"})).json()
    _, text = await mail_of(world, "company", asked["challenge"])
    code = "".join(re.findall(r"\d", re.search(r"\b\d{4} ?\d{4}\b", text)[0]))  # type: ignore[index]

    elsewhere = await ask(
        stack, "POST", f"/challenges/{asked['challenge']}/uses", json={"browser": "x" * 43, "code": code}
    )

    assert elsewhere.status_code in {404, 422}
    assert "session" not in elsewhere.text


@pytest.mark.parametrize("kind", ["invitation", "sign_in", "match"])
async def test_a_scanner_that_opens_a_mailed_link_a_hundred_times_changes_nothing(
    world: World, stack: LocalStack, kind: str
) -> None:
    link = await _mailed(world, stack, kind)

    async with httpx.AsyncClient(trust_env=False, headers=BOT, follow_redirects=True) as bot:
        statuses = {(await bot.request(method, link)).status_code for method in ("GET", "HEAD") for _ in range(50)}

    assert statuses == {200}
    await _still_works(world, stack, kind, link)


async def _mailed(world: World, stack: LocalStack, kind: str) -> str:
    if kind == "invitation":
        return await invited(world)
    if kind == "sign_in":
        body = {"email": world.address("company"), "language": "de"}
        asked = (await ask(stack, "POST", "/sign-ins", json=body)).json()
        return (await mail_of(world, "company", asked["challenge"]))[0]
    need = await world.ask()
    return (await world.newest_mail("company", f"/matches/{need}"))[0]


async def _still_works(world: World, stack: LocalStack, kind: str, link: str) -> None:
    if kind == "match":
        need = link.partition("/matches/")[2].partition("/")[0]
        pair = await world.call("matching", "GET", f"/pairs/{need}/{world.offer}")
        assert pair["response"] is None
        return
    challenge, signature = parts_of(link)
    met = await ask(stack, "POST", f"/challenges/{challenge}/uses", json={"signature": signature})
    assert met.status_code == 200, met.text
