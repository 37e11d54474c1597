"""What is declared in a yearly attestation."""

from forms_service.texts import N_, texts
from partner_program.model import Language, Program

_STATEMENT = N_("I attest that the company meets the criteria above.")


def statement(program: Program, language: Language) -> str:
    """In the vendor's words where the program has them."""
    said = program.attestation.statement
    return texts(language).gettext(_STATEMENT) if said is None else said[language]
