"""A person's data: what there is, as a file, and away for good, also after a backup is restored."""

import json
import stat
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.submissions.workflow import Action, State
from forms_service.services import backups, data_export, erasure_log
from forms_service.services.database import JOURNAL
from forms_service.services.erasure import BelongsToStaff, Erased, Erasure
from forms_service.services.sign_in_events import SignInEvent, audit_event
from forms_service.store.disk import Disk
from forms_service.store.maintenance import back_up, restore
from tests.factories.jobs import ADMIN, ADVISOR, PEER, JobsApp
from tests.factories.storage import file_of
from tests.store.faulty import FaultyDisk

OpenJobs = Callable[..., JobsApp]

EMAIL = "expert.lis@partner.example"
NAME, PHONE = "Expert Sample-Żak", "+48 22 765 43 21"
OTHER = "another@partner.example"
TRACES = (EMAIL, NAME, PHONE)


def contact(name: str = NAME, email: str = EMAIL, phone: str = PHONE) -> dict[str, str]:
    return {"name": name, "email": email, "phone": phone, "role": "Dyrektor"}


@pytest.fixture
def jobs_app(open_jobs: OpenJobs) -> JobsApp:
    """A person who applied, registered deals, is named by others, got mails, and may sign in."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    applied = {"contacts": [contact()], "message": f"Dzwoń: {NAME}, {PHONE}"}
    jobs_app.application("APP-2222-2222", **applied)
    jobs_app.do("APP-2222-2222", Action.REJECT, text=f"{NAME}, niestety nie teraz.", by=ADVISOR)
    jobs_app.do("APP-2222-2222", Action.NOTE, text=f"{EMAIL} dzwoniła.", by=ADVISOR)
    others = [contact("Another Person", OTHER, ""), contact()]
    jobs_app.application("APP-3333-3333", contacts=others, message=f"Jeszcze {NAME}.")
    jobs_app.deal("DEAL-2222-2222", partner_email=EMAIL.upper(), description=f"Zna klienta: {NAME}")
    jobs_app.do("DEAL-2222-2222", Action.TAKE, by=ADVISOR)
    jobs_app.do("DEAL-2222-2222", Action.ASK, text=f"Czy {EMAIL} to dobry adres?", by=ADVISOR)
    jobs_app.do("DEAL-2222-2222", Action.ANSWER, text=f"Tak, {NAME}")
    jobs_app.deal("DEAL-3333-3333", partner_email=EMAIL)
    jobs_app.approve("DEAL-3333-3333")
    jobs_app.deal("DEAL-4444-4444", partner_email=EMAIL)
    jobs_app.deal("DEAL-5555-5555", partner_email=OTHER)
    jobs_app.mail("approved", "DEAL-3333-3333", EMAIL)
    jobs_app.mail("deal-notice", "DEAL-3333-3333", "contact@vendor.example")
    jobs_app.mail("deal-received", "DEAL-5555-5555", OTHER)
    jobs_app.register.add(UserKind.PARTNER, EMAIL, "person", by="test")
    return jobs_app


def erase(jobs_app: JobsApp, address: str = EMAIL, *, everything: bool = False) -> Erased:
    erasing = Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now)
    return erasing.erase(address, by=ADMIN, everything=everything)


def test_what_there_is(jobs_app: JobsApp) -> None:
    """Found by address, without regard to case."""
    found = data_export.of(jobs_app.store, f"  {EMAIL.title()} ")
    assert sorted(record["id"] for record in found.sent) == [
        *("APP-2222-2222", "DEAL-2222-2222", "DEAL-3333-3333", "DEAL-4444-4444")
    ]
    assert [record["id"] for record in found.named_in] == ["APP-3333-3333"]
    assert [mail["template"] for mail in found.mails] == ["approved"]
    assert [person["kind"] for person in found.people] == ["partner"]
    assert not data_export.of(jobs_app.store, "nobody@partner.example")


def test_the_export_is_theirs_and_nobody_else_s(jobs_app: JobsApp) -> None:
    """What they sent, as the status page shows it; of others' submissions their own part."""
    content = data_export.exported(jobs_app.store, EMAIL, jobs_app.clock.now)
    text = json.dumps(content, ensure_ascii=False)
    assert all(trace in text for trace in TRACES)
    assert ADVISOR not in text
    assert OTHER not in text
    sent = {each["id"]: each for each in content["sent"]}
    assert sent["APP-2222-2222"]["notes"] == [
        {"at": jobs_app.record("APP-2222-2222")["notes"][0]["at"], "text": f"{EMAIL} dzwoniła."}
    ]
    assert content["named_in"][0]["said_about_you"] == [contact()]
    assert [mail["template"] for mail in content["mails"]] == ["approved"]


