"""The map: what `lint-imports` cannot say of it. Imports under TYPE_CHECKING count like any other."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

PACKAGES = ("partner_program", "forms_service", "publishing")
ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "forms_service"
LOOSE = {"__init__.py", "app.py", "settings.py", "markdown.py", "wsgi.py"}
MOST_PACKAGES = 12
CLOCK = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter"}


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle; empty where none do."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def asks_the_clock(code: str) -> list[str]:
    """Calls that ask the computer what time it is."""
    called = (node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    asked = (each for each in called if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name))
    clocks = {"datetime", "date", "time"}
    return [ast.unparse(each) for each in asked if each.value.id in clocks and each.attr in CLOCK]


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert len(imports) > 200
    assert circle(imports) == []


def test_the_service_opens_on_few_packages_and_no_loose_modules() -> None:
    assert {path.name for path in SERVICE.glob("*.py")} == LOOSE
    assert len([path for path in SERVICE.iterdir() if (path / "__init__.py").exists()]) <= MOST_PACKAGES


@pytest.mark.parametrize("path", sorted((SERVICE / "domain").rglob("*.py")), ids=lambda path: path.stem)
def test_rules_are_told_the_time(path: Path) -> None:
    assert asks_the_clock(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "forms_service/web/desk").glob("*_views.py")), ids=lambda path: path.stem
)
def test_a_page_of_the_desk_has_the_name_of_its_views(path: Path) -> None:
    """`audit_log_views.py` shows `desk/audit_log.html`."""
    shown = re.findall(r'"(\w+)\.html"', path.read_text("utf-8"))
    folder = ROOT / "forms_service/templates/desk"
    assert [name for name in shown if not name.startswith(path.stem.removesuffix("_views"))] == []
    assert [name for name in shown if not (folder / f"{name}.html").exists()] == []


def test_these_tests_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle that only type checkers see is a circle."""
    package = tmp_path / "sample"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "page.py").write_text("from sample.section import a\n")
    (package / "section.py").write_text("if TYPE_CHECKING:\n    from sample.page import b\n")
    monkeypatch.syspath_prepend(tmp_path)
    graph = grimp.build_graph("sample", cache_dir=None)
    imports = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert set(circle(imports)) == {"sample.page", "sample.section"}
    assert asks_the_clock("def due(): return datetime.now(UTC), time.monotonic()") == [
        "datetime.now",
        "time.monotonic",
    ]
