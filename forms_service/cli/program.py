"""`forms-service program`: record a program version, and list the impact of a change.

Both read files only. The records are read beside a running service, which goes on.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from forms_service.cli.command import CommandContext, pass_context, write
from forms_service.cli.oneline import in_one_line
from forms_service.domain.partners.partner import Partner, parse_partner
from forms_service.domain.partners.partner_labels import lacking, standing
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.program_impact import Affected, Impact, impact
from forms_service.domain.table_names import PARTNERS
from forms_service.i18n.translations import N_, texts
from forms_service.settings import CannotStart
from forms_service.store.disk import Disk
from forms_service.store.maintenance import read_journal
from partner_program import Program, ProgramError, load, load_published, versions
from partner_program.changes import differences
from partner_program.model import LANGUAGES, Language
from partner_program.phrases import long_date

PROGRAM = Path("docs/program.yml")
DAY = click.DateTime(("%Y-%m-%d",))


@click.group("program", short_help="versions of the program: program record, program impact")
def _group() -> None:
    """Versions of the program, and whom a change concerns."""


_PROGRAM = click.option(
    "--program", "file", type=click.Path(path_type=Path), default=PROGRAM, help=f"default: {PROGRAM}"
)
_LANG = click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[1], help="of what is said")


@_group.command("record")
@click.option("--date", "since", type=DAY, help="the day it stands from (default: today)")
@_PROGRAM
@_LANG
@pass_context
def _record(context: CommandContext, since: datetime | None, file: Path, lang: Language) -> int:
    """Record this version, for the page of changes."""
    day = since.date() if since else day_of(context.clock())
    return _written(_recorded(file, day, lang))


@_group.command("impact")
@_PROGRAM
@_LANG
@pass_context
def _impact(context: CommandContext, file: Path, lang: Language) -> int:
    """What it would change, and for whom; nothing is written."""
    return _written(_impact_of(context, file, lang))


COMMANDS = {"program": _group}


def _written(lines: Iterable[str]) -> int:
    try:
        with in_one_line():
            write(lines)
    except ProgramError as error:
        raise CannotStart(str(error)) from error
    return 0


def _recorded(file: Path, since: date, lang: Language) -> Iterator[str]:
    """Record that the program stands from a day on."""
    program, words = load(file), texts(lang)
    folder = file.with_name(versions.FOLDER)
    before = versions.read(folder)
    path = versions.record(folder, program, since)
    if path is None:
        yield words.gettext(N_("The program is as it was last recorded. Nothing was written."))
        return
    yield words.gettext(N_("Recorded: %(file)s")) % {"file": path}
    for change in differences(before[-1].program, program) if before else ():
        yield f"- {change.text[lang]}"


def _impact_of(context: CommandContext, file: Path, lang: Language) -> Iterator[str]:
    """See what a new program changes, and for which partners, before it is published."""
    new = load(file)
    recorded = versions.read(file.with_name(versions.FOLDER))
    old = _before(new, context.settings.site_dir, recorded)
    followed = {version.program.hash: version.program for version in recorded} | {old.hash: old}
    today = day_of(context.clock())
    found = impact(old, new, _partners(context.journal), today, followed=followed)
    yield from report(found, new, lang)


def report(found: Impact, new: Program, language: Language) -> Iterator[str]:
    """Report of a program change, line by line."""
    words = texts(language)
    if not found.changes:
        yield words.gettext(N_("The program is as it is published."))
    for change in found.changes:
        yield f"- {change.text[language]}"
    if not found.affected:
        yield words.gettext(N_("Nothing changes for any partner."))
        return
    count = len(found.affected)
    yield ""
    yield words.ngettext("%(number)d partner is affected:", "%(number)d partners are affected:", count) % {
        "number": count
    }
    for affected in found.affected:
        yield from _report_of(affected, new, language)


def _report_of(affected: Affected, new: Program, language: Language) -> Iterator[str]:
    words = texts(language)
    when = words.gettext(N_("in onboarding, at once"))
    if affected.reached_on is not None:
        day = long_date(affected.reached_on, language)
        when = words.gettext(N_("from %(day)s, if it is renewed")) % {"day": day}
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


def _partners(path: Path) -> Iterator[Partner]:
    if path.exists():
        for raw in read_journal(Disk(), path).state.documents(PARTNERS).values():
            document: Any = json.loads(raw)
            yield parse_partner(document)