def test_afterwards_no_file_holds_them(jobs_app: JobsApp) -> None:
    """P3: grep finds nothing, in no spelling, in journal, mails in files and what crashes left."""
    folder = jobs_app.data / "mail"
    folder.mkdir()
    for number, text in enumerate((f"Zgłasza: {NAME}", f"To: {EMAIL}", "Nic o nikim.")):
        mail = EmailMessage()
        mail["Subject"] = "Ż" * 20
        mail.set_content(text, cte="quoted-printable")
        (folder / f"20261123T11000{number}Z-{number:032x}.eml").write_bytes(bytes(mail))
    notice = jobs_app.mail("application-notice", "APP-2222-2222", "contact@vendor.example")
    (folder / f"20261123T110009Z-{notice['id']}.eml").write_bytes(f"Zgłasza: {NAME}".encode())
    (jobs_app.data / f"{JOURNAL}.1.broken").write_bytes(f'["put","{EMAIL}'.encode())
    (jobs_app.data / f"{JOURNAL}.2.broken").write_bytes(b'["put","x')
    erased = erase(jobs_app)
    assert jobs_app.bytes_with(*TRACES, EMAIL.split("@")[0], "Expert Sample") == []
    assert jobs_app.bytes_with(OTHER) == [JOURNAL]
    names = {path.name for path in folder.iterdir()}
    assert f"20261123T110002Z-{2:032x}.eml" in names
    assert f"20261123T110001Z-{1:032x}.eml" not in names
    assert not (jobs_app.data / f"{JOURNAL}.1.broken").exists()
    assert (jobs_app.data / f"{JOURNAL}.2.broken").exists()
    assert (erased.reduced, erased.stripped, erased.failed) == (3, 2, 0)


def test_a_name_in_a_mail_s_file_of_a_submission_goes_with_it(jobs_app: JobsApp) -> None:
    """Such a file is known by the mail it holds, however its text is coded."""
    folder = jobs_app.data / "mail"
    folder.mkdir()
    notice = jobs_app.mail("application-notice", "APP-3333-3333", "contact@vendor.example")
    mail = EmailMessage()
    mail.set_content(f"Osoba kontaktowa: {NAME}", cte="base64")
    (folder / f"20261123T110000Z-{notice['id']}.eml").write_bytes(bytes(mail))
    erase(jobs_app)
    assert list(folder.iterdir()) == []


def test_the_bare_facts_of_a_decision_stay(jobs_app: JobsApp) -> None:
    """What, when, by whom of the vendor, for which reason; nothing that was said, no way in."""
    before = jobs_app.record("APP-2222-2222")
    erase(jobs_app)
    after = jobs_app.record("APP-2222-2222")
    assert after["said"] == {}
    assert (after["id"], after["state"], after["received_at"]) == (
        *("APP-2222-2222", State.REJECTED),
        before["received_at"],
    )
    assert after["history"][:-1] == before["history"]
    assert (after["history"][-1]["what"], after["history"][-1]["who"]) == (Action.ERASE, ADMIN)
    kept = {name: value for name, value in before["decision"].items() if name != "text"}
    assert after["decision"] == kept
    assert [after[name] for name in ("notes", "versions", "keys", "terms", "token_hashes")] == [[]] * 5


def test_an_open_submission_of_theirs_is_withdrawn(jobs_app: JobsApp) -> None:
    """Nobody could be answered any more."""
    erase(jobs_app)
    for reference in ("DEAL-2222-2222", "DEAL-4444-4444"):
        record = jobs_app.record(reference)
        assert (record["state"], record["said"]) == (State.WITHDRAWN, {})
    assert jobs_app.record("DEAL-2222-2222")["questions"] == [
        question | {"text": "", "answer": question["answer"] | {"text": ""}}
        for question in jobs_app.record("DEAL-2222-2222")["questions"]
    ]


def test_what_is_in_force_loses_the_person_and_no_more(jobs_app: JobsApp) -> None:
    """The company keeps its approval, and the customer is still found."""
    erase(jobs_app)
    record = jobs_app.record("DEAL-3333-3333")
    assert record["state"] == State.APPROVED
    assert record["said"]["partner_email"] == ""
    assert record["said"]["customer_name"] == "Zgrabka S.A."
    assert record["keys"]
    assert record["decision"]["percent"] == "10"
    assert [mail["template"] for mail in jobs_app.store.find("mails", "record", record["id"])] == [
        "deal-notice"
    ]


