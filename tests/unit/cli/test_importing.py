from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import Result

from tests.builders import an_id
from tests.unit.cli.conftest import Services

Run = Callable[..., Result]
DRESDEN, LEIPZIG = {"id": an_id(1), "name": "Verbund Dresden"}, {"id": an_id(2), "name": "Verbund Leipzig"}


def _results(*outcomes: str) -> dict[str, Any]:
    return {
        "results": [
            {"number": str(70 + n), "title": f"Kurs {n}", "outcome": outcome, "problems": []}
            for n, outcome in enumerate(outcomes, start=1)
        ]
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "kurse.json"
    made.write_bytes(b'{"_embedded": {"termine": []}}')
    return made


def test_each_record_has_a_line_and_the_last_line_counts_them(services: Services, run: Run, file: Path) -> None:
    services.has("members", "/networks", [LEIPZIG])
    services.answers["POST surveys/imports/ba"] = httpx.Response(200, json=_results("created", "ended", "unchanged"))

    done = run("import", str(file))

    assert done.exit_code == 0, done.output
    assert [line.split()[:3] for line in done.stdout.splitlines()[1:4]] == [
        ["1", "71", "created"],
        ["2", "72", "ended"],
        ["3", "73", "unchanged"],
    ]
    assert done.stdout.splitlines()[-1] == "imported 3 of 3"
    sent = services.asked[-1]
    assert sent.content == file.read_bytes()
    assert sent.url.params["network"] == LEIPZIG["id"]


def test_refused_records_are_told_with_what_is_wrong_and_end_with_1(services: Services, run: Run, file: Path) -> None:
    services.has("members", "/networks", [LEIPZIG])
    told = _results("created", "refused")
    told["results"][1]["problems"] = [
        {"field": "angebot.titel", "code": "field_missing", "detail": "This is required."}
    ]
    services.answers["POST surveys/imports/ba"] = httpx.Response(200, json=told)

    done = run("import", str(file))

    assert done.exit_code == 1
    assert "angebot.titel: This is required." in done.stdout
    assert done.stdout.splitlines()[-1] == "imported 1 of 2"


def test_a_file_that_is_refused_as_a_whole_is_told_in_one_line(services: Services, run: Run, file: Path) -> None:
    services.has("members", "/networks", [LEIPZIG])
    problem = {
        "title": "Some fields need another look.",
        "status": 422,
        "errors": [{"field": "body", "code": "not_json", "detail": "This is not valid JSON."}],
    }
    services.answers["POST surveys/imports/ba"] = httpx.Response(422, json=problem)

    done = run("import", str(file))

    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "bedarfswerk: surveys refused (422): Some fields need another look: body: This is not valid JSON"
    ]


def test_the_network_is_asked_for_when_there_are_several(services: Services, run: Run, file: Path) -> None:
    services.has("members", "/networks", [DRESDEN, LEIPZIG])
    services.answers["POST surveys/imports/ba"] = httpx.Response(200, json=_results("created"))

    unclear, clear = run("import", str(file)), run("import", str(file), "--network", "Verbund Leipzig")

    assert unclear.exit_code == 2
    assert f"Verbund Dresden ({DRESDEN['id']})" in unclear.stderr
    assert clear.exit_code == 0
    assert services.asked[-1].url.params["network"] == LEIPZIG["id"]


def test_without_a_network_the_way_to_one_is_shown(services: Services, run: Run, file: Path) -> None:
    services.has("members", "/networks", [])

    done = run("import", str(file))

    assert done.exit_code == 1
    assert "bedarfswerk init" in done.stderr


def test_a_file_that_cannot_be_read_is_wrong_use(services: Services, run: Run, tmp_path: Path) -> None:
    done = run("import", str(tmp_path / "nowhere.json"))

    assert done.exit_code == 2
    assert "cannot be read: No such file or directory" in done.stderr
    assert services.asked == []
