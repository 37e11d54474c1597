"""Views shared by both sides: show a section, take an action, report the result."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.partners.agreement import AgreementProblem, fault, may_keep
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_labels import refusal
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, PartnerActor, Side
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_, BoundTexts, bound_texts
from forms_service.services.database import StoreUnavailable
from forms_service.services.partner_deals import DealsFilter
from forms_service.services.partners import PartnerMissing
from forms_service.web.auth.layout import page, response_language
from forms_service.web.auth.permissions import access
from forms_service.web.context import release, service
from forms_service.web.errors import RETRY_AFTER_SECONDS
from forms_service.web.partner_record import commands
from forms_service.web.partner_record.form_context import FormReader
from forms_service.web.partner_record.form_input import FormInput, NotUsable, RejectedForm
from forms_service.web.partner_record.page import PartnerPage
from forms_service.web.partner_record.parts import OVERVIEW, PARTS, SECTIONS, section_path
from forms_service.web.partner_record.queries import PartnerQueries
from forms_service.web.uploads import FILE_LIMIT_BYTES
from partner_program.model import LANGUAGES

CHANGED = N_("Somebody changed this while you were reading. Nothing was saved. Compare and decide again.")
SAVED = N_("Saved.")
_LONGEST_SEARCH = 200
_DIGITS = 6
"""An address has shorter numbers than this."""
NOT_STORED = N_("We have NOT saved this. What you typed is below. Try again in a few minutes.")

log = logging.getLogger(__name__)

_NOTHING: Mapping[str, Any] = {
    "calendar_link": "",
    "preview": None,
    "bad": [],
    "csv": "",
    "encodings": [],
    "recorded": None,
}
"""What only some answers show; templates refuse a name that they do not know."""


@dataclass(frozen=True)
class PartnerView:
    """Partner pages for one user at one base URL."""

    actor: PartnerActor
    may_act: bool
    base: str

    def showing(self, partner: Partner) -> PartnerPage:
        """The partner as this reader sees them today."""
        partners, day = service().partners, day_of(service().clock())
        return PartnerPage(
            partner,
            partners.program_of(partner, day),
            release().program,
            day,
            response_language(),
            self.actor,
            self.may_act,
            f"{self.base}/{partner['id']}",
            PartnerQueries(
                partner,
                service().partner_revenue,
                service().partner_deals,
                partners.program_of,
                partners.same_company,
            ),
            release().version_days,
            asked_year=_number("year", 0),
            page=_number("page", 1),
            amounts_page=_number("amounts", 1),
            deals_shown=_deals_shown(),
            deals_search=request.args.get("search", "").strip()[:_LONGEST_SEARCH],
        )

    def visit(self, partner: Partner, name: str, more: Mapping[str, Any] | None = None) -> AnyResponse:
        """Render a part; redirect the address of a section, which once had a page of its own, to its part."""
        if name in PARTS and name != OVERVIEW:
            return self.show(partner, name, more=more)
        if name not in SECTIONS:
            abort(404)
        return redirect(self._address(partner, name, request.args.to_dict()), 301)

    def show(
        self,
        partner: Partner,
        section: str,
        status: int = 200,
        *,
        mistakes: list[tuple[str, str]] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Response:
        """Render a part, or the one that has this section."""
        part = PARTS.get(section) or SECTIONS.get(section)
        if part is None:
            abort(404)
        it = self.showing(partner)
        typed = request.form if status in (422, 503) else {}
        sent = RejectedForm(typed, mistakes or ())
        done = self._done(it, request.args["done"]) if "done" in request.args and not mistakes else ""
        return page(
            "partner/part.html",
            status,
            part=part,
            sent=sent,
            typed=typed,
            **self.around(it, part.id, sent.summary, done),
            **{**_NOTHING, **(more or {})},
        )

    def _done(self, it: PartnerPage, section: str) -> str:
        """That an action was taken; after an attestation, what it means."""
        return (it.attestation.told if section == "attestation" else "") or it.text(SAVED)

    def around(self, it: PartnerPage, part: str, mistakes: list[tuple[str, str]], done: str = "") -> Context:
        """Template context of the layout. `mistakes` have the ids of their fields."""
        noted = request.args.get("done", "")
        return {
            "page": it,
            "current": part,
            "mistakes": mistakes,
            "done": done,
            "noted": noted if noted in PARTS.get(part, PARTS[OVERVIEW]).sections else "",
            "other_companies": self._others(it.partner),
        }

    def _others(self, partner: Partner) -> list[Partner]:
        """The reader's other companies, for somebody who belongs to several."""
        if self.actor.side is not Side.PARTNER:
            return []
        return [each for each in service().partners.of(self.actor.email) if each["id"] != partner["id"]]

    def printed(self, partner: Partner, number: int) -> Response:
        """Printable attestation, in the language it was given in.

        Raises PartnerMissing where there is none.
        """
        given = next((each for each in partner["attestations"] if each["year"] == number), None)
        if given is None:
            raise PartnerMissing(partner["id"])
        language = next((each for each in LANGUAGES if each == given["lang"]), response_language())
        it = replace(self.showing(partner), language=language)
        return page("partner/attestation_printed.html", lang=language, page=it, given=given)

    def act(self, partner: Partner, section: str) -> AnyResponse:
        """Take the action of the submitted form."""
        if section not in SECTIONS:
            abort(404)
        it = self.showing(partner)
        try:
            action = PartnerAction(request.form.get("action", ""))
        except ValueError:
            abort(400)
        if action not in it.may:
            return self.show(partner, section, 422, mistakes=[("", it.text(CHANGED))])
        reader = FormReader(it.program, it.served, it.language)
        try:
            change = commands.change(action, FormInput(request.form), reader)
        except NotUsable as refused:
            return self.show(partner, section, 422, mistakes=in_words(refused, it.words))
        except KeyError:
            abort(400)
        is_seen = request.form.get("seen") == str(partner.get("version"))
        if commands.overwrites(action, request.form) and not is_seen:
            return self.show(partner, section, 422, mistakes=[("", it.text(CHANGED))])
        partners = service().partners
        return self.answer(partner, section, lambda: partners.change(partner["id"], self.actor, change))

    def answer(
        self, partner: Partner, section: str, work: Callable[[], Partner | PartnerActionRefused]
    ) -> AnyResponse:
        """Redirect to the section, or render it with the refusal and what was typed."""
        try:
            done = work()
        except StoreUnavailable as error:
            log.error("cannot store", exc_info=error)
            again = self.show(
                partner, section, 503, mistakes=[("", bound_texts(response_language()).gettext(NOT_STORED))]
            )
            again.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return again
        if isinstance(done, PartnerActionRefused):
            sentence = refusal(done, bound_texts(response_language()))
            return self.show(partner, section, 422, mistakes=[(done.field or "", sentence)])
        return redirect(self._address(partner, section, {"done": section}), 303)

    def _address(self, partner: Partner, section: str, query: Mapping[str, str]) -> str:
        """URL of a section with a query; `done` is said at the section."""
        path, fragment = section_path(section)
        renamed = {
            "amounts" if (section, name) == ("revenue", "page") else name: query[name] for name in query
        }
        if "done" in renamed:
            renamed["done"] = section
        asked = f"?{urlencode(renamed)}" if renamed else ""
        return f"{self.base}/{partner['id']}{path}{asked}{fragment}"


