"""Audit events of commands: recorded through the running service, or in its data folder."""

from collections.abc import Callable, Mapping
from typing import Any

from forms_service.cli.command import Answer, CommandContext
from forms_service.domain.clock import Clock
from forms_service.services import audit_log
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent
from forms_service.settings import CannotStart
from forms_service.store.store import Store

COMMAND = "note"
"""Of the control socket."""


def handler(store: Store, clock: Clock) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Handler of the control socket: record an audit event."""

    def handle(order: Mapping[str, Any]) -> Mapping[str, Any]:
        audit_log.record_event(store, COMMAND_LINE, AuditEvent(order["what"]), clock(), **order["facts"])
        return {"ok": True, "lines": []}

    return handle


def note(context: CommandContext, what: AuditEvent, **facts: Any) -> None:
    """Record an audit event in the data.

    Raises:
        CannotStart: it could not be noted.
    """

    def alone(store: Store) -> Answer:
        return handler(store, context.clock)(order)

    order = {"what": what.value, "facts": facts}
    answer = context.ask(COMMAND, order, alone)
    if not answer["ok"]:
        raise CannotStart("; ".join(answer["lines"]))
