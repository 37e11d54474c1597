"""`forms-service data`: verify, back up, restore, export; most of it beside a running service."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from forms_service.cli import audit, control_socket
from forms_service.services import backups
from forms_service.services.audit_log import AuditEvent
from forms_service.services.clock_guard import system_clock
from forms_service.services.database import JOURNAL
from forms_service.store.disk import Disk
from forms_service.store.errors import BackupUnusable, JournalDamaged, StoreError, TargetExists, in_words
from forms_service.store.journal import Journal
from forms_service.store.maintenance import (
    Damage,
    Found,
    back_up,
    read_backup,
    read_journal,
    restore,
    salvage,
    survey,
)
from forms_service.store.recovery import torn_files

_SHOWN_BYTES = 300


def run(argv: Sequence[str], data_dir: Path, *, out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    """Carry out `data` with these arguments. Returns 0, 1 if damage was found, 2 if it could not be done."""
    asked = _parser().parse_args(argv)
    action: Callable[[argparse.Namespace, Path, TextIO], int] = asked.action
    try:
        code = action(asked, data_dir / JOURNAL, out)
        if action is _export:
            _note_export(data_dir, err)
        return code
    except StoreError as error:
        err.write(f"{error}\n")
        return 1 if isinstance(error, JournalDamaged | BackupUnusable) else 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        err.write(f"{where}{in_words(error)}\n")
        return 2


def _verify(asked: argparse.Namespace, path: Path, out: TextIO) -> int:
    file = asked.file or path
    is_copy = asked.file is not None and file.resolve() != path.resolve()
    found = read_backup(Disk(), file) if is_copy else read_journal(Disk(), file)
    out.write(f"{file}: whole. {_told(found)}\n")
    if found.torn:
        out.write(
            f"Behind its last line stand {found.torn} bytes of an unfinished one: it is being written now, "
            "or a crash left it, and the next start sets it aside. Nothing acknowledged is in it.\n"
        )
    return 0


def _backup(asked: argparse.Namespace, path: Path, out: TextIO) -> int:
    with backups.begun(path.parent, asked.file, system_clock()):
        found = back_up(Disk(), path, asked.file)
    out.write(f"{asked.file}: {found.length:,} bytes, written and read again. {_told(found)}\n")
    try:
        backups.record(path.parent, asked.file, system_clock())
    except OSError as error:
        out.write(f"It could not be noted for the desk, nor will it be deleted: {in_words(error)}\n")
    others = sorted(
        file.name + "/" * file.is_dir()
        for file in path.parent.iterdir()
        if not (file.is_socket() or file.name.startswith((path.name, backups.NAME)))
        and file.resolve() != asked.file.resolve()
    )
    if others:
        out.write(f"Not in it, and to be kept with it: {', '.join(others)} in {path.parent}\n")
    return 0


def _restore(asked: argparse.Namespace, path: Path, out: TextIO) -> int:
    found = restore(Disk(), asked.file, path)
    out.write(f"{path}: restored from {asked.file} and read again. {_told(found)}\n")
    return 0


def _compact(_: argparse.Namespace, path: Path, out: TextIO) -> int:
    before = path.stat().st_size
    journal = Journal(path)
    try:
        journal.compact()
    finally:
        journal.close()
    out.write(f"{path}: {before:,} bytes before, {path.stat().st_size:,} now\n")
    return 0


def _stats(_: argparse.Namespace, path: Path, out: TextIO) -> int:
    found = read_journal(Disk(), path)
    lines = [f"{path}: {found.length:,} bytes in {found.lines:,} lines, last change {found.seq:,}"]
    for table in sorted(found.state.tables()):
        documents = found.state.documents(table)
        held = sum(map(len, documents.values()))
        longest = max(map(len, documents.values()), default=0)
        lines.append(f"{table}: {len(documents):,} documents, {held:,} bytes, the longest {longest:,}")
    lines.append(
        f"compacted, it would be about {found.state.bytes:,} bytes; the running service does it by itself"
    )
    for file in torn_files(Disk(), path):
        lines.append(f"{file.name}: {file.stat().st_size:,} bytes of an unfinished line, left by a crash")
    out.write("".join(f"{line}\n" for line in lines))
    return 0


def _export(asked: argparse.Namespace, path: Path, out: TextIO) -> int:
    if asked.file and asked.file.exists():
        raise TargetExists(asked.file)
    found = read_journal(Disk(), path)
    with _new_file(asked.file) if asked.file else nullcontext(out) as target:
        for piece in _as_json(found):
            target.write(piece)
    return 0


def _note_export(data_dir: Path, err: TextIO) -> None:
    """Staff can read that somebody took all there is."""
    try:
        audit.note(data_dir, AuditEvent.EXPORTED, system_clock(), list="data export", format="json")
    except (control_socket.NoAnswer, StoreError, OSError) as error:
        err.write(f"It could not be noted for the desk: {error}\n")


def _new_file(path: Path) -> TextIO:
    handle = Disk().open(path, create=True)
    return open(handle, "w", encoding="utf-8")  # noqa: PTH123 - by its handle, which only its owner can read


def _as_json(found: Found) -> Iterator[str]:
    """All documents by table and number, as TinyDB's own JSON storage has them."""
    yield "{"
    for n, table in enumerate(found.state.tables()):
        yield f"{',' * bool(n)}\n{json.dumps(table)}: {{"
        for k, (id, raw) in enumerate(found.state.documents(table).items()):
            yield f"{',' * bool(k)}\n{json.dumps(id)}: {raw.decode()}"
        yield "\n}"
    yield "\n}\n"


