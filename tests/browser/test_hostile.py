"""With hostile texts in everything that people can type: no page runs or breaks, no mail, no export."""

import csv
import json
from email import message_from_bytes, policy
from io import BytesIO, StringIO
from typing import Final

import httpx
import pytest
from icalendar import Calendar
from lxml import etree, html
from openpyxl import load_workbook

from deploy.local.service import local_client
from deploy.local.stack import LocalStack
from tests import hostile
from tests.browser.conftest import Visit
from tests.browser.furnishing import Furnished, furnish
from tests.browser.pages import ASKED, NO_PAGES, READERS, Seen, address_of, opened_by, routes, to_look_at
from tests.browser.spoiling import Spoiler, table_of
from tests.browser.town import Town
from tests.waiting import eventually

RUNS: Final = ("script", "iframe", "object", "embed", "base")
OUR_SCRIPT: Final = "/static/"
TOLD: Final = frozenset(
    {"/", "/bedarfe", "/bedarfe/{need}", "/angebote/{offer}", "/besuche/{visit}", "/umfragen/{survey}", "/organisation"}
)
"""The pages that show most of what people typed."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
FORMATS: Final = [
    *(("needs", form) for form in ("csv", "xlsx", "jsonl", "atom", "geojson")),
    *(("offers", form) for form in ("csv", "xlsx", "jsonl", "jsonld", "ics", "atom", "geojson", "openqcat")),
]


@pytest.fixture(scope="module")
async def spoilt(stack: LocalStack) -> Town:
    """A town of its own, furnished and then spoilt."""
    return await Town.founded(stack)


@pytest.fixture(scope="module")
async def rooms(spoilt: Town) -> Furnished:
    rooms = await furnish(spoilt)
    await _bring(spoilt, rooms)
    await Spoiler(spoilt).everything(rooms)
    return rooms


async def _bring(town: Town, rooms: Furnished) -> None:
    """Import a file in which every cell is hostile, as the coordinator."""
    query = {"kind": "needs", "network": town.network}
    job = await town.as_("coordinator", "surveys", "POST", "/imports", params=query, content=table_of())
    path = f"/imports/{job['id']}"
    mapping = ["title", "description", "place.town"]
    await town.as_("coordinator", "surveys", "PUT", path, json={"mapping": mapping, "mode": "valid", "defaults": {}})
    await town.as_("coordinator", "surveys", "POST", f"{path}/start")

    async def is_done() -> bool:
        return bool((await town.as_("coordinator", "surveys", "GET", path))["status"] == "done")

    await eventually(is_done, timeout=60)
    rooms.named["job"] = job["id"]


@pytest.fixture(scope="module")
async def pages(spoilt: Town, rooms: Furnished) -> list[Seen]:
    found = {route: address_of(route, rooms) for route in routes()}
    addresses = {route: address for route, address in found.items() if address and not NO_PAGES.search(route)}
    return to_look_at(addresses, await opened_by(spoilt, addresses))


@pytest.mark.parametrize("reader", READERS)
async def test_no_text_of_anybody_becomes_part_of_a_page(spoilt: Town, pages: list[Seen], reader: str) -> None:
    faults = []

    async with local_client(spoilt.stack.url("portal"), timeout=60) as client:
        client.cookies.update(ASKED)
        if reader != "nobody":
            client.cookies.set("session", await spoilt.session(reader))
        for one in [one for one in pages if one.reader == reader]:
            answer = await client.get(one.address)
            faults += [f"{one.route}: {fault}" for fault in [*_broken(answer.status_code), *_intruders(answer.text)]]

    assert faults == []


def _broken(status: int) -> list[str]:
    return [] if status == httpx.codes.OK else [str(status)]


@pytest.mark.parametrize("reader", ["company", "provider", "coordinator"])
async def test_no_text_of_anybody_runs_in_a_browser(visit: Visit, spoilt: Town, pages: list[Seen], reader: str) -> None:
    ran = []
    addresses = {one.route: one.address for one in pages if one.route in TOLD}

    async with visit() as page:
        await spoilt.enter(page, reader)
        for route, address in addresses.items():
            await page.goto(address)
            if await page.evaluate(f"() => window.{hostile.MARK} !== undefined"):
                ran.append(route)

    assert set(addresses) == TOLD
    assert ran == []


def _intruders(page: str) -> list[str]:
    """Return elements and attributes that our templates do not write."""
    tree = html.fromstring(page)
    found = []
    for one in tree.iter(etree.Element):
        source = str(one.get("src", ""))
        if one.tag in RUNS and not source.startswith(OUR_SCRIPT):
            found.append(f"{one.tag!r} from {source[:100]!r}")
        for name, value in one.attrib.items():
            if str(name).startswith("on") or str(value).strip().lower().startswith("javascript:"):
                found.append(f"{one.tag!r} {name!r}={value[:60]!r}")
    return found


async def test_no_text_of_anybody_breaks_a_mail(spoilt: Town, rooms: Furnished) -> None:
    title = hostile.HTML[1]
    offer = await spoilt.teach(f"WIG-Schweißen Grundkurs {title}", description=" ".join(hostile.HTML))
    need = await spoilt.ask(f"WIG-Schweißen {title}", description=" ".join(hostile.HTML))
    for who in ("company", "provider"):
        await spoilt.newest_mail(who, f"/matches/{need}/{offer}")

    for who in ("company", "provider"):
        for mail in await spoilt.mails_to(who):
            parsed = message_from_bytes(str(mail["raw"]).encode(), policy=policy.default)
            assert parsed["Bcc"] is None
            assert [address.addr_spec for address in parsed["To"].addresses] == [spoilt.address(who)]
            assert parsed.defects == []
            body = parsed.get_body(("html",))
            assert body is not None
            assert _intruders(body.get_content()) == []
    assert rooms.named


@pytest.mark.parametrize(("kind", "form"), FORMATS)
async def test_no_text_of_anybody_breaks_an_export(spoilt: Town, rooms: Furnished, kind: str, form: str) -> None:
    answer = await spoilt.raw_as("coordinator", "surveys", f"/exports/{kind}.{form}")

    assert rooms.named
    assert answer.status_code == 200, answer.text
    _check(form, answer.content)


def _check(form: str, content: bytes) -> None:
    """Read an export as its readers do; a formula or a broken file fails."""
    if form == "csv":
        rows = list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) > 1
        assert [cell for row in rows for cell in row if cell.startswith(FORMULA) and not _is_number(cell)] == []
    elif form == "xlsx":
        sheet = load_workbook(BytesIO(content)).worksheets[0]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "b", "inlineStr"}
    elif form == "jsonl":
        assert [json.loads(line) for line in content.splitlines()]
    elif form in {"jsonld", "geojson"}:
        assert json.loads(content)
    elif form == "ics":
        assert Calendar.from_ical(content)
    else:
        safe = etree.XMLParser(resolve_entities=False, no_network=True)
        assert etree.fromstring(content, safe) is not None


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(",", "").replace(".", "").isdigit()
