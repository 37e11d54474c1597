"""Receipt rows: the receipt of a deal as labels and values, for its page and its mail."""

from collections.abc import Mapping
from typing import Any

from forms_service import forms
from forms_service.domain.submissions import receipt_labels
from forms_service.domain.submissions.receipt import Receipt
from forms_service.domain.submissions.receipt_labels import Row
from forms_service.domain.submissions.workflow import SubmissionKind
from partner_program.model import Language, Program


def rows(found: Receipt, said: Mapping[str, Any], program: Program, language: Language) -> list[Row]:
    """Rows with these of its answers, in order. `program` is the version it was registered under."""
    return [
        *receipt_labels.before_the_answers(found, program, language),
        *forms.summary(forms.FORM_OF_KIND[SubmissionKind.DEAL], said, program, language),
        *receipt_labels.after_the_answers(found, program, language),
    ]
