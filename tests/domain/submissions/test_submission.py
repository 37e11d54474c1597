"""Types of a submission: what the type checker finds, and that they are what the forms ask."""

from pathlib import Path
from typing import get_type_hints

import pytest
from mypy import api

from forms_service.domain.submissions.submission import ApplicationAnswers, DealAnswers
from forms_service.forms import FORM_OF_KIND, build
from partner_program import Program

WRONG_USES = Path(__file__).parents[1] / "type_errors.py"


def test_that_the_type_checker_reports_each_wrong_use_and_no_other() -> None:
    marked = [
        number
        for number, line in enumerate(WRONG_USES.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith("# wrong")
    ]

    report, trouble, _ = api.run(["--strict", "--no-error-summary", "--no-pretty", str(WRONG_USES)])

    errors = [line for line in report.splitlines() if ": error: " in line]
    assert not trouble
    assert sorted({int(line.split(":")[1]) for line in errors}) == marked, report


@pytest.mark.parametrize(("kind", "answers"), [("application", ApplicationAnswers), ("deal", DealAnswers)])
def test_that_the_answers_of_a_kind_are_the_fields_of_its_form(
    program: Program, kind: str, answers: type
) -> None:
    form = build(FORM_OF_KIND[kind], program, "en")
    assert form.said().keys() == get_type_hints(answers).keys()
