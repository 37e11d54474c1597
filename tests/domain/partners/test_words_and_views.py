"""Words for everything, the partner's view, the mails, and whom a new program concerns."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from shutil import copy

import pytest

from forms_service.domain.partners import (
    access_requests,
    attestation,
    partner_labels,
    people_actions,
    qualifications,
    renewal,
    suspension,
)
from forms_service.domain.partners.due_dates import Due, DueKind
from forms_service.domain.partners.invoice_lines import LineFault
from forms_service.domain.partners.notifications import EVENTS, PRIVACY, for_change, remind
from forms_service.domain.partners.partner import Partner, RenewalDecision, Skill
from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.domain.partners.partner_reminders import reminders
from forms_service.domain.partners.partner_view import SHOWN, for_partner
from forms_service.domain.partners.program_impact import impact
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue_csv import BadCsvLine, FileFault, RowFault
from forms_service.domain.partners.scorecard import scorecard
from forms_service.i18n.translations import bound_texts, texts
from forms_service.services.tables import TABLES
from forms_service.store.store import Store
from forms_service.store.table_schema import Table
from partner_program import load
from partner_program.json_export import program_json
from partner_program.model import LANGUAGES, Language
from tests import ROOT
from tests.cli import running
from tests.factories.partners import (
    CONTACT,
    SPONSOR,
    STAFF,
    START,
    STRANGER,
    active,
    by,
    changed,
    done,
    onboarded,
    prepared,
    staff,
    system,
)
from tests.factories.program import published
from tests.factories.storage import file_of

OPENS, LAST = date(2027, 8, 25), date(2027, 11, 23)
VENDOR = published().contact.email


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "fact", [*PartnerAction, *PartnerRefusal, *LineFault, *RowFault, *FileFault, *DueKind]
)
def test_every_fact_has_its_words(fact: StrEnum, language: Language):
    """A fact that is added without words fails here."""
    words = bound_texts(language)
    said = {
        PartnerAction: lambda: partner_labels.happened({"what": fact.value, "on_behalf": True}, words),
        PartnerRefusal: lambda: partner_labels.refusal(PartnerActionRefused(PartnerRefusal(fact)), words),
        LineFault: lambda: partner_labels.bad_line(BadCsvLine(3, LineFault(fact), "date", "x"), words),
        RowFault: lambda: partner_labels.bad_line(BadCsvLine(3, RowFault(fact)), words),
        FileFault: lambda: partner_labels.file_fault(FileFault(fact), (), words),
        DueKind: lambda: partner_labels.due_title(Due(DueKind(fact), START, "1"), words, language),
    }[type(fact)]()
    assert said and "%" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_every_card_has_its_words(language: Language):
    for partner in (onboarded(), active()):
        for tier in ("silver", "gold"):
            card = scorecard(partner, published(), START, tier=tier)
            for row in card.rows:
                said = partner_labels.standing(row, texts(language), language)
                assert said and "%" not in said


NAMES = [
    partner_labels.STATES, partner_labels.SKILLS, partner_labels.GOALS, partner_labels.GOAL_PROGRESS,
    partner_labels.MEETING_PROGRESS, partner_labels.ACTIVITY_PROGRESS,
    partner_labels.DECISIONS, partner_labels.RECIPIENTS,
]  # fmt: skip


@pytest.mark.parametrize("names", NAMES, ids=lambda names: type(next(iter(names))).__name__)
def test_every_word_of_a_set_has_a_name(names):
    assert names.keys() == set(type(next(iter(names))))


def test_a_partner_sees_everything_but_what_staff_write_among_themselves():
    partner = done(suspension.note(active(), staff(), "Zadzwonić w piątek"))
    partner = done(suspension.suspend(partner, staff(), reason="Brak kontaktu"))
    seen = for_partner(partner)
    hidden = {"notes", "reminded", "calendars", "keys"}
    assert seen.keys() == {*SHOWN, "history"} == partner.keys() - hidden
    text = json.dumps(seen, ensure_ascii=False)
    assert "Zadzwonić" not in text and STAFF not in text
    assert seen["suspended"]["reason"] == "Brak kontaktu"
    assert [entry["what"] for entry in seen["history"]][-1] == "suspend"


def test_an_attestation_on_paper_does_not_name_who_wrote_it_down():
    partner = done(
        attestation.attest(
            active(), staff(LAST), published(), language="pl", person="p2", copy_received_on=LAST
        )
    )
    seen = for_partner(partner)
    assert STAFF not in json.dumps(seen)
    assert seen["attestations"][0]["declared_by"]["email"] == SPONSOR


def asked(partner: Partner) -> Partner:
    return done(access_requests.ask_access(partner, by(STRANGER), name="Osoba Obca", email=STRANGER))


def last_step(partner: Partner) -> tuple[Partner, Partner]:
    """The partner before its last step, and after."""
    return {**partner, "history": partner["history"][:-1]}, partner


def suspended() -> Partner:
    return done(suspension.suspend(active(), staff(), reason="x"))


def ended(on: date = START) -> Partner:
    return done(suspension.end(active(), staff(), reason="x", on=on))


def closed() -> Partner:
    return done(suspension.close(ended(LAST), system(date(2027, 12, 1))))


def decided(decision: RenewalDecision, day: date = LAST) -> Partner:
    return done(renewal.decide(active(), staff(day), published(), decision, reason="x"))


def promoted() -> Partner:
    return done(renewal.change_tier(active(), staff(), published(), tier="gold", reason="x"))


def attested() -> Partner:
    return done(attestation.attest(active(), by(SPONSOR, LAST), published(), language="pl"))


def answered(granted: bool) -> Partner:
    return done(access_requests.answer_access(asked(active()), by(CONTACT), "r1", granted=granted))


MAILS: list[tuple[str, Callable[[], Partner], list[tuple[str, str]]]] = [
    ("active", active, [("partner-active", CONTACT)]),
    ("suspended", suspended, [("partner-suspended", CONTACT)]),
    ("ended", ended, [("partner-ended", CONTACT)]),
    ("will end", lambda: ended(LAST), [("partner-will-end", CONTACT)]),
    ("closed", closed, []),
    ("renewed", lambda: decided(RenewalDecision.RENEW), [("partner-renewed", CONTACT)]),
    ("not renewed", lambda: decided(RenewalDecision.END, OPENS), [("partner-will-end", CONTACT)]),
    ("other tier", promoted, [("partner-tier-changed", CONTACT)]),
    ("attested", attested, [("partner-attested", CONTACT), ("partner-attested-notice", VENDOR)]),
    (
        "asked for access",
        lambda: asked(active()),
        [("partner-access-asked", CONTACT), ("partner-access-asked-notice", VENDOR)],
    ),
    ("not let in", lambda: answered(False), []),
    ("profile", prepared, []),
]


def sent(before: Partner, after: Partner) -> list[tuple[str, str]]:
    return [(letter.template, letter.to) for letter in for_change(before, after, published())]


def test_whoever_gets_access_is_told_and_whoever_is_named_reads_what_is_kept():
    """However it came about; once for each address, and not to somebody who asked for it themselves."""
    asks = asked(active())
    assert sent(asks, answered(True)) == [("partner-access-given", STRANGER)]
    new = "new@partner.example"
    told_of_both = [("partner-access-given", new), (PRIVACY, new)]
    partner = active()
    with_access = done(people_actions.add(partner, by(CONTACT), name="Osoba", email=new, access=True))
    assert sent(partner, with_access) == told_of_both
    as_contact = done(people_actions.add(partner, by(CONTACT), name="Osoba", email=new, contact=True))
    assert sent(partner, as_contact) == told_of_both
    named = done(people_actions.add(partner, by(CONTACT), name="Osoba", email=new))
    assert sent(partner, named) == [(PRIVACY, new)]
    given = done(people_actions.give_access(named, by(CONTACT), named["people"][-1]["id"]))
    assert sent(named, given) == [("partner-access-given", new)]
    taken = done(people_actions.take_access(given, by(CONTACT), named["people"][-1]["id"]))
    assert sent(given, taken) == []
    assert sent(partner, done(people_actions.add(partner, by(CONTACT), name="Osoba"))) == []


@pytest.mark.parametrize(("partner", "mails"), [case[1:] for case in MAILS], ids=[case[0] for case in MAILS])
def test_who_is_told_of_what(partner: Callable[[], Partner], mails: list[tuple[str, str]]):
    """The partner is told through its contacts, in its language; the vendor through the program's contact."""
    letters = for_change(*last_step(partner()), published())
    assert [(letter.template, letter.to) for letter in letters] == mails
    assert {letter.template for letter in letters} <= {PRIVACY, *EVENTS}
    assert {letter.lang for letter in letters} <= {"pl"}


