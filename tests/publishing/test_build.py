"""The site is built beside the one that is served, checked, and put in place by one rename."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.settings import SettingsError
from forms_service.web import site_lock
from publishing import build, publication
from tests.publishing.conftest import ROOT, edit
from tests.web.processes import FORMS_SERVICE, started

FAQ = "docs/pl/faq.md"


def builds(project: Path) -> set[str]:
    return {path.name for path in (project / ".site").iterdir() if path.is_dir()}


def test_two_builders_build_once(project: Path) -> None:
    """The second waits and finds the work done; a third one, later, too."""
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(build.build, [project, project]))
    assert sorted(fresh for _, fresh in done) == [False, True]
    site = project / "site"
    assert site.is_symlink()
    assert site.resolve() == done[0][0] == done[1][0]
    for name in ("index.html", "en/index.html", "404.html", "program.json", "program.schema.json"):
        assert (site / name).is_file()
    assert (site / "index.html.br").is_file()
    assert (site / "index.html.gz").is_file()
    assert build.build(project) == (done[0][0], False)


def test_a_change_is_swapped_in_and_the_build_before_stays(project: Path) -> None:
    """Readers of the older page still get its files; the one before that is gone."""
    first, _ = build.build(project, compressed=False)
    edit(project / FAQ, "# Pytania i odpowiedzi", "# Pytania")
    second, fresh = build.build(project, compressed=False)
    assert fresh
    assert (project / "site").resolve() == second
    assert ">Pytania</h1>" in (project / "site/faq/index.html").read_text(encoding="utf-8")
    edit(project / FAQ, "# Pytania\n", "# Odpowiedzi\n")
    third, _ = build.build(project, compressed=False)
    assert builds(project) == {second.name, third.name}
    edit(project / FAQ, "# Odpowiedzi\n", "# Pytania\n")
    assert build.build(project, compressed=False) == (second, False)
    assert (project / "site").resolve() == second
    assert first.name not in builds(project)


def test_a_mistake_leaves_everything_as_it_was(project: Path) -> None:
    """No half a build is left behind, and mistakes name files from the project's folder."""
    good, _ = build.build(project, compressed=False)
    edit(project / "docs/program.yml", "number: 2,", "number: 7,")
    with pytest.raises(build.BuildFailed) as caught:
        build.build(project, compressed=False)
    assert str(caught.value).startswith("docs/program.yml:")
    assert (project / "site").resolve() == good
    assert builds(project) == {good.name}


def test_a_program_that_is_not_recorded_is_said_to_be_so(workshop: Path) -> None:
    """By the command that publishes, until it is recorded; a page alone asks for nothing."""
    record = [str(Path(sys.executable).with_name("forms-service")), "program", "record"]
    subprocess.run(record, cwd=workshop, capture_output=True, check=True)
    edit(workshop / FAQ, "# Pytania i odpowiedzi", "# Pytania")
    assert build.unrecorded(workshop) == ""
    edit(workshop / "docs/program.yml", "opens_days_before: 60", "opens_days_before: 45")
    publish = [sys.executable, "-m", "publishing.build"]
    said = subprocess.run(publish, cwd=workshop, capture_output=True, text=True, check=True).stdout
    assert "forms-service program record" in said
    subprocess.run(record, cwd=workshop, capture_output=True, check=True)
    assert build.unrecorded(workshop) == ""


def test_a_mistake_ends_the_command_with_two(workshop: Path) -> None:
    """Y3: a line that names file and line, nothing put in place."""
    edit(workshop / "docs/program.yml", "\ntiers:", "\ntiers:\n\ttab:")
    command = [sys.executable, "-m", "publishing.build"]
    done = subprocess.run(command, cwd=workshop, capture_output=True, text=True)
    assert done.returncode == 2
    mistake, ending = done.stderr.splitlines()
    assert re.match(r"docs/program\.yml:\d+: here stands a tab", mistake)
    assert ending == "The site was not built; the last good one stays."
    assert not (workshop / "site").exists()


