"""What the environment says, and what is said about a mistake in it."""

import os
import stat
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms_service import settings as site_env
from forms_service.services import backups, erasure_log
from forms_service.services.secret_key import kept_secret_key
from forms_service.settings import SECRETS, Settings, SettingsError, names
from tests import ROOT
from tests.store.faulty import no_room
from tests.web.processes import FORMS_SERVICE


def test_without_an_environment_it_runs_here() -> None:
    """The defaults of the guide."""
    settings = Settings.from_environment({})
    assert settings.base_url == settings.site_url == "http://127.0.0.1:8000"
    assert settings.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert (settings.mail_url, settings.trusted_proxies, settings.staff) == ("", 0, ())
    assert settings.warnings() == ()


def test_an_empty_variable_is_unset() -> None:
    """As compose files leave them."""
    assert Settings.from_environment(dict.fromkeys(names(), " ")) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("environment", "base_url", "hosts"),
    [
        ({"PORT": "80"}, "http://127.0.0.1", ("127.0.0.1", "localhost", "[::1]")),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:8000", ("127.0.0.1", "localhost", "[::1]")),
        ({"HOST": "::"}, "http://[::1]:8000", ("[::1]", "localhost", "127.0.0.1")),
        ({"HOST": "192.0.2.1"}, "http://192.0.2.1:8000", ("192.0.2.1", "localhost", "127.0.0.1", "[::1]")),
        ({"BASE_URL": "https://P.example.com:443/"}, "https://p.example.com", ("p.example.com",)),
        (
            {"BASE_URL": "https://p.example.com", "ALLOWED_HOSTS": "p.example.com, q.example.com"},
            "https://p.example.com",
            ("p.example.com", "q.example.com"),
        ),
        ({"ALLOWED_HOSTS": "intern"}, "http://127.0.0.1:8000", ("intern",)),
    ],
)
def test_what_follows_from_what(environment: dict[str, str], base_url: str, hosts: tuple[str, ...]) -> None:
    """BASE_URL from host and port, hosts from BASE_URL."""
    settings = Settings.from_environment(environment)
    assert (settings.base_url, set(settings.allowed_hosts)) == (base_url, set(hosts))


def test_listening_to_everybody_without_a_base_url_is_a_warning() -> None:
    """Links in mails would lead nowhere."""
    (warning,) = Settings.from_environment({"HOST": "0.0.0.0"}).warnings()
    assert "set BASE_URL" in warning
    told = {"HOST": "0.0.0.0", "BASE_URL": "http://p.example.com"}
    assert Settings.from_environment(told).warnings() == ()


def test_https_without_a_known_proxy_is_a_warning() -> None:
    """All visitors would be one to the rate limit."""
    told = {"BASE_URL": "https://p.example.com"}
    (warning,) = Settings.from_environment(told).warnings()
    assert "TRUSTED_PROXIES" in warning
    assert Settings.from_environment(told | {"TRUSTED_PROXIES": "1"}).warnings() == ()


@pytest.mark.parametrize(
    ("mail_url", "warns"),
    [
        ("smtp://mail.example.com", True),
        ("smtp://mail.example.com:587?starttls=auto", True),
        ("smtp://mail.example.com?starttls=off", True),
        ("smtp://user:password@mail.example.com?starttls=auto", True),
        ("smtp://user:password@mail.example.com?starttls=off", True),
        ("smtp://192.0.2.1", True),
        ("smtp://[2001:db8::1]", True),
        ("smtp://localhost.example.com", True),
        ("smtp://user:password@mail.example.com", False),
        ("smtp://mail.example.com?starttls=required", False),
        ("smtps://mail.example.com", False),
        ("smtp://localhost", False),
        ("smtp://127.0.0.1:1025", False),
        ("smtp://127.8.9.10", False),
        ("smtp://[::1]", False),
        ("", False),
    ],
)
def test_mail_that_may_go_in_the_clear_is_a_warning(mail_url: str, warns: bool) -> None:
    """L5: links to sign in travel in it; between a machine and itself nobody listens."""
    warnings = Settings.from_environment({"MAIL_URL": mail_url}).warnings()
    assert [warning.partition(":")[0] for warning in warnings] == (["MAIL_URL"] if warns else [])
    assert "password@" not in "".join(warnings)