def test_a_written_attestation_on_paper_is_told_of_though_its_copy_is_noted_in_the_same_step():
    before = active()
    partner = done(
        attestation.attest(
            before, staff(LAST), published(), language="pl", person="p2", copy_received_on=LAST
        )
    )
    assert [letter.template for letter in for_change(before, partner, published())] == [
        "partner-attested",
        "partner-attested-notice",
    ]


def test_reminders_go_to_the_side_they_are_for():
    owed = reminders(active(), published(), OPENS)
    assert [
        (letter.template, letter.to) for one in owed for letter in remind(active(), one, published())
    ] == [
        ("partner-reminder", CONTACT),
        ("partner-reminder-notice", VENDOR),
    ]


def test_a_new_program_concerns_those_who_would_lack_something():
    """With their next renewal; in onboarding at once."""
    new = changed(sections=two_technical_people())
    gold = {**active(), "id": "PAR-GOLD", "terms": [{**active()["terms"][0], "tier": "gold"}]}
    gold = done(qualifications.add(gold, staff(), person="p2", skill=Skill.TECHNICAL))
    waiting = {**onboarded(tier="gold"), "id": "PAR-WAITING"}
    ended = done(suspension.end(gold, staff(), reason="x"))
    found = impact(published(), new, [active(), gold, waiting, {**ended, "id": "PAR-ENDED"}], START)
    assert [change.text.en for change in found.changes] == [
        "Gold, Technical qualifications: 2 or more people (before: 1 or more people)"
    ]
    assert [(each.partner, each.reached_on) for each in found.affected] == [
        ("PAR-WAITING", None),
        ("PAR-GOLD", date(2027, 11, 24)),
    ]
    assert [row.item.id for row in found.affected[1].newly_missing] == ["technical-qualifications"]


