"""The socket by which a command asks the running service."""

import socket
import stat
from contextlib import suppress

import pytest

from forms_service.cli import control_socket


@pytest.fixture
def opened(tmp_path):
    """A service that repeats what it is told, and one order that it fails at."""

    def fail(order):
        raise RuntimeError(f"with a text that may hold {order}")

    service = control_socket.Control(
        tmp_path, {"repeat": lambda order: {"said": order["word"]}, "fail": fail}
    )
    service.start()
    yield service
    service.stop()


def test_an_order_is_answered(opened, tmp_path):
    assert control_socket.ask(tmp_path, "repeat", {"word": "zażółć"}) == {"said": "zażółć"}


def test_nobody_is_there(tmp_path):
    """No service, or one that was killed and left its socket: the same."""
    assert control_socket.ask(tmp_path, "repeat", {}) is None
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / control_socket.NAME))
    left.close()
    assert control_socket.ask(tmp_path, "repeat", {}) is None


def test_a_service_takes_the_place_of_one_that_was_killed(tmp_path):
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / control_socket.NAME))
    left.close()
    service = control_socket.Control(tmp_path, {"repeat": lambda order: {"said": 1}})
    service.start()
    assert control_socket.ask(tmp_path, "repeat", {}) == {"said": 1}
    service.stop()
    assert not (tmp_path / control_socket.NAME).exists()
    assert control_socket.ask(tmp_path, "repeat", {}) is None


def test_only_its_owner_can_ask(opened, tmp_path):
    assert stat.S_IMODE((tmp_path / control_socket.NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("sent", [b"", b"no json\n", b'{"command": "unknown"}\n', b"[]\n", b"x" * 100_000])
def test_nonsense_does_not_stop_it(opened, tmp_path, sent):
    with socket.socket(socket.AF_UNIX) as connection, suppress(BrokenPipeError):
        connection.connect(str(tmp_path / control_socket.NAME))
        connection.sendall(sent)
    assert control_socket.ask(tmp_path, "repeat", {"word": "still here"}) == {"said": "still here"}


def test_a_mistake_of_ours_is_answered_without_what_was_said(opened, tmp_path, caplog):
    answer = control_socket.ask(tmp_path, "fail", {"word": "secret"})
    assert answer == {"ok": False, "lines": ["the service could not do that (RuntimeError)"]}
    assert "secret" not in caplog.text


def test_a_folder_with_a_very_long_name(tmp_path):
    """A socket's name has at most 107 bytes; a folder's may have more."""
    folder = tmp_path / ("a" * 100) / ("b" * 100)
    folder.mkdir(parents=True)
    service = control_socket.Control(folder, {"repeat": lambda order: {"said": order["word"]}})
    service.start()
    assert control_socket.ask(folder, "repeat", {"word": "hello"}) == {"said": "hello"}
    service.stop()
    assert not (folder / control_socket.NAME).exists()
