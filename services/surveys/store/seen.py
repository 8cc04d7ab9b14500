"""Filters that select what somebody may see; what they select is shown as `domain.seeing` decides, and no more."""

from typing import Any

from services.surveys.domain.seeing import IN_SIGHT
from services.surveys.domain.viewers import Viewer

Query = dict[str, Any]


def needs_in_sight(viewer: Viewer) -> Query:
    """Return a filter that leaves out no need that the viewer may see; it may let a few others through."""
    if viewer.operator:
        return {}
    if viewer.linked is not None:
        return {"id": {"$in": sorted(viewer.linked)}}
    return {
        "$or": [
            {"organisation": {"$in": sorted(viewer.organisations("company"))}},
            *_personal(viewer),
            {"networks": {"$in": sorted(viewer.networks("coordinator"))}},
            {"networks": {"$in": sorted(viewer.networks())}, "status": "open"},
            {"visibility": "open", "status": "open"},
        ]
    }


def offers_in_sight(viewer: Viewer) -> Query:
    """Return a filter that leaves out no offer that the viewer may see; it may let a few others through."""
    if viewer.operator:
        return {}
    in_sight = {"status": {"$in": sorted(IN_SIGHT)}}
    everybodys: Query = {"networks": []}
    if viewer.linked is not None:
        return {**everybodys, **in_sight}
    coordinates = viewer.networks("coordinator")
    return {
        "$or": [
            {"provider": {"$in": sorted(viewer.organisations("provider"))}},
            *_personal(viewer),
            {"networks": {"$in": sorted(coordinates)}},
            {"networks": {"$in": sorted(viewer.networks())}, **in_sight},
            everybodys if coordinates else {**everybodys, **in_sight},
        ]
    }


def _personal(viewer: Viewer) -> list[Query]:
    return [] if viewer.member is None else [{"contact": viewer.member}, {"entered_by": viewer.member}]