def _show(_: argparse.Namespace, path: Path, out: TextIO) -> int:
    found = survey(Disk(), path)
    out.write(
        f"{path}: {found.whole:,} of {found.lines:,} lines are whole, the last change is {found.seq:,}\n"
    )
    for damage in found.damages:
        out.write(f"line {damage.line}, byte {damage.offset}, {len(damage.data):,} bytes: {damage.reason}\n")
        out.write(f"  {_shown(damage)}\n")
    if found.torn:
        out.write(
            f"line {found.torn.line}, byte {found.torn.offset}: unfinished, {len(found.torn.data):,} bytes\n"
        )
        out.write(f"  {_shown(found.torn)}\n")
    if found.damages:
        out.write("`forms-service data salvage` keeps all that is whole; a backup may hold more.\n")
    return 1 if found.damages else 0


def _shown(damage: Damage) -> str:
    """Its beginning, in characters that every terminal shows and none obeys."""
    cut = "…" if len(damage.data) > _SHOWN_BYTES else ""
    return ascii(damage.data[:_SHOWN_BYTES].decode("utf-8", "backslashreplace"))[1:-1] + cut


def _salvage(_: argparse.Namespace, path: Path, out: TextIO) -> int:
    found, kept = salvage(Disk(), path)
    if not found.whole:
        out.write(f"{path}: nothing in it is whole; it stays as it is\n")
        return 1
    if kept is None:
        out.write(f"{path}: not damaged; it stays as it is\n")
        return 0
    count = sum(map(found.state.count, found.state.tables()))
    out.write(
        f"{path}: holds the {count:,} documents that {found.whole:,} whole lines tell of; what stood in "
        f"{len(found.damages)} damaged places is lost to it. The damaged file is {kept.name}: keep it.\n"
    )
    return 0


def _told(found: Found) -> str:
    documents = {table: found.state.count(table) for table in sorted(found.state.tables())}
    each = "; ".join(f"{table} {count:,}" for table, count in documents.items()) or "no table"
    return f"{found.lines:,} lines, last change {found.seq:,}, {sum(documents.values()):,} documents ({each})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="forms-service data", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def add(name: str, action: Callable[..., int], text: str) -> argparse.ArgumentParser:
        command = actions.add_parser(name, help=text, description=text)
        command.set_defaults(action=action)
        return command

    beside, alone = "Beside a running service or without one.", "Not beside a running service."
    verify = add("verify", _verify, f"read everything and say whether it is whole. {beside}")
    verify.add_argument("file", nargs="?", type=Path, help="a backup to read, instead of the records")
    backup = add("backup", _backup, f"write all records into a new file. {beside}")
    backup.add_argument("file", type=Path, help="its name; one that is there is not overwritten")
    back = add("restore", _restore, f"put a backup in place, where there are no records yet. {alone}")
    back.add_argument("file", type=Path, help="what `backup` wrote")
    add("compact", _compact, f"write the file anew without what was removed. {alone}")
    add("stats", _stats, f"how much there is of what. {beside}")
    export = add("export", _export, f"all records as JSON, as TinyDB itself stores them. {beside}")
    export.add_argument("file", nargs="?", type=Path, help="where to; the screen without it")
    add("show", _show, f"where the file is damaged, and what stands there. {beside}")
    add("salvage", _salvage, f"keep what is whole of a damaged file, and the damaged file aside. {alone}")
    return parser
