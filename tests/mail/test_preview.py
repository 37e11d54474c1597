"""Every mail as a file to read: `expected/` holds them as they were last agreed.

`UPDATE_EXPECTED=1 pytest tests/mail/test_preview.py` writes them anew; review the difference.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.cli.main import main
from forms_service.i18n import translations
from forms_service.i18n.translations import TextBundle
from forms_service.mail.composer import TEMPLATES
from forms_service.mail.mail_preview import every_mail
from partner_program.model import Program

EXPECTED = Path(__file__).with_name("expected")


def test_mails_read_as_agreed(program: Program) -> None:
    mails = {f"{each.name}.{kind}": getattr(each, name) for each in every_mail(program) for kind, name in
             (("txt", "text"), ("html", "html"))}  # fmt: skip
    if os.environ.get("UPDATE_EXPECTED"):
        for name, content in mails.items():
            (EXPECTED / name).write_text(content, "utf-8")
    assert {file.name: file.read_text("utf-8") for file in EXPECTED.iterdir()} == mails


def test_files_for_a_mail_program_and_a_browser(tmp_path: Path) -> None:
    assert main(["mail", "preview", "--out", str(tmp_path / "mails")]) == 0
    written = {file.name for file in (tmp_path / "mails").iterdir()}
    kinds = ("txt", "html", "eml")
    assert written == {
        f"{name}.{lang}.{kind}" for name in TEMPLATES for lang in ("pl", "en") for kind in kinds
    }


def test_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "preview"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("=== ") == 2 * len(TEMPLATES)
    assert "Mamy Twoją rejestrację. Numer: DEAL-7K3M-2P9Q" in shown


@pytest.mark.parametrize("content", [None, "tiers: [", "{}"])
def test_a_program_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    file = tmp_path / "program.yml"
    if content is not None:
        file.write_text(content)
    assert main(["mail", "preview", "--program", str(file)]) == 2
    assert "program.yml" in capsys.readouterr().err


@pytest.fixture
def slip() -> Iterator[None]:
    """Somebody mistyped a name in a mail."""
    ours = translations.packaged()
    name = "mail/templates/approved.en.txt"
    wrong = ours.templates[name].replace("{{ happened }}", "{{ hapened }}")
    translations.serve(TextBundle(ours.catalogs, {**ours.templates, name: wrong}))
    yield
    translations.serve(None)


@pytest.mark.usefixtures("slip")
def test_a_slip_in_a_mail_is_told_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """F9: one line, no traceback."""
    assert main(["mail", "preview"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("forms_service/mail/templates/approved.en.txt:")
    assert "there is no `hapened` here: did you mean `happened`?" in told[0]


def test_deadlines_are_those_of_the_program(program: Program) -> None:
    """A program that promises another time shows it; Christmas lies in between."""
    rule = program.deal_registration.model_copy(update={"decide_within_business_days": 3})
    slower = program.model_copy(update={"deal_registration": rule})
    mails = {each.name: each.text for each in every_mail(slower)}
    assert "30 December 2026" in mails["deal-received.en"]
    assert [name for name, text in mails.items() if "29 December 2026" in text] == []
