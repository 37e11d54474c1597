"""A service with partners."""

from tests.desk.conftest import office, open_office, program, site

__all__ = ["office", "open_office", "program", "site"]
