"""`forms-service data`: what each command says and does, a disaster drill, and crashes in their middle."""

import json
import os
import random
import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tinydb import TinyDB

from forms_service.services.database import open_folder
from forms_service.services.tables import TABLES
from forms_service.store.compaction import _PART_BYTES
from forms_service.store.disk import Disk
from forms_service.store.errors import JournalDamaged, StoreError
from forms_service.store.journal import Journal
from forms_service.store.maintenance import back_up, restore, salvage
from forms_service.store.store import Store
from tests.cli import running
from tests.store.crash_lab import DISKS_PER_STEP, PATH, CrashLab, content
from tests.store.simulated import SimulatedDisk


@pytest.fixture
def data(path: Path) -> Path:
    """A data folder with three applications and a mail for each."""
    store = Store(path, tables=TABLES)
    for n in range(3):
        add(store, n)
    store.close()
    return path.parent


def add(store: Store, n: int | str, size: int = 0) -> None:
    with store.batch() as batch:
        batch.add("records", {"id": f"APP-{n}", "text": f"said {n}", "more": "x" * size})
        batch.add("mails", {"id": f"mail-{n}", "record": f"APP-{n}"})


def command(data: Path, *argv: object) -> tuple[int, str]:
    """The exit code, and what was said on both streams."""
    code, out, err = running.command(data, "data", *argv)
    return code, out + err


def flip(path: Path, line: int, at: int = 60) -> None:
    """Damage a line, counted from 1."""
    lines = path.read_bytes().split(b"\n")
    lines[line - 1] = lines[line - 1][:at] + b"#" + lines[line - 1][at + 1 :]
    path.write_bytes(b"\n".join(lines))


def test_verify_reads_all_and_says_what_there_is(data):
    assert command(data, "verify") == (
        0,
        f"{data}/records.journal: whole. 4 lines, last change 3, 6 documents (mails 3; records 3)\n",
    )


def test_verify_says_where_the_damage_is(data, path):
    flip(path, 3)
    code, said = command(data, "verify")
    assert code == 1
    assert re.match(r".+records\.journal: line 3, byte \d+: the checksum does not match.+salvage", said)
    assert command(data, "verify", path) == (code, said), "by its name it is the same file"


def test_verify_tells_an_unfinished_line_from_damage(data, path):
    path.write_bytes(path.read_bytes()[:-5])
    code, said = command(data, "verify")
    assert code == 0
    assert "3 lines, last change 2" in said
    assert "an unfinished one" in said
    assert path.read_bytes()[-1:] != b"\n", "looking changes nothing"


@pytest.mark.parametrize("action", ["verify", "stats", "show", "export", "salvage", "compact"])
def test_missing_file_is_one_line(tmp_path, action):
    (tmp_path / "data").mkdir()
    code, said = command(tmp_path / "data", action)
    assert code == 2
    assert said == f"{tmp_path}/data/records.journal: No such file or directory\n"
    assert list((tmp_path / "data").iterdir()) == []


def test_backup_restore_and_verify_beside_a_running_service(data, path, tmp_path):
    """The drill: back up while the service runs, lose everything, restore, start again."""
    store = Store(path, tables=TABLES)
    copy = tmp_path / "copy.journal"
    assert command(data, "backup", copy)[0] == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert command(data, "verify", copy)[1].endswith("6 documents (mails 3; records 3)\n")
    assert command(data, "verify")[0] == command(data, "stats")[0] == command(data, "export")[0] == 0
    add(store, "later")
    store.close()
    elsewhere = tmp_path / "new machine" / "data"
    code, said = command(elsewhere, "restore", copy)
    assert code == 0
    assert "6 documents" in said
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700
    assert command(elsewhere, "verify")[0] == 0
    restored = open_folder(elsewhere)
    assert [record["id"] for record in restored.all("records")] == ["APP-0", "APP-1", "APP-2"]
    add(restored, "next")
    restored.close()


