"""How long files take to come in, and how much memory the process that takes them needs.

python -m benchmarks.imports [--rows 100000]

Each case runs in a process of its own on a fresh database of a real MongoDB; the peak is that process's.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from deploy.local.mongod import Mongod
from deploy.local.ports import free_ports
from services.surveys.domain.import_jobs import ImportJob, started
from services.surveys.formats import openqcat_out
from services.surveys.importing.reading import looked_at, sniffed
from services.surveys.importing.working import work_on_next
from services.surveys.settings import Settings
from services.surveys.store import Store
from shared.clock import now
from shared.ids import new_id
from shared.mongo import open_database
from tests.builders import LEIPZIG, NETWORK, PROVIDER, a_date, an_id, an_offer

SAMPLE: Final = Path(__file__).parents[2] / "shared/data/ba/weiterbildungssuche-page.json"
TEXT: Final = "Grundlagen, Werkstoffe, Nahtvorbereitung und Sichtprüfung an Edelstahl und Aluminium. "


def a_catalogue(offers: int = 5000) -> bytes:
    """Return an open-Q-cat file with two dates for each offer."""

    def some() -> Iterator[bytes]:
        yield openqcat_out.head("Bildungswerk Muster gGmbH", PROVIDER, now())
        for number in range(offers):
            dates = tuple(
                a_date(id=an_id(10**6 + number * 2 + one), starts_on=f"2190-0{one + 1}-01", place=LEIPZIG)
                for one in range(2)
            )
            yield from openqcat_out.services(
                [
                    an_offer(
                        id=an_id(number),
                        title=f"Kurs {number}",
                        description=TEXT * 12,
                        own_number=f"K-{number}",
                        dates=dates,
                    )
                ]
            )
        yield openqcat_out.END

    return b"".join(some())


def a_table(rows: int) -> bytes:
    """Return a CSV file of needs, of which every thousandth is faulty."""
    lines = (
        f"Bedarf {number};{'viele' if number % 1000 == 999 else number % 9 + 1};{TEXT}{number};04109;Leipzig\r\n"
        for number in range(rows)
    )
    return ("Thema;Anzahl;Bemerkung;PLZ;Ort\r\n" + "".join(lines)).encode()


def peak_mb() -> float:
    """Return the most memory this process has held; getrusage would count the parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def take_in(url: str, name: str, path: Path, kind: str) -> None:
    """Bring one file and work on it to its end; print what was measured."""
    settings = Settings(
        mongo_url=SecretStr(url), mongo_database=name, kafka_bootstrap="127.0.0.1:9", caller_public_keys=("x",)
    )
    database = open_database(settings)
    store = Store(database)
    await store.prepare()
    before = peak_mb()
    content = path.read_bytes()  # noqa: ASYNC240 - nothing else runs here
    begun = time.monotonic()
    whose = {"network": NETWORK, **({"provider": PROVIDER} if kind == "offers" else {})}
    job = ImportJob(
        id=new_id(),
        version=1,
        changed_at=now(),
        status="new",
        kind="needs" if kind == "needs" else "offers",
        format=sniffed(content),
        size=len(content),
        owner=an_id(1),
        brought_at=now(),
        **whose,
    )
    job = looked_at(BytesIO(content), job)
    await store.imports.keep_file(job.id, content)
    looked = time.monotonic() - begun
    del content
    job = await store.imports.jobs.add(started(job))
    await work_on_next(store)
    done = await store.imports.jobs.get(job.id)
    seconds = time.monotonic() - begun
    peak = peak_mb()
    assert done is not None
    counts = ", ".join(f"{count} {what}" for what, count in done.counts.model_dump().items() if count)
    told = (
        f"{path.name} ({job.size / 1e6:.1f} MB)",
        f"{looked:.1f} s",
        f"{seconds:.1f} s",
        f"{done.records_done / seconds:,.0f}",
        f"{before:.0f} → {peak:.0f} MB",
        f"{done.status}: {counts}",
    )
    print(f"| {' | '.join(told)} |", flush=True)
    database.client.close()


async def main(rows: int) -> None:
    print("| file | until the preview | in all | records/s | memory before → peak | outcome |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            ("open-Q-cat, 5,000 offers", "offers", a_catalogue()),
            (f"CSV, {rows:,} needs", "needs", a_table(rows)),
        ]
        if SAMPLE.exists():
            cases.insert(0, ("BA sample", "offers", SAMPLE.read_bytes()))
        server = Mongod(Path(folder) / "mongo", free_ports(1)[0])
        await server.start()
        try:
            for number, (name, kind, content) in enumerate(cases):
                path = Path(folder) / name
                path.write_bytes(content)
                database = f"bench_imports_{number}"
                url = await server.grant(database)
                command = [sys.executable, "-m", "benchmarks.imports", "--one", url, database, str(path), kind]
                await asyncio.to_thread(subprocess.run, command, check=True)
        finally:
            await server.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", nargs=4)
    given = parser.parse_args()
    if given.one:
        asyncio.run(take_in(given.one[0], given.one[1], Path(given.one[2]), given.one[3]))
    else:
        asyncio.run(main(given.rows))
