"""Who may say what for whom: the organisation, networks and contact of what somebody enters or changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.surveys.domain.seeing import View
from services.surveys.domain.viewers import Viewer
from shared.events.surveys import NeedSnapshot, OfferSnapshot
from shared.rules import Forbidden, RuleBroken

Whose = dict[str, Any]
"""`organisation` or `provider`, `networks` and `contact`, as they shall be stored."""


@dataclass(frozen=True)
class _Kind:
    """What tells needs from offers: the field and role of their own side, and who enters them for others."""

    field: str
    role: str
    staff: tuple[str, ...]

    def networks(self, viewer: Viewer, organisation: str | None) -> frozenset[str]:
        """Return the networks in which the viewer may enter something for this organisation."""
        own = viewer.networks(self.role, organisation=organisation) if organisation is not None else frozenset()
        return own | viewer.networks(*self.staff)


_NEED: Final = _Kind("organisation", "company", ("coordinator", "adviser"))
_OFFER: Final = _Kind("provider", "provider", ("coordinator",))


def whose_need(viewer: Viewer, said: Mapping[str, Any], old: View[NeedSnapshot] | None = None) -> Whose:
    """Return to whom a need belongs; `said` holds what was sent, the rest stays as it is or follows from the role.

    Raises Forbidden for organisations and networks in which the viewer does not act.
    """
    return _whose(_NEED, viewer, said, old)


def whose_offer(viewer: Viewer, said: Mapping[str, Any], old: View[OfferSnapshot] | None = None) -> Whose:
    """Return to whom an offer belongs, as `whose_need` does."""
    return _whose(_OFFER, viewer, said, old)


def _whose(kind: _Kind, viewer: Viewer, said: Mapping[str, Any], old: View[Any] | None) -> Whose:
    before = {name: getattr(old.shown, name) for name in (kind.field, "networks", "contact")} if old else {}
    whose = {kind.field: None, "networks": (), "contact": None, **before, **said}
    if viewer.operator:
        return whose
    if not (viewer.organisations(kind.role) or viewer.networks(*kind.staff) or old):
        raise Forbidden
    if old is None:
        _fill(kind, viewer, said, whose)
    elif old.hidden:
        # What is hidden from the viewer is blank in the view, and may not become blank because of that.
        whose |= {name: None for name in (kind.field, "contact") if name in old.hidden}
    if old is None or whose[kind.field] != before[kind.field]:
        _check_organisation(kind, viewer, whose[kind.field])
    _check_networks(kind, viewer, whose, before.get("networks"))
    return whose


def _fill(kind: _Kind, viewer: Viewer, said: Mapping[str, Any], whose: Whose) -> None:
    """Say for a new entry what goes without saying: the only organisation, its only network, oneself."""
    own = viewer.organisations(kind.role)
    if kind.field not in said and not viewer.networks(*kind.staff):
        whose[kind.field] = _only(own)
    if "networks" not in said:
        sole = _only(kind.networks(viewer, whose[kind.field]))
        whose["networks"] = (sole,) if sole else ()
    if "contact" not in said and whose[kind.field] in own:
        whose["contact"] = viewer.member


def _check_organisation(kind: _Kind, viewer: Viewer, wanted: str | None) -> None:
    if viewer.networks(*kind.staff) or wanted in viewer.organisations(kind.role):
        return
    if wanted is None:
        raise RuleBroken("say_which_organisation", field=kind.field)
    raise Forbidden("not_your_organisation", field=kind.field)


def _check_networks(kind: _Kind, viewer: Viewer, whose: Whose, before: Collection[str] | None) -> None:
    wanted, had = set(whose["networks"]), set(before or ())
    own = whose[kind.field] in viewer.organisations(kind.role)
    touched = wanted - had if own else wanted ^ had
    if not touched <= kind.networks(viewer, whose[kind.field]):
        raise Forbidden("not_your_network", field="networks")
    if before is None and not own and not wanted:
        raise RuleBroken("say_which_network", field="networks")


def _only(some: Collection[str]) -> str | None:
    return next(iter(some)) if len(some) == 1 else None