def test_only_the_owner_reads_what_is_handed_out_whatever_the_umask(data, tmp_path):
    """P5: a backup, an export, the note of the backup, and the folder that a restore makes."""
    copy, export, elsewhere = tmp_path / "copy", tmp_path / "export", tmp_path / "new" / "data"
    before = os.umask(0)
    try:
        command(data, "backup", copy)
        command(data, "export", export)
        command(elsewhere, "restore", copy)
    finally:
        os.umask(before)
    files = [copy, export, data / "backups.json", *elsewhere.iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700


def test_backup_names_what_else_must_be_kept(data, tmp_path):
    """Without the key, links that were sent stop working."""
    (data / "secret.key").touch()
    (data / "mail").mkdir()
    said = command(data, "backup", tmp_path / "copy")[1]
    assert said.endswith(f"Not in it, and to be kept with it: mail/, secret.key in {data}\n")


def test_backup_holds_nothing_that_was_removed(data, path, tmp_path):
    """P3: who was erased is not in copies made afterwards, compacted or not."""
    store = Store(path, tables=TABLES)
    with store.batch() as batch:
        batch.remove("records", "APP-1")
    store.close()
    command(data, "backup", tmp_path / "copy")
    assert b"said 1" in path.read_bytes()
    assert b"said 1" not in (tmp_path / "copy").read_bytes()


def test_nothing_is_overwritten(data, tmp_path):
    """Neither by a copy nor by the original."""
    copy = tmp_path / "copy"
    copy.write_text("precious")
    for argv in (["backup", copy], ["export", copy]):
        code, said = command(data, *argv)
        assert (code, copy.read_text()) == (2, "precious")
        assert "is not overwritten" in said
    copy.unlink()
    command(data, "backup", copy)
    before = (data / "records.journal").read_bytes()
    code, said = command(data, "restore", copy)
    assert (code, said.startswith(f"{data}/records.journal: is there already")) == (2, True)
    assert (data / "records.journal").read_bytes() == before


def test_damaged_backup_is_not_restored(data, tmp_path):
    copy = tmp_path / "copy"
    command(data, "backup", copy)
    flip(copy, 2)
    code, said = command(tmp_path / "other", "restore", copy)
    assert code == 1
    assert re.fullmatch(rf"{copy}: this backup is damaged in line 2, byte \d+: .+; take another one\n", said)
    assert not (tmp_path / "other" / "records.journal").exists()


@pytest.mark.parametrize(
    "junk", [b"", b"\n", b"dear diary\n", b'{"crc32":"', b"\x1f\x8b\x08\x00\x00", b"[]" * 9999]
)
@pytest.mark.parametrize("action", ["restore", "verify"])
def test_what_is_no_backup_is_called_that(tmp_path, action, junk):
    """And nobody is sent to repair the records for it; nothing is made of it."""
    file = tmp_path / "junk"
    file.write_bytes(junk)
    code, said = command(tmp_path / "data", action, file)
    assert code == 1
    assert re.fullmatch(rf"{file}: is (empty and )?no backup of the records.*\n", said)
    assert "salvage" not in said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("action", ["compact", "salvage"])
def test_what_changes_the_file_is_refused_beside_a_running_service(data, path, action):
    """With the process to stop; the running service compacts by itself."""
    store = Store(path, tables=TABLES)
    code, said = command(data, action)
    assert code == 2
    assert re.fullmatch(r".+: in use by process \d+; stop that one first, .+\n", said)
    store.close()


def test_backup_under_load_restores_to_a_moment_of_history(path, tmp_path):
    """S15: of each client all up to some change and none after it; nothing acknowledged before is missing."""
    store = Store(path, tables=TABLES)
    acknowledged = [0] * 32
    enough = threading.Event()

    def client(number: int) -> None:
        while not enough.is_set():
            add(store, f"{number}.{acknowledged[number]}", size=2000)
            acknowledged[number] += 1

    with ThreadPoolExecutor(32) as pool:
        clients = [pool.submit(client, number) for number in range(32)]
        copies = []
        try:
            for n in range(8):
                at_least = list(acknowledged)
                copies.append((back_up(Disk(), path, tmp_path / str(n)), at_least))
                store.compact()
        finally:
            enough.set()
        for future in clients:
            future.result()
    store.close()
    assert (tmp_path / "7").stat().st_size > 2 * _PART_BYTES, "a copy of several parts"
    for copy, at_least in copies:
        records = {json.loads(raw)["id"] for raw in copy.state.documents("records").values()}
        mails = {json.loads(raw)["record"] for raw in copy.state.documents("mails").values()}
        assert records == mails
        for number in range(32):
            found = sorted(int(id.split(".")[1]) for id in records if id.startswith(f"APP-{number}."))
            assert found == list(range(len(found)))
            assert len(found) >= at_least[number]


def test_compact_says_what_it_did(data, path):
    store = Store(path, tables=TABLES)
    with store.batch() as batch:
        batch.remove("records", "APP-0")
    store.close()
    code, said = command(data, "compact")
    assert code == 0
    before, after = re.findall(r"([\d,]+) bytes", said)[0], re.findall(r"before, ([\d,]+) now", said)[0]
    assert int(before.replace(",", "")) > int(after.replace(",", "")) == path.stat().st_size


def test_stats_tell_how_much_there_is_of_what(data, path):
    with path.open("ab") as file:
        file.write(b"torn")
    Store(path, tables=TABLES).close()
    said = command(data, "stats")[1]
    assert "4 lines, last change 3" in said
    assert re.search(r"^records: 3 documents, \d+ bytes, the longest \d+$", said, re.M)
    assert re.search(r"^records\.journal\.1\.broken: 4 bytes of an unfinished line", said, re.M)


def test_export_is_a_file_that_tinydb_itself_opens(data, tmp_path):
    """Nobody is locked in."""
    file = tmp_path / "records.json"
    assert command(data, "export", file) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    exported, again = json.loads(file.read_text()), json.loads(command(data, "export")[1])
    assert len(again.pop("audit_events")) == 1, "that it was handed out is noted"
    assert again.pop("schema"), "by what opened the data for that"
    assert again == exported
    with TinyDB(file) as stock:
        assert [record["id"] for record in stock.table("records")] == ["APP-0", "APP-1", "APP-2"]
        assert stock.table("mails").get(doc_id=2)["record"] == "APP-1"


def test_show_tells_each_damaged_place_and_what_stands_there(data, path):
    """In characters that no terminal obeys."""
    flip(path, 2)
    path.write_bytes(path.read_bytes().replace(b"said 1", b"said\x1b\xff"))
    code, said = command(data, "show")
    assert code == 1
    assert said.splitlines()[0] == f"{path}: 2 of 4 lines are whole, the last change is 3"
    assert re.search(r'^line 2, byte \d+, \d+ bytes: .+\n  \{"crc32":"', said, re.M)
    assert r"said\x1b\\xff" in said
    assert "salvage" in said


def test_salvage_keeps_all_that_is_whole(data, path):
    """One damaged line costs its own changes and no others; the damaged file stays beside."""
    flip(path, 3)
    damaged = path.read_bytes()
    with pytest.raises(JournalDamaged):
        Store(path, tables=TABLES)
    code, said = command(data, "salvage")
    assert code == 0
    assert "holds the 4 documents that 3 whole lines tell of" in said
    assert (data / "records.journal.1.damaged").read_bytes() == damaged
    store = Store(path, tables=TABLES)
    assert [record["id"] for record in store.all("records")] == ["APP-0", "APP-2"]
    add(store, "next")
    store.close()
    assert command(data, "verify")[0] == 0


@pytest.mark.parametrize("line", [1, 2, 3])
def test_salvage_loses_nothing_where_only_a_newline_is_damaged(data, path, line):
    """The two lines run into each other, and both are whole."""
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join(lines[:line]) + b"\x0b" + b"\n".join(lines[line:]))
    assert command(data, "verify")[0] == 1
    assert command(data, "salvage")[0] == 0
    store = Store(path, tables=TABLES)
    assert store.count("records") == 3
    store.close()