def test_a_folder_in_the_way_is_replaced(tmp_path: Path) -> None:
    """Such as a site that another builder left there."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old.html").touch()
    (tmp_path / ".site" / "new").mkdir(parents=True)
    publication.publish(tmp_path / "site", tmp_path / ".site" / "new")
    assert (tmp_path / "site").readlink() == Path(".site/new")


def test_old_builds_are_pruned_by_when_they_were_put_in_place(tmp_path: Path) -> None:
    for age, name in enumerate(("now", "before", "old", "older")):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, ns=(10**18 - age, 10**18 - age))
    publication.publish(tmp_path.parent / f"{tmp_path.name}-site", tmp_path / "old")
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"old", "now"}


def test_addresses_in_pages_make_another_build_and_the_port_does_not(project: Path) -> None:
    plain = build.build_id(project, {})
    partners, forms = "https://partners.example.com", "https://forms.example.com"
    assert build.build_id(project, {"PORT": "9000", "HOST": "0.0.0.0", "SITE_URL": ""}) == plain
    site = build.build_id(project, {"SITE_URL": partners})
    assert site != plain
    assert build.build_id(project, {"BASE_URL": partners}) == site, "SITE_URL is BASE_URL unless it is set"
    assert build.build_id(project, {"BASE_URL": forms, "SITE_URL": partners}) == site
    assert build.build_id(project, {"FORMS_URL": "https://forms.example.com"}) != plain


PARTNERS = "https://partners.example.com"


def publish(workshop: Path, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What `make publish` runs, in an environment with nothing else in it."""
    return subprocess.run(
        [sys.executable, "-m", "publishing.build", *options],
        cwd=workshop, env={"PATH": os.environ["PATH"]} | environment, capture_output=True, text=True,
    )  # fmt: skip


def test_every_address_of_the_site_follows_the_file(workshop: Path) -> None:
    """F1: canonical, other languages, shared links, pictures, both maps of the site; and forms."""
    (workshop / "site.env").write_text(f"SITE_URL={PARTNERS}:443/\nFORMS_URL=https://forms.example.com\n")
    assert publish(workshop).returncode == 0
    pages = [*(workshop / "site").rglob("*.html"), *(workshop / "site").rglob("*.xml")]
    texts = {page: page.read_text("utf-8") for page in pages}
    assert [page for page, text in texts.items() if "127.0.0.1" in text] == []
    named = {
        address
        for text in texts.values()
        for address in re.findall(r"https://[^/\"<]*example\.com[^/\"<]*", text)
    }
    assert named == {PARTNERS, "https://forms.example.com"}
    assert f"<loc>{PARTNERS}/en/tiers/</loc>" in texts[(workshop / "site/en/sitemap.xml")]


@pytest.mark.parametrize(
    ("said", "given", "address"),
    [
        ("SITE_URL", "SITE_URL", "http://127.0.0.1:8000"),
        ("SITE_URL", "BASE_URL", "http://localhost"),
        ("BASE_URL", "SITE_URL", "http://[::1]:8401/"),
    ],
)
def test_a_loopback_address_is_not_published_over_the_one_in_the_file(
    workshop: Path, said: str, given: str, address: str
) -> None:
    """F1: ends with 2 and names both; nothing is put in place."""
    (workshop / "site.env").write_text(f"{said}={PARTNERS}\n")
    done = publish(workshop, **{given: address})
    assert done.returncode == 2
    assert f"{given}={address} " in done.stderr
    assert PARTNERS in done.stderr
    assert not (workshop / "site").exists()


@pytest.mark.parametrize("name", ["SITE_URL", "BASE_URL", "FORMS_URL"])
def test_an_address_that_is_none_is_refused(name: str) -> None:
    """Else it would stand in every page."""
    with pytest.raises(SettingsError, match=f"^{name}='partners.example.com': expected an address"):
        build.build_id(ROOT, {name: "partners.example.com"})


def test_a_trial_and_a_start_leave_a_site_that_is_shown(workshop: Path) -> None:
    """F15: unfinished edits reach visitors by publishing alone. Without a service, a start builds."""
    assert publish(workshop, "--unless-shown").returncode == 0
    published = (workshop / "site").resolve()
    edit(workshop / FAQ, "# Pytania i odpowiedzi", "# Pytania")
    with site_lock.hold(workshop / "site"), site_lock.hold(workshop / "site"):
        done = publish(workshop, "--unless-shown")
        assert (done.returncode, (workshop / "site").resolve()) == (0, published)
        assert "make publish" in done.stdout
        assert publish(workshop, "--trial").returncode == 0
        assert (workshop / "site").resolve() == published
        assert "# Pytania" not in (workshop / "site/faq/index.html").read_text("utf-8")
        assert ">Pytania</h1>" in (workshop / ".cache/trial/faq/index.html").read_text("utf-8")
    assert publish(workshop, "--unless-shown").returncode == 0
    assert (workshop / "site").resolve() != published


