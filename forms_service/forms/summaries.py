"""What somebody sent, as people read it: for the status page, the mails and the desk."""

from collections.abc import Iterator
from typing import Any

from forms_service.forms.base import PartnerForm


def told(form: PartnerForm, said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and value of everything that was said, in the order of the form, blanks left out.

    `said` may come from an older form or program: a choice that is gone is told as it is kept, and an answer
    whose field is gone comes last, under its name.
    """
    known = {field.short_name: field for field in form if field.kept}
    for name, field in known.items():
        if name in said:
            yield from field.lines(said[name], said)
    for name, value in said.items():
        if name not in known and value not in ("", None, [], {}, False):
            yield name, str(value)
