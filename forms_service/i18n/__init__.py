"""Internationalization: gettext catalogs, and templates that speak one language."""
