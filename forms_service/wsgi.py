"""WSGI: what stands between a server and Flask."""

from forms_service.web.middleware import Outermost

__all__ = ["Outermost"]
