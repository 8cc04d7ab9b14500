"""Whether the time of an answer tells if anybody has an address: as many known as unknown ones, in random order.

AUC is the chance that a known address was answered later than an unknown one; 0.5 says that the time tells nothing.
Members and notifications run as always, so mails to the known ones are written and sent meanwhile.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
import numpy as np

from deploy.local.service import local_client
from deploy.local.stack import LocalStack

SAMPLES: Final = 2000
WARM_UP: Final = 100
LEAST: Final = 0.45
MOST: Final = 0.55
LIMITS: Final = {"MAILS_PER_MAILBOX": "100000", "SIGN_INS_PER_ADDRESS": "100000", "ASKED_IN_ALL": "100000"}


async def measure(seed: int = 1) -> None:
    """Run the benchmark and print a table; SystemExit when the time of an answer tells too much."""
    addresses = [(f"person-{number}@metallbau.example", number % 2 == 0) for number in range(SAMPLES + WARM_UP)]
    random.Random(seed).shuffle(addresses)  # noqa: S311 - an order, not a secret
    with TemporaryDirectory(prefix="bedarfswerk-bench-") as folder:
        async with (
            LocalStack(Path(folder), services=("members", "notifications"), environments={"members": LIMITS}) as stack,
            local_client(stack.url("members")) as client,
        ):
            await _enter(client, stack, [email for email, known in addresses if known])
            taken = [(await _seconds(client, email), known) for email, known in addresses][WARM_UP:]
    known, unknown = ([seconds for seconds, one in taken if one is kind] for kind in (True, False))
    found = auc(known, unknown)
    print(f"{len(taken)} requests to sign in, known and unknown addresses in random order")
    print(f"{'milliseconds':<24}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, seconds in (("known", known), ("unknown", unknown)):
        shares = np.quantile(np.array(seconds) * 1000, [0.5, 0.95, 0.99])
        print(f"{name:<24}" + "".join(f"{value:8.2f}" for value in shares))
    print(f"AUC {found:.3f}, wanted between {LEAST} and {MOST}")
    if not LEAST < found < MOST:
        raise SystemExit("the time of an answer tells whether somebody has the address")


def auc(known: Sequence[float], unknown: Sequence[float]) -> float:
    """Return the chance that one of `known` is greater than one of `unknown`; equal ones count half."""
    below = np.searchsorted(np.sort(unknown), known, "left")
    upto = np.searchsorted(np.sort(unknown), known, "right")
    return float(np.mean(below + upto) / 2 / len(unknown))


async def _enter(client: httpx.AsyncClient, stack: LocalStack, emails: Sequence[str]) -> None:
    headers = {"Authorization": f"Bearer {stack.operator_token()}"}
    for email in emails:
        person = {"name": "Person", "email": email, "confirmed": True}
        (await client.post("/api/v1/members", json=person, headers=headers)).raise_for_status()


async def _seconds(client: httpx.AsyncClient, email: str) -> float:
    started = time.perf_counter()
    answer = await client.post("/api/v1/sign-ins", json={"email": email, "language": "de"})
    taken = time.perf_counter() - started
    answer.raise_for_status()
    return taken
