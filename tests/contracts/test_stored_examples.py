"""Stored example messages hold every contract to what was once published: examples are added, never edited.

A message of tomorrow's program is read, too: `from-a-later-program.json` has a field that today's code ignores.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.events import ALL
from shared.events.base import MAX_MESSAGE_BYTES, Erased, Snapshot, reader

HERE = Path(__file__).parent
FROM_LATER = "from-a-later-program"
KINDS = {kind.topic: kind for kind in ALL}
EXAMPLES = sorted(HERE.glob("*/*.json"))
PUBLISHERS = {"members", "surveys", "matching", "notifications"}


def examples_of(kind: type[Snapshot]) -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text()) for path in EXAMPLES if path.parent.name == kind.topic}


def lost(stored: Any, read: Any, where: str = "") -> Iterator[str]:
    """Yield the places where `read` no longer says what `stored` says; new fields in `read` are fine."""
    if isinstance(stored, dict) and isinstance(read, dict):
        for name, value in stored.items():
            if name not in read:
                yield f"{where}.{name}"
            else:
                yield from lost(value, read[name], f"{where}.{name}")
    elif isinstance(stored, list) and isinstance(read, list) and len(stored) == len(read):
        for number, (one, other) in enumerate(zip(stored, read, strict=True)):
            yield from lost(one, other, f"{where}[{number}]")
    elif stored != read:
        yield where


def facts(schema: dict[str, Any], value: Any, definitions: dict[str, Any], where: str) -> Iterator[str]:
    """Yield `Model.field` for each field that `value` fills, and `Model.field=choice` for each choice it makes."""
    if "$ref" in schema:
        schema = resolved(schema, definitions)
    for option in schema.get("anyOf", ()):
        yield from facts(option, value, definitions, where)
    if "enum" in schema and value in schema["enum"]:
        yield f"{where}={value}"
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for one in value:
            yield from facts(schema["items"], one, definitions, where)
    if isinstance(value, dict) and "properties" in schema:
        for name, inner in schema["properties"].items():
            if value.get(name) not in (None, [], {}):
                yield f"{schema['title']}.{name}"
                yield from facts(inner, value[name], definitions, f"{schema['title']}.{name}")


def demands(schema: dict[str, Any], definitions: dict[str, Any], where: str) -> Iterator[str]:
    """Yield every fact that examples of this schema could state."""
    if "$ref" in schema:
        schema = resolved(schema, definitions)
    for option in (*schema.get("anyOf", ()), *([schema["items"]] if isinstance(schema.get("items"), dict) else ())):
        yield from demands(option, definitions, where)
    for choice in schema.get("enum", ()):
        yield f"{where}={choice}"
    for name, inner in schema.get("properties", {}).items():
        yield f"{schema['title']}.{name}"
        yield from demands(inner, definitions, f"{schema['title']}.{name}")


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = definitions[schema["$ref"].rsplit("/", 1)[1]]
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_todays_code_reads_each_stored_example_and_keeps_all_it_says(path: Path) -> None:
    kind = KINDS[path.parent.name]
    stored = json.loads(path.read_text())

    read = reader(kind).validate_json(path.read_bytes())

    assert isinstance(read, Erased if stored["status"] == "erased" else kind)
    forgotten = [where for where in lost(stored, read.model_dump(mode="json")) if path.stem != FROM_LATER]
    assert not forgotten, f"written once, no longer read: {forgotten}"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.topic)
def test_each_topic_has_a_full_an_erased_and_a_later_example(kind: type[Snapshot]) -> None:
    examples = examples_of(kind)

    assert {"full", "erased", FROM_LATER} <= set(examples)
    assert set(examples["erased"]) == {"id", "version", "status", "changed_at"}
    assert set(examples[FROM_LATER]) > set(examples["full"])


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.topic)
def test_each_field_and_each_choice_of_a_contract_is_in_an_example(kind: type[Snapshot]) -> None:
    schema = kind.model_json_schema(mode="serialization")
    definitions = schema.get("$defs", {})

    stated = {fact for example in examples_of(kind).values() for fact in facts(schema, example, definitions, "")}

    missing = set(demands(schema, definitions, "")) - stated
    assert not missing, f"add an example under tests/contracts/{kind.topic}/ that shows {sorted(missing)}"


def test_every_folder_of_examples_belongs_to_a_topic() -> None:
    assert {path.parent.name for path in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.topic)
def test_a_topic_is_named_publisher_entity_version(kind: type[Snapshot]) -> None:
    publisher, entity, major = kind.topic.split(".")

    assert publisher == kind.__module__.rsplit(".", 1)[1]
    assert publisher in PUBLISHERS
    assert re.fullmatch(r"[a-z][a-z_]*", entity)
    assert re.fullmatch(r"v[1-9][0-9]*", major)


def test_no_two_contracts_share_a_topic() -> None:
    assert len(KINDS) == len(ALL)


def test_only_members_publishes_names_and_addresses() -> None:
    assert {kind.topic for kind in ALL if kind.personal} == {"members.member.v1"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_fits_into_one_message(path: Path) -> None:
    assert len(path.read_bytes()) < MAX_MESSAGE_BYTES
