"""The built site is taken as it is, and a newer one as a whole."""

import json
import quopri
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_service.app import service_of
from forms_service.i18n import translations
from forms_service.web.site import Release, SiteError
from partner_program import Program
from tests.factories.site import make_site
from tests.web.processes import FORMS_SERVICE, environment, started


@pytest.fixture
def builds(tmp_path: Path, program: Program) -> Path:
    """A link `site` to the first of the builds beside it."""
    make_site(tmp_path / "builds" / "one", program, mark="one")
    (tmp_path / "site").symlink_to("builds/one")
    return tmp_path / "builds"


@pytest.fixture
def app(make_app: Callable[..., Flask], builds: Path) -> Flask:
    return make_app(SITE_DIR=str(builds.parent / "site"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def swap(builds: Path, name: str) -> None:
    """Put another build in place, as publishing does: by one rename."""
    link = builds.parent / "link"
    link.symlink_to(f"builds/{name}")
    link.rename(builds.parent / "site")


def asset_of(build: Path) -> str:
    (asset,) = (build / "assets").iterdir()
    return f"/assets/{asset.name}"


def changed(program: Program) -> Program:
    """The same program with another purpose, so another hash."""
    content = program.model_dump(mode="json")
    content["purpose"]["en"] = "Another purpose."
    return Program.model_validate_json(json.dumps(content))


def test_a_newer_build_is_taken_whole(
    app: Flask, client: FlaskClient, builds: Path, program: Program, deal: dict[str, str]
) -> None:
    """Pages, program and policy at once, without a restart; a form from the older page is told so."""
    assert "<p>one</p>" in client.get("/").text
    make_site(builds / "two", changed(program), mark="two")
    assert "<p>one</p>" in client.get("/").text
    swap(builds, "two")
    assert "<p>two</p>" in client.get("/").text
    assert service_of(app).site.current().program.hash == changed(program).hash
    stale = client.post("/register-deal/", data=deal)
    assert stale.status_code == 409
    assert "<p>two</p>" in stale.text
    fresh = client.post("/register-deal/", data=deal | {"program": changed(program).hash})
    assert fresh.status_code == 303


def test_readers_of_an_older_page_keep_its_assets(
    client: FlaskClient, builds: Path, program: Program
) -> None:
    """One build back, no more; pages and other files are the newer ones'."""
    old = asset_of(builds / "one")
    assert client.get(old).status_code == 200
    make_site(builds / "two", program, mark="two")
    swap(builds, "two")
    assert client.get(old).text == "/* one */"
    make_site(builds / "three", program, mark="three")
    swap(builds, "three")
    assert client.get(asset_of(builds / "two")).status_code == 200
    assert client.get(old).status_code == 404


def test_a_file_that_is_gone_is_missing_not_an_error(
    client: FlaskClient, builds: Path, program: Program
) -> None:
    """Somebody cleaned up the older build."""
    old = asset_of(builds / "one")
    make_site(builds / "two", program, mark="two")
    swap(builds, "two")
    assert client.get(old).status_code == 200
    shutil.rmtree(builds / "one")
    assert client.get(old).status_code == 404


def test_a_broken_build_is_not_taken(app: Flask, client: FlaskClient, builds: Path, program: Program) -> None:
    """The last good one stays and /readyz says so; the next good one is taken."""
    broken = make_site(builds / "broken", program, mark="broken")
    (broken / "program.json").write_text("{")
    swap(builds, "broken")
    assert "<p>one</p>" in client.get("/").text
    assert "no published program" in client.get("/readyz").json["site"]["problem"]  # type: ignore[index]
    make_site(builds / "two", program, mark="two")
    swap(builds, "two")
    assert "<p>two</p>" in client.get("/").text
    assert client.get("/readyz").json["site"]["problem"] is None  # type: ignore[index]


def test_a_site_that_disappears_is_still_answered_from(client: FlaskClient, builds: Path) -> None:
    """Forms go on: what they need is in memory."""
    (builds.parent / "site").unlink()
    assert client.post("/register-deal/").status_code == 422
    assert client.get("/").status_code == 200


def _without(page: str, text: str) -> Callable[[Path], None]:
    def break_it(folder: Path) -> None:
        path = folder / page
        path.write_text(path.read_text().replace(text, ""))

    return break_it


def _two_forms(folder: Path) -> None:
    with (folder / "apply" / "index.html").open("a") as page:
        page.write("<!-- slot:deal-registration --><!-- /slot:deal-registration -->")


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda folder: (folder / "program.json").unlink(), "make site"),
        (_without("404.html", "<!-- /slot:message -->"), "404.html"),
        (_without("en/status/index.html", "<!-- slot:status -->"), "{{ form status }} in en"),
        (_two_forms, "/apply/ holds two forms"),
    ],
)
def test_what_a_site_must_have(
    tmp_path: Path, program: Program, break_it: Callable[[Path], None], says: str
) -> None:
    """One line that says what to do."""
    folder = make_site(tmp_path / "broken", program)
    break_it(folder)
    with pytest.raises(SiteError, match=says.replace("{", r"\{").replace(".", r"\.")) as caught:
        Release(folder)
    assert "\n" not in str(caught.value)


