"""The guide for editors is true: its recipes are carried out, and what it calls impossible is refused."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from partner_program import ProgramError, load
from publishing import build, checks
from publishing.built_pages import read
from tests import ROOT
from tests.guide.recipes import GUIDES, carry_out, edits, recipes, with_styles
from tests.publishing.conftest import NEEDED, copied, edit

CODE = ("partner_program", "forms_service", "publishing", "requirements")
CARRIED_OUT = (1, 2, 3, 5, 6, 7, 9, 10, 11, 12)
PNG = b"\x89PNG\r\n\x1a\n"
PROGRAM = "docs/program.yml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project after an editor has carried out every recipe that changes something."""
    root = copied((*NEEDED, *CODE), tmp_path_factory.mktemp("recipes") / "project")
    for name in ("docs/files/plan.png", "docs/files/plan.pdf", "theme/assets/logo.png"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(PNG)
    tokens = root / "theme/assets/tokens.css"
    tokens.unlink()
    tokens.symlink_to((ROOT / "theme/assets/tokens.css").readlink())
    for number in CARRIED_OUT:
        carry_out(recipes("en")[number], root)
    done = subprocess.run(
        [sys.executable, "-m", "publishing.build"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return root


def text(project: Path, page: str) -> str:
    """A built page, its no-break spaces as plain ones."""
    return (project / "site" / page).read_text("utf-8").replace("\u00a0", " ")


def test_both_guides_give_the_same_edits() -> None:
    """Recipe by recipe; the styles are in the words of the language."""
    polish, english = recipes("pl"), recipes("en")
    assert list(polish) == list(english) == [*range(1, 16), 0]
    for number in range(1, 16):
        assert edits(polish[number]) == edits(english[number]), number
    for number in (5, 8, 10, 13):
        assert "**Not possible without code" in english[number]
        assert "**Niemożliwe bez programisty" in polish[number]


@pytest.mark.parametrize("language", GUIDES)
def test_what_a_guide_names_is_there(language: str) -> None:
    """Links, pictures and paths; but for those that its recipes bring."""
    guide = GUIDES[language].read_text("utf-8")
    brought = {"docs/files/", "docs/pl/questions.md", "docs/en/questions.md"}
    brought |= {
        file for recipe in recipes(language).values() for file, kind, _ in edits(recipe) if kind != "diff"
    }
    plain = re.sub(r"^```.*?^```$", "", guide, flags=re.M | re.S)
    links = {
        GUIDES[language].parent / one.partition("#")[0] for one in re.findall(r"\]\(([^#)][^)]*)\)", plain)
    }
    paths = {
        ROOT / one
        for one in re.findall(r"`((?:docs|theme|guide|partner_program|forms_service)/[^`\s]+)`", plain)
    }
    assert [
        one
        for one in links | paths
        if not one.exists()
        and str(one.relative_to(ROOT)) + "/" not in brought
        and str(one.relative_to(ROOT)) not in brought
    ] == []
    targets = set(re.findall(r"^\$ make (\w+)|`make (\w+)`", guide, re.M))
    makefile = (ROOT / "Makefile").read_text()
    assert [name for pair in targets for name in pair if name and f"\n{name}:" not in makefile] == []


OUTCOMES = {
    1: (("changes/index.html", "najnowsza na górze"), ("en/changes/index.html", ">What has changed</h1>")),
    2: (
        ("register-deal/index.html", "w ciągu 3 dni roboczych"),
        ("en/questions/index.html", "within 3 business days"),
    ),
    3: (("requirements/index.html", "2 i więcej osób"), ("en/tiers/index.html", "2 or more people")),
    5: (
        ("tiers/index.html", "Referencje klienta"),
        ("en/requirements/index.html", 'id="customer-reference"'),
    ),
    6: (
        ("benefits/index.html", 'class="columns"'),
        ("en/index.html", ">Benefits</a>"),
        ("en/questions/index.html", "</h1>"),
        ("faq/index.html", 'url=/questions/"'),
    ),
    9: (
        ("questions/index.html", "partnerzy@example.com"),
        ("en/questions/index.html", "partnerzy@example.com"),
    ),
    10: (
        ("apply/index.html", "na przykład 123-456-32-18"),
        ("en/apply/index.html", "for example 123-456-32-18"),
    ),
    12: (("index.html", "assets/logo.png"), ("assets/tokens.css", "--green: #234f9e")),
}


@pytest.mark.parametrize("number", OUTCOMES)
def test_a_recipe_shows_on_the_site(number: int, project: Path) -> None:
    for page, words in OUTCOMES[number]:
        assert words in text(project, page)


def test_2_the_build_names_what_else_says_the_number(project: Path, tmp_path: Path) -> None:
    """Nothing says the old number; one of the four edits alone is refused."""
    pages = sorted((project / "site").rglob("*.html"))
    old = re.compile(r"\b2 (?:dni robocz|business day)")
    assert [path for path in pages if old.search(text(project, str(path.relative_to(project / "site"))))] == [
        project / "site/changes/index.html",
        project / "site/en/changes/index.html",
    ]
    root = copied(NEEDED, tmp_path / "one")
    edit(root / PROGRAM, "decide_within_business_days: 2", "decide_within_business_days: 3")
    assert len(told(root)) == 4


def told(root: Path) -> list[str]:
    """The mistakes in these sources."""
    with pytest.raises(ProgramError) as caught:
        checks.check_all_sources(root)
    return str(caught.value).replace(f"{root}/", "").splitlines()


def test_4_a_new_tier_is_asked_for_in_each_requirement(tmp_path: Path) -> None:
    """The build lists the lines; with one line in each it is content."""
    root = copied(NEEDED, tmp_path / "project")
    (_, _, tier), (_, _, value) = edits(recipes("en")[4])
    edit(root / PROGRAM, "\nmodels:\n", f"\n{tier}\nmodels:\n")
    lines = told(root)
    assert len(lines) > 10
    assert all("the tier `platinum` is missing" in line for line in lines)
    content = (root / PROGRAM).read_text("utf-8").splitlines()
    filled = []
    for line in content:
        filled.append(line)
        if found := re.match(r"( +)gold: (\{.*\})$", line):
            filled.append(f"{found[1]}platinum: {found[2]}")
    assert value.strip() in {line.strip() for line in filled}
    (root / PROGRAM).write_text("\n".join(filled) + "\n", "utf-8")
    assert [tier.id for tier in load(root / PROGRAM).tiers][-1] == "platinum"


def test_5_what_is_impossible_is_refused(tmp_path: Path) -> None:
    """A minimum revenue, a threshold, an answer that nobody asks for."""
    (_, _, row), *_ = edits(recipes("en")[5])
    for before, after in (
        ("when: yearly", "when: at_application"),
        (
            'kind: per_year, number: 1, label: {pl: "1", en: "1"}',
            "kind: at_least, number: 40, label: {pl: 40, en: 40}",
        ),
    ):
        root = copied(NEEDED, tmp_path / after[:9])
        carry_out(f"`{PROGRAM}`:\n\n```diff\n{row.replace(before, after)}```\n", root)
        assert told(root)
    root = copied(NEEDED, tmp_path / "revenue")
    edit(
        root / PROGRAM,
        "kind: no_threshold, label: {pl: Bez ograniczeń, en: No threshold}",
        'kind: per_year, number: 100000, label: {pl: "100000", en: "100000"}',
    )
    assert "agreed_individually" in told(root)[0]


def test_7_what_is_announced_waits(project: Path) -> None:
    assert not (project / "site/news").exists()
    assert "Nowości" not in text(project, "index.html")


@pytest.mark.parametrize(
    ("row", "refused"), [("website-promotion", ""), ("sponsor", "the application asks for")]
)
def test_8_a_requirement_goes_unless_the_application_asks_for_it(
    row: str, refused: str, tmp_path: Path
) -> None:
    root = copied(NEEDED, tmp_path / "project")
    program = (root / PROGRAM).read_text("utf-8")
    entry = re.compile(rf"^      - id: {row}\n.*?(?=^      - id: |^  - id: |^\w)", re.M | re.S)
    (root / PROGRAM).write_text(entry.sub("", program), "utf-8")
    assert (root / PROGRAM).read_text("utf-8") != program
    if refused:
        assert refused in "\n".join(told(root))
    else:
        checks.check_all_sources(root)


def test_9_what_changed_names_nobody(project: Path) -> None:
    changes = text(project, "en/changes/index.html").split("<article")[1].split("</article>")[0]
    assert "Majewski" not in changes
    assert "partnerzy@" not in changes


def test_11_the_mail_says_it(project: Path) -> None:
    preview = "import sys; from forms_service.cli.main import main; sys.exit(main(['mail', 'preview']))"
    mails = subprocess.run(
        [sys.executable, "-c", preview], cwd=project, capture_output=True, text=True, check=True
    ).stdout
    assert "dziękujemy, mamy Twoje zgłoszenie partnerskie" in mails
    assert "thank you, we have your application" in mails


def test_13_another_language_is_refused(tmp_path: Path) -> None:
    root = copied(NEEDED, tmp_path / "project")
    edit(root / PROGRAM, "languages: [pl, en]", "languages: [pl, en, de]")
    shutil.copytree(root / "docs/en", root / "docs/de")
    assert any("`de` is not possible here" in line for line in told(root))
    assert any(line.startswith("docs/de: ") for line in told(root))


def test_14_a_mistake_is_told_as_the_guide_says(tmp_path: Path) -> None:
    root = copied(NEEDED, tmp_path / "project")
    page = root / "docs/pl/faq.md"
    lines = page.read_text("utf-8").splitlines()
    lines[11:11] = ["[x](tires.md)"]
    page.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(build.BuildFailed) as caught:
        build.build(root, compressed=False)
    ((_, _, said),) = edits(recipes("en")[14])
    assert str(caught.value) == said.strip()


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a page that holds every style of the guide, in both languages."""
    root = copied(NEEDED, tmp_path_factory.mktemp("styles") / "project")
    with_styles(root)
    build.build(root, compressed=False)
    return root


@pytest.mark.parametrize("home", ["", "en/"])
def test_each_style_becomes_what_it_says(home: str, styled: Path) -> None:
    """Lists in their boxes, a quotation, a caption; every picture there and named."""
    html = (styled / "site" / home / "styles/index.html").read_text("utf-8")
    for style in ("columns", "cards", "numbers", "people"):
        assert re.search(rf'<div class="{style}">\s*<ul>\s*<li>', html), style
    assert re.search(r'<div class="steps">\s*<ol>\s*<li>\s*<p><img [^>]*></p>\s*<p><strong>', html)
    assert re.search(r"<blockquote>\s*<p>.*</p>\s*<p>.*</p>\s*</blockquote>", html)
    assert re.search(r"<figure>\s*<p><img [^>]*></p>\s*<figcaption>.*</figcaption>\s*</figure>", html)
    page = read(styled / "site" / home / "styles/index.html")
    assert page.unnamed_pictures == []
    assert page.styles == []
