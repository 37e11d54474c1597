"""`forms-service program`: record a program version, and list the impact of a change.

Both read files only. The records are read beside a running service, which goes on.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO, cast

from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_labels import lacking, standing
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.program_impact import Affected, Impact, impact
from forms_service.domain.table_names import PARTNERS
from forms_service.i18n.translations import N_, texts
from forms_service.services.database import JOURNAL
from forms_service.store.disk import Disk
from forms_service.store.errors import StoreError, in_words
from forms_service.store.maintenance import read_journal
from partner_program import Program, ProgramError, load, load_published, versions
from partner_program.changes import differences
from partner_program.model import LANGUAGES, Language
from partner_program.wording import long_date

PROGRAM = Path("docs/program.yml")


def run(
    argv: Sequence[str],
    data_dir: Path,
    site_dir: Path,
    *,
    today: date | None = None,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
) -> int:
    """Carry out `program` with these arguments. Returns the exit code: 2 if it could not be done."""
    asked = _parser().parse_args(argv)
    asked.today = today or day_of(datetime.now(UTC))
    asked.data_dir, asked.site_dir = data_dir, site_dir
    action: Callable[[argparse.Namespace], Iterable[str]] = asked.action
    try:
        lines = list(action(asked))
    except (ProgramError, StoreError) as error:
        err.write(f"{error}\n")
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        err.write(f"{where}{in_words(error)}\n")
        return 2
    out.write("".join(f"{line}\n" for line in lines))
    return 0


def _record(asked: argparse.Namespace) -> Iterator[str]:
    """Record that the program stands from a day on."""
    program, words = load(asked.program), texts(asked.lang)
    folder = asked.program.with_name(versions.FOLDER)
    before = versions.read(folder)
    path = versions.record(folder, program, asked.date or asked.today)
    if path is None:
        yield words.gettext(N_("The program is as it was last recorded. Nothing was written."))
        return
    yield words.gettext(N_("Recorded: %(file)s")) % {"file": path}
    for change in differences(before[-1].program, program) if before else ():
        yield f"- {change.text[asked.lang]}"


def _impact(asked: argparse.Namespace) -> Iterator[str]:
    """See what a new program changes, and for which partners, before it is published."""
    new = load(asked.program)
    recorded = versions.read(asked.program.with_name(versions.FOLDER))
    old = _before(new, asked.site_dir, recorded)
    followed = {version.program.hash: version.program for version in recorded} | {old.hash: old}
    found = impact(old, new, _partners(asked.data_dir), asked.today, followed=followed)
    yield from told(found, new, asked.lang)


def told(found: Impact, new: Program, language: Language) -> Iterator[str]:
    """What a change of the program means, line by line."""
    words = texts(language)
    if not found.changes:
        yield words.gettext(N_("The program is as it is published."))
    for change in found.changes:
        yield f"- {change.text[language]}"
    if not found.affected:
        yield words.gettext(N_("No partner has to do anything otherwise."))
        return
    count = len(found.affected)
    yield ""
    yield words.ngettext("%(number)d partner is concerned:", "%(number)d partners are concerned:", count) % {
        "number": count
    }
    for affected in found.affected:
        yield from _told_of(affected, new, language)


def _told_of(affected: Affected, new: Program, language: Language) -> Iterator[str]:
    words = texts(language)
    when = words.gettext(N_("in onboarding, at once"))
    if affected.reached_on is not None:
        day = long_date(affected.reached_on, language)
        when = words.gettext(N_("from %(day)s on, when it is renewed")) % {"day": day}
    names = {tier.id: tier.name for tier in new.tiers}
    tier = names.get(affected.tier, affected.tier)
    yield f"{affected.partner} {affected.company} ({tier}): {when}"
    if affected.tier_is_gone:
        yield f"  {words.gettext(N_('Its tier is not in the new program.'))}"
    for row in affected.newly_missing:
        said = lacking(row, words, language) or standing(row, words, language)
        yield f"  {row.item.title[language]}: {said}"


def _before(new: Program, site_dir: Path, recorded: Sequence[versions.ProgramVersion]) -> Program:
    """What stands, or stood, in the place of the new program: of the built site, or, once the new one is
    published, the last one that was recorded."""
    built = site_dir / "program.json"
    published = [load_published(built)] if built.exists() else []
    others = [*published, *(version.program for version in recorded[-1:])]
    return next((other for other in others if other.hash != new.hash), new)


def _partners(data_dir: Path) -> Iterator[Partner]:
    path = data_dir / JOURNAL
    if path.exists():
        for raw in read_journal(Disk(), path).state.documents(PARTNERS).values():
            document: Any = json.loads(raw)
            yield cast(Partner, document)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forms-service program", description="Versions of the program, and whom a change concerns."
    )
    actions = parser.add_subparsers(required=True, metavar="record|impact")
    record = actions.add_parser("record", help="record this version, for the page of changes")
    record.set_defaults(action=_record)
    record.add_argument("--date", type=date.fromisoformat, help="the day it stands from (default: today)")
    of_impact = actions.add_parser("impact", help="what it would change, and for whom; nothing is written")
    of_impact.set_defaults(action=_impact)
    for each in (record, of_impact):
        each.add_argument("--program", type=Path, default=PROGRAM, help=f"default: {PROGRAM}")
        each.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[1], help="of what is said")
    return parser
