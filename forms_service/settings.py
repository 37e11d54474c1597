"""Settings: every environment variable of the service: name, default, unit, validation.

Nothing else in the service looks at the environment; `site_env` puts into it what stands in `site.env`. An
empty variable counts as unset.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from email_validator import EmailNotValidError, validate_email
from limits import parse_many

from partner_program.nearest_name import nearest

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - recognised, not bound to
SHORTEST_KEY = 32
"""Characters of a secret key at least."""
SECRETS = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "MAIL_URL")
"""Settings whose values are shown to nobody."""

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


class CannotStart(Exception):
    """A command cannot begin; the text is one line that says what to do."""


class SettingsError(ValueError):
    """A setting is wrong; the text is one line that names it and says what to write."""


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Parser of a whole number in a range, both ends included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """A positive number of seconds, up to an hour; fractions are fine."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not 0 < float(text) <= 3600:
        raise ValueError("seconds, more than 0 and up to 3600")
    return float(text)


def folder(text: str) -> Path:
    """Path of a folder, which may be missing."""
    path = Path(text)
    with suppress(OSError):  # what cannot be looked at now is told where it is opened
        if any(each.exists() and not each.is_dir() for each in (path, *path.parents)):
            raise ValueError("a folder; a file is in the way")
    return path


def origin(text: str) -> str:
    """`https://host` or `http://host:port`, without a path: links are absolute from the root of a host."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("an address such as https://partners.example.com") from None
    host = _bracketed((parts.hostname or "").lower())
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or parts.username is not None:
        raise ValueError("an address such as https://partners.example.com")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("the root of a host, without a path, such as https://partners.example.com")
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, default) else "")


def hosts(text: str) -> tuple[str, ...]:
    """Host names without ports, separated by commas or spaces."""
    names = tuple(name.lower() for name in re.split(r"[,\s]+", text.strip(", \t")))
    if not all(_HOST.fullmatch(name) for name in names):
        raise ValueError("host names without scheme and port, separated by commas")
    return names


def mail_server(text: str) -> str:
    """`smtp://user:password@host:port` or `smtps://…`."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("an address such as smtp://user:password@mail.example.com:587 (or smtps://)")
    return text


def address(text: str) -> str:
    """One e-mail address that every mail server takes; nobody asks the network whether it exists."""
    try:
        valid = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("an e-mail address") from None
    return valid.normalized


def addresses(text: str) -> tuple[str, ...]:
    """E-mail addresses, separated by commas or spaces."""
    return tuple(address(each) for each in re.split(r"[,\s]+", text.strip(", \t")))


def limits(text: str) -> str:
    """The notation of `limits`, or `off` (kept as the empty text)."""
    if text.lower() == "off":
        return ""
    try:
        parse_many(text)
    except ValueError:
        raise ValueError('limits such as "30 per minute; 200 per hour", or "off"') from None
    return text


def key(text: str) -> str:
    """A secret key of enough length."""
    if len(text) < SHORTEST_KEY:
        raise ValueError(
            f"at least {SHORTEST_KEY} characters. Set a longer one (openssl rand -base64 48), or none: then "
            "one is made and kept with the data"
        )
    return text


def keys(text: str) -> tuple[str, ...]:
    """Secret keys, separated by spaces."""
    found = tuple(text.split())
    if any(len(each) < SHORTEST_KEY for each in found):
        raise ValueError(f"keys of at least {SHORTEST_KEY} characters, separated by spaces")
    return found


