"""Entry point of `forms-service`: its commands.

Each command imports what it needs when it is asked for: looking at the data does not wait for a web server.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from forms_service import settings as site_env
from forms_service.settings import CannotStart, Settings, SettingsError


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command. Returns the exit code: 2 where it could not begin, with one line on why."""
    asked = _parser().parse_args(argv)
    try:
        if not asked.is_trial:
            site_env.apply_site_env()
        command: Callable[[argparse.Namespace], int] = asked.command
        return command(asked)
    except (SettingsError, CannotStart) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forms-service", description="Start the service, check it, look after its data and mails."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    simple = {
        "serve": "start the service; SIGTERM or Ctrl-C ends it",
        "check": "say what a start would find; changes nothing",
        "demo": "start the service on a fresh folder full of example companies, which is removed at the end",
    }
    for name, text in simple.items():
        its = commands.add_parser(name, help=text, description=text)
        its.set_defaults(command=_serving(name), is_trial=name == "demo")
    passed_on: Mapping[str, tuple[Callable[[list[str]], int], str]] = {
        "staff": (_staff, "who may sign in to the desk"),
        "data": (_data, "look after the records: verify, backup, …"),
        "accounts": (_accounts, "your own customers and running talks: accounts import"),
        "privacy": (_privacy, "a person's data: export, erase; what is deleted next"),
        "program": (_program, "versions of the program: program record, program impact"),
        "status-links": (_status_links, "renew the links to status pages: status-links renew"),
        "mail": (_mail, "see every mail with example data: mail preview"),
    }
    for name, (run, text) in passed_on.items():
        # Their arguments are their own business, `--help` too.
        its = commands.add_parser(name, help=text, add_help=False, prefix_chars="\0")
        its.add_argument("rest", nargs=argparse.REMAINDER)
        its.set_defaults(command=lambda asked, run=run: run(asked.rest), is_trial=False)
    return parser


def _data_dir() -> Path:
    return Settings.from_environment(os.environ).data_dir


def _kept_data_dir(rest: list[str]) -> Path:
    """The data folder, which is there: of a misspelt one nothing could be said, and none is made."""
    data = _data_dir()
    if not data.is_dir() and not {"-h", "--help"} & set(rest):
        raise CannotStart(
            f"DATA_DIR={str(data)!r}: there is no such folder; the service makes it when it starts"
        )
    return data


def _serving(name: str) -> Callable[[argparse.Namespace], int]:
    def carry_out(asked: argparse.Namespace) -> int:
        from forms_service.cli import serve

        command: Callable[[argparse.Namespace], int] = getattr(serve, name)
        return command(asked)

    return carry_out


def _staff(rest: list[str]) -> int:
    from forms_service.cli import staff

    return staff.run(rest, _kept_data_dir(rest))


def _data(rest: list[str]) -> int:
    from forms_service.cli import data as data_command

    return data_command.run(rest, _data_dir())


def _accounts(rest: list[str]) -> int:
    from forms_service.cli import accounts

    return accounts.run(rest, _kept_data_dir(rest))


def _program(rest: list[str]) -> int:
    from forms_service.cli import program

    settings = Settings.from_environment(os.environ)
    return program.run(rest, settings.data_dir, settings.site_dir)


def _privacy(rest: list[str]) -> int:
    from forms_service.cli import privacy
    from forms_service.cli.oneline import in_one_line
    from forms_service.web.site import Site

    settings = Settings.from_environment(os.environ)
    with in_one_line():
        return privacy.run(rest, _kept_data_dir(rest), lambda: Site(settings.site_dir).current().program)


def _status_links(rest: list[str]) -> int:
    from forms_service.cli import status_links
    from forms_service.domain.references import StatusTokens
    from forms_service.services.secret_key import kept_secret_key

    settings = Settings.from_environment(os.environ)

    def tokens() -> StatusTokens:
        key = settings.secret_key or kept_secret_key(settings.data_dir)
        return StatusTokens(key, settings.secret_key_fallbacks)

    return status_links.run(rest, _kept_data_dir(rest), tokens)


def _mail(rest: list[str]) -> int:
    from forms_service.cli import mail

    if "--help" in rest or "-h" in rest:
        return mail.main(["--help"])
    if not rest or rest[0] != "preview":
        raise CannotStart("expected: forms-service mail preview [--program FILE] [--out FOLDER]")
    return mail.main(rest[1:])
