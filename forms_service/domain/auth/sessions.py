"""Sessions: when one starts and expires. Pure.

The store knows a session by the hash of its secret, whose it is and since when; so it can be ended on the
server. When it was last used stands in the signed cookie itself, renewed by every answer: reading a page
changes nothing in the store.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.tokens import hashed
from forms_service.domain.clock import moment, stamp

Document = dict[str, Any]


def new_session(secret: str, person: Mapping[str, Any], *, at: datetime) -> Document:
    """New session document for this user."""
    return {"id": hashed(secret), "person": person["id"], "kind": person["kind"], "created_at": stamp(at)}


def remaining(
    session: Mapping[str, Any], seen_at: datetime, now: datetime, rules: AuthPolicy
) -> timedelta | None:
    """Time until the session expires without further requests; None if it has expired.

    A clock that was set back makes a session last longer, at most by the idle time: a session that seems to
    have been begun or used further ahead than that has ended.
    """
    created_at: datetime = moment(session["created_at"])
    if max(created_at, seen_at) - now >= rules.session_idle:
        return None
    if now - seen_at >= rules.session_idle or now - created_at >= rules.session_lifetime:
        return None
    return min(rules.session_idle, created_at + rules.session_lifetime - now)


def over_before(now: datetime, rules: AuthPolicy) -> datetime:
    """Sessions started before this time have expired for certain."""
    return now - rules.session_lifetime
