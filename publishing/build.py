"""Site build: both languages beside the served site, swapped in by one rename.

`site` is a link to a finished build under `.site/`, named by a hash over everything the build is made
from. The same sources are never built twice, and a visitor never meets half a site.
"""

import argparse
import datetime
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from filecmp import cmp
from pathlib import Path
from zoneinfo import ZoneInfo

from forms_service import settings
from forms_service.settings import SettingsError, check, is_loopback, origin
from forms_service.web.site_lock import is_held
from partner_program.business_days import TIME_ZONE
from publishing import publication, staging
from publishing.leftovers import is_leftover
from publishing.publication import TEXTS

ROOT = Path(__file__).resolve().parent.parent

SOURCES = (
    "docs",
    "theme",
    "mkdocs.yml",
    "mkdocs.en.yml",
    "partner_program",
    "forms_service/domain",
    "forms_service/forms",
    "forms_service/i18n",
    "forms_service/locale",
    "forms_service/mail",
    "forms_service/markdown.py",
    "forms_service/templates/forms",
    "publishing",
    "requirements/site.txt",
)
"""All that a build depends on, with the addresses that are written into pages."""

TRIAL = ROOT / ".cache" / "trial"
"""A site to try something out with; `site` is what is published."""


class BuildFailed(Exception):
    """The site could not be built; the text has a line for each mistake. The old site is untouched."""


def build_id(
    root: Path = ROOT, environment: Mapping[str, str] = os.environ, day: datetime.date | None = None
) -> str:
    """A hash over all sources, the addresses and what is not published on this day yet, 16 hex digits.

    No day is that of a preview, which shows everything.
    """
    digest = hashlib.sha256()
    waiting = staging.waiting(root, day) if day else ["preview"]
    digest.update("".join(f"{page}\0" for page in waiting).encode())
    for name, address in _addresses(environment).items():
        digest.update(f"{name}={address}\0".encode())
    for path in _source_files(root):
        content = path.read_bytes()
        digest.update(os.fsencode(path.relative_to(root)) + f"\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def build(
    root: Path = ROOT,
    site: Path | None = None,
    *,
    compressed: bool = True,
    day: datetime.date | None = None,
    preview: bool = False,
) -> tuple[Path, bool]:
    """Build the site of a day (today) if its sources changed, check it, compress it and link `site` to it.

    A `preview`, which nobody fetches from far away, is not `compressed`, and shows unpublished pages, too.

    Returns:
        The folder of the build, and whether anything was built.

    Raises:
        BuildFailed: a page, the program or the result is wrong; `site` is as it was.
    """
    site = site or root / "site"
    store = publication.store_of(site)
    store.mkdir(parents=True, exist_ok=True)
    with publication.only_one(store):
        day = day or staging.today()
        target = store / build_id(root, day=None if preview else day)
        fresh = not target.exists()
        if fresh:
            with tempfile.TemporaryDirectory(dir=store, prefix="building-") as scratch:
                built = Path(scratch) / "site"
                _make(root, built, store, day, preview)
                if compressed and not preview:
                    _compress(built, store)
                packed = built.with_suffix(TEXTS)
                packed.rename(target.with_suffix(TEXTS))
                built.rename(target)
        publication.publish(site, target)
    return target, fresh


def _make(root: Path, built: Path, store: Path, day: datetime.date, preview: bool) -> None:
    """Everything a finished build holds but compressed copies, and the texts beside it, or BuildFailed."""
    # Imported here: a start with nothing to build shall not wait for what only a build needs.
    from partner_program import ProgramError, load
    from publishing import checks, data_files, redirects, text_checks

    try:
        _check(
            lambda: checks.check_all_sources(root),
            lambda: built.with_suffix(TEXTS).write_bytes(
                text_checks.checked(_package(root), load(root / "docs" / "program.yml"), store)
            ),
        )
        program = load(root / "docs" / "program.yml")
        staged = built.with_name("sources")
        sources = staging.stage(root, staged, day, with_unpublished=preview)
        print(*(f"{unlinked}\n" for unlinked in sources.unlinked), sep="", end="")
        _run_mkdocs(root, staged, built)
        origin = _addresses(os.environ).get("SITE_URL", "")
        data_files.write(root, built, program, sources.changes_pages, origin)
        checks.check_output(root, built)
        redirects.write(built, staging.redirects(root, datetime.date.max if preview else day))
    except ProgramError as error:
        raise BuildFailed(_relative(str(error), root)) from error