def test_slots_and_titles(site: Path) -> None:
    """What is filled in is HTML, what is titled is text; the rest of the page is as it was built."""
    page = Release(site).pages["/en/status/"]
    assert page.title == "Status – R&D"
    html = page.filled({"status": r"<b>\1</b>", "unknown": "x"}, title="A < B \\g<0>")
    assert r"<h1>Status</h1>" in html
    assert r"<b>\1</b>" in html
    assert "lost?" not in html
    assert "<title>A &lt; B \\g<0></title>".replace("\\g<0>", "\\g&lt;0&gt;") in html
    assert html.count("<title>") == 1


HERE, PARTNERS = "http://127.0.0.1:8000", "https://partners.example.com"


def named(folder: Path, address: str) -> Path:
    """A build whose pages say where they live, as the site builder writes it."""
    for page in folder.rglob("*.html"):
        canonical = f'<link rel="canonical" href="{address}/{page.parent.name}/">'
        page.write_text(page.read_text("utf-8").replace("<title>", f"{canonical}<title>"), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("built_for", "told", "is_wrong"),
    [
        (HERE, {"BASE_URL": PARTNERS}, True),
        (HERE, {"SITE_URL": PARTNERS}, True),
        ("https://old.example.com", {"BASE_URL": PARTNERS}, True),
        (PARTNERS, {}, True),
        (PARTNERS, {"BASE_URL": PARTNERS}, False),
        (PARTNERS, {"BASE_URL": "https://forms.example.com", "SITE_URL": PARTNERS}, False),
        (HERE, {"PORT": "8401"}, False),
        (HERE, {"BASE_URL": "http://localhost:9000"}, False),
    ],
)
def test_pages_that_name_another_address_are_told(
    tmp_path: Path, program: Program, built_for: str, told: dict[str, str], is_wrong: bool
) -> None:
    """Check ends with 1, the start warns, /readyz says so; both addresses are named. A port is no mistake."""
    site = named(make_site(tmp_path / "site", program), built_for)
    settings = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data"), "TRUSTED_PROXIES": "1"} | told
    check = subprocess.run(
        [FORMS_SERVICE, "check"], env=environment(**settings), cwd=tmp_path, capture_output=True, text=True
    )
    meant = told.get("SITE_URL") or told.get("BASE_URL", "http://127.0.0.1:")
    line = f"the pages were built for {built_for}, the service is told that they live at {meant}"
    assert (check.returncode, line in check.stdout) == (int(is_wrong), is_wrong)
    service = started([FORMS_SERVICE, "serve"], **settings | {"PORT": "0"})
    answer = service.visitor().get("/readyz").text
    service.signal(signal.SIGTERM)
    service.ends(within=20)
    service.close()
    assert (line in "".join(service.output), line in answer) == (is_wrong, is_wrong)


def test_a_running_service_keeps_its_address(
    make_app: Callable[..., Flask], builds: Path, program: Program
) -> None:
    """Somebody publishes from a terminal that knows nothing of it: the pages with the right links stay."""
    named(builds / "one", PARTNERS)
    app = make_app(
        SITE_DIR=str(builds.parent / "site"),
        BASE_URL=PARTNERS,
        ALLOWED_HOSTS="localhost,partners.example.com",
    )
    client = app.test_client()
    named(make_site(builds / "two", program, mark="two"), HERE)
    swap(builds, "two")
    assert "<p>one</p>" in client.get("/").text
    assert HERE in client.get("/readyz").json["site"]["problem"]  # type: ignore[index]
    named(make_site(builds / "three", program, mark="three"), PARTNERS)
    swap(builds, "three")
    assert "<p>three</p>" in client.get("/").text
    assert client.get("/readyz").json["site"]["problem"] is None  # type: ignore[index]


