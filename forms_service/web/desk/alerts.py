"""Alerts: problems that staff must solve, the most urgent first: undelivered mail, backups, disk, clock."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale
from babel.units import format_unit

from forms_service.domain.auth.roles import ADMINISTRATOR, REVIEWER, Principal
from forms_service.i18n.translations import N_
from forms_service.services import backups
from forms_service.web.context import Service, service
from forms_service.web.desk.formatter import Formatter
from forms_service.web.desk.mail_labels import DEAD

BACKUP_EVERY = timedelta(days=7)
"""A last backup that is older than this is pointed out."""
LITTLE_SPACE_BYTES = 200 * 1024 * 1024
"""Below this, people are told: a day's mail and journal are far smaller, and there is time to act."""


@dataclass(frozen=True)
class Alert:
    """One alert, and the page where it is solved."""

    words: str
    address: str = ""
    link: str = ""
    role: str = REVIEWER
    """The weakest role that may use the link."""


def found(words: Formatter, person: Principal) -> tuple[Alert, ...]:
    """Alerts for this user; empty where all is well.

    Whoever only reads can see to nothing, but is the only one left to tell that nobody can. Settings, backups
    and the machine are for administrators: nobody else can do anything about them.
    """
    parts, is_administrator = service(), person.may(ADMINISTRATOR)
    if not person.may(REVIEWER):
        return tuple(_people(words))
    others = (*_mail(parts, words, is_administrator), *_people(words), *_storage(parts, words))
    return (*others, *_machine(parts, words), *_site(parts, words)) if is_administrator else others


def _mail(parts: Service, words: Formatter, is_administrator: bool) -> Iterator[Alert]:
    undelivered = parts.mail_followup.how_many(DEAD)
    if undelivered:
        yield Alert(
            words.words.ngettext(
                "%(num)s email was not delivered.",
                "%(num)s emails were not delivered.",
                undelivered,
            )
            % {"num": undelivered},
            "/desk/mails",
            words.text(N_("See which")),
        )
    if parts.outbox.trouble:
        yield Alert(
            words.text(N_("No email is going out at the moment: %(problem)s. We keep trying."))
            % {"problem": parts.outbox.trouble}
        )
    if not parts.settings.mail_url:
        yield Alert(
            words.text(
                N_("Nobody gets emails: no mail server is set (MAIL_URL).")
                if is_administrator
                else N_("Nobody gets emails. An administrator can change that.")
            )
        )


def _people(words: Formatter) -> Iterator[Alert]:
    if not service().decisions.owners():
        yield Alert(
            words.text(N_("Nobody can decide, and nobody is told about new submissions.")),
            "/desk/people",
            words.text(N_("Give access")),
            ADMINISTRATOR,
        )


def _storage(parts: Service, words: Formatter) -> Iterator[Alert]:
    health = parts.health()
    if not health.ok:
        yield Alert(words.text(N_("Nothing can be stored: %(problem)s.")) % {"problem": health.problem})


def _machine(parts: Service, words: Formatter) -> Iterator[Alert]:
    health = parts.health()
    if health.set_aside:
        names = ", ".join(path.name for path in health.set_aside)
        yield Alert(
            words.text(
                N_("After a crash an unfinished line was set aside and needs to be checked: %(names)s.")
            )
            % {"names": names}
        )
    free = shutil.disk_usage(parts.settings.data_dir).free
    if free < LITTLE_SPACE_BYTES:
        megabytes = format_unit(
            free // 1024**2,
            "digital-megabyte",
            "short",
            locale=Locale.parse("pl" if words.language == "pl" else "en_GB"),
        )
        yield Alert(words.text(N_("The disk is almost full: %(space)s left.")) % {"space": megabytes})
    yield from _backup(parts, words)
    if parts.privacy.clock_skew():
        yield Alert(
            words.text(N_("The clock looks wrong: nothing is deleted until somebody checks it.")),
            "/desk/privacy",
            words.text(N_("Check")),
            ADMINISTRATOR,
        )


def _backup(parts: Service, words: Formatter) -> Iterator[Alert]:
    last = backups.last(parts.settings.data_dir)
    if last is None:
        yield Alert(words.text(N_("There is no backup yet: forms-service data backup FILE.")))
    elif words.now - last.at > BACKUP_EVERY:
        day = words.day(words.local(last.at).date())
        yield Alert(words.text(N_("The last backup was made on %(day)s.")) % {"day": day})


def _site(parts: Service, words: Formatter) -> Iterator[Alert]:
    if parts.site.problem:
        yield Alert(
            words.text(N_("The new build of the website is not used: %(problem)s."))
            % {"problem": parts.site.problem}
        )
