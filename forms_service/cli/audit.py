"""Audit events of commands: recorded through the running service, or in its data folder."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from forms_service.cli import control_socket
from forms_service.domain.clock import Clock
from forms_service.services import audit_log
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent
from forms_service.services.database import open_folder
from forms_service.store.store import Store

COMMAND = "note"
"""Of the control socket."""


def handler(store: Store, clock: Clock) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """What the running service does when it is to note something."""

    def handle(order: Mapping[str, Any]) -> Mapping[str, Any]:
        audit_log.record_event(store, COMMAND_LINE, AuditEvent(order["what"]), clock(), **order["facts"])
        return {"ok": True, "lines": []}

    return handle


def note(data_dir: Path, what: AuditEvent, at: datetime, **facts: Any) -> None:
    """Record an audit event in the data of this folder.

    Raises:
        NoAnswer, StoreError, OSError: it could not be noted.
    """
    answer = control_socket.ask(data_dir, COMMAND, {"what": what.value, "facts": facts})
    if answer is not None:
        if not answer["ok"]:
            raise control_socket.NoAnswer("; ".join(answer["lines"]))
        return
    store = open_folder(data_dir)
    try:
        audit_log.record_event(store, COMMAND_LINE, what, at, **facts)
    finally:
        store.close()
