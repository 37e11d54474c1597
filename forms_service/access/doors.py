"""Put the parts of this package together, and onto an application: what `app.py` and `commands.py` call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from forms_service.access import gate
from forms_service.access.addresses import insecure
from forms_service.access.entrance import Entrance
from forms_service.access.guard import Access, Entry, PersonLimits
from forms_service.access.pages import sign_in_pages
from forms_service.access.people import Kind
from forms_service.access.register import Register
from forms_service.access.rules import Rules
from forms_service.access.staffing import Staffing
from forms_service.access.tokens import Keys
from forms_service.clock import Clock
from forms_service.security import Origins
from forms_service.settings import Settings
from forms_service.store.records import Store
from partner_program.model import Language


@dataclass(frozen=True)
class Doors:
    """The ways into one service."""

    entrance: Entrance
    register: Register
    staffing: Staffing
    keys: Keys


def make_doors(
    settings: Settings,
    key: str,
    store: Store,
    clock: Clock,
    *,
    mail_is_owed: Callable[[], None],
    lang: Language,
) -> Doors:
    """The use cases of getting in. `key` is the secret key in use, `lang` the site's first language."""
    rules = Rules(
        session_idle=timedelta(hours=settings.session_idle_hours),
        session_lifetime=timedelta(days=settings.session_days),
    )
    if not settings.rate_limit:
        rules = rules.unlimited()
    keys = Keys(key, settings.secret_key_fallbacks)
    return Doors(
        Entrance(store, keys, base_url=settings.base_url, clock=clock, wake=mail_is_owed, rules=rules),
        Register(store, clock=clock),
        Staffing(store, keys, base_url=settings.base_url, clock=clock, lang=lang),
        keys,
    )


def open_doors(
    app: Flask,
    doors: Doors,
    settings: Settings,
    *,
    vendor: Callable[[], str],
    navigation: Mapping[Kind, Sequence[Entry]],
    kinds: Sequence[Kind] = (Kind.STAFF,),
) -> bool:
    """Put gate and sign-in pages of these kinds of people onto the application, unless it would be unsafe.

    Returns:
        False where `insecure` says why not: then every address of every area is missing.
    """
    if insecure(settings.base_url):
        gate.close(app)
        return False
    limits = PersonLimits(doors.entrance.rules)
    gate.install(
        app, Access(doors.entrance, Origins(settings), settings.is_https, vendor, navigation, limits)
    )
    for kind in kinds:
        app.register_blueprint(sign_in_pages(kind))
    return True