def test_salvage_leaves_alone_what_is_not_damaged_or_not_a_journal(data, path):
    for there in (path.read_bytes(), path.read_bytes()[:-4], b"dear diary\n"):
        path.write_bytes(there)
        command(data, "salvage")
        assert path.read_bytes() == there
        assert {file.name for file in data.iterdir()} == {"records.journal", "records.journal.lock"}


def test_file_of_a_newer_version_is_left_to_newer_software(data, path):
    newer = path.read_bytes()
    body = b'{"version":2,"seq":4,"changes":[]}'
    import zlib

    path.write_bytes(
        newer + b'{"crc32":"%08x","length":%d,"body":%s}\n' % (zlib.crc32(body), len(body), body)
    )
    for action in ("verify", "show", "salvage", "compact"):
        code, said = command(data, action)
        assert code == 2
        assert "line 5 has format version 2" in said


# Crashes in the middle of these commands


@pytest.mark.parametrize("failure", ["killed", "failed"])
def test_crash_at_any_step_of_a_salvage_leaves_the_damaged_or_the_salvaged_file(failure):
    """And of a failed one, the damaged file as it was."""
    lab = CrashLab()
    lab.run_a_day()
    lab._journal.close()
    lines = lab._disk.files()[PATH].split(b"\n")
    lines[-3] = lines[-3].replace(b"{", b"[", 1)
    damaged = b"\n".join(lines)
    whole = salvaged(SimulatedDisk({PATH: damaged}))
    outcomes = set()
    for files, is_done in interrupted(lambda disk: salvage(disk, PATH), {PATH: damaged}, failure):
        if files[PATH] == damaged:
            assert not is_done
            outcomes.add("damaged")
        else:
            assert content(Journal(PATH, disk=SimulatedDisk(files))) == whole
            assert damaged in files.values(), "the damaged file is kept"
            outcomes.add("salvaged")
    assert outcomes == {"damaged", "salvaged"}


