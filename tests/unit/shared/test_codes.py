"""Every code with which a rule is broken, anywhere, has a sentence, whose places to fill the rule fills."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import rules
from shared.problems import SENTENCES

_ROOT = Path(__file__).parents[3]
_KINDS = {name for name, kind in vars(rules).items() if isinstance(kind, type) and issubclass(kind, rules.RuleBroken)}


def _broken() -> Iterator[tuple[str, str, frozenset[str]]]:
    for folder in ("services", "shared", "deploy"):
        for path in sorted((_ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KINDS:
                    for code in node.args[:1]:
                        if isinstance(code, ast.Constant):
                            given = frozenset(str(keyword.arg) for keyword in node.keywords)
                            yield str(path.relative_to(_ROOT)), str(code.value), given


@pytest.mark.parametrize(("where", "code", "given"), sorted(set(_broken()), key=str))
def test_a_code_has_a_sentence_and_fills_it(where: str, code: str, given: frozenset[str]) -> None:
    assert code in SENTENCES, f"{where} raises {code!r}"
    assert set(re.findall(r"{(\w+)}", SENTENCES[code])) <= given, where
