"""Base form: language, program, clean answers, errors in the order of the page.

A form is a WTForms class whose labels and sentences are English message ids; they are put into the language
of the page when the form is made. Fields that belong to a list or a group sit in a `Group` of their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from gettext import GNUTranslations
from typing import Any, ClassVar, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.meta import DefaultMeta

from forms_service.forms.context import Edition
from forms_service.forms.fields import Honeypot, InputField, ProgramVersionField
from forms_service.i18n.translations import BoundTexts


class FieldError(NamedTuple):
    """An error of a field."""

    field_id: str
    message: str


class FieldGroup(Form):
    """Fields that belong together: a form, or a part of one such as one person."""

    class Meta(DefaultMeta):
        """WTForms Meta: translations come from the edition; a part of a form takes its form's."""

        edition: Edition | None = None

        def get_translations(self, form: Form) -> BoundTexts | GNUTranslations:
            return form.edition.texts

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            return super().render_field(field, {**field.attributes(), **render_kw})

    @property
    def edition(self) -> Edition:
        """Program and language of the form."""
        return self.meta.edition or self._parent_form.edition

    @property
    def whole(self) -> Any:
        """The form that this is a part of, or is."""
        return self._parent_form.whole if self._parent_form else self

    def asks(self, field: InputField) -> bool:
        """Whether this field is required, given the other answers."""
        return field.missing is not None

    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return all(field.is_blank() for field in self)

    def said(self) -> dict[str, Any]:
        """Clean answers by field name, as JSON: blank texts as `""`, blank numbers as None."""
        return {field.short_name: field.said() for field in self if field.kept}

    def as_typed(self) -> dict[str, Any]:
        """What was typed by field name, right or wrong, as JSON; `formdata_of` makes the form of it again."""
        return {field.short_name: field.as_typed() for field in self if field.kept}

    def mistakes(self) -> Iterator[FieldError]:
        """All errors, in the order of the fields."""
        for field in self:
            yield from field.mistakes()


class PartnerForm(FieldGroup):
    """Base of all forms. Knows neither store nor request; `validate()` before `said()`."""

    name: ClassVar[str]
    """Names the form in blocks, slots and records."""
    method: ClassVar[str] = "post"
    title: ClassVar[str]
    """Message id of the heading that stands on the form's page."""

    def __init__(
        self, edition: Edition, formdata: MultiDict[str, str] | None, said: Mapping[str, Any] | None
    ) -> None:
        self.pressed = _row_button(formdata)
        self.focused = ""
        super().__init__(formdata, data=said, meta={"edition": edition})

    @property
    def is_honeypot_filled(self) -> bool:
        """Whether the hidden honeypot field was filled in; False where there is none."""
        return False

    @property
    def program_version(self) -> str:
        """Hash of the program on the page that sent the form; empty where it named none."""
        return ""

    def validate_some(self, names: Iterable[str]) -> bool:
        """Validate these fields only; the others have no errors."""
        results = [self[name].validate(self, self._inline(name)) for name in names]
        return all(results)

    def _inline(self, name: str) -> tuple[Any, ...]:
        found = getattr(type(self), f"validate_{name}", None)
        return () if found is None else (found,)

    def lists(self) -> dict[str, Any]:
        """Fields with rows that can be added and removed, by name."""
        return {field.short_name: field for field in self if field.kind == "rows"}

    def row_action(self) -> bool:
        """Whether an add or remove button was pressed. If so, the rows are changed, and `focused` is the id
        of what the person goes on with. Nothing else is checked."""
        if self.pressed is None:
            return False
        action, name, index = self.pressed
        if name not in self.lists():
            return False
        rows = self.lists()[name]
        self.focused = rows.add() if action == "add" else rows.remove(index)
        return True


class SentForm(PartnerForm):
    """Base of the forms that are stored."""

    program = ProgramVersionField()
    subject = Honeypot()

    @property
    def is_honeypot_filled(self) -> bool:
        return not self.subject.is_blank()

    @property
    def program_version(self) -> str:
        return str(self.program.typed)


def _row_button(formdata: MultiDict[str, str] | None) -> tuple[str, str, int] | None:
    """What was pressed: `add-contacts` is ("add", "contacts", 0), `remove-contacts-1` names a row."""
    for key in formdata or ():
        action, _, rest = key.partition("-")
        if action == "add":
            return "add", rest, 0
        name, _, number = rest.rpartition("-")
        if action == "remove" and number.isascii() and number.isdigit() and len(number) < 4:
            return "remove", name, int(number)
    return None