def salvaged(disk: SimulatedDisk) -> object:
    salvage(disk, PATH)
    return content(Journal(PATH, disk=disk))


@pytest.mark.parametrize("failure", ["killed", "failed"])
@pytest.mark.parametrize("command", [back_up, restore])
def test_crash_at_any_step_of_a_copy_leaves_a_whole_one_or_none(command, failure):
    """A backup that is there can be restored; a restored journal that is there is complete."""
    lab = CrashLab()
    lab.run_a_day()
    lab._journal.close()
    source, target = Path("/data/a"), Path("/data/b")
    before = lab._disk.files()[PATH]
    expected = content(Journal(source, disk=SimulatedDisk({source: before})))
    outcomes = set()
    for files, is_done in interrupted(lambda disk: command(disk, source, target), {source: before}, failure):
        assert files[source] == before
        assert target in files or not is_done
        outcomes.add(target in files)
        if target in files:
            assert content(Journal(target, disk=SimulatedDisk(files))) == expected
    assert outcomes == {True, False}


class Killed(BaseException):
    """The process ends here."""


def interrupted(work, files, failure):
    """The files that are left when each step of the work fails, and what 200 power cuts there leave; and
    whether the work had been done by then, so that its outcome has to stay."""
    choose = random.Random(11)
    for at in range(1, 200):
        disk = SimulatedDisk(files)
        steps = iter(range(1, 1000))

        def stop(step: str, at: int = at, steps=steps) -> None:
            if next(steps) == at:
                raise OSError(28, "full") if failure == "failed" else Killed

        disk.before_change = stop
        try:
            work(disk)
        except (Killed, OSError, StoreError):
            is_done = False
            yield disk.files(), is_done
        else:
            disk.before_change = lambda step: None
            is_done = True
        cuts = (disk.after_power_cut(choose) for _ in range(DISKS_PER_STEP))
        for cut in {hash(tuple(files.items())): files for files in cuts}.values():
            yield cut, is_done
        if is_done:
            return
