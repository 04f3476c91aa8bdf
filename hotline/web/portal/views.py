"""The recipient's list, the packet of one report, and the button that says: we have it."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from hotline.accounts import queries as people
from hotline.dispatch import service as dispatching
from hotline.dispatch.models import Dispatch
from hotline.dispatch.packet import open_packet
from hotline.dispatch.queries import portal_list
from hotline.partners import queries as partners
from hotline.web.shared import packs
from hotline.web.shared.core import core, person, transaction
from hotline.web.shared.dispatch_words import ROLES
from hotline.web.shared.partials import part
from hotline.web.shared.screen import screen
from hotline.web.shared.words import CHANNELS, word

blueprint = screen(__name__, url_prefix="/portal")


@blueprint.get("")
def inbox() -> str:
    """What was sent to the person's organization: what waits first, then the newest."""
    return render_template("portal/inbox.html", lines=Markup(_lines()))


@blueprint.get("/rows")
def rows() -> Response:
    """The part of the list that refreshes itself."""
    return part(_lines())


@blueprint.get("/dispatches/<uuid:dispatch_id>")
def packet(dispatch_id: UUID) -> str:
    """What the organization needs of one report, never who called. Each look is audited."""
    with transaction() as session:
        found = open_packet(session, core().vault, core().forms, dispatch_id, person())
        dispatch = session.get_one(Dispatch, dispatch_id)
        who = people.names(session, [dispatch.acknowledged_by] if dispatch.acknowledged_by else [])
    return render_template(
        "portal/packet.html",
        packet=found,
        role=ROLES.get(found.role, found.role),
        came_by=word(CHANNELS, found.channel),
        acknowledged_by=who.get(dispatch.acknowledged_by) if dispatch.acknowledged_by else None,
    )


@blueprint.post("/dispatches/<uuid:dispatch_id>/acknowledge")
def acknowledge(dispatch_id: UUID) -> Response:
    """The organization has it. A second click changes nothing."""
    with transaction() as session:
        dispatching.acknowledge(session, dispatch_id, person())
    return redirect(url_for("portal.packet", dispatch_id=dispatch_id), 303)


def _lines() -> str:
    organization_id = person().organization_id
    if organization_id is None:
        return render_template("portal/lines.html", organization=None)
    with transaction() as session:
        organization = partners.organization(session, organization_id)
        found = portal_list(session, organization_id)
    pack = packs.current(organization.jurisdiction)
    return render_template(
        "portal/lines.html",
        organization=organization,
        waiting=[row for row in found if row.acknowledged_at is None],
        acknowledged=[row for row in found if row.acknowledged_at is not None],
        pack=pack,
        service_name=packs.service_name,
        roles=ROLES,
        zone=pack.rules.calendar.time_zone,
    )
