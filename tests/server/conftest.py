"""The server is tried with the application that it serves."""

from tests.web.conftest import app, client, clock, deal, make_app, service

__all__ = ["app", "client", "clock", "deal", "make_app", "service"]
