"""Fill a form in, changed by the test at hand."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.forms import PartnerForm
from partner_program import Program
from tests.forms.filled import FILLED, TODAY, Fill


@pytest.fixture
def fill(program: Program) -> Fill:
    """Fill a form in and check it. `changes` replaces fields; None takes one away."""

    def fill(
        name: str, changes: dict[str, Any] | None = None, lang: Any = "pl", program: Program = program
    ) -> PartnerForm:
        fields: MultiDict[str, str] = MultiDict()
        for field, value in (FILLED[name] | (changes or {})).items():
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    fields.add(field, each)
        form = forms.build(name, program, lang, formdata=fields, today=TODAY)
        form.validate()
        return form

    return fill


@pytest.fixture
def mistakes(fill: Fill) -> Callable[..., dict[str, str]]:
    """Fill a form in; what is wrong with it, by field, with ordinary spaces."""

    def mistakes(*arguments: Any, **options: Any) -> dict[str, str]:
        found = fill(*arguments, **options).mistakes()
        return {field: " ".join(message.split()) for field, message in found}

    return mistakes