def test_a_service_holds_what_it_shows(workshop: Path) -> None:
    """For as long as it lives, however it ends."""
    build.build(workshop, compressed=False)
    assert not site_lock.is_held(workshop / "site")
    service = started(
        [FORMS_SERVICE, "serve"], SITE_DIR=str(workshop / "site"), DATA_DIR=str(workshop / "data")
    )
    assert site_lock.is_held(workshop / "site")
    service.close()
    assert not site_lock.is_held(workshop / "site")


def test_what_editors_leave_behind_is_no_source(project: Path) -> None:
    before = build.build_id(project, {})
    for name in (".faq.md.swp", "faq.md~", "__pycache__/x.pyc"):
        (project / "docs/pl" / name).parent.mkdir(exist_ok=True)
        (project / "docs/pl" / name).write_text("x")
    assert build.build_id(project, {}) == before


def test_everything_a_build_runs_is_among_its_sources() -> None:
    """Else a change of that code would not be published."""
    code = (
        "import sys, publishing.checks, publishing.mkdocs_mistakes, partner_program.json_export\n"
        "import partner_program.markdown as a, forms_service.markdown as b\n"
        "from partner_program import load\n"
        "from forms_service import forms\n"
        "program = load('docs/program.yml')\n"
        "[forms.render(forms.build(n, program, lang)) for n in forms.NAMES for lang in program.languages]\n"
        "print(*(m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    ours = [
        Path(line).relative_to(ROOT)
        for line in done.stdout.splitlines()
        if Path(line).parent.parent == ROOT or ROOT in Path(line).parents
    ]
    loaded = {str(path) for path in ours if not str(path).startswith(".venv")}
    packages = {name for name in loaded if name.endswith("__init__.py")}
    missing = {name for name in loaded - packages if not name.startswith(build.SOURCES)}
    assert "forms_service/forms/markdown.py" in loaded
    assert missing == set()


def test_publishing_says_what_changed_and_undo_takes_it_back(workshop: Path) -> None:
    """Pages, files, values of the program, words; back to the very site before; then there is none before."""
    first = publish(workshop)
    assert "visitors" not in first.stdout, "a first site changes nothing"
    site = (workshop / "site").resolve()
    edit(workshop / "docs/program.yml", "opens_days_before: 60", "opens_days_before: 45")
    edit(workshop / "docs/en/privacy.md", "# Privacy", "# Your privacy")
    edit(workshop / "theme/assets/site.css", "\n", "\n/* new */\n")
    for language in ("pl", "en"):
        news = "---\ndescription: x\nmenu: News\nmenu_order: 25\n---\n\n# News\n"
        (workshop / "docs" / language / "news.md").write_text(news)
    with (workshop / "forms_service/locale/pl/overrides.po").open("a", encoding="utf-8") as overrides:
        overrides.write('msgid "Enter the customer\'s name"\nmsgstr "Kto kupuje?"\n')
    done = publish(workshop)
    assert done.stderr == ""
    told = done.stdout
    _, _, changes = told.partition("What changed for visitors:\n")
    lines = [line.strip() for line in changes.splitlines()]
    assert [line for line in lines if not line.startswith("Program: ")] == [
        "New: /en/news/ (News)",
        "New: /news/ (News)",
        "Changed: /changes/ (Co się zmieniło)",
        "Changed: /en/changes/ (What changed)",
        "Changed: /en/privacy/ (Your privacy)",
        "Changed: /assets/site.css",
        "Changed: /en/assets/site.css",
        "Changed: words of forms or mails",
    ]
    (value,) = [line for line in lines if line.startswith("Program: ")]
    assert "45 days" in value
    assert "60 days" in value

    assert publish(workshop).stdout == "", "it is published already"
    undone = publish(workshop, "--undo")
    assert undone.returncode == 0
    assert (workshop / "site").resolve() == site
    assert site.name in undone.stdout
    assert "Gone: /news/ (News)" in undone.stdout
    again = publish(workshop, "--undo")
    assert (again.returncode, again.stdout) == (2, "")
    assert "no publication before" in again.stderr
    assert (workshop / "site").resolve() == site
    forth = publish(workshop).stdout
    assert "New: /news/ (News)" in forth
    assert "Built" not in forth
    assert publish(workshop, "--undo").returncode == 0, "what was published once more can be taken back"


def test_there_is_nothing_to_undo_before_anything_was_published(workshop: Path) -> None:
    done = publish(workshop, "--undo")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no publication before" in done.stderr