def _check(*looks: Callable[[], object]) -> None:
    """Run all of them. Raises ProgramError with every mistake."""
    from partner_program.errors import Problem, ProgramError

    problems: list[Problem] = []
    for look in looks:
        try:
            look()
        except ProgramError as error:
            problems += error.problems
    if problems:
        raise ProgramError(*dict.fromkeys(problems))


def _run_mkdocs(root: Path, staged: Path, built: Path) -> None:
    """Build both languages of these sources, side by side, into `built` and `built/en`."""
    from partner_program.model import LANGUAGES
    from publishing import mkdocs_mistakes

    english = built.with_name("en")
    started = [
        _mkdocs(root, staged, staging.CONFIGURATIONS[language], folder)
        for language, folder in zip(LANGUAGES, (built, english), strict=True)
    ]
    outputs = [process.communicate()[0] for process in started]
    if any(process.returncode for process in started):
        told = mkdocs_mistakes.mistakes(zip(LANGUAGES, outputs, strict=True), staged)
        raise BuildFailed(_relative("\n".join(told), staged))
    english.rename(built / "en")


def _package(root: Path) -> Path:
    """The service that the texts belong to: the project's own, else the one that is running."""
    own = root / "forms_service"
    return own if own.is_dir() else ROOT / "forms_service"


