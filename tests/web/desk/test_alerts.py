"""What somebody has to see to is said at the desk before anything else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.services.database import open_folder
from tests.factories.desk import ADMIN, REVIEWER_1, WATCHER, DeskApp, words
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


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_settings_and_backups_are_pointed_out_to_administrators_only(desk_app: DeskApp, lang: str) -> None:
    """Nobody else can do anything about them."""
    advice = ("MAIL_URL", "forms-service data backup")
    of_administrator, of_reviewer, of_reader = (
        words(desk_app.browser(who, lang).get("/desk/")) for who in (ADMIN, REVIEWER_1, WATCHER)
    )
    assert all(name in of_administrator for name in advice)
    assert not any(name in of_reviewer + of_reader for name in advice)
    said = "Nobody gets emails. An administrator" if lang == "en" else "Nikt nie dostaje wiadomości. Może"
    assert said in of_reviewer
