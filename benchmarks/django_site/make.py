"""Make the database: `python -m benchmarks.django_site.make`, with the settings in the environment."""

import os

import django
from django.conf import settings
from django.core.management import call_command

FIELDS = {
    "partner_tax_id": "singleline",
    "partner_email": "email",
    "customer_name": "singleline",
    "customer_website": "singleline",
    "customer_tax_id": "singleline",
    "customer_country": "singleline",
    "model": "dropdown",
    "product": "singleline",
    "description": "multiline",
    "value_amount": "number",
    "value_currency": "dropdown",
    "expected_close": "date",
    "customer_aware": "checkbox",
}
OPTIONAL = ("customer_website", "customer_tax_id", "description", "customer_aware")
CHOICES = {"model": "sell-with,resell", "value_currency": "PLN,EUR,USD,GBP,CHF"}


def main() -> None:
    """The tables, and with Wagtail the page."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.django_site.settings"
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    if settings.HAS_WAGTAIL:
        _make_page()


def _make_page() -> None:
    from wagtail.models import Site

    from benchmarks.django_site.pages.models import DealField, DealPage

    page = DealPage(title="Register a deal", slug="register-deal")
    Site.objects.get().root_page.add_child(instance=page)
    for order, (name, kind) in enumerate(FIELDS.items()):
        DealField.objects.create(
            page=page,
            sort_order=order,
            label=name,
            clean_name=name,
            field_type=kind,
            required=name not in OPTIONAL,
            choices=CHOICES.get(name, ""),
        )


if __name__ == "__main__":
    main()
