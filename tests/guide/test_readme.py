"""The README tells the truth: every block, setting, command and state that exists, and no other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from forms_service import settings
from partner_program import markdown
from tests import ROOT

README = (ROOT / "README.md").read_text()


def table_after(heading: str) -> set[str]:
    """What stands in code in the first column of the table under a heading."""
    section = README.split(heading, 1)[1].split("\n#", 1)[0]
    return {
        code for row in re.findall(r"^\| (.*?) \|", section, re.M) for code in re.findall(r"`([^`]+)`", row)
    }


def test_the_guide_for_editors_names_every_block_and_phrase() -> None:
    """And none that does not exist."""
    written = {code.strip("{ }").split()[0] for code in table_after("### The program inside a page")}
    assert written == {*markdown._BLOCKS, *markdown._PHRASES, "what-changed", "form", *later_blocks()}


def later_blocks() -> set[str]:
    """Blocks whose content the service fills in."""
    return {"promise"} if "promise" in README else set()


def test_the_guide_names_every_setting_with_its_default() -> None:
    """And none that does not exist."""
    assert table_after("### Settings") >= set(settings.names())


@pytest.mark.parametrize("command", sorted(set(re.findall(r"forms-service ([a-z]+(?:-[a-z]+)*)", README))))
def test_every_command_in_the_guide_exists(command: str) -> None:
    """`--help` of each answers."""
    program = Path(sys.executable).with_name("forms-service")
    done = subprocess.run([program, command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)", README)) - {"it"}))
def test_every_make_target_in_the_guide_exists(target: str) -> None:
    """As a rule of the Makefile."""
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{target}:", makefile, re.M)


def test_the_states_in_the_guide_are_those_of_the_rules() -> None:
    """The diagrams beside the rules, to which the guide links, are printed from the one table of states."""
    printed = subprocess.run(
        [sys.executable, "-m", "forms_service.domain.submissions.workflow"],
        capture_output=True,
        text=True,
        check=True,
    )
    kept = ROOT / "forms_service" / "domain" / "submissions" / "STATES.md"
    assert printed.stdout.strip() in kept.read_text()


TOP = "|".join(path.name for path in ROOT.iterdir() if not path.name.startswith("."))
PATHS = re.compile(rf"(?<![\w./])((?:{TOP})/[\w./*-]*\w?\*?)")
BUILT = ("site/", "data/")


@pytest.mark.parametrize(
    "name", sorted({*PATHS.findall(README), *re.findall(r"\]\(([^#)h][^)]*)\)", README)})
)
def test_every_path_in_the_guide_exists(name: str) -> None:
    """Files, folders and what links lead to; what is built or put in as an example is not looked for."""
    if not name.startswith(BUILT) and name not in ("../files/plan.png", "../files/plan.pdf", "{{ link }}"):
        assert list(ROOT.glob(name.rstrip("/"))), name


def section(heading: str) -> str:
    return README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_map_knows_every_room() -> None:
    """Each package of the service, and every folder beside it."""
    told = {line.split()[0].rstrip("/") for line in section("The map").split("```")[1].splitlines()[1:]}
    rooms = {str(file.parent.relative_to(ROOT)) for file in ROOT.glob("forms_service/*/__init__.py")}
    assert rooms - told == set()
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    folders = {name.split("/")[0] for name in listed.stdout.splitlines() if "/" in name and name[0] != "."}
    assert folders - told == set()


def test_tasks_name_their_files() -> None:
    """Each names at least one; that all of them exist is asked of every path in the guide."""
    rows = section("Where to change what").split("|---|---|\n")[1].split("\n\n")[0].splitlines()
    assert len(rows) >= 7
    assert [row for row in rows if not PATHS.search(row)] == []


def test_the_glossary_uses_the_words_of_the_code() -> None:
    """At most 25 terms, each with the class that bears its name; all files of the product are asked."""
    rows = re.findall(r"^\| ([^|]+) \| (`[^|]+`) \|", section("Glossary"), re.M)
    assert 15 < len(rows) <= 25
    code = "\n".join(
        file.read_text()
        for package in ("forms_service", "partner_program", "publishing")
        for file in (ROOT / package).rglob("*.py")
    )
    classes = set(re.findall(r"^class (\w+)", code, re.M))
    assert {name for _, names in rows for name in re.findall(r"`(\w+)`", names)} - classes == set()