def test_a_tier_that_goes_concerns_who_has_it():
    content = published().model_dump(mode="json")
    for section in content["sections"]:
        for requirement in section["requirements"]:
            for item in (requirement, *requirement["parts"]):
                del item["tiers"]["silver"]
    without = changed(tiers=content["tiers"][1:], sections=content["sections"])
    (affected,) = impact(published(), without, [active()], START).affected
    assert (affected.tier, affected.tier_is_gone, affected.newly_missing) == ("silver", True, ())


def test_a_partner_is_compared_with_the_version_its_year_follows():
    """Who follows the new one already is not concerned."""
    new = changed(sections=two_technical_people())
    gold = {**active(), "terms": [{**active()["terms"][0], "tier": "gold", "program": new.hash}]}
    assert impact(published(), new, [gold], START, followed={new.hash: new}).affected == ()
    assert len(impact(published(), new, [gold], START).affected) == 1


def two_technical_people():
    sections = published().model_dump(mode="json")["sections"]
    value = sections[2]["requirements"][0]["parts"][1]["tiers"]["gold"]
    value.update(number=2, label={"pl": "2 i więcej osób", "en": "2 or more people"})
    return sections


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout with the program, and a built site with it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "site").mkdir()
    copy(ROOT / "docs" / "program.yml", tmp_path / "docs")
    (tmp_path / "site" / "program.json").write_bytes(program_json(published()))
    return tmp_path