def _addresses(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings that are written into pages; those that say nothing are left out. Raises SettingsError."""
    given = {name: environment.get(name, "").strip() for name in ("SITE_URL", "BASE_URL", "FORMS_URL")}
    addresses = {"SITE_URL": given["SITE_URL"] or given["BASE_URL"], "FORMS_URL": given["FORMS_URL"]}
    for name, address in given.items():
        check(name, address)
    return {name: origin(address) for name, address in addresses.items() if address}


def _refuse_loopback(said: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raises BuildFailed where the environment makes links lead nowhere that `site.env` has a place for.

    `said` is what the file says, `given` the environment without it.
    """
    meant = said.get("SITE_URL") or said.get("BASE_URL", "")
    for name in ("SITE_URL", "BASE_URL"):
        address = given.get(name, "").strip()
        if address and is_loopback(address) and not is_loopback(meant):
            raise BuildFailed(
                f"{name}={address} would stand in every page, and {settings.FILE} says {meant}: "
                f"take {name} out of the environment"
            )


def _mkdocs(root: Path, staged: Path, configuration: str, folder: Path) -> "subprocess.Popen[str]":
    code = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
    told = {"NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "ignore", "PYTHONPATH": code}
    return subprocess.Popen(
        # Not -q: it would silence the warnings that --strict counts.
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", configuration, "-d", str(folder)],
        cwd=staged,
        env=os.environ | _addresses(os.environ) | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _compress(built: Path, store: Path) -> None:
    """Brotli and gzip beside each file; what an earlier build has already compressed is taken from there."""
    from whitenoise.compress import Compressor

    compressor = Compressor(quiet=True)
    earlier = [path for path in store.iterdir() if path.is_dir() and path not in built.parents]

    def compress(path: Path) -> None:
        if not _taken_from(earlier, built, path):
            compressor.compress(str(path))

    files = [path for path in built.rglob("*") if path.is_file() and compressor.should_compress(path.name)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(compress, files))


def _taken_from(earlier: list[Path], built: Path, path: Path) -> bool:
    """Whether an earlier build had this very file and its compressed copies, which are now here too."""
    name = path.relative_to(built)
    for build_before in earlier:
        same = build_before / name
        copies = [same.with_name(same.name + ending) for ending in (".br", ".gz")]
        if same.is_file() and any(copy.exists() for copy in copies) and cmp(same, path, shallow=False):
            for copy in copies:
                if copy.exists():
                    shutil.copy2(copy, path.with_name(copy.name))
            return True
    return False


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = root / name
        if place.is_dir():
            files = (path for path in sorted(place.rglob("*")) if path.is_file())
            yield from (path for path in files if not _is_by_product(path.relative_to(root)))
        elif place.is_file():
            yield place


def _is_by_product(path: Path) -> bool:
    return any(is_leftover(part) for part in path.parts)


def _relative(text: str, root: Path) -> str:
    """Mistakes name files as an editor sees them, from the project's folder."""
    return text.replace(f"{root}{os.sep}", "")


def main() -> int:
    """Build if needed; say what happened in one line. Exit 2 with the mistakes, a line each."""
    parser = argparse.ArgumentParser(prog="python -m publishing.build", description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="the link to put in place")
    parser.add_argument(
        "--trial", action="store_true", help=f"publish nothing: build {TRIAL.relative_to(ROOT)}"
    )
    parser.add_argument("--undo", action="store_true", help="put the publication before back")
    parser.add_argument("--unless-shown", action="store_true", help="build nothing where a service shows it")
    asked = parser.parse_args()
    site, given = TRIAL if asked.trial else asked.site, dict(os.environ)
    if asked.unless_shown and is_held(site):
        print(f"A service shows {_relative(str(site), ROOT)}, so it was not built again: make publish does.")
        return 0
    if asked.undo:
        return _undo(site)
    before = publication.current(site)
    try:
        if not asked.trial:
            _refuse_loopback(settings.apply_site_env(), given)
        folder, fresh = build(site=site)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except BuildFailed as error:
        print(error, file=sys.stderr)
        print("The site was not built; the last good one stays.", file=sys.stderr)
        return 2
    if fresh:
        print(f"Built the site: {_relative(str(folder), Path.cwd())}")
        if hint := unrecorded():
            print(hint)
    if not asked.trial and before != folder:
        _tell_changes(before, folder)
    return 0


def _tell_changes(before: Path | None, after: Path) -> None:
    """Say what visitors find changed, a line each; nothing of a first publication."""
    from publishing import visitor_changes

    if before is not None and before.is_dir():
        changes = visitor_changes.between(before, after)
        print("What changed for visitors:" if changes else "Nothing changed for visitors.")
        print(*(f"  {change}" for change in changes), sep="\n", end="\n" if changes else "")


def _undo(site: Path) -> int:
    """Put the publication before back, and say which one that is. Exit 2 where there is none."""
    try:
        taken_back, shown = publication.undo(site)
    except publication.NothingBefore:
        print("There is no publication before this one: nothing was changed.", file=sys.stderr)
        return 2
    published = datetime.datetime.fromtimestamp(shown.stat().st_mtime, ZoneInfo(TIME_ZONE))
    print(f"Back to the site that was published on {published:%Y-%m-%d at %H:%M}: {shown.name}")
    _tell_changes(taken_back, shown)
    print("Your files are as they were: mend them before the next make publish.")
    return 0


def unrecorded(root: Path = ROOT) -> str:
    """What to do where the program that was built is not the version last recorded; empty where it is.

    A version that cannot be read has stopped the build already.
    """
    from partner_program import load, versions

    recorded = versions.read(root / "docs" / versions.FOLDER)
    if recorded and recorded[-1].program == load(root / "docs" / "program.yml"):
        return ""
    return (
        "This version of the program is not recorded yet. Once it is final: forms-service program impact "
        "says whom it concerns, forms-service program record keeps it for the page of changes."
    )


if __name__ == "__main__":
    sys.exit(main())
