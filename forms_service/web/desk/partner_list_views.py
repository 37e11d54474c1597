"""Partner list page: tier, state, renewal, what is missing, what comes due; also as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, request

from forms_service.domain.auth.roles import READER
from forms_service.domain.partners import list_row, partner_labels
from forms_service.domain.partners.list_row import PartnerRow
from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.reports.spreadsheets import Cell, Column
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_, Words, texts
from forms_service.services.partner_list import PartnerFilter, PartnerSort
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk import partner_filters
from forms_service.web.desk.context import blueprint, fmt, render
from forms_service.web.desk.export_labels import PARTNER_STATES
from forms_service.web.desk.export_views import download
from forms_service.web.desk.formatter import Formatter
from forms_service.web.desk.partner_filters import LIST
from partner_program.model import Program

ORDERS = {
    PartnerSort.NAME: N_("by name"),
    PartnerSort.RENEWAL: N_("next renewal first"),
    PartnerSort.DUE: N_("nearest due date first"),
}


@dataclass(frozen=True)
class RowWords:
    """Labels of a row, for one reader. Templates call it `row_words`."""

    fmt: Formatter
    words: Words
    """For a page with its typography, for a file without."""
    day: date
    program_of: Callable[[PartnerRow], Program]

    def state(self, row: PartnerRow) -> str:
        """Name of the partner's state."""
        return self.words.gettext(partner_labels.STATES[PartnerState(row["state"])])

    def tier(self, row: PartnerRow) -> str:
        """Name of the tier, by the version of the program that the partner follows."""
        program = self.program_of(row)
        return next((tier.name for tier in program.tiers if tier.id == row["tier"]), row["tier"])

    def missing(self, row: PartnerRow) -> list[str]:
        """Labels of what is missing."""
        program = self.program_of(row)
        items = {item.id: item for item in program.items()}
        return [
            partner_labels.lacks(items[each["item"]], each["number"], program, self.words, self.fmt.language)
            for each in row["missing"]
            if each["item"] in items
        ]

    def due(self, row: PartnerRow) -> str:
        """Label of what comes due first."""
        if row["due"] is None:
            return ""
        return partner_labels.due_title(list_row.as_due(row["due"]), self.words, self.fmt.language)

    def due_in(self, row: PartnerRow) -> str:
        """Time until that."""
        return partner_labels.due_in(list_row.as_due(row["due"]), self.day, self.words) if row["due"] else ""

    def due_mark(self, row: PartnerRow) -> str:
        """CSS modifier: `late`, `soon` or nothing."""
        if row["due"] is None:
            return ""
        warning = list_row.as_due(row["due"]).warning(self.fmt.program, self.day)
        return "" if warning is None else "late" if warning == 0 else "soon"

    def renewal(self, row: PartnerRow) -> str:
        """Last day of the year that is renewed next, or of the partnership."""
        on = row["ends_on"] or row["renews_on"]
        return self.fmt.day(date.fromisoformat(on)) if on else ""


@blueprint.get("/partners", provide_automatic_options=False)
@requires(READER)
def show_partners() -> Response:
    """Show a page of the list."""
    words, asked = fmt(), partner_filters.read(request.args)
    day, view = day_of(service().clock()), asked.view
    return render(
        "partner_list.html",
        422 if asked.mistakes else 200,
        fmt=words,
        row_words=RowWords(words, words.words, day, service().partner_list.program_of),
        found=service().partner_list.page(view, day),
        asked=asked,
        view=view,
        mistakes=[(name, words.text(sentence)) for name, sentence in asked.mistakes.items()],
        mistakes_of={"renews_by": words.text(asked.mistakes.get("renews_by", ""))},
        is_narrowed=view != PartnerFilter(order=view.order, page=view.page),
        state=partner_filters.state_named(view),
        page_address=lambda number: partner_filters.address(view, page=number),
        export_address=partner_filters.address(view, f"{LIST}/export"),
        **_choices(words),
    )


@blueprint.post("/partners/export", provide_automatic_options=False)
@requires(READER)
def export_partners() -> Response:
    """Export the partners of the query, as CSV or XLSX."""
    words, asked = fmt(), partner_filters.read(request.args)
    if asked.mistakes:
        abort(400)
    day = day_of(service().clock())
    rows: Any = service().partner_list.every(asked.view, day)
    return download(
        "partners",
        _columns(words, day),
        rows,
        words.language,
        partner_filters.arguments_of(asked.view),
    )


def _columns(words: Formatter, day: date) -> tuple[Column[Any], ...]:
    plain = texts(words.language)
    said = RowWords(words, plain, day, service().partner_list.program_of)

    def on(value: str | None) -> Cell:
        return date.fromisoformat(value) if value else None

    columns = {
        N_("Reference"): lambda row: row["id"],
        N_("Company"): lambda row: row["name"],
        N_("Tax number"): lambda row: row["tax_id"],
        N_("Country"): lambda row: row["country"],
        N_("State"): said.state,
        N_("Tier"): said.tier,
        N_("Active since"): lambda row: on(row["active_since"]),
        N_("Partner year"): lambda row: row["year"] or None,
        N_("Renewal"): lambda row: on(row["renews_on"]),
        N_("Last day"): lambda row: on(row["ends_on"]),
        N_("Missing"): lambda row: "; ".join(said.missing(row)) or None,
        N_("Upcoming due dates"): lambda row: said.due(row) or None,
        N_("Due on"): lambda row: on(row["due"]["on"] if row["due"] else None),
    }
    return tuple(Column(plain.gettext(heading), value) for heading, value in columns.items())


def _choices(words: Formatter) -> Context:
    return {
        "states": [(name, words.text(message)) for name, message in PARTNER_STATES.items()],
        "tiers": [(tier.id, tier.name) for tier in words.program.tiers],
        "orders": [(order.value, words.text(message)) for order, message in ORDERS.items()],
    }
