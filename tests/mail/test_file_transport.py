"""Letters kept as files."""

import os
import resource
import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from forms_service.mail.file_transport import FileTransport
from forms_service.mail.message import Unreachable
from tests.factories.mail import a_letter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mail"


def test_a_letter_is_one_file_that_a_mail_program_opens(folder: Path) -> None:
    FileTransport(folder).send(a_letter())
    (file,) = folder.iterdir()
    assert file.name == "20261125T025839Z-0123456789abcdef0123456789abcdef.eml"
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert read["To"] == "person@example.com"
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Zażółć\r\n.\r\nkoniec\r\n"


def test_the_same_letter_again_is_the_same_file(folder: Path) -> None:
    """A crash between the file and its entry in the store leaves no second copy."""
    transport = FileTransport(folder)
    transport.send(a_letter())
    transport.send(a_letter())
    assert len([*folder.iterdir()]) == 1


def test_nobody_else_can_read_them(folder: Path) -> None:
    """P5: also where the process was started with a careless umask."""
    before = os.umask(0)
    try:
        FileTransport(folder).send(a_letter())
    finally:
        os.umask(before)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_left_over_from_a_crash_is_written_over(folder: Path) -> None:
    folder.mkdir(parents=True)
    torn = folder / "20261125T025839Z-0123456789abcdef0123456789abcdef.tmp"
    torn.write_bytes(b"x" * 100_000)
    FileTransport(folder).send(a_letter())
    (file,) = folder.iterdir()
    assert file.read_bytes() == a_letter().data


def test_a_full_disk_leaves_no_half_letter(folder: Path) -> None:
    """The outbox tries again later; until then there is no file with half a mail in it."""
    transport = FileTransport(folder)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(Unreachable, match="cannot be written: File too large"):
            transport.send(a_letter())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [*folder.iterdir()] == []
    transport.send(a_letter())
    assert len([*folder.iterdir()]) == 1


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unreachable):
        FileTransport(tmp_path / "file" / "mail").send(a_letter())
