"""The page and its fields."""

from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField


class DealPage(AbstractForm):
    """A page with a form; what is sent becomes a `FormSubmission`."""


class DealField(AbstractFormField):
    """One of its fields."""

    page = ParentalKey(DealPage, related_name="form_fields")