def test_everything_where_the_person_is_the_company(jobs_app: JobsApp) -> None:
    """A sole trader's company name and tax number are theirs, too."""
    erase(jobs_app, everything=True)
    record = jobs_app.record("DEAL-3333-3333")
    assert (record["state"], record["said"], record["keys"]) == (State.APPROVED, {}, [])
    assert record["decision"]["outcome"] == State.APPROVED


def test_a_submission_by_others_loses_the_person(jobs_app: JobsApp) -> None:
    """The next contact is whom to write to."""
    before = jobs_app.record("APP-3333-3333")
    erase(jobs_app)
    after = jobs_app.record("APP-3333-3333")
    assert after["said"] == before["said"] | {
        "contacts": [contact("Another Person", OTHER, "")],
        "message": "Jeszcze ….",
    }
    assert after["state"] == before["state"]


def test_qualified_people_still_count(jobs_app: JobsApp) -> None:
    """How many there were is a fact of the decision."""
    people = [{"name": NAME, "email": EMAIL}, {"name": "Another Person", "email": OTHER}]
    jobs_app.application(
        "APP-6666-6666", contacts=[contact("Another Person", OTHER, "")], sales_people=people
    )
    erase(jobs_app)
    assert jobs_app.record("APP-6666-6666")["said"]["sales_people"] == [{"name": "", "email": ""}, people[1]]


def test_what_the_honeypot_caught_goes_whole(jobs_app: JobsApp) -> None:
    trapped = jobs_app.deal("DEAL-8888-8888", partner_email=EMAIL)
    with jobs_app.store.batch() as batch:
        batch.replace("records", {**trapped, "trapped": True}, 1)
    erase(jobs_app)
    assert "DEAL-8888-8888" not in jobs_app.references()


def test_they_cannot_sign_in_any_more(jobs_app: JobsApp) -> None:
    erase(jobs_app)
    assert jobs_app.store.find("people", "kind", "partner") == []
    assert data_export.of(jobs_app.store, EMAIL) == data_export.PersonalData((), (), (), (), ())


def test_somebody_of_the_desk_is_taken_off_the_list_first(jobs_app: JobsApp) -> None:
    """Decisions name who made them."""
    with pytest.raises(BelongsToStaff):
        erase(jobs_app, ADVISOR)
    jobs_app.let_in(PEER)
    jobs_app.register.remove(UserKind.STAFF, ADVISOR, by="test")
    history = jobs_app.record("DEAL-2222-2222")["history"]
    erase(jobs_app, ADVISOR)
    assert jobs_app.record("DEAL-2222-2222")["history"] == history
    assert [person["email"] for person in jobs_app.store.find("people", "kind", "staff")] == [PEER]


def test_other_tables_lose_the_person_too(jobs_app: JobsApp) -> None:
    """Also those of parts of the service that this one does not know."""
    there = {"access": True, "left_on": None}
    document = {
        "id": "PAR-2222-2222",
        "state": "active",
        "people": [contact() | there, contact("Another Person", OTHER, "") | there],
        "notes": [f"{NAME} dzwoniła"],
    }
    with jobs_app.store.batch() as batch:
        batch.add("partners", document)
        batch.add("revenue", {"id": "1", "document": f"FV 1, {EMAIL}"})
    assert [table for table, _ in data_export.of(jobs_app.store, EMAIL).others] == ["partners", "revenue"]
    erase(jobs_app)
    assert jobs_app.bytes_with(*TRACES) == []
    after = jobs_app.store.get("partners", "PAR-2222-2222")
    assert after is not None
    gone = contact("", "", "") | {"role": "", "access": False, "left_on": "2026-11-23"}
    assert (after["state"], after["people"]) == ("active", [gone, document["people"][1]])


def test_one_that_fails_does_not_stop_the_rest(jobs_app: JobsApp, caplog: pytest.LogCaptureFixture) -> None:
    """And is counted, so that nobody believes it went."""
    record = jobs_app.record("DEAL-5555-5555")
    with jobs_app.store.batch() as batch:
        broken = {**record, "state": "nonsense", "said": {**record["said"], "description": EMAIL}}
        batch.replace("records", broken, record["version"])
    erased = erase(jobs_app)
    assert (erased.failed, erased.reduced) == (1, 3)
    logged = str([vars(each) for each in caplog.records])
    assert "DEAL-5555-5555" in logged
    assert "partner.example" not in logged


