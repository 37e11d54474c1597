"""`forms-service mail preview`: render every mail with example data, for editors of the templates."""

import sys
from pathlib import Path

import click

from forms_service.cli.oneline import in_one_line
from forms_service.mail import template_checks
from forms_service.mail.mail_preview import Example, every_mail, facts_of
from forms_service.settings import CannotStart
from partner_program import ProgramError, load, load_published


@click.group("mail", short_help="see every mail with example data: mail preview")
def _group() -> None:
    """See every mail with example data."""


@_group.command("preview")
@click.option(
    "--program",
    "file",
    type=click.Path(path_type=Path),
    default=Path("docs/program.yml"),
    help="program.yml or program.json",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="a folder for files to open in a mail program and a browser",
)
def _preview(file: Path, out: Path | None) -> int:
    """Every mail as people get it, for whoever edits the templates."""
    try:
        program = (load_published if file.suffix == ".json" else load)(file)
    except (ProgramError, OSError) as error:
        raise CannotStart(str(error)) from error
    if mistakes := [str(problem) for problem in template_checks.problems(program, facts_of)]:
        raise CannotStart("\n".join(mistakes))
    with in_one_line():
        for example in every_mail(program):
            if out is None:
                sys.stdout.write(f"=== {example.name}\n{example.text}\n")
            else:
                _write(out, example)
    return 0


COMMANDS = {"mail": _group}


def _write(folder: Path, example: Example) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{example.name}.txt").write_text(example.text, "utf-8")
    (folder / f"{example.name}.html").write_text(example.html, "utf-8")
    (folder / f"{example.name}.eml").write_bytes(example.message.data)
