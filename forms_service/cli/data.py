"""`forms-service data`: verify, back up, restore, export; most of it beside a running service."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from forms_service.cli import audit
from forms_service.cli.command import CommandContext, pass_context
from forms_service.services import backups
from forms_service.services.audit_log import AuditEvent
from forms_service.services.clock_guard import system_clock
from forms_service.settings import CannotStart
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


_BESIDE, _ALONE = "Beside a running service or without one.", "Not beside a running service."


class _Data(click.Group):
    """Exit codes: 1 if damage was found, 2 if it could not be done."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StoreError as error:
            sys.stderr.write(f"{error}\n")
            return 1 if isinstance(error, JournalDamaged | BackupUnusable) else 2
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            sys.stderr.write(f"{where}{in_words(error)}\n")
            return 2


@click.group("data", cls=_Data, short_help="look after the records: verify, backup, …")
def data() -> None:
    """Look after the records, most of it beside a running service."""


def _action(text: str) -> Callable[[Callable[..., int]], click.Command]:
    """An action of the command, with this help; it is given the path of the journal."""

    def added(function: Callable[..., int]) -> click.Command:
        @wraps(function)
        @pass_context
        def with_journal(context: CommandContext, /, **asked: Any) -> int:
            return function(context.journal, **asked)

        return data.command(function.__name__.removeprefix("_"), short_help=text, help=text)(with_journal)

    return added


_FILE = click.argument("file", type=click.Path(path_type=Path))
_ANY_FILE = click.argument("file", type=click.Path(path_type=Path), required=False)


@_action(f"read everything and say whether it is whole. {_BESIDE}")
@_ANY_FILE
def _verify(path: Path, file: Path | None) -> int:
    is_copy = file is not None and file.resolve() != path.resolve()
    file = file or path
    found = read_backup(Disk(), file) if is_copy else read_journal(Disk(), file)
    sys.stdout.write(f"{file}: whole. {_report(found)}\n")
    if found.torn:
        sys.stdout.write(
            f"Behind its last line stand {found.torn} bytes of an unfinished one: it is being written now, "
            "or a crash left it, and the next start sets it aside. Nothing acknowledged is in it.\n"
        )
    return 0


@_action(f"write all records into a new file. {_BESIDE}")
@_FILE
def _backup(path: Path, file: Path) -> int:
    with backups.begun(path.parent, file, system_clock()):
        found = back_up(Disk(), path, file)
    sys.stdout.write(f"{file}: {found.length:,} bytes, written and read again. {_report(found)}\n")
    try:
        backups.record(path.parent, file, system_clock())
    except OSError as error:
        sys.stdout.write(f"It could not be noted for the desk, nor will it be deleted: {in_words(error)}\n")
    others = sorted(
        other.name + "/" * other.is_dir()
        for other in path.parent.iterdir()
        if not (other.is_socket() or other.name.startswith((path.name, backups.NAME)))
        and other.resolve() != file.resolve()
    )
    if others:
        sys.stdout.write(f"Not in it, and to be kept with it: {', '.join(others)} in {path.parent}\n")
    return 0


@_action(f"put a backup in place, where there are no records yet. {_ALONE}")
@_FILE
def _restore(path: Path, file: Path) -> int:
    found = restore(Disk(), file, path)
    sys.stdout.write(f"{path}: restored from {file} and read again. {_report(found)}\n")
    return 0


@_action(f"write the file anew without what was removed. {_ALONE}")
def _compact(path: Path) -> int:
    before = path.stat().st_size
    journal = Journal(path)
    try:
        journal.compact()
    finally:
        journal.close()
    sys.stdout.write(f"{path}: {before:,} bytes before, {path.stat().st_size:,} now\n")
    return 0


@_action(f"how much there is of what. {_BESIDE}")
def _stats(path: Path) -> int:
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
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


@data.command("export", short_help=f"all records as JSON, as TinyDB itself stores them. {_BESIDE}")
@_ANY_FILE
@pass_context
def _export(context: CommandContext, file: Path | None) -> int:
    """All records as JSON, as TinyDB itself stores them."""
    if file and file.exists():
        raise TargetExists(file)
    found = read_journal(Disk(), context.journal)
    with _new_file(file) if file else nullcontext(sys.stdout) as target:
        for piece in _as_json(found):
            target.write(piece)
    try:  # staff can read that somebody took all there is
        audit.note(context, AuditEvent.EXPORTED, list="data export", format="json")
    except CannotStart as error:
        sys.stderr.write(f"It could not be noted for the desk: {error}\n")
    return 0


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


@_action(f"where the file is damaged, and what stands there. {_BESIDE}")
def _show(path: Path) -> int:
    found = survey(Disk(), path)
    sys.stdout.write(
        f"{path}: {found.whole:,} of {found.lines:,} lines are whole, the last change is {found.seq:,}\n"
    )
    for damage in found.damages:
        sys.stdout.write(
            f"line {damage.line}, byte {damage.offset}, {len(damage.data):,} bytes: {damage.reason}\n"
        )
        sys.stdout.write(f"  {_shown(damage)}\n")
    if found.torn:
        sys.stdout.write(
            f"line {found.torn.line}, byte {found.torn.offset}: unfinished, {len(found.torn.data):,} bytes\n"
        )
        sys.stdout.write(f"  {_shown(found.torn)}\n")
    if found.damages:
        sys.stdout.write("`forms-service data salvage` keeps all that is whole; a backup may hold more.\n")
    return 1 if found.damages else 0


def _shown(damage: Damage) -> str:
    """Its beginning, in characters that every terminal shows and none obeys."""
    cut = "…" if len(damage.data) > _SHOWN_BYTES else ""
    return ascii(damage.data[:_SHOWN_BYTES].decode("utf-8", "backslashreplace"))[1:-1] + cut


@_action(f"keep what is whole of a damaged file, and the damaged file aside. {_ALONE}")
def _salvage(path: Path) -> int:
    found, kept = salvage(Disk(), path)
    if not found.whole:
        sys.stdout.write(f"{path}: nothing in it is whole; it stays as it is\n")
        return 1
    if kept is None:
        sys.stdout.write(f"{path}: not damaged; it stays as it is\n")
        return 0
    count = sum(map(found.state.count, found.state.tables()))
    sys.stdout.write(
        f"{path}: holds the {count:,} documents that {found.whole:,} whole lines tell of; what stood in "
        f"{len(found.damages)} damaged places is lost to it. The damaged file is {kept.name}: keep it.\n"
    )
    return 0


def _report(found: Found) -> str:
    documents = {table: found.state.count(table) for table in sorted(found.state.tables())}
    each = "; ".join(f"{table} {count:,}" for table, count in documents.items()) or "no table"
    return f"{found.lines:,} lines, last change {found.seq:,}, {sum(documents.values()):,} documents ({each})"


COMMANDS = {"data": data}
