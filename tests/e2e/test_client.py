"""The generated client, as a program of a company uses it: through the portal, with an API token of its own."""

import asyncio
import sys
from pathlib import Path

from deploy.client.generate import generate
from deploy.local.stack import LocalStack
from shared.clock import now
from tests.e2e.test_signing_in import ask, mail_of, parts_of
from tests.e2e.world import World


async def token_of(world: World, stack: LocalStack, *scopes: str) -> str:
    """Sign in as the company's person, make an API token and return its secret."""
    asked = (await ask(stack, "POST", "/sign-ins", json={"email": world.address("company"), "language": "de"})).json()
    _, signature = parts_of((await mail_of(world, "company", asked["challenge"]))[0])
    met = await ask(stack, "POST", f"/challenges/{asked['challenge']}/uses", json={"signature": signature})
    session = await ask(stack, "POST", "/sessions/token", json={"secret": met.json()["session"]["secret"]})
    fields = {"label": "Warenwirtschaft", "scopes": list(scopes), "expires_on": f"{now().year + 1}-01-01"}
    signed = {"Authorization": f"Bearer {session.json()['token']}"}
    made = await ask(stack, "POST", "/api-tokens", json=fields, headers=signed)
    assert made.is_success, made.text
    return str(made.json()["secret"])


async def run_example(client: Path, stack: LocalStack, secret: str, title: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bedarfswerk_client.example",
        title,
        cwd=client.parent,
        env={"BEDARFSWERK_URL": stack.url("portal"), "BEDARFSWERK_SECRET": secret},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, told.decode()


async def test_the_example_submits_a_need_and_reads_its_matches(
    world: World, stack: LocalStack, tmp_path: Path
) -> None:
    secret = await token_of(world, stack, "surveys:write", "matching:read")

    code, told = await run_example(generate(tmp_path), stack, secret, "WIG-Schweißen für drei Leute")

    assert code == 0, told
    assert world.offer in told
    need = told.split()[1]
    stored = await world.call("surveys", "GET", f"/needs/{need}")
    assert (stored["organisation"], stored["contact"]) == (world.company, world.asker)


async def test_a_token_without_the_scope_is_told_which_one_is_missing(
    world: World, stack: LocalStack, tmp_path: Path
) -> None:
    secret = await token_of(world, stack, "matching:read")

    code, told = await run_example(generate(tmp_path), stack, secret, "WIG-Schweißen")

    assert code != 0
    assert "surveys:write" in told