@pytest.mark.parametrize(
    "environment",
    [
        {"PORT": "http"}, {"PORT": "65536"}, {"PORT": "-1"}, {"PORT": "８000"}, {"HOST": "a b"},
        {"BASE_URL": "partners.example.com"}, {"BASE_URL": "https://a/b"}, {"BASE_URL": "ftp://a"},
        {"BASE_URL": "https://u:p@a"}, {"BASE_URL": "https://a:99999"}, {"BASE_URL": "https://a?b"},
        {"SITE_URL": "//a"}, {"FORMS_URL": "https://"}, {"ALLOWED_HOSTS": "https://a"},
        {"ALLOWED_HOSTS": "a:80"}, {"ALLOWED_HOSTS": "*"},
        {"BASE_URL": "https://a", "ALLOWED_HOSTS": "b"}, {"MAIL_URL": "mail.example.com"},
        {"MAIL_URL": "http://secret:secret@x"}, {"MAIL_FROM": "nobody"}, {"MAIL_FROM": "józef@example.com"},
        {"MAIL_BOUNCES_TO": "a@example.com, b@example.com"}, {"MAIL_BOUNCES_TO": "józef@example.com"},
        {"STAFF": "a@example.com,b"},
        {"RATE_LIMIT": "many"}, {"TRUSTED_PROXIES": "yes"}, {"TRUSTED_PROXIES": "11"},
        {"DATA_DIR": "/dev/null"}, {"DATA_DIR": "/dev/null/data"}, {"SITE_DIR": "/dev/null"},
        {"SECRET_KEY": "a"}, {"SECRET_KEY": "secret" * 5 + "x"}, {"SECRET_KEY_FALLBACKS": "a"},
        {"SECRET_KEY_FALLBACKS": "k" * 40 + " secret"},
        {"REQUEST_SECONDS": "0"}, {"DRAIN_SECONDS": "1e3"}, {"IDLE_SECONDS": "nan"}, {"THREADS": "0"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_value_is_one_line_that_names_it(environment: dict[str, str]) -> None:
    """And says what is expected; a secret is not repeated."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environment)
    line = str(caught.value)
    assert "\n" not in line
    assert any(line.startswith(f"{name}=") for name in environment)
    assert "expected" in line
    assert "secret" not in line


def test_secrets_are_not_shown() -> None:
    """Settings may end up in a log."""
    shown = repr(Settings.from_environment(dict.fromkeys(SECRETS, f"smtp://hidden{'x' * 32}")))
    assert "hidden" not in shown


def test_the_guide_knows_every_setting() -> None:
    """Nobody has to read code to run this."""
    readme = ROOT / "README.md"
    assert [name for name in names() if f"`{name}`" not in readme.read_text("utf-8")] == []


def test_the_secret_key_is_made_once(tmp_path: Path) -> None:
    """Kept with the data, for the owner only, whatever the umask; two that start at once share one."""
    before = os.umask(0)
    try:
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(kept_secret_key, [tmp_path / "data"] * 8))
    finally:
        os.umask(before)
    assert len(keys) == 1
    assert len(keys.pop()) >= 48
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@pytest.mark.parametrize("command", ["check", "serve"])
@pytest.mark.parametrize(
    "content",
    [b"", b"k", b" \n\t\n", b"k" * 31, b"\0" * 64, "ż".encode() * 40, b"k" * 20 + b"\n" + b"k" * 20, None],
    ids=["empty", "one byte", "white", "short", "zeros", "no ASCII", "two lines", "a folder"],
)
def test_a_key_that_is_none_stops_the_start(
    site: Path, tmp_path: Path, content: bytes | None, command: str
) -> None:
    """M2: with it, whoever knows a reference would open the submission."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "secret-key"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    environment = {"DATA_DIR": str(tmp_path / "data"), "SITE_DIR": str(site), "PORT": "0"}
    done = subprocess.run([FORMS_SERVICE, command], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{file}: ") and "Put back the copy kept with the backups" in line
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_a_check_makes_no_key(site: Path, tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "SITE_DIR": str(site)}
    assert subprocess.run([FORMS_SERVICE, "check"], env=environment, capture_output=True).returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda data: backups.record(data, data / "copy", datetime.now(UTC)),
        lambda data: erasure_log.add(data, "a@b.pl", datetime.now(UTC), everything=False),
        kept_secret_key,
    ],
    ids=["backups", "erasures", "secret key"],
)
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """L10: no file that looks as if something had been made."""
    with pytest.raises(OSError), no_room():
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []


SITE_ENV = """\ufeff# where people find us

SITE_URL=https://partners.example.com/
MAIL_FROM = "partners@example.com"
PORT=8401
STAFF=
"""


def test_a_file_holds_settings_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty variable of either is unset; without a file nothing changes."""
    monkeypatch.chdir(tmp_path)
    environment = {"PORT": "8402", "SITE_URL": " ", "OTHER": "x"}
    before = dict(environment)
    if site_env.find_site_env() is None:
        site_env.apply_site_env(environment)
        assert environment == before
    (tmp_path / "site.env").write_text(SITE_ENV, "utf-8")
    said = site_env.apply_site_env(environment)
    assert said == {
        "SITE_URL": "https://partners.example.com/",
        "MAIL_FROM": "partners@example.com",
        "PORT": "8401",
    }
    settings = Settings.from_environment(environment)
    assert (settings.site_url, settings.port) == ("https://partners.example.com", 8402)
    assert settings.mail_from == "partners@example.com"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"SITE_URL", "expected a line such as"),
        (b"SITE_ULR=https://a.example.com", "did you mean SITE_URL"),
        (b"export PORT=1", "there is no setting 'export PORT'"),
        (b"SITE_URL=partners.example.com", "SITE_URL='partners.example.com': expected an address"),
        (b"PORT=8001", "PORT stands here for the second time"),
        (b"MAIL_URL=hidden", "expected an address such as smtp"),
        (b"<<<<<<< HEAD", "expected a line such as"),
        ("MAIL_FROM=ż@example.com".encode("cp1250"), "not UTF-8"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, line: bytes, says: str) -> None:
    """One line that says where it is, whatever the environment says, without a secret."""
    (tmp_path / "site.env").write_bytes(b"PORT=8000\n# x\n" + line + b"\n")
    done = subprocess.run(
        [FORMS_SERVICE, "check"],
        cwd=tmp_path,
        env=os.environ | {"SITE_URL": "https://b.example.com"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    (only,) = done.stderr.splitlines()
    assert only.startswith("site.env:3: ")
    assert says in only
    assert "hidden" not in only
