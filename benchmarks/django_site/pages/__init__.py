"""A Wagtail form page: an editor's form of the same fields, kept by Wagtail."""
