"""WSGI: what stands between a server and Flask."""

from forms_service.web.middleware import Middleware

__all__ = ["Middleware"]
