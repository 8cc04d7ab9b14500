"""Files brought over HTTP and taken in by a worker: mapped, previewed, all or the sound rows, and nothing twice."""

from typing import Any

import httpx
import pytest

from services.surveys.importing import working
from services.surveys.importing.working import work_on_next
from services.surveys.store import Store
from tests.builders import COMPANY, NETWORK, PROVIDER, an_id
from tests.integration.surveys.conftest import a_token, stored

NEEDS = """Bedarfe 2025;;;
Thema;Anzahl TN;Bemerkung;PLZ
WIG-Schweißen;3-5;Edelstahl, im Frühjahr;4109
Excel;zwei;Grundlagen;04109
Stapler;4;=HYPERLINK("x");01067
"""
COORDINATOR = f"coordinator:{an_id(950)}:{NETWORK}"
PROVIDERS = f"provider:{PROVIDER}:{NETWORK}"


def acting(*rights: str, member: int = 77) -> dict[str, str]:
    return {"Authorization": f"Bearer {a_token(*rights, subject=an_id(member))}"}


async def bring(http: httpx.AsyncClient, content: bytes, rights: str = COORDINATOR, **asked: Any) -> Any:
    asked = {"kind": "needs", "network": NETWORK, **asked}
    answer = await http.post("/imports", content=content, params=asked, headers=acting(rights))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def taken(http: httpx.AsyncClient, store: Store, job: Any, rights: str = COORDINATOR, **plan: Any) -> Any:
    at = f"/imports/{job['id']}"
    if plan:
        planned = await http.put(at, json={"mapping": job["mapping"], **plan}, headers=acting(rights))
        assert planned.status_code == 200, planned.text
    started = await http.post(f"{at}/start", headers=acting(rights))
    assert started.status_code == 200, started.text
    while await work_on_next(store):
        pass
    return (await http.get(at, headers=acting(rights))).json()


async def test_a_coordinators_spreadsheet_of_past_needs_comes_in_unconfirmed_and_nobody_is_told(
    http: httpx.AsyncClient, store: Store
) -> None:
    job = await bring(http, NEEDS.encode("cp1252"))

    assert job["mapping"] == ["title", "persons_min", "description", "place.postal_code"]
    assert [row["title"] for row in job["preview"]] == ["WIG-Schweißen", "Excel", "Stapler"]
    assert job["preview"][1]["problems"][0]["column"] == "Anzahl TN"

    done = await taken(http, store, job)

    assert (done["status"], done["counts"]["created"], done["counts"]["refused"]) == ("done", 2, 1)
    welding, lift = await stored(http, "needs")
    assert (welding["persons_min"], welding["persons_max"]) == (3, 5)
    assert welding["place"]["postal_code"] == "04109"
    assert lift["description"] == '=HYPERLINK("x")'
    for need in (welding, lift):
        assert (need["source"], need["confirmed"], need["contact"]) == ("import", False, None)
        assert (need["visibility"], need["entered_by"], need["networks"]) == ("coordinator", an_id(77), [NETWORK])


async def test_what_free_text_says_is_recognised_where_no_column_says_it(http: httpx.AsyncClient, store: Store) -> None:
    file = "Thema;Notizen;Ort\nWIG-Schweißen;3 Schlosser, in-house, in Leipzig;Dresden\n"

    await taken(http, store, await bring(http, file.encode()))

    (need,) = await stored(http, "needs")
    assert (need["persons_min"], need["delivery"], need["place"]["town"]) == (3, ["in_house"], "Dresden")
    assert need["confirmed"] is False


async def test_refused_rows_are_told_with_row_column_and_sentence_and_come_back_as_a_file(
    http: httpx.AsyncClient, store: Store
) -> None:
    job = await taken(http, store, await bring(http, NEEDS.encode()))
    at = f"/imports/{job['id']}"

    rows = (await http.get(f"{at}/rows", headers=acting(COORDINATOR))).json()["items"]
    file = (await http.get(f"{at}/refused.csv", headers=acting(COORDINATOR))).content.decode("utf-8-sig")

    assert [(row["row"], row["problems"][0]["column"], row["problems"][0]["code"]) for row in rows] == [
        (4, "Anzahl TN", "cell_no_number")
    ]
    assert '"zwei" is no number' in rows[0]["problems"][0]["detail"]
    assert file.splitlines()[0] == "Zeile;Was zu berichtigen ist;Thema;Anzahl TN;Bemerkung;PLZ"
    assert file.splitlines()[1].endswith(";Excel;zwei;Grundlagen;04109")


async def test_with_one_faulty_row_all_or_none_takes_none(http: httpx.AsyncClient, store: Store) -> None:
    done = await taken(http, store, await bring(http, NEEDS.encode()), mode="all")

    assert (done["status"], done["problem"]["code"]) == ("failed", "import_rows_refused")
    assert await stored(http, "needs") == []


async def test_without_faulty_rows_all_or_none_takes_all(http: httpx.AsyncClient, store: Store) -> None:
    done = await taken(http, store, await bring(http, NEEDS.replace("zwei", "2").encode()), mode="all")

    assert (done["status"], done["counts"]["created"], done["records_total"]) == ("done", 3, 3)
    assert len(await stored(http, "needs")) == 3


