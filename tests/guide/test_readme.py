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
    """The diagrams are printed from the one table of states."""
    printed = subprocess.run(
        [sys.executable, "-m", "forms_service.domain.submissions.workflow"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() in README
