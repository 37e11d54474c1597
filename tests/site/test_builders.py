"""The same sources under the other builders. Their environments are made by `make builders`."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from publishing import checks, staging
from publishing.built_pages import read
from tests import ROOT

BUILDERS = {
    "properdocs": (".venv-properdocs", ["build", "--strict"]),
    "zensical": (".venv-zensical", ["build", "--clean"]),
}


@pytest.fixture(params=BUILDERS)
def builder(request: pytest.FixtureRequest) -> tuple[str, list[str]]:
    """The program and its arguments; skipped where its environment was not made."""
    environment, arguments = BUILDERS[request.param]
    program = ROOT / environment / "bin" / request.param
    if not program.exists():
        pytest.skip(f"{environment} is missing: run make builders")
    return str(program), arguments


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What `python -m publishing.staging` writes for other builders."""
    staging.stage(ROOT, tmp_path, staging.today())
    return tmp_path


def run(builder: tuple[str, list[str]], project: Path, file: str) -> "subprocess.CompletedProcess[str]":
    program, arguments = builder
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        [program, *arguments, "-f", file],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_same_pages_slots_and_texts(builder: tuple[str, list[str]], project: Path, site_folder: Path) -> None:
    """Every page is there, passes the checks, and holds the text that the default builder gives it."""
    for file in staging.CONFIGURATIONS.values():
        result = run(builder, project, file)
        assert result.returncode == 0, result.stdout + result.stderr
    if builder[0].endswith("zensical"):
        subprocess.run(zensical_leaves(), shell=True, cwd=project, check=True)
    checks.check_output(project, project / "site")
    files = [path.relative_to(project).as_posix() for path in (project / "site").rglob("*")]
    assert not [name for name in files if re.search(r"search|worker|\.map$|javascripts", name)]
    for path in sorted(site_folder.rglob("*.html")):
        here = project / "site" / path.relative_to(site_folder)
        assert read(here).slots == read(path).slots
        assert read(here).title == read(path).title
        assert menu(here) == menu(path)
        assert article(here) == article(path)


def test_mistake_names_page_and_line(builder: tuple[str, list[str]], project: Path) -> None:
    page = project / "docs" / "pl" / "faq.md"
    lines = page.read_text().splitlines()
    page.write_text("\n".join([*lines, "", "{{ comparision }}", ""]))
    result = run(builder, project, staging.CONFIGURATIONS["pl"])
    assert result.returncode != 0
    told = result.stdout + result.stderr
    assert f"docs/pl/faq.md:{len(lines) + 2}: {{{{ comparision }}}}: there is no block or phrase" in told


def zensical_leaves() -> str:
    """The command that README gives for what Zensical writes whatever its configuration says."""
    (command,) = re.findall(r"^\$ (rm -r site/.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    return str(command)


def menu(path: Path) -> list[str]:
    """Names in the header and the footer of a page."""
    return re.findall(r"<li><a href=[^>]*>([^<]+)</a>", path.read_text())


def article(path: Path) -> list[str]:
    """The words of a page's own content."""
    html = path.read_text()
    start, end = html.index("<article"), html.index("</article>")
    return html[start:end].split("<h1", 1)[1].split()
