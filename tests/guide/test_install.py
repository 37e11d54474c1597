"""The wheel is whole: installed beside nothing but the locked dependencies, it serves the forms."""

import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests import ROOT
from tests.conftest import Service

PACKAGES = ("forms_service", "partner_program", "publishing")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip wheel .` makes of a checkout; without a network, thus with the setuptools that is here."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(folder))
    (built,) = folder.glob("*.whl")
    return built


def pip(python: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--python", python, "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    """Modules, templates, catalogs, what browsers load, and the format of the data."""
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    kept = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    assert len(kept) > 300
    with zipfile.ZipFile(wheel) as archive:
        assert kept - set(archive.namelist()) == set()


def test_the_installed_wheel_serves_a_form(wheel: Path, site_folder: Path, tmp_path: Path) -> None:
    """With nothing but the wheel and what `requirements/service.txt` locks, away from any checkout."""
    python = environment(tmp_path / "venv")
    pip(str(python), "install", "--no-deps", "--no-index", str(wheel))
    imported = "import sys, forms_service.app as app; print(app.__file__, 'mkdocs' in sys.modules)"
    told = subprocess.check_output([python, "-c", imported], cwd=tmp_path, text=True)
    assert told.startswith(str(tmp_path))
    assert told.endswith("False\n")
    service = Service.start(site_folder, tmp_path / "data", python=python)
    try:
        with urlopen(f"{service.url}/register-deal/") as answer:
            assert "<form" in answer.read().decode()
        with urlopen(f"{service.url}/desk/sign-in") as answer:
            page = answer.read().decode()
            assert "<form" in page
        for style in re.findall(r'rel="stylesheet" href="([^"]+)"', page):
            with urlopen(f"{service.url}{style}") as answer:
                assert "{" in answer.read().decode()
    finally:
        service.end()


def environment(folder: Path) -> Path:
    """The interpreter of a bare environment that holds the locked packages, linked from the one that runs."""
    venv.create(folder)
    packages = next(folder.glob("lib/python*/site-packages"))
    for name in re.findall(
        r"^([\w.-]+)==[^;\n]*\\$", (ROOT / "requirements" / "service.txt").read_text(), re.M
    ):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}:
            (packages / top).symlink_to(str(found.locate_file(top)))
    return folder / "bin" / "python"