def published(build: Path, package: Path, program: Program) -> None:
    """Put texts beside a build, as publishing does."""
    build.with_suffix(translations.ENDING).write_bytes(translations.pack(package, program.hash))


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A copy of the service with texts to edit, and the texts of this process as they were afterwards."""
    copy = tmp_path / "forms_service"
    shutil.copytree(translations.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    code = tmp_path / "partner_program"
    shutil.copytree(
        translations.PACKAGE.parent / code.name, code, ignore=shutil.ignore_patterns("__pycache__")
    )
    yield copy
    translations.serve(None)


def reworded(package: Path, file: str, before: str, after: str) -> None:
    path = package / file
    assert before in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


PL = "locale/pl/LC_MESSAGES/messages.po"
OVERRIDES = "locale/pl/overrides.po"
MAIL = "mail/templates/deal-received.pl.txt"


def test_words_come_with_the_build(
    app: Flask, client: FlaskClient, builds: Path, program: Program, package: Path, deal: dict[str, str]
) -> None:
    """F5: errors and mails together with the pages, without a restart, and not before."""
    service = service_of(app)
    reworded(package, MAIL, "Dzień dobry,", "Szanowni Państwo,")
    sentence = translations.texts("pl").gettext("Enter the customer's name")
    with (package / OVERRIDES).open("a", encoding="utf-8") as overrides:
        overrides.write('msgid "Enter the customer\'s name"\nmsgstr "Napisz, kto to jest"\n')
    assert sentence in client.post("/register-deal/").text
    make_site(builds / "two", program, mark="two")
    published(builds / "two", package, program)
    assert sentence in client.post("/register-deal/").text
    swap(builds, "two")
    page = client.post("/register-deal/").text
    assert "<p>two</p>" in page
    assert "Napisz, kto to jest" in page.replace("\u00a0", " ")
    client.post("/register-deal/", data=deal)
    service.outbox.deliver_due()
    sent = b"".join(file.read_bytes() for file in (service.settings.data_dir / "mail").rglob("*.eml"))
    assert "Szanowni Państwo,".encode() in quopri.decodestring(sent)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"code": 1', b"\xff"])
def test_broken_words_are_not_taken(
    app: Flask, client: FlaskClient, builds: Path, program: Program, content: bytes
) -> None:
    """Nor the pages they came with: one moment for all."""
    make_site(builds / "two", program, mark="two")
    (builds / "two.texts").write_bytes(content)
    swap(builds, "two")
    assert "<p>one</p>" in client.get("/").text
    assert "texts cannot be read" in client.get("/readyz").json["site"]["problem"]  # type: ignore[index]


def test_words_of_other_code_wait_for_a_restart(
    app: Flask, client: FlaskClient, builds: Path, program: Program, package: Path
) -> None:
    """A template names what code passes to it: the pages are taken, the words stay."""
    sentence = translations.texts("pl").gettext("Enter the customer's name")
    reworded(package, PL, sentence, "Napisz, kto to jest")
    (package / "clock.py").write_text("")
    make_site(builds / "two", program, mark="two")
    published(builds / "two", package, program)
    swap(builds, "two")
    page = client.post("/register-deal/").text
    assert "<p>two</p>" in page
    assert sentence in page.replace("\u00a0", " ")


@pytest.mark.parametrize("path", ["/join/", "/join"])
def test_a_renamed_page_redirects(
    path: str, client: FlaskClient, builds: Path, program: Program, application: dict[str, str]
) -> None:
    """For good, with what was asked there; a form open in a browser under the old address arrives."""
    make_site(builds / "two", program, mark="two")
    (builds / "two" / "redirects.json").write_text('{"/join/": "/apply/"}')
    assert client.get(path).status_code == 404
    swap(builds, "two")
    moved = client.get(f"{path}?tier=gold")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/apply/?tier=gold")
    sent = client.post(path, data=application)
    assert (sent.status_code, sent.headers["Location"]) == (308, "/apply/")
    assert client.post(sent.headers["Location"], data=application).status_code == 303
