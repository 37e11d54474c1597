"""The server is tried with the application that it serves."""

from tests.web.conftest import app, client, clock, deal, make_app, program, service, site

__all__ = ["app", "client", "clock", "deal", "make_app", "program", "service", "site"]
