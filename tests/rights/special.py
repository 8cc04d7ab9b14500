"""What some routes must be asked with beyond their own example: files, secrets, queries, days that are not past."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.links import signature
from tests.rights.village import LINK_KEY, Village, in_days

CSV: Final = b"Name;PLZ\nMuster Bau GmbH;04109\n"
BA_FILE: Final = b'{"_embedded": {"termine": []}}'


@dataclass(frozen=True)
class Special:
    """Parts of a request; what is empty is as usual."""

    body: Any = None
    content: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def special(village: Village, row: str) -> Special:
    """Return what is special about the request of a row."""
    ids = village.ids
    in_network = {"network": ids["network"]}
    company = ids["company's organisation"]
    csv = {"Content-Type": "text/csv"}
    signed = signature(bytes.fromhex(LINK_KEY), "challenge", ids["challenge"])
    link = signature(bytes.fromhex(LINK_KEY), "match", ids["company"], ids["need"], ids["offer"])
    answer = {
        "version": 1,
        "language": "de",
        "form": ids["form"],
        "values": {},
        "needs": [{"title": "Excel", "persons": 2}],
        "place": {"postal_code": "04109"},
    }
    rows = {
        "members POST /tokens": Special(
            {
                "purpose": "match",
                "member": ids["company"],
                "need": ids["need"],
                "offer": ids["offer"],
                "signature": link,
            }
        ),
        "members POST /sessions/token": Special({"secret": ids["session's secret"]}),
        "members GET /challenges/{challenge}": Special(query={"signature": signed}),
        "members POST /challenges/{challenge}/uses": Special({"signature": signed}),
        "members POST /imports/{table}": Special(content=CSV, query=in_network, headers=csv),
        "members GET /exports/{table}.{form}": Special(query=in_network),
        "members POST /api-tokens": Special(
            {"label": "Warenwirtschaft", "scopes": ["surveys:read"], "expires_on": in_days(60)}
        ),
        "surveys POST /imports": Special(
            content=b"Titel\nExcel\n", query={"kind": "needs", "organisation": company, **in_network}, headers=csv
        ),
        **dict.fromkeys(("matching GET /gaps", "matching GET /pools"), Special(query=in_network)),
        **dict.fromkeys(("surveys GET /figures", "surveys GET /duplicates"), Special(query=in_network)),
        "matching GET /figures": Special(query=in_network),
        "surveys PUT /imports/{job}": Special({"mapping": ["title", "description"]}),
        "surveys GET /public/answers/{answer}": Special(query={"secret": ids["answer's secret"]}),
        "surveys POST /imports/ba": Special(content=BA_FILE, query=in_network),
        "surveys POST /public/surveys/{survey}/checks": Special(answer),
        "surveys POST /public/surveys/{survey}/answers": Special({**answer, "challenge": ids["challenge"]}),
        "surveys POST /assessments/requests": Special(
            {"network": ids["network"], "asked": "Agentur für Arbeit", "expires_on": in_days(60)}
        ),
    }
    drafts = {f"surveys {method} /public/drafts/{{draft}}" for method in ("GET", "PUT", "DELETE")}
    if row in drafts:
        said = {"survey": ids["survey"], "version": 1, "values": {}, "needs": []}
        return Special(said if " PUT " in row else None, query={"secret": ids["draft's secret"]})
    return rows.get(row, Special())