def test_a_backup_that_is_restored_brings_nobody_back(jobs_app: JobsApp, tmp_path: Path) -> None:
    """The list of erasures holds salted hashes, and is no part of what a backup overwrites."""
    copy = tmp_path / "copy"
    back_up(Disk(), file_of(jobs_app.data), copy)
    backups.record(jobs_app.data, copy, jobs_app.clock.now)
    assert erase(jobs_app).backups == 1
    jobs_app.store.close()
    file_of(jobs_app.data).unlink()
    restore(Disk(), copy, file_of(jobs_app.data))
    jobs_app.open()
    assert EMAIL in str(jobs_app.store.all("records"))
    erasing = Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now)
    assert erasing.reapply().reduced == 3
    assert jobs_app.bytes_with(*TRACES) == []
    assert jobs_app.record("APP-2222-2222")["history"][-1]["who"] == "restored"
    assert erasing.reapply() == Erased()
    memory = jobs_app.data / erasure_log.NAME
    assert EMAIL not in memory.read_text()
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600


def test_whoever_comes_back_is_a_new_person(jobs_app: JobsApp, tmp_path: Path) -> None:
    """An erasure means what was there then; also when a later backup is restored."""
    erase(jobs_app)
    jobs_app.clock.now += timedelta(days=10)
    jobs_app.deal("DEAL-9999-9999", partner_email=EMAIL)
    copy = tmp_path / "copy"
    back_up(Disk(), file_of(jobs_app.data), copy)
    erase(jobs_app, "somebody@else.example")
    jobs_app.store.close()
    file_of(jobs_app.data).unlink()
    restore(Disk(), copy, file_of(jobs_app.data))
    jobs_app.open()
    Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now).reapply()
    assert jobs_app.record("DEAL-9999-9999")["said"]["partner_email"] == EMAIL


def test_what_a_full_disk_interrupts_goes_on_at_the_next_start(open_jobs: OpenJobs, tmp_path: Path) -> None:
    """After every number of bytes in turn: once the erasure is remembered, it is finished."""
    for space in range(0, 9000, 700):
        jobs_app = open_jobs("2026-11-23 12:00", data=tmp_path / str(space))
        for number in range(5):
            jobs_app.deal(f"DEAL-2222-222{number}", partner_email=EMAIL, description=f"{NAME}")
        disk = FaultyDisk()
        jobs_app.restart(disk)
        disk.space = space
        try:
            erase(jobs_app)
        except Exception as error:
            assert "No space" in str(error) or "cannot store" in str(error), error
        jobs_app.restart()
        Erasure(jobs_app.store, jobs_app.data, lambda now=jobs_app.clock.now: now).reapply()
        assert jobs_app.bytes_with(EMAIL) == []
        jobs_app.store.close()


def test_a_list_of_erasures_that_cannot_be_read_is_no_empty_one(jobs_app: JobsApp) -> None:
    """Nobody is to be brought back unnoticed; the message says what to do."""
    erase(jobs_app)
    (jobs_app.data / erasure_log.NAME).write_text("{")
    with pytest.raises(ValueError, match=r"erasures\.json: cannot be read\. Put back"):
        Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now).reapply()


def test_the_same_address_has_another_hash_in_another_installation(tmp_path: Path, jobs_app: JobsApp) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    hashes = set()
    for folder in folders:
        folder.mkdir()
        erasure_log.add(folder, EMAIL, jobs_app.clock.now, everything=False)
        hashes.add(erasure_log.read(folder).erasures[0].hash)
    assert len(hashes) == 2
    known = erasure_log.read(folders[0])
    assert set(known.of([EMAIL.upper(), OTHER])) == {EMAIL.upper()}


def test_sign_ins_are_handed_out_and_go_with_the_person(jobs_app: JobsApp) -> None:
    """Those of others stay."""
    (person,) = [each for each in jobs_app.store.all("people") if each["email"] == EMAIL]
    event = audit_event(person["id"], SignInEvent.SIGNED_IN, jobs_app.clock.now, kind="partner")
    other = audit_event("another", SignInEvent.SIGNED_IN, jobs_app.clock.now, kind="partner")
    with jobs_app.store.batch() as batch:
        batch.add("audit_events", event)
        batch.add("audit_events", other)
    (found,) = data_export.exported(jobs_app.store, EMAIL, jobs_app.clock.now)["sign_in"]
    assert found["events"] == [{"at": event["at"], "what": "signed_in"}]
    Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now).erase(EMAIL, by=ADVISOR)
    left = [each["who"] for each in jobs_app.store.all("audit_events") if each["what"] == "signed_in"]
    assert left == ["another"]
