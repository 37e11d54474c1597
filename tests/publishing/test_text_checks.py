"""A slip in a catalog or in a mail is a mistake with its file and line, and nothing is published."""

import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.i18n import translations
from partner_program import Program, ProgramError
from publishing import build, text_checks
from tests.publishing.conftest import ROOT, edit

PL = "locale/pl/LC_MESSAGES/messages.po"
EN_OVERRIDES, PL_OVERRIDES = "locale/en/overrides.po", "locale/pl/overrides.po"
MAILS = "mail/templates"
FORMS = "templates/forms"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the texts of the service."""
    copy = tmp_path / "forms_service"
    for folder in ("locale", *translations.TEMPLATES):
        shutil.copytree(ROOT / "forms_service" / folder, copy / folder)
    return copy


def told(package: Path, program: Program) -> list[str]:
    with pytest.raises(ProgramError) as caught:
        text_checks.checked(package, program, package.parent)
    return str(caught.value).splitlines()


def _replaced(before: str, after: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert before in text
        return text.replace(before, after, 1)

    return change


def _without_line(beginning: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines.remove(next(line for line in lines if line.startswith(beginning)))
        return "".join(lines)

    return change


def _inserted(after: str, line: str) -> Callable[[str], str]:
    return _replaced(after, f"{after}\n{line}")


def _appended(entry: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n{entry}\n"


PERSON = 'msgid "Contact person %(number)d"'

# ruff: noqa: E501
SLIPS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "another placeholder": (PL, _replaced('msgstr "Osoba kontaktowa %(number)d"', 'msgstr "Osoba kontaktowa %(numer)d"'), r"write %\(number\)d as in msgid, not %\(numer\)d"),
    "a placeholder without its letter": (PL, _replaced('msgstr "Osoba kontaktowa %(number)d"', 'msgstr "Osoba kontaktowa %(number)"'), r"write %\(number\)d as in msgid"),
    "a placeholder of another kind": (EN_OVERRIDES, _appended(f'{PERSON}\nmsgstr "Person %(number)s"'), r"write %\(number\)d as in msgid"),
    "other words for what nothing says": (EN_OVERRIDES, _appended('msgid "Contact %(number)d"\nmsgstr "Person %(number)d"'), "there is no such msgid"),
    "other words twice": (PL_OVERRIDES, _appended(f'{PERSON}\nmsgstr "Osoba %(number)d"\n' * 2), "this msgid stands here 2 times"),
    "other words without the plural": (EN_OVERRIDES, _appended('msgid "in %(days)d day"\nmsgstr "%(days)d day left"'), 'below it belongs: msgid_plural "in %\\(days\\)d days"'),
    "other words with too few forms": (PL_OVERRIDES, _appended('msgid "in %(days)d day"\nmsgid_plural "in %(days)d days"\nmsgstr[0] "%(days)d dzień"'), "3 msgstr are needed, here are 1"),
    "no other words": (EN_OVERRIDES, _appended('msgid "Yes"\nmsgstr ""'), "not translated"),
    "a percent sign": (PL, _replaced('msgstr "Tak"', 'msgstr "Tak, 100% pewności"'), "a % that is no placeholder"),
    "no opening quote": (PL, _replaced('msgstr "Osoba kontaktowa %(number)d"', 'msgstr Osoba kontaktowa %(number)d"'), "a quote is missing"),
    "no closing quote": (PL, _replaced('msgstr "Osoba kontaktowa %(number)d"', 'msgstr "Osoba kontaktowa %(number)d'), "a quote is missing"),
    "a quote inside": (PL, _replaced('msgstr "Osoba kontaktowa %(number)d"', 'msgstr "Osoba "kontaktowa" %(number)d"'), "a quote inside a text"),
    "curly quotes around": (PL, _replaced('msgstr "Tak"', "msgstr „Tak”"), "a quote is missing"),
    "no msgid": (PL, _without_line(PERSON), "msgstr has no msgid above it"),
    "another msgid": (PL, _replaced(PERSON, 'msgid "Person %(number)d"'), "there is no such msgid"),
    "no msgstr": (PL, _without_line('msgstr "Osoba kontaktowa %(number)d"'), "msgid has no msgstr below it"),
    "not translated": (PL, _replaced('msgstr "Osoba kontaktowa %(number)d"', 'msgstr ""'), "not translated: "),
    "fuzzy": (PL, _inserted("#: forms_service/forms/application.py", "#, fuzzy"), "marked fuzzy"),
    "twice": (PL, lambda text: f'{text}\n{PERSON}\nmsgstr "Osoba %(number)d"\n', "this msgid stands here 2 times"),
    "a plural form too few": (PL, _without_line("msgstr[2]"), "3 msgstr are needed, here are 2"),
    "HTML": (PL, _replaced('msgstr "Tak"', 'msgstr "<b>Tak</b>"'), "holds no HTML"),
    "a conflict": (PL, _inserted('msgid "Yes"', "<<<<<<< HEAD"), "a conflict that was not resolved"),
    "another charset": (PL, _replaced("charset=utf-8", "charset=ISO-8859-2"), "write charset=utf-8"),
    "words between entries": (PL, _inserted('msgstr "Tak"', "zmienić to!"), "no line of a catalog"),
    "an unknown name": (f"{MAILS}/application-received.en.txt", _replaced("{{ received }}", "{{ recieved }}"), "there is no `recieved` here: did you mean `received`"),
    "an unknown name in a branch that the example does not take": (f"{MAILS}/partner-suspended.pl.txt", _replaced("{% if reason %}", "{% if reason and raeson %}"), "did you mean `reason`"),
    "an unknown part of a value": (f"{MAILS}/partner-reminder.pl.txt", _replaced("{{ due.title }}", "{{ due.title or due.titel }}"), "`.titel` is not in"),
    "a brace too few": (f"{MAILS}/sign-in.pl.txt", _replaced("{{ link }}", "{{ link }"), ""),
    "a block that is not closed": (f"{MAILS}/application-notice.en.txt", _replaced("{% if missing %}", ""), ""),
    "no subject": (f"{MAILS}/approved.pl.txt", _replaced("Subject: ", ""), "the first line must begin with"),
    "a value in one language": (f"{MAILS}/application-received.pl.txt", _replaced("{{ received }}", "{{ happened[:4] }}"), "`happened` is not in application-received.en.txt"),
    "bold without an end": (f"{MAILS}/application-received.en.txt", _replaced("{{ reference }}**", "{{ reference }}"), "ends them"),
    "a button in a sentence": (f"{MAILS}/deal-received.en.txt", _replaced("[See the status]", "Now [see the status]"), "a button is alone on its line"),
    "a button without an address": (f"{MAILS}/deal-received.en.txt", _replaced("({{ link }})", "(status)"), "a button is alone on its line"),
    "HTML in a mail": (f"{MAILS}/deal-received.pl.txt", _replaced("Dzień dobry,", "<p>Dzień dobry,</p>"), "no HTML here"),
    "a frame that asks for what is not there": (f"{MAILS}/layout.html", _replaced("{{ website }}", "{{ site }}"), "'site' is undefined"),
    "a brace too few in a form": (f"{FORMS}/application.html", lambda text: text + "{{ form }\n", ""),
    "an unknown name in a form": (f"{FORMS}/application.html", _replaced("ask(form.tax_id)", "ask(fomr.tax_id)"), "'fomr' is undefined"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_one_line_with_its_place(
    package: Path, program: Program, name: str, change: Callable[[str], str], says: str
) -> None:
    """F2, F9 and the row `.po placeholder / quote / encoding`."""
    (package / name).write_text(change((package / name).read_text("utf-8")), "utf-8")
    found = told(package, program)
    lines = [line for line in found if name.rpartition("/")[2] in line]
    assert lines, found
    assert re.search(says, lines[0])
    assert re.match(r"forms_service/\S+?:\d+: ", lines[0])


@pytest.mark.parametrize("name", [PL, PL_OVERRIDES, f"{MAILS}/withdrawn.pl.txt", f"{FORMS}/status.html"])
@pytest.mark.parametrize("encoding", ["cp1250", "utf-16"])
def test_a_file_in_another_encoding(package: Path, program: Program, name: str, encoding: str) -> None:
    """As some editors save it."""
    file = package / name
    file.write_bytes(f"{file.read_text('utf-8')}\n# ż\n".encode(encoding, "replace"))
    (line,) = told(package, program)
    assert re.match(rf"forms_service/{name}:\d+: not UTF-8", line)


def test_a_mail_that_lacks_a_language(package: Path, program: Program) -> None:
    (package / MAILS / "approved.pl.txt").unlink()
    assert told(package, program) == [
        f"forms_service/{MAILS}/approved.pl.txt: there is no such file, and each language needs one"
    ]


def test_a_language_may_have_no_overrides(package: Path, program: Program) -> None:
    for name in (EN_OVERRIDES, PL_OVERRIDES):
        (package / name).unlink()
    text_checks.checked(package, program, package.parent)


def test_texts_of_the_product_are_sound(package: Path, program: Program) -> None:
    """And what was checked once is taken from the build before."""
    packed = text_checks.checked(package, program, package.parent)
    (package.parent / f"before{translations.ENDING}").write_bytes(packed)
    assert text_checks.checked(package, program, package.parent) == packed


def test_packed_texts_hold_no_time(package: Path) -> None:
    """Two packings of the same texts differ in no byte, whenever they are made."""
    catalog = json.loads(translations.pack(package, ""))["catalogs"]["pl"]
    assert b"POT-Creation-Date: 2026-01-01 00:00+0000" in base64.b64decode(catalog)


def test_nothing_is_published_with_a_slip_in_a_catalog(workshop: Path) -> None:
    """Exit 2, told together with mistakes in pages; the site that is served stays."""
    good, _ = build.build(workshop, compressed=False)
    edit(workshop / "forms_service" / PL, "Osoba kontaktowa %(number)d", "Osoba kontaktowa %(numer)d")
    edit(workshop / "docs/pl/faq.md", "description:", "about:")
    done = subprocess.run(
        [sys.executable, "-m", "publishing.build"], cwd=workshop, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert re.search(rf"^forms_service/{PL}:\d+: write %\(number\)d", done.stderr, re.M)
    assert re.search(r"^docs/pl/faq\.md:1: ", done.stderr, re.M)
    assert "Traceback" not in done.stderr
    assert "apply.md" not in done.stderr
    assert (workshop / "site").resolve() == good
