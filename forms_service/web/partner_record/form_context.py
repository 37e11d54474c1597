"""Context of a partner form: the programs and the language that its values are read by."""

from collections.abc import Callable
from dataclasses import dataclass

from forms_service.services.partners import Change
from forms_service.web.partner_record.form_input import FormInput
from partner_program.model import Language, Program


@dataclass(frozen=True)
class FormReader:
    """Context of a form: user and program."""

    program: Program
    """The version that the partner year follows."""
    served: Program
    """The version now served: new terms are made under it."""
    language: Language


Made = Callable[[FormInput, FormReader], Change]
"""Reads the fields of one form; returns the change that it asks for."""
