"""Authentication policy: how long links and sessions live, and how often one may ask. Numbers only."""

from dataclasses import dataclass, replace
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class AuthPolicy:
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

    def unlimited(self) -> "AuthPolicy":
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
