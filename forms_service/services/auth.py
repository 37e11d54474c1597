"""Authentication: sign-in, users and staff administration, put together for one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.tokens import Keys
from forms_service.domain.clock import Clock
from forms_service.services.sign_in import SignIn
from forms_service.services.staff_admin import StaffAdmin
from forms_service.services.user_repository import UserRepository
from forms_service.settings import Settings
from forms_service.store.store import Store
from partner_program.model import Language


@dataclass(frozen=True)
class Auth:
    """Authentication services of one application."""

    sign_in: SignIn
    users: UserRepository
    staff_admin: StaffAdmin
    keys: Keys


def make_auth(
    settings: Settings,
    key: str,
    store: Store,
    clock: Clock,
    *,
    wake_outbox: Callable[[], None],
    lang: Language,
) -> Auth:
    """Build the authentication services. `key` is the secret key in use, `lang` the site's first language."""
    rules = AuthPolicy(
        session_idle=timedelta(hours=settings.session_idle_hours),
        session_lifetime=timedelta(days=settings.session_days),
    )
    if not settings.rate_limit:
        rules = rules.unlimited()
    keys = Keys(key, settings.secret_key_fallbacks)
    users = UserRepository(store, clock=clock, wake_outbox=wake_outbox)
    return Auth(
        SignIn(store, keys, base_url=settings.base_url, clock=clock, wake=wake_outbox, rules=rules),
        users,
        StaffAdmin(store, keys, users, base_url=settings.base_url, clock=clock, lang=lang),
        keys,
    )
