"""Privacy requests: a person's data, what is deleted next, and the clock that says when."""

from collections.abc import Callable
from pathlib import Path

from forms_service.domain.clock import Clock
from forms_service.services import clock_guard, data_export
from forms_service.services.audit_log import AuditEvent, record_event
from forms_service.services.clock_guard import ClockSkew
from forms_service.services.data_export import PersonalData
from forms_service.services.erasure import Erased, Erasure
from forms_service.services.retention_preview import RetentionPlan, RetentionPreview
from forms_service.store.store import Document, Store
from partner_program.model import Program


class PrivacyRequests:
    """The use cases of administrators around personal data. Addresses that are none raise NotAnAddress."""

    def __init__(self, store: Store, data_dir: Path, program: Callable[[], Program], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._plan = RetentionPlan(store, program)
        self._erasing = Erasure(store, data_dir, clock)

    def held(self, address: str) -> PersonalData:
        """Everything kept under an address; costs as much as there is."""
        return data_export.of(self._store, address)

    def exported(self, address: str, *, by: str) -> Document:
        """The same for the person themselves (art. 15 and 20 RODO); nothing is handed out unrecorded."""
        content = data_export.exported(self._store, address, self._clock())
        record_event(self._store, by, AuditEvent.HANDED_OUT, self._clock())
        return content

    def erase(self, address: str, *, by: str, everything: bool) -> Erased:
        """Erase a person, as `Erasure.erase`; its many batches are one audit event, with their number."""
        erased = self._erasing.erase(address, by=by, everything=everything)
        count = erased.reduced + erased.stripped + erased.deleted
        record_event(self._store, by, AuditEvent.ERASED, self._clock(), count=count)
        return erased

    def retention(self, at_most: int | None = None) -> RetentionPreview:
        """What goes next; see `RetentionPlan.preview`."""
        return self._plan.preview(self._clock(), at_most)

    def clock_skew(self) -> ClockSkew | None:
        """Clock skew, because of which nothing is deleted; None where the clock is trusted."""
        return clock_guard.skew(self._store, self._clock())

    def confirm_clock(self, *, by: str) -> None:
        """Trust the clock again."""
        clock_guard.confirm(self._store, self._clock(), by=by)
