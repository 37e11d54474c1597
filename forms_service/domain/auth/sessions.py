"""Sessions: when one starts and expires. Pure.

The store knows a session by the hash of its secret, whose it is and since when; so it can be ended on the
server. When it was last used stands in the signed cookie itself, renewed by every answer: reading a page
changes nothing in the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.auth.tokens import hashed
from forms_service.domain.clock import moment, stamp


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Session and link policy: lifetimes and rate limits. Tests shorten the defaults instead of waiting."""

    link_lifetime: timedelta = timedelta(minutes=10)
    """From this age on, exactly, a link is expired."""
    link_kept: timedelta = timedelta(days=1)
    """Links older than this are removed; until then an old link can say why it does not work."""
    code_tries: int = 5
    """So many wrong codes end a link."""
    session_idle: timedelta = timedelta(hours=12)
    """Without a request for this long, exactly, a session has ended."""
    session_lifetime: timedelta = timedelta(days=7)
    """From this age on, exactly, a session has ended, however busy it is."""
    device_lifetime: timedelta = timedelta(days=180)
    """So long a browser is known as one in which somebody has signed in."""
    asks_within: timedelta = timedelta(minutes=15)
    """The while that the next two count in."""
    asks_per_address: int | None = 5
    """So many links for one address asked for by one client; None: any number."""
    asks_per_client: int | None = 20
    """So many requests for a link by one client; None: any number."""

    asks_by_all: int | None = 20
    """So many links for one address in `asks_by_all_within`, whoever asks; None: any number."""
    asks_by_all_within: timedelta = timedelta(hours=1)
    changes: int | None = 120
    """So many requests that change something in `changes_within`, for each person; None: any number."""
    changes_within: timedelta = timedelta(minutes=1)
    registrations: int | None = 30
    """So many deals registered in `registrations_within` by each person; None: any number."""
    registrations_within: timedelta = timedelta(hours=1)
    uploads: int | None = 10
    """So many files sent in `uploads_within` by each person; None: any number."""
    uploads_within: timedelta = timedelta(hours=1)

    def unlimited(self) -> "Rules":
        """The same policy without rate limits."""
        return replace(
            self,
            asks_per_address=None,
            asks_per_client=None,
            asks_by_all=None,
            changes=None,
            registrations=None,
            uploads=None,
        )


Document = dict[str, Any]


def new_session(secret: str, person: Mapping[str, Any], *, at: datetime) -> Document:
    """New session document for this user."""
    return {"id": hashed(secret), "person": person["id"], "kind": person["kind"], "created_at": stamp(at)}


def remaining(session: Mapping[str, Any], seen_at: datetime, now: datetime, rules: Rules) -> timedelta | None:
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


def over_before(now: datetime, rules: Rules) -> datetime:
    """Sessions started before this time have expired for certain."""
    return now - rules.session_lifetime
