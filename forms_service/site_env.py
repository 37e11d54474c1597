"""Settings that stand in a file, `site.env` beside the Makefile: one `NAME=value` a line, as in an env file.

The environment wins. Lines that are blank or begin with `#` say nothing; a value may stand in quotes.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from forms_service.settings import SettingsError, check, names
from partner_program.suggesting import nearest

FILE = "site.env"
CHECKOUT = Path(__file__).resolve().parent.parent


def find() -> Path | None:
    """The file: in the folder a command is started in, else in the checkout; None where there is none."""
    places = (Path.cwd() / FILE, CHECKOUT / FILE)
    return next((place for place in places if place.is_file()), None)


def read(file: Path | None = None) -> dict[str, str]:
    """The settings in the file, by name; empty without a file.

    Raises:
        SettingsError: a line is wrong; the text names file and line.
    """
    file = file or find()
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
            for setting, value in _setting(line.strip()):
                if setting in found:
                    raise SettingsError(f"{setting} stands here for the second time: keep one line")
                found[setting] = value
        except SettingsError as error:
            raise SettingsError(f"{name}:{number}: {error}") from None
    return {setting: value for setting, value in found.items() if value}


def apply(environment: MutableMapping[str, str] = os.environ) -> Mapping[str, str]:
    """Put what the file says into the environment, where that says nothing. Returns what the file says.

    Raises:
        SettingsError: a line is wrong; the environment is as it was.
    """
    said = read()
    environment.update({name: value for name, value in said.items() if not environment.get(name, "").strip()})
    return said


def _setting(line: str) -> Iterator[tuple[str, str]]:
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