def _setting(name: str, default: Any, read: Callable[[str], Any]) -> Any:
    return field(default=default, repr=name not in SECRETS, metadata={"name": name, "read": read})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings. The text under each field stands in the README."""

    host: str = _setting("HOST", "127.0.0.1", str)
    """The address to listen on."""
    port: int = _setting("PORT", 8000, whole_number(0, 65535))
    """The port to listen on; 0 takes a free one."""
    data_dir: Path = _setting("DATA_DIR", Path("data"), folder)  # noqa: RUF009 - a field
    """The folder with all that must be backed up; made with mode 0700."""
    site_dir: Path = _setting("SITE_DIR", Path("site"), folder)  # noqa: RUF009 - a field
    """The built site, usually a link that a newer build replaces."""
    base_url: str = _setting("BASE_URL", "", origin)
    """Where the service is reached: every absolute link it writes begins with it. Default: host and port."""
    site_url: str = _setting("SITE_URL", "", origin)
    """Where the public pages live; that origin may post to the forms. Default: BASE_URL."""
    forms_url: str = _setting("FORMS_URL", "", origin)
    """Where pages built for another origin send their forms; only building the site needs it."""
    allowed_hosts: tuple[str, ...] = _setting("ALLOWED_HOSTS", (), hosts)
    """Host names that are served, at any port. Default: that of BASE_URL; without BASE_URL also loopback."""
    mail_url: str = _setting("MAIL_URL", "", mail_server)
    """The mail server; without it, mails become `.eml` files under DATA_DIR/mail/."""
    mail_from: str = _setting("MAIL_FROM", "", address)
    """The sender of mails. Default: the program's contact."""
    mail_bounces_to: str = _setting("MAIL_BOUNCES_TO", "", address)
    """Where mails come back to that cannot be delivered: their envelope sender. Default: MAIL_FROM."""
    staff: tuple[str, ...] = _setting("STAFF", (), addresses)
    """Addresses that may sign in to the desk."""
    rate_limit: str = _setting("RATE_LIMIT", "30 per minute; 200 per hour", limits)
    """How many forms one client may send, in the notation of `limits`; `off` switches every limiter off."""
    trusted_proxies: int = _setting("TRUSTED_PROXIES", 0, whole_number(0, 10))
    """How many proxies stand in front, that is: how many hops of X-Forwarded-* to believe."""
    secret_key: str = _setting("SECRET_KEY", "", key)
    """Signs status links. Default: made on first start and kept in DATA_DIR/secret-key."""
    secret_key_fallbacks: tuple[str, ...] = _setting("SECRET_KEY_FALLBACKS", (), keys)
    """Earlier secret keys, whose links still go out in mails; separated by spaces."""
    session_idle_hours: int = _setting("SESSION_IDLE_HOURS", 12, whole_number(1, 168))
    """After so many hours without a request, people at the desk sign in again."""
    session_days: int = _setting("SESSION_DAYS", 7, whole_number(1, 90))
    """After so many days people at the desk sign in again, however busy they are."""
    threads: int = _setting("THREADS", 32, whole_number(1, 512))
    """Requests that are worked on at the same time."""
    connections: int = _setting("CONNECTIONS", 1000, whole_number(10, 60000))
    """Connections that may be open at the same time."""
    connections_per_address: int = _setting("CONNECTIONS_PER_ADDRESS", 100, whole_number(0, 60000))
    """Those of one client: above it, the one on which nothing has moved for longest is closed. 0 is off;
    so is any number with TRUSTED_PROXIES, where all come from the proxy."""
    request_seconds: float = _setting("REQUEST_SECONDS", 10.0, seconds)
    """A request must have arrived whole within this time, or its connection is closed."""
    answer_seconds: float = _setting("ANSWER_SECONDS", 120.0, seconds)
    """A client that takes no byte of its answer for so long loses its connection; one whose request is not
    answered by then is told so."""
    idle_seconds: float = _setting("IDLE_SECONDS", 75.0, seconds)
    """A connection between two requests is kept for this long; longer than a proxy in front keeps it."""
    drain_seconds: float = _setting("DRAIN_SECONDS", 8.0, seconds)
    """At the end of the service, running and queued requests have this long to finish."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read all settings. Raises SettingsError for the first wrong value, in one line."""
        given: dict[str, Any] = {}
        for each in fields(cls):
            text = environment.get(each.metadata["name"], "").strip()
            if text:
                given[each.name] = _read(each.metadata["name"], text, each.metadata["read"])
        return cls(**_completed(given, cls(**given)))

    @property
    def is_https(self) -> bool:
        """Whether the service is reached over TLS."""
        return self.base_url.startswith("https://")

    def warnings(self) -> tuple[str, ...]:
        """What is allowed and probably not meant, a line each."""
        found = []
        if self.host in ANY_ADDRESS and urlsplit(self.base_url).hostname in ("127.0.0.1", "::1"):
            found.append(
                f"HOST={self.host} listens to everybody, but links and mails will say {self.base_url}: "
                "set BASE_URL to the address people use."
            )
        if _may_go_in_the_clear(self.mail_url):
            found.append(
                "MAIL_URL: whoever sits between here and the mail server can have mails sent in the clear, "
                "links to sign in among them. Add ?starttls=required, or use smtps://."
            )
        if self.is_https and not self.trusted_proxies:
            found.append(
                "BASE_URL is https, so a proxy is in front, but TRUSTED_PROXIES is 0: all visitors count as "
                "one and share one rate limit. Set TRUSTED_PROXIES to the number of proxies."
            )
        return tuple(found)


