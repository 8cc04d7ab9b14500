"""Which face of a card somebody sees: as `domain.seeing` decides of the thing itself."""

from datetime import UTC, datetime
from typing import Any, Final

from services.surveys.domain.searching.cards import Card, Face
from services.surveys.domain.seeing import need_for, offer_for
from services.surveys.domain.viewers import Viewer
from shared.events.surveys import NeedSnapshot, OfferSnapshot

_HEAD: Final[dict[str, Any]] = {"version": 1, "changed_at": datetime(2000, 1, 1, tzinfo=UTC), "title": "-"}


def offer_face(viewer: Viewer, card: Card) -> Face | None:
    """Return the face of an offer's card that somebody sees; None for nothing."""
    status, networks, provider, contact, entered_by = card.who
    offer = OfferSnapshot.model_validate(
        {
            **_HEAD,
            "id": card.id,
            "status": status,
            "networks": networks,
            "provider": provider,
            "contact": contact,
            "entered_by": entered_by,
        }
    )
    return "full" if offer_for(viewer, offer) else None


def need_face(viewer: Viewer, card: Card) -> Face | None:
    """Return the face of a need's card that somebody sees; None for nothing."""
    status, visibility, organisation, networks, contact, entered_by = card.who
    need = NeedSnapshot.model_validate(
        {
            **_HEAD,
            "id": card.id,
            "status": status,
            "visibility": visibility,
            "organisation": organisation,
            "networks": networks,
            "contact": contact,
            "entered_by": entered_by,
        }
    )
    view = need_for(viewer, need)
    if view is None:
        return None
    return "reduced" if "place" in view.hidden else "full"
