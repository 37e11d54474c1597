"""The form view; below it, with Wagtail, its pages."""

from django.conf import settings
from django.urls import include, path

from benchmarks.django_site.deals.views import register

urlpatterns = (
    [path("", include("wagtail.urls"))] if settings.HAS_WAGTAIL else [path("register-deal/", register)]
)
