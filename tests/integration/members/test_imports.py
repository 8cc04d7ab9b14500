"""Tables of organisations, people and locations come in and go out."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import Workbook, load_workbook

from services.members.store import Store
from tests.builders import NETWORK
from tests.integration.members.conftest import Caller
from tests.integration.members.world import COMPANY, ELSEWHERE, FOREIGN, IDS, SignedIn, World

COMPANIES = """Firma;Typ;PLZ;Ort;Mitarbeiterzahl;Homepage
Holzbau Muster;Unternehmen;04109;Leipzig;12;holzbau.example
Bildungswerk Muster;Bildungsanbieter, Unternehmen;01067;Dresden;;
Drei Fehler;Bäckerei;123;Halle;viele;
"""


@pytest.fixture
async def world(store: Store, stranger: Caller) -> World:
    return await World(store, stranger.client).fill()


@pytest.fixture
def coordinator(world: World) -> SignedIn:
    caller = world["coordinator"]
    assert isinstance(caller, SignedIn)
    return caller


async def upload(caller: SignedIn, table: str, file: str | bytes, commit: str = "none", **more: str) -> Any:
    content = file.encode() if isinstance(file, str) else file
    query = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    answer = await caller.upload(f"/imports/{table}?network={NETWORK}&commit={commit}{query}", content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def workbook(*rows: tuple[str | int | None, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


async def test_a_preview_stores_nothing_and_names_each_fault_by_row_and_column(
    coordinator: SignedIn, store: Store
) -> None:
    before = await store.organisations.count({})

    report = await upload(coordinator, "organisations", COMPANIES)

    assert await store.organisations.count({}) == before
    assert (report["stored"], report["counts"]) == (False, {"new": 2, "created": 0, "known": 0, "invalid": 1})
    assert [(row["row"], row["outcome"]) for row in report["rows"]] == [(2, "new"), (3, "new"), (4, "invalid")]
    assert {(one["column"], one["code"]) for one in report["rows"][2]["errors"]} == {
        ("Typ", "not_one_of"),
        ("PLZ", "not_a_postal_code"),
        ("Mitarbeiterzahl", "not_a_whole_number"),
    }


async def test_all_or_nothing_takes_nothing_while_one_row_is_faulty(coordinator: SignedIn, store: Store) -> None:
    before = await store.organisations.count({})

    report = await upload(coordinator, "organisations", COMPANIES, "all")

    assert (report["stored"], await store.organisations.count({})) == (False, before)


async def test_good_rows_come_in_and_a_second_time_they_are_known(coordinator: SignedIn, store: Store) -> None:
    report = await upload(coordinator, "organisations", COMPANIES, "valid")
    again = await upload(coordinator, "organisations", COMPANIES, "valid")

    assert report["counts"] == {"new": 0, "created": 2, "known": 0, "invalid": 1}
    assert again["counts"] == {"new": 0, "created": 0, "known": 2, "invalid": 1}
    assert [row["id"] for row in again["rows"]] == [row["id"] for row in report["rows"]]
    made = await store.organisations.get(report["rows"][0]["id"])
    assert made is not None
    assert (made.head_count, made.website, made.networks) == (12, "https://holzbau.example", (NETWORK,))
    assert made.place.lat == pytest.approx(51.34, abs=0.02)
    provider = await store.organisations.get(report["rows"][1]["id"])
    assert provider is not None
    assert provider.kinds == {"provider", "company"}


async def test_people_come_in_unconfirmed_without_consents(coordinator: SignedIn, store: Store) -> None:
    table = (
        "Name;E-Mail;Unternehmen;Tel\nPetra Beispiel;PETRA@holz.example;Metallbau;=1+1\nUwe;uwe@holz.example;Fort;\n"
    )

    report = await upload(coordinator, "members", table, "valid")

    assert [row["outcome"] for row in report["rows"]] == ["created", "invalid"]
    assert report["rows"][1]["errors"][0] | {"detail": ""} == {
        "column": "Unternehmen",
        "field": "organisation",
        "code": "organisation_not_here",
        "detail": "",
    }
    petra = await store.members.get(report["rows"][0]["id"])
    assert petra is not None
    assert (petra.status, petra.consents, petra.email) == ("unconfirmed", (), "petra@holz.example")
    assert [(role.role, role.organisation) for role in petra.roles] == [("company", COMPANY)]
    assert await store.challenges.count({}) == 0


async def test_an_address_that_is_here_already_changes_nobody(coordinator: SignedIn, store: Store) -> None:
    rows = "Anders;company@people.example;Metallbau\nFremd;foreigner@people.example;Metallbau\n"

    report = await upload(coordinator, "members", f"Name;E-Mail;Firma\n{rows}", "all")

    assert [(row["outcome"], row["id"]) for row in report["rows"]] == [("known", IDS["company"]), ("known", None)]
    person = await store.members.get(IDS["company"])
    assert person is not None
    assert person.name == "Frau company"


async def test_no_table_gives_coordinators_roles(coordinator: SignedIn) -> None:
    table = "Name;E-Mail;Firma;Rolle\nA;a@holz.example;Metallbau;coordinator\nB;b@holz.example;Metallbau;operator\n"

    report = await upload(coordinator, "members", table, "valid")

    assert [row["errors"][0]["code"] for row in report["rows"]] == ["not_one_of", "not_one_of"]


async def test_a_workbook_of_locations_comes_in(coordinator: SignedIn, store: Store) -> None:
    file = workbook(
        ("Unternehmen", "Standort", "Art", "PLZ", "Ort", "Sichtbarkeit"),
        ("Metallbau", "Werk 1", "Betrieb", 4109, "Leipzig", "genau"),
        ("Fremdbau", "Fremd", "Betrieb", 4109, "Leipzig", "genau"),
        ("Metallbau", "Nirgends", "Betrieb", None, None, None),
    )

    report = await upload(coordinator, "locations", file, "valid")

    assert [row["outcome"] for row in report["rows"]] == ["created", "invalid", "invalid"]
    made = await store.locations.get(report["rows"][0]["id"])
    assert made is not None
    assert (made.place.postal_code, made.privacy, made.kind) == ("04109", "exact", "company")


async def test_columns_may_be_mapped_by_hand(coordinator: SignedIn) -> None:
    mapping = json.dumps({"Wer": "name", "Firma": None})

    report = await upload(coordinator, "organisations", "Wer;Firma\nHolzbau;x\n", mapping=mapping)
    wrong = await coordinator.upload(
        f"/imports/organisations?network={NETWORK}&mapping={quote(json.dumps({'Wer': '$where'}))}", b"Wer;A\nx;y\n"
    )

    assert report["columns"] == [{"heading": "Wer", "field": "name"}, {"heading": "Firma", "field": None}]
    assert report["counts"]["new"] == 1
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "mapping_unknown")


async def test_imports_and_exports_are_the_coordinators(world: World) -> None:
    for who in ("company", "provider", "adviser", "foreigner", "other_coordinator"):
        caller = world[who]
        assert isinstance(caller, SignedIn)
        assert (await caller.upload(f"/imports/organisations?network={NETWORK}", b"Name\nx\n")).status_code == 403
        assert (await caller.send("GET", f"/exports/members.csv?network={NETWORK}")).status_code == 403
    assert (await world["coordinator"].send("GET", f"/exports/members.csv?network={ELSEWHERE}")).status_code == 403


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_was_exported_comes_in_again_whole(coordinator: SignedIn, store: Store, form: str) -> None:
    await upload(coordinator, "organisations", COMPANIES, "valid")
    exported = await coordinator.send("GET", f"/exports/organisations.{form}?network={NETWORK}")
    found = await store.organisations.find({"name": {"$in": ["Holzbau Muster", "Bildungswerk Muster"]}})
    for one in found:
        await store.organisations.erase(one.id, expected=one.version)

    report = await upload(coordinator, "organisations", exported.content, "all")

    assert report["counts"] == {"new": 0, "created": 2, "known": 5, "invalid": 0}
    again = await store.organisations.find({"name": {"$in": ["Holzbau Muster", "Bildungswerk Muster"]}})
    hidden = {"id", "version", "changed_at"}
    assert [one.model_dump(exclude=hidden) for one in again] == [one.model_dump(exclude=hidden) for one in found]


async def test_an_export_of_people_is_shown_to_each_and_defused(world: World, coordinator: SignedIn) -> None:
    person = await world.store.members.get(IDS["company"])
    assert person is not None
    await world.store.members.replace(person.model_copy(update={"name": "=cmd()"}), expected=person.version)

    csv = (await coordinator.send("GET", f"/exports/members.csv?network={NETWORK}")).content.decode("utf-8-sig")
    book = load_workbook(BytesIO((await coordinator.send("GET", f"/exports/members.xlsx?network={NETWORK}")).content))

    assert "\r\n'=cmd();company@people.example;" in csv
    assert "foreigner" not in csv
    assert book.active is not None
    assert book.active["A2"].value == "'=cmd()"
    looks = (await world["company"].send("GET", "/audit")).json()["items"]
    assert [one["what"] for one in looks] == ["contact_viewed", "contact_viewed"]


async def test_a_template_is_a_table_that_comes_in(coordinator: SignedIn) -> None:
    for form in ("csv", "xlsx"):
        template = (await coordinator.send("GET", f"/imports/organisations/template.{form}")).content

        report = await upload(coordinator, "organisations", template)

        assert report["counts"]["new"] == 1
        assert all(column["field"] for column in report["columns"])


async def test_organisations_of_other_networks_are_not_known(coordinator: SignedIn, store: Store) -> None:
    foreign = await store.organisations.get(FOREIGN)
    assert foreign is not None

    report = await upload(coordinator, "organisations", f"Name\n{foreign.name}\n")
    by_id = await upload(coordinator, "members", f"Name;E-Mail;Firma\nA;a@a.example;{FOREIGN}\n")

    assert report["counts"]["new"] == 1
    assert by_id["rows"][0]["errors"][0]["code"] == "organisation_not_here"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "sheet_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet_old_excel"),
        (b"PK\x03\x04" + bytes(600), "sheet_unreadable"),
        (b"Name;Art\n" + b"x;y\n" * 5_001, "import_too_long"),
    ],
)
async def test_what_is_no_table_is_refused_by_name(coordinator: SignedIn, file: bytes, code: str) -> None:
    answer = await coordinator.upload(f"/imports/organisations?network={NETWORK}", file)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_hostile_cells_stay_texts_or_are_refused(coordinator: SignedIn, store: Store) -> None:
    names = ["<script>alert(1)</script>", "{{7*7}}", "$where", "a\u202eb", "x" * 201]
    table = "Name\n" + "\n".join(names) + "\n"

    report = await upload(coordinator, "organisations", table, "valid")

    codes = [[fault["code"] for fault in row["errors"]] for row in report["rows"]]
    assert codes == [[], [], [], ["control_character"], ["text_too_long"]]
    assert {one.name for one in await store.organisations.find({"name": {"$in": names}})} == set(names[:3])
