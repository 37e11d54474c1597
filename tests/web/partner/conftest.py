"""A service with partners."""

from tests.web.desk.conftest import office, open_office, program, site

__all__ = ["office", "open_office", "program", "site"]