def in_words(refused: NotUsable, words: BoundTexts) -> list[tuple[str, str]]:
    """Errors with their fields, translated."""
    return [
        (
            each.field,
            words.gettext(each.sentence) % each.facts if each.facts else words.gettext(each.sentence),
        )
        for each in refused.mistakes
    ]


def _number(name: str, default: int) -> int:
    """A number of the address; the default where it is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else default


def _deals_shown() -> DealsFilter:
    try:
        return DealsFilter(request.args.get("shown", ""))
    except ValueError:
        return DealsFilter.ALL


SECTION = "profile"
FIELD = "file"
FAULTS = {
    AgreementProblem.EMPTY: N_("Choose the file with the signed agreement"),
    AgreementProblem.TOO_LARGE: N_("The file is larger than 5 MB. Make it smaller, for example in greyscale"),
    AgreementProblem.NO_PDF: N_(
        "This is not a complete PDF file. Save the agreement as PDF again and choose that file"
    ),
    AgreementProblem.TWO_FILES: N_("This file is a PDF and something else at once. Print it to a new PDF"),
    AgreementProblem.ACTIVE: N_("This PDF contains scripts or other files. Print it to a new PDF"),
}


def keep(place: PartnerView, partner: Partner) -> AnyResponse:
    """Store an uploaded file, unless it is refused: then the page with what to do."""
    content = _sent()
    if refused := may_keep(partner, PartnerActing(place.actor, service().clock())):
        return place.answer(partner, SECTION, lambda: refused)
    access().limits.take(access().limits.uploads)
    if found := fault(content):
        sentence = bound_texts(response_language()).gettext(FAULTS[found])
        return place.show(partner, SECTION, 422, mistakes=[(FIELD, sentence)])
    return place.answer(
        partner, SECTION, lambda: service().agreements.keep(partner["id"], place.actor, content)
    )


def _sent() -> bytes:
    """What was chosen; nothing where nothing was."""
    request.max_content_length = FILE_LIMIT_BYTES
    try:
        chosen = request.files.get(FIELD)
        return chosen.read() if chosen is not None else b""
    finally:
        request.close()


def remove(place: PartnerView, partner: Partner) -> AnyResponse:
    """Delete the file."""
    return place.answer(partner, SECTION, lambda: service().agreements.remove(partner["id"], place.actor))


def hand_out(partner: Partner) -> Response:
    """Download the file as an attachment. Raises PartnerMissing where there is none."""
    content = service().agreements.content(partner)
    if content is None:
        raise PartnerMissing(partner["id"])
    name = {"pl": "umowa", "en": "agreement"}[response_language()]
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{partner["id"]}.pdf"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
