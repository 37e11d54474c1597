"""Forms (WTForms): what is asked, how it is validated and rendered.

Knows neither the store nor the web server; everything it needs is passed in.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.values.tax_ids import is_checked
from forms_service.forms.application import ApplicationForm
from forms_service.forms.base import FieldError, PartnerForm, SentForm
from forms_service.forms.context import Edition
from forms_service.forms.deals import DealResult, deal_registration, entered_deal, partner_deal
from forms_service.forms.renderer import explain_status, render, render_check, summary_rows, typed_rows
from forms_service.forms.short_forms import FinishLater, LostLink, Message, Reply, TierFinder
from partner_program.eligibility import CompanyFacts
from partner_program.model import Language, Program

__all__ = [
    "FORM_OF_KIND",
    "HONEYPOT",
    "NAMES",
    "FieldError",
    "PartnerForm",
    "SentForm",
    "build",
    "build_result",
    "explain_status",
    "facts",
    "is_checked",
    "render",
    "render_check",
    "staff_summary",
    "summary",
    "typed_rows",
]

_FORMS = {
    "application": ApplicationForm,
    "deal-registration": deal_registration,
    "entered-deal": entered_deal,
    "partner-deal": partner_deal,
    "tier-finder": TierFinder,
    "lost-link": LostLink,
    "finish-later": FinishLater,
    "reply": Reply,
    "message": Message,
    "deal-result": DealResult,
}

FORM_OF_KIND: Mapping[str, str] = {
    SubmissionKind.APPLICATION: "application",
    SubmissionKind.DEAL: "deal-registration",
}
"""The form by which a submission of a kind is sent."""

NAMES = ("application", "deal-registration", "tier-finder")
"""The forms that have a slot and a block of their own; the others stand on status pages and at the desk."""

HONEYPOT = "subject"
"""Name of the field that people do not see."""


def build(
    name: str,
    program: Program,
    lang: Language,
    formdata: MultiDict[str, str] | None = None,
    said: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> PartnerForm:
    """Build the form `name`: empty, from a request (`formdata`), or from clean answers (`said`).

    `today` is the day in the program's time zone; without it, no date is too early.
    Raises KeyError for a form that there is not.
    """
    return _FORMS[name](Edition(program, lang, today), formdata, said)


def build_result(
    program: Program,
    lang: Language,
    formdata: MultiDict[str, str] | None = None,
    said: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> DealResult:
    """Build the form that reports what became of a deal, like `build`."""
    return DealResult(Edition(program, lang, today), formdata, said)


def summary(name: str, said: Mapping[str, Any], program: Program, lang: Language) -> list[tuple[str, str]]:
    """Answers as (label, value), in the order of the form and in `lang`; blanks are left out.

    People of a list come one by one under the same label. Plain text: escape it.
    """
    return list(summary_rows(_FORMS[name](Edition(program, lang, typography=False), None, None), said))


def staff_summary(
    kind: SubmissionKind, said: Mapping[str, Any], program: Program, lang: Language
) -> list[tuple[str, str]]:
    """Answers as `summary` has them, for staff: a deal's in the words of who enters it for a partner."""
    if kind != SubmissionKind.DEAL:
        return summary(FORM_OF_KIND[kind], said, program, lang)
    return summary("entered-deal", said, program, lang)


def facts(said: Mapping[str, Any]) -> CompanyFacts:
    """Facts about a company in an application or tier finder."""

    def count(answer: Any) -> int:
        return answer if isinstance(answer, int) else len(answer or ())

    sponsor = said.get("sponsor")
    return CompanyFacts(
        sales_people=count(said.get("sales_people")),
        technical_people=count(said.get("technical_people")),
        lead_activities=count(said.get("lead_activities")),
        sponsor=bool(
            said.get("sponsor_is_contact") or (sponsor.get("name") if isinstance(sponsor, dict) else sponsor)
        ),
    )
