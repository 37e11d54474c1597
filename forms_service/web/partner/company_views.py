"""Partner area: a company's pages for its own users; 404 for everybody else."""

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import PERSON, UserKind
from forms_service.web.auth.layout import page
from forms_service.web.auth.own_sessions import own_sessions
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.partner.context import blueprint, me, own, partner_pages
from forms_service.web.partner.download_views import new_link


@blueprint.get("/", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_home() -> AnyResponse:
    """Redirect to the user's company, or let them choose one."""
    companies = service().partners.of(me().email)
    if len(companies) == 1:
        return redirect(f"/partner/{companies[0]['id']}", 303)
    return page("partner/companies.html", companies=[partner_pages().showing(each) for each in companies])


@blueprint.get("/me", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_mine() -> Response:
    """Show the user's own sessions."""
    return page("partner/me.html", done="done" in request.args, sessions=own_sessions())


@blueprint.get("/<reference>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_overview(reference: str) -> Response:
    """Overview: state, what is missing, what comes due."""
    place, partner = own(reference)
    return place.show(partner, "overview")


@blueprint.get("/<reference>/<section>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_section(reference: str, section: str) -> AnyResponse:
    """Another part; a section's address leads to its part."""
    place, partner = own(reference)
    link = new_link(partner) if section == "company" else ""
    return place.visit(partner, section, more={"calendar_link": link})


@blueprint.post("/<reference>/<section>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def act(reference: str, section: str) -> AnyResponse:
    """Take one action."""
    place, partner = own(reference)
    return place.act(partner, section)


@blueprint.get("/<reference>/attestation/<int:number>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def print_attestation(reference: str, number: int) -> Response:
    """Printable attestation."""
    place, partner = own(reference)
    return place.printed(partner, number)