def command(folder: Path, *arguments: str) -> tuple[int, str, str]:
    asked = ("program", *arguments, "--program", folder / "docs" / "program.yml")
    noon = datetime.combine(START, time(12), UTC)
    return running.command(folder / "data", *asked, clock=lambda: noon, SITE_DIR=str(folder / "site"))


def edit(folder: Path, before: str, after: str) -> None:
    file = folder / "docs" / "program.yml"
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")


GOLD_TECHNICAL = "{kind: at_least, number: 1, label: {pl: 1 i więcej osób, en: 1 or more people}}"


def test_whoever_is_renewed_already_is_reached_a_year_later():
    """The terms of the next year were made under the program before."""
    day = date(2027, 11, 1)
    gold = {**active(), "terms": [{**active()["terms"][0], "tier": "gold"}]}
    gold = done(renewal.decide(gold, staff(day), published(), RenewalDecision.RENEW))
    (affected,) = impact(published(), changed(sections=two_technical_people()), [gold], day).affected
    assert affected.reached_on == date(2028, 11, 24)


TWO = "{kind: at_least, number: 2, label: {pl: 2 i więcej osób, en: 2 or more people}}"


def test_a_version_is_recorded_by_a_command(folder: Path):
    code, out, err = command(folder, "record")
    name = f"2026-11-24-{published().hash[:12]}.json"
    assert (code, err) == (0, "")
    assert out == f"Recorded: {folder / 'docs' / 'program-versions' / name}\n"
    assert command(folder, "record")[1].startswith("The program is as it was last recorded.")
    edit(folder, GOLD_TECHNICAL, TWO)
    code, out, _ = command(folder, "record", "--date", "2027-01-01", "--lang", "pl")
    assert out.endswith("- Gold, Kwalifikacje techniczne: 2 i więcej osób (było: 1 i więcej osób)\n")
    code, out, err = command(folder, "record", "--date", "2026-12-31")
    assert (code, out) == (0, "The program is as it was last recorded. Nothing was written.\n")
    edit(folder, "pause_on_question: false", "pause_on_question: true")
    code, out, err = command(folder, "record", "--date", "2026-12-31")
    assert (code, out) == (2, "") and "2027-01-01 is recorded already" in err


def test_what_is_published_and_not_recorded_is_compared_with_what_was(folder: Path):
    """Whoever asks after publishing learns as much as before."""
    command(folder, "record")
    edit(folder, GOLD_TECHNICAL, TWO)
    before = command(folder, "impact")[1]
    (folder / "site" / "program.json").write_bytes(program_json(load(folder / "docs" / "program.yml")))
    assert before.startswith("- Gold, Technical qualifications: 2 or more people")
    assert command(folder, "impact")[1] == before


def test_a_mistake_in_the_program_is_one_line_and_records_nothing(folder: Path):
    edit(folder, "vendor: Future Processing", "vendr: Future Processing")
    code, out, err = command(folder, "record")
    assert (code, out) == (2, "") and "there is no key `vendr`" in err
    assert not (folder / "docs" / "program-versions").exists()


def test_whom_a_change_concerns_is_told_beside_a_running_service(folder: Path):
    """From the records as they are on disk; nothing is written."""
    store = Store(file_of(folder / "data"), tables=TABLES | {"partners": Table()})
    with store.batch() as batch:
        batch.add("partners", {**active(), "terms": [{**active()["terms"][0], "tier": "gold"}]})
    try:
        assert command(folder, "impact")[1] == (
            "The program is as it is published.\nNothing changes for any partner.\n"
        )
        edit(folder, GOLD_TECHNICAL, TWO)
        code, out, _ = command(folder, "impact")
        assert code == 0
        assert out == (
            "- Gold, Technical qualifications: 2 or more people (before: 1 or more people)\n"
            "\n"
            "1 partner is affected:\n"
            "PAR-2222-2222 Zgrabka sp. z o.o. (Gold): "
            "from Wednesday 24 November 2027, if it is renewed\n"
            "  Technical qualifications: 2 people with technical qualifications missing\n"
        )
    finally:
        store.close()
