"""Catalogues through the whole import: open-Q-cat with updates and deletions, the Bundesagentur's JSON, schema.org."""

import json

import httpx

from services.surveys.store import Store
from tests.builders import PROVIDER
from tests.integration.surveys.conftest import stored
from tests.integration.surveys.test_import_jobs import PROVIDERS, bring, taken
from tests.unit.surveys.samples import a_page, a_termin, midnight
from tests.unit.surveys.test_jsonld import COURSE
from tests.unit.surveys.test_openqcat import DATE, OFFER, new, update

FAR = DATE.replace("2027", "2190")
GONE = "<SERVICE><PRODUCT_ID>{number}</PRODUCT_ID></SERVICE>"


async def catalogue(http: httpx.AsyncClient, store: Store, content: bytes) -> dict[str, int]:
    done = await taken(http, store, await bring(http, content, PROVIDERS, kind="offers"), PROVIDERS)
    assert done["status"] == "done", done
    return {what: count for what, count in done["counts"].items() if count}


async def test_a_catalogue_is_new_then_changed_then_partly_deleted(http: httpx.AsyncClient, store: Store) -> None:
    whole = new(
        OFFER.format(number="W-1", title="WIG"),
        FAR.format(number="T-1", base="W-1"),
        FAR.format(number="T-2", base="W-1"),
        OFFER.format(number="W-2", title="MAG"),
    )
    first = await catalogue(http, store, whole)
    again = await catalogue(http, store, whole)
    deleted = GONE.format(number="W-2") + GONE.format(number="T-2")
    changed = await catalogue(http, store, update(deleted, FAR.format(number="T-3", base="W-1")))
    unknown = await catalogue(http, store, update("", FAR.format(number="T-9", base="W-9")))

    welding, other = await stored(http, "offers")
    assert (first, again) == ({"created": 2}, {"unchanged": 2})
    assert changed == {"withdrawn": 2, "updated": 1}
    assert unknown == {"refused": 1}
    assert (welding["own_number"], welding["status"], len(welding["dates"])) == ("W-1", "published", 2)
    assert (other["own_number"], other["status"]) == ("W-2", "withdrawn")
    assert {offer["contact"] for offer in (welding, other)} == {None}
    assert {offer["provider"] for offer in (welding, other)} == {PROVIDER}


async def test_a_file_of_the_bundesagentur_comes_in_as_a_job_too(http: httpx.AsyncClient, store: Store) -> None:
    far = {"beginn": midnight(2190, 3, 1), "ende": midnight(2190, 3, 5)}
    file = a_page(a_termin(1, **far), a_termin(2, angebot={"id": 7003, "titel": {"$ne": ""}}, **far))

    first, again = await catalogue(http, store, file), await catalogue(http, store, file)

    assert (first, again) == ({"created": 1, "refused": 1}, {"unchanged": 1, "refused": 1})


async def test_courses_of_schema_org_come_in(http: httpx.AsyncClient, store: Store) -> None:
    far = json.dumps([COURSE, {**COURSE, "courseCode": "W-2", "name": ""}]).replace("2027-", "2190-")

    counts = await catalogue(http, store, far.encode())

    (offer,) = await stored(http, "offers")
    assert counts == {"created": 1, "refused": 1}
    assert (offer["title"], offer["own_number"], offer["dates"][0]["starts_on"]) == (
        "WIG-Schweißen",
        "W-1",
        "2190-03-01",
    )
