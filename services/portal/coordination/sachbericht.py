"""The figures that a funder asks for, as a page, on paper and as a workbook; small cells are hidden in all three."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.portal.coordination import words
from services.portal.coordination.asked import Asked, Reading, asked, topic_names
from services.portal.coordination.words import Say
from services.portal.neighbours import NothingHere, Refused
from services.portal.visitors import Portal, Visitor
from shared.sheets import write_xlsx
from shared.small_cells import protected

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_NAMED: Final = 1000
"""So many companies members counts at a time."""
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One table of the report."""

    title: str
    headings: Cells
    rows: Sequence[Cells]
    note: str = ""


def add(router: APIRouter, portal: Portal) -> None:
    """Add the report's page and workbook."""

    async def about(visitor: Visitor, network: str, von: str, bis: str) -> Asked:
        found = await asked(visitor, network, von, bis)
        if not found.coordinates:
            raise NothingHere
        return found

    @router.api_route("/sachbericht", methods=["GET", "HEAD"], summary="The figures of a period for the funder")
    async def page(request: Request, visitor: Reading, network: str = "", von: str = "", bis: str = "") -> Response:
        wanted = await about(visitor, network, von, bis)
        problem, sections = "", []
        try:
            sections = await _sections(visitor, wanted)
        except Refused as refused:
            problem = " ".join(sentence for _, sentence in refused.errors) or refused.title
        return portal.page(
            request,
            "coordination/sachbericht.html",
            422 if problem else 200,
            about=wanted,
            problem=problem,
            sections=sections,
            notes=_notes(words.say_in(visitor.language)),
        )

    @router.get("/sachbericht.xlsx", summary="The same as a workbook")
    async def workbook(visitor: Reading, network: str = "", von: str = "", bis: str = "") -> Response:
        wanted = await about(visitor, network, von, bis)
        _ = words.say_in(visitor.language)
        rows = [
            (section.title, row[0], heading, cell)
            for section in await _sections(visitor, wanted)
            for row in section.rows
            for heading, cell in zip(section.headings[1:], row[1:], strict=True)
        ]
        head = [(wanted.name,), (f"{wanted.von} \N{EN DASH} {wanted.bis}",)]
        file = BytesIO()
        write_xlsx(
            file,
            (_("Section"), _("Row"), _("What is counted"), _("Figure")),
            rows,
            title=_("Report"),
            notes=[*head, *((note,) for note in _notes(_))],
        )
        named = {"Content-Disposition": f'attachment; filename="sachbericht-{wanted.von[:10]}-{wanted.bis[:10]}.xlsx"'}
        return Response(file.getvalue(), media_type=XLSX, headers=named)


async def _sections(visitor: Visitor, about: Asked) -> list[Section]:
    needs, matches, gaps, names = await asyncio.gather(
        visitor.get("surveys", "/api/v1/figures", **about.period),
        visitor.get("matching", "/api/v1/figures", **about.period),
        visitor.get("matching", "/api/v1/gaps", network=about.network),
        topic_names(visitor),
    )
    reached = await _reached(visitor, about, needs)
    _ = words.say_in(visitor.language)
    return [
        _companies(_, reached),
        *_needs(_, needs["needs"], names),
        _activities(_, needs),
        *_matches(_, matches),
        _gaps(_, gaps, names),
    ]


async def _reached(visitor: Visitor, about: Asked, told: Any) -> Any:
    wanted = {
        "network": about.network,
        "organisations": told["visited"][:MOST_NAMED],
        "head_counts": told["unlisted"][:MOST_NAMED],
    }
    period = {"from": about.von, "to": about.bis}
    answer = await visitor.call("members", "POST", "/api/v1/figures/companies", json=wanted, params=period)
    return answer.body


def _companies(_: Say, reached: Any) -> Section:
    rows = [(_("All companies reached"), _figure(_, reached["companies"]))]
    rows += [(f"EU: {label}", _figure(_, reached["eu"][code])) for code, label in words.eu_sizes(_).items()]
    rows += [(f"SGB III: {label}", _figure(_, reached["sgb"][code])) for code, label in words.sgb_sizes(_).items()]
    return Section(_("Companies reached by size class"), (_("Size class"), _("Companies")), rows)