def names() -> tuple[str, ...]:
    """Names of all settings, in the order of the README."""
    return tuple(each.metadata["name"] for each in fields(Settings))


def check(name: str, text: str) -> None:
    """Raises SettingsError if this setting cannot have this value, in one line."""
    for each in fields(Settings):
        if text and each.metadata["name"] == name:
            _read(name, text, each.metadata["read"])


def is_loopback(origin: str) -> bool:
    """Whether an address leads only to the machine that follows it; so does the empty one, the default."""
    host = (urlsplit(origin).hostname or "localhost").lower()
    try:
        return ip_address(host).is_loopback or host in ANY_ADDRESS
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as error:
        shown = "…" if name in SECRETS else repr(text)
        raise SettingsError(f"{name}={shown}: expected {error}") from None


def _completed(given: dict[str, Any], read: Settings) -> dict[str, Any]:
    """The given values and the defaults that follow from them."""
    base_url = read.base_url or _listening_at(read.host, read.port)
    own = _bracketed(urlsplit(base_url).hostname or "")
    allowed = read.allowed_hosts or tuple(dict.fromkeys((own, *(() if read.base_url else LOOPBACK_HOSTS))))
    if read.base_url and own not in allowed:
        raise SettingsError(f"ALLOWED_HOSTS={','.join(allowed)!r}: expected {own} (of BASE_URL) among them")
    return given | {"base_url": base_url, "site_url": read.site_url or base_url, "allowed_hosts": allowed}


def _listening_at(host: str, port: int) -> str:
    try:
        return origin(f"http://{ANY_ADDRESS.get(host, _bracketed(host))}:{port}")
    except ValueError:
        raise SettingsError(f"HOST={host!r}: expected an address or a host name") from None


def _may_go_in_the_clear(mail_url: str) -> bool:
    """Whether mail leaves this machine on a line that need not be encrypted, or with whom it likes."""
    parts = urlsplit(mail_url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    is_required = options.get("starttls", "required" if parts.password else "auto") == "required"
    return parts.scheme == "smtp" and not is_required and not _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


FILE = "site.env"
CHECKOUT = Path(__file__).resolve().parent.parent


def find_site_env() -> Path | None:
    """Path of `site.env`: in the working folder, else in the checkout; None where there is none."""
    places = (Path.cwd() / FILE, CHECKOUT / FILE)
    return next((place for place in places if place.is_file()), None)


def read_site_env(file: Path | None = None) -> dict[str, str]:
    """The settings in the file, by name; empty without a file.

    Raises:
        SettingsError: a line is wrong; the text names file and line.
    """
    file = file or find_site_env()
    if file is None:
        return {}
    name = _shown(file)
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        place = file.read_bytes().count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{name}:{place}: not UTF-8: save the file with the encoding UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{name}: cannot be read: {error.strerror}") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        try:
            for setting, value in _env_setting(line.strip()):
                if setting in found:
                    raise SettingsError(f"{setting} stands here for the second time: keep one line")
                found[setting] = value
        except SettingsError as error:
            raise SettingsError(f"{name}:{number}: {error}") from None
    return {setting: value for setting, value in found.items() if value}


def apply_site_env(environment: MutableMapping[str, str] = os.environ) -> Mapping[str, str]:
    """Set the variables of `site.env` that the environment lacks. Returns the file's settings.

    Raises:
        SettingsError: a line is wrong; the environment is as it was.
    """
    said = read_site_env()
    environment.update({name: value for name, value in said.items() if not environment.get(name, "").strip()})
    return said


def _env_setting(line: str) -> Iterator[tuple[str, str]]:
    """The name and value on a line; nothing where it says nothing. Raises SettingsError."""
    if not line or line.startswith("#"):
        return
    name, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        raise SettingsError("expected a line such as SITE_URL=https://partners.example.com")
    if name not in names():
        close = nearest(name, names())
        meant = f": did you mean {close}?" if close else "; the README lists all settings"
        raise SettingsError(f"there is no setting {name!r}{meant}")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].strip()
    check(name, value)
    yield name, value


def _shown(file: Path) -> str:
    """As seen from where the command was started."""
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)
