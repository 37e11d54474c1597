"""A new view module needs no list."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from forms_service.web.view_modules import import_views


def test_a_view_module_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module `*_views` of the package is imported; any other is not."""
    package = tmp_path / "example_area"
    package.mkdir()
    for name in ("__init__", "report_views", "report_labels"):
        (package / f"{name}.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    import_views(import_module("example_area"))
    found = {name for name in sys.modules if name.startswith("example_area.")}
    for name in [*found, "example_area"]:
        monkeypatch.delitem(sys.modules, name)
    assert found == {"example_area.report_views"}
