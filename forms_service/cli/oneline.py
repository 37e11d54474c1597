"""Startup errors in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from forms_service.settings import CannotStart
from forms_service.store.errors import StoreError, in_words
from forms_service.web.site import SiteError


@contextmanager
def in_one_line() -> Iterator[None]:
    """Raises CannotStart for what keeps the block from its work: data, site, file system."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise CannotStart(f"{where}{in_words(error)}") from error
    except (SiteError, StoreError, ValueError) as error:
        raise CannotStart(str(error)) from error
