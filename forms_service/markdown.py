"""Markdown extension: forms in a page, as `mkdocs.yml` names it."""

from forms_service.forms.markdown import makeExtension

__all__ = ["makeExtension"]