def _needs(_: Say, told: Any, names: dict[str, str]) -> list[Section]:
    statuses, sources = words.statuses(_), words.sources(_)
    counted = (_("Needs"), _("Companies"), _("Persons"))
    total = (_("All needs"), *_cells(_, told["total"]))
    by_topic = [(words.topic(_, names, row["value"]), *_cells(_, row)) for row in told["by_topic"]]
    by_area = [(words.district(_, row["value"]), *_cells(_, row)) for row in told["by_area"]]
    by_status = [(statuses[row["value"]], *_cells(_, row)) for row in told["by_status"]]
    by_source = [(sources[row["value"]], *_cells(_, row)) for row in told["by_source"]]
    by_month = [(words.month(row["value"]), *_cells(_, row)) for row in told["by_month"]]
    return [
        Section(_("Needs by state"), (_("Status"), *counted), [total, *by_status]),
        Section(_("Needs by topic"), (_("Topic"), *counted), by_topic),
        Section(_("Needs by district"), (_("District"), *counted), by_area),
        Section(_("Needs by origin"), (_("Origin"), *counted), by_source),
        Section(_("Needs by month"), (_("Month"), *counted), by_month),
    ]


def _activities(_: Say, told: Any) -> Section:
    visits, answers = told["visits"], told["answers"]
    rows = [
        (_("Visits to companies"), _figure(_, visits["visits"])),
        (_("Companies visited"), _figure(_, visits["companies"])),
        (_("Confirmed answers to surveys"), _figure(_, answers["answers"])),
        (_("Assessments by advisers"), _figure(_, told["assessments"])),
        (_("Offers entered"), _figure(_, told["offers"]["total"])),
    ]
    return Section(_("Activities"), (_("What was done"), _("Number")), rows)


def _matches(_: Say, told: Any) -> list[Section]:
    said, reasons = words.said(_), words.reasons(_)
    counted = (_("Matches"), _("Companies"), _("Persons booked"))

    def cells(row: Any) -> Cells:
        return tuple(_figure(_, row[name]) for name in ("pairs", "companies", "persons"))

    rows = [(_("found"), *cells(told["matches"])), (_("told to people"), *cells(told["announced"]))]
    rows += [(_("companies: %s") % said[row["value"]], *cells(row)) for row in told["company"]]
    rows += [(_("providers: %s") % said[row["value"]], *cells(row)) for row in told["provider"]]
    dismissed = [(reasons[row["value"]], *cells(row)[:2]) for row in told["dismissed"]]
    return [
        Section(_("Matches, contacts and bookings"), (_("What became of them"), *counted), rows),
        Section(_("Why offers did not fit"), (_("Reason"), *counted[:2]), dismissed),
    ]


def _gaps(_: Say, told: Any, names: dict[str, str]) -> Section:
    groups = [one for one in told["gaps"] if one["found"] == "nothing"]
    shown = protected({number: one["companies"] or 0 for number, one in enumerate(groups)})
    rows = [(_("All needs that nothing fits"), *_cells(_, _guarded(told["nothing"])))]
    for number, one in enumerate(groups):
        label = f"{words.topic(_, names, one['topic'])}, {words.district(_, one['area'])}"
        nothing = dict.fromkeys(("needs", "companies", "persons"))
        rows.append((label, *_cells(_, nothing if shown[number] is None else one)))
    headings = (_("Topic and district"), _("Needs"), _("Companies"), _("Persons"))
    return Section(_("Gaps"), headings, rows, _("As of today, whatever the period."))


def _guarded(row: Any) -> Any:
    """Hide a sum that fewer than three companies stand behind."""
    hidden = protected({"all": row["companies"] or 0}, total_shown=False)["all"] is None
    return dict.fromkeys(row) if hidden else row


def _cells(_: Say, row: Any) -> Cells:
    return tuple(_figure(_, row[name]) for name in ("needs", "companies", "persons"))


def _figure(_: Say, number: int | None) -> str:
    return _("hidden") if number is None else str(number)


def _notes(_: Say) -> list[str]:
    """Say what is counted how."""
    return [
        _("Figures behind which fewer than three companies stand are hidden, and so is what would give them away."),
        _("Needs count on the day on which they were entered here, in the state in which they are today."),
        _("Drafts, and duplicates that were merged into another need, do not count."),
        _("A need with several topics counts in each of them."),
        _("Needs without a named company count together as one company."),
        _("Persons are the fewest that were said for a need, and one where nothing was said."),
        _("Companies count as reached if they told a need, were visited or answered a survey in the period."),
        _("A company's size is what it has stated: by the EU's recommendation, by staff alone, and by § 82 SGB III."),
        _("Matches count on the day on which they were found; responses count as they were last given, on that day."),
        _("Districts are postal areas, the first three digits of the postcode."),
    ]
