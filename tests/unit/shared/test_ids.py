from uuid import UUID

from pydantic import TypeAdapter

from shared.events.base import Id
from shared.ids import new_id


def test_an_id_is_a_uuid_of_version_7_as_the_contracts_write_it() -> None:
    made = new_id()

    assert UUID(made).version == 7
    assert TypeAdapter(Id).validate_python(made) == made


def test_ids_sort_as_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]

    assert sorted(made) == made
    assert len(set(made)) == 1000