OFFERS = b"""Kursnummer;Titel;Beginn;Ort;Preis
W-1;Schwei\xc3\x9fen;01.03.2190;Leipzig;840,50
W-1;Schwei\xc3\x9fen;01.09.2190;Halle;
E-1;Excel;;;
"""


async def test_a_providers_catalogue_comes_in_and_again_changes_nothing(http: httpx.AsyncClient, store: Store) -> None:
    asked = {"kind": "offers", "rights": PROVIDERS}
    first = await taken(http, store, await bring(http, OFFERS, **asked), PROVIDERS)
    before = await stored(http, "offers")
    again = await taken(http, store, await bring(http, OFFERS, **asked), PROVIDERS)
    changed = await taken(http, store, await bring(http, OFFERS.replace(b"840,50", b"900"), **asked), PROVIDERS)

    assert (first["counts"]["created"], again["counts"]["unchanged"]) == (2, 2)
    assert (changed["counts"]["updated"], changed["counts"]["unchanged"]) == (1, 1)
    assert [len(offer["dates"]) for offer in before] == [2, 0]
    assert {offer["provider"] for offer in before} == {PROVIDER}
    assert {offer["contact"] for offer in before} == {None}
    assert [offer["price_eur"] for offer in await stored(http, "offers")] == [900, None]


async def test_columns_that_a_file_does_not_have_stay_as_they_are(http: httpx.AsyncClient, store: Store) -> None:
    asked = {"kind": "offers", "rights": PROVIDERS}
    await taken(http, store, await bring(http, OFFERS, **asked), PROVIDERS)

    await taken(http, store, await bring(http, b"Nummer;Titel\nW-1;Neuer Titel\n", **asked), PROVIDERS)

    offer = (await stored(http, "offers"))[0]
    assert (offer["title"], offer["price_eur"], len(offer["dates"])) == ("Neuer Titel", 840.5, 2)


async def _dies(_: str) -> None:
    raise MemoryError


async def test_a_killed_import_goes_on_where_it_was_and_takes_nothing_twice(
    http: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 10)
    file = "Titel;PLZ\n" + "".join(f"Bedarf {number};04109\n" for number in range(35))
    job = await bring(http, file.encode())
    await http.post(f"/imports/{job['id']}/start", headers=acting(COORDINATOR))
    with monkeypatch.context() as dying:
        dying.setattr(working, "pass_point", _dies)
        with pytest.raises(MemoryError):
            await work_on_next(store)
    assert len(await stored(http, "needs")) == 10

    done = await taken(http, store, job)

    assert (done["counts"]["created"], done["records_done"]) == (35, 35)
    assert sorted(need["title"] for need in await stored(http, "needs")) == sorted(f"Bedarf {n}" for n in range(35))


@pytest.mark.parametrize(
    ("rights", "asked"),
    [
        (f"coordinator:{an_id(950)}:{an_id(951)}", {"kind": "needs"}),
        (f"adviser:{an_id(950)}:{NETWORK}", {"kind": "needs"}),
        (f"company:{COMPANY}:{NETWORK}", {"kind": "offers"}),
        (PROVIDERS, {"kind": "offers", "provider": an_id(990)}),
        (PROVIDERS, {"kind": "needs"}),
    ],
)
async def test_nobody_brings_files_for_others(http: httpx.AsyncClient, rights: str, asked: dict[str, str]) -> None:
    params = {"network": NETWORK, **asked}

    answer = await http.post("/imports", content=b"Titel\nx\n", params=params, headers=acting(rights))

    assert answer.status_code == 403


async def test_an_import_is_its_owners_alone(http: httpx.AsyncClient) -> None:
    job = await bring(http, NEEDS.encode())
    other = acting(COORDINATOR, member=78)

    answers = [await http.get(f"/imports/{job['id']}{part}", headers=other) for part in ("", "/rows", "/refused.csv")]
    answers.append(await http.delete(f"/imports/{job['id']}", headers=other))

    assert {answer.status_code for answer in answers} == {404}
    assert (await http.get("/imports", headers=other)).json()["items"] == []


async def test_a_deleted_import_leaves_nothing(http: httpx.AsyncClient, store: Store) -> None:
    job = await taken(http, store, await bring(http, NEEDS.encode()))

    gone = await http.delete(f"/imports/{job['id']}", headers=acting(COORDINATOR))

    assert gone.status_code == 204
    assert await store.imports.rows.count_documents({}) == 0
    assert await store.imports.chunks.count_documents({}) == 0


async def test_a_company_brings_its_own_needs(http: httpx.AsyncClient, store: Store) -> None:
    company = f"company:{COMPANY}:{NETWORK}"
    await taken(http, store, await bring(http, b"Titel;Sichtbarkeit\nExcel;anonym\n", company), company)

    (need,) = await stored(http, "needs")
    assert (need["organisation"], need["visibility"], need["contact"]) == (COMPANY, "anonymous", None)
