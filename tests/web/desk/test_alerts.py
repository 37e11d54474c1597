"""What somebody has to see to is said at the desk before anything else."""

from collections.abc import Callable
from pathlib import Path

from forms_service.services.database import open_folder
from tests.factories.desk import ADMIN, DeskApp, words
from tests.factories.storage import break_storage, set_aside, tear_last_write


def test_what_a_crash_left_is_said(open_desk: Callable[..., DeskApp], tmp_path: Path) -> None:
    """S2: the torn line was set aside at the start; its file is named."""
    open_folder(tmp_path / "data").close()
    tear_last_write(tmp_path / "data")
    said = words(open_desk().browser(ADMIN).get("/desk/"))
    torn = set_aside(tmp_path / "data").name
    assert f"an unfinished line was set aside and needs to be checked: {torn}." in said


def test_that_nothing_can_be_stored_is_said(desk_app: DeskApp) -> None:
    """S8: with the reason; and no longer once it is over."""
    reference, browser = desk_app.deal(), desk_app.browser(ADMIN)
    with break_storage(desk_app.data):
        assert desk_app.do(browser, reference, "take").status_code == 503
        assert "Nothing can be stored: File too large." in words(browser.get("/desk/"))
    assert "Nothing can be stored" not in words(browser.get("/desk/"))
