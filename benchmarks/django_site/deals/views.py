"""The form and its view."""

import json

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST

from benchmarks.django_site.deals.models import Deal

MODELS = [(each, each) for each in ("sell-with", "resell")]
CURRENCIES = [(each, each) for each in ("PLN", "EUR", "USD", "GBP", "CHF")]


class DealForm(forms.Form):
    """The fields of a deal registration."""

    partner_tax_id = forms.CharField(max_length=200)
    partner_email = forms.EmailField(max_length=200)
    customer_name = forms.CharField(max_length=200)
    customer_website = forms.CharField(max_length=200, required=False)
    customer_tax_id = forms.CharField(max_length=200, required=False)
    customer_country = forms.CharField(max_length=200)
    model = forms.ChoiceField(choices=MODELS)
    product = forms.CharField(max_length=200)
    description = forms.CharField(max_length=5000, required=False, widget=forms.Textarea)
    value_amount = forms.DecimalField(min_value=0)
    value_currency = forms.ChoiceField(choices=CURRENCIES)
    expected_close = forms.DateField()
    customer_aware = forms.BooleanField(required=False)


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Keep a deal and redirect to its status; 422 where it is not one."""
    form = DealForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    said = json.loads(json.dumps(form.cleaned_data, cls=DjangoJSONEncoder))
    return HttpResponseRedirect(f"/status/{Deal.objects.create(said=said).pk}", status=303)
